"""SQLite files that are kept beside the graph: how they are made, opened, and what fails in them.

They are in WAL mode: readers do not wait for writers, and processes of one machine may share them.
They are synchronised at checkpoints, so a power cut may cost the last seconds, and never the file.
A process that forks opens them afterwards.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from graph.errors import MemoryUnavailable

PATIENCE = 0.25
"""Seconds that a request waits for another process's write, where nothing else is said."""
AHEAD = 60
"""Seconds by which a row may lie ahead of a request that has it: one that came later wrote it. What
lies further ahead was written by a clock that has been set back since."""
OPENING_PATIENCE = 5.0
"""Seconds that opening waits, while another process makes the file."""


@dataclass(frozen=True)
class FileKind:
    """What a file of this kind is known by, and what is in it."""

    noun: str
    """What a file of it is: ``the memory``."""
    holds: str
    """What is lost with it, in words: ``what was served``."""
    setting: str
    """What says where it is: ``RESONANCE_MEMORY``."""
    mark: int
    """SQLite's application_id, by which a file is known as ours."""
    version: int
    """Its user_version."""
    schema: tuple[str, ...]
    """The statements that make it."""
    patience: float = PATIENCE


def connect(kind: FileKind, path: Path | None) -> sqlite3.Connection:
    """A connection to the file, or to nothing but memory; any thread may use it, one at a time.

    Raises:
        MemoryUnavailable: the file cannot be made or read, or is none of this kind.
    """
    place = kind.noun if path is None else str(path)
    with translated(kind, place, "opened"):
        if path is not None:
            _make(path)
        connection = sqlite3.connect(
            path or ":memory:",
            timeout=OPENING_PATIENCE,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            _prepare(kind, connection, place)
        except BaseException:
            connection.close()
            raise
        return connection


@contextmanager
def writing(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """One transaction that writes: all of it, or nothing."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield connection
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # a full disk has rolled back already
            connection.execute("ROLLBACK")
        raise


def scrub(connection: sqlite3.Connection) -> None:
    """Write the file anew, fold the log into it, and empty that: what was deleted is in neither.

    Deleting overwrites what it deletes, but not what SQLite left of it in the free part of a page
    when it moved rows to another one. Who writes waits meanwhile, some seconds for a gigabyte.
    Readers of another connection may be in the way of the folding for a moment; what they hold up
    goes with the next.
    """
    connection.execute("VACUUM")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


@contextmanager
def translated(kind: FileKind, place: str, done: str) -> Iterator[None]:
    """Have whatever SQLite and the file system raise come out as the one error."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise MemoryUnavailable(
            f"{place} cannot be {done} ({error}): make room, see who may write there, move the file"
            f" away (it holds {kind.holds}), or set {kind.setting} to another"
        ) from error


def _make(path: Path) -> None:
    """Make an empty file that its owner alone reads: SQLite's files beside it follow it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)


def _prepare(kind: FileKind, connection: sqlite3.Connection, place: str) -> None:
    connection.execute("PRAGMA synchronous = NORMAL")
    # What is deleted is overwritten: people ask for it.
    connection.execute("PRAGMA secure_delete = ON").fetchall()
    connection.execute("BEGIN IMMEDIATE")
    if not _value(connection, "SELECT count(*) FROM sqlite_schema"):
        for statement in kind.schema:
            connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {kind.mark}")
        connection.execute(f"PRAGMA user_version = {kind.version}")
    mark = _value(connection, "PRAGMA application_id")
    version = _value(connection, "PRAGMA user_version")
    connection.execute("COMMIT")
    if mark != kind.mark:
        raise MemoryUnavailable(
            f"{place} is the database of another program; set {kind.setting} to another file"
        )
    if version != kind.version:
        raise MemoryUnavailable(
            f"{place} is of version {version} and this program knows {kind.version}; set"
            f" {kind.setting} to another file, or move this one away"
        )
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute(f"PRAGMA busy_timeout = {int(kind.patience * 1_000)}")


def _value(connection: sqlite3.Connection, query: str) -> int:
    return int(connection.execute(query).fetchone()[0])
