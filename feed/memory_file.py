"""The file of `feed.memory`: its schema, how it is opened, and what its failures are called."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from graph.errors import MemoryUnavailable

PATIENCE = 0.25
"""Seconds that a request waits for another process's write; then the feed goes on without."""
OPENING_PATIENCE = 5.0
"""Seconds that opening waits, while another process makes the file."""
MARK, VERSION = 0x5265736F, 1
"""SQLite's application_id, by which a file is known as ours, and its user_version."""

_SCHEMA = (
    "CREATE TABLE served (viewer TEXT, at INTEGER, page INTEGER, posts TEXT, count INTEGER,"
    " PRIMARY KEY (viewer, at, page)) WITHOUT ROWID",
    "CREATE INDEX served_by_time ON served (at)",
    "CREATE TABLE steering (viewer TEXT PRIMARY KEY, settings TEXT) WITHOUT ROWID",
    f"PRAGMA application_id = {MARK}",
    f"PRAGMA user_version = {VERSION}",
)


def connect(path: Path | None) -> sqlite3.Connection:
    """A connection to the file, or to nothing but memory; any thread may use it, one at a time.

    Raises:
        MemoryUnavailable: the file cannot be made or read, or is not a memory of ours.
    """
    place = "the memory" if path is None else str(path)
    with translated(place, "opened"):
        if path is not None:
            _make(path)
        connection = sqlite3.connect(
            path or ":memory:",
            timeout=OPENING_PATIENCE,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            _prepare(connection, place)
        except BaseException:
            connection.close()
            raise
        return connection


@contextmanager
def translated(place: str, done: str) -> Iterator[None]:
    """Have whatever SQLite and the file system raise come out as the one error."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise MemoryUnavailable(
            f"{place} cannot be {done} ({error}): make room, see who may write there, move the file"
            " away (it holds what was served, and what viewers steer by), or set RESONANCE_MEMORY"
            " to another"
        ) from error


def _make(path: Path) -> None:
    """Make an empty file that its owner alone reads: SQLite's files beside it follow it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)


def _prepare(connection: sqlite3.Connection, place: str) -> None:
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("BEGIN IMMEDIATE")
    if not _value(connection, "SELECT count(*) FROM sqlite_schema"):
        for statement in _SCHEMA:
            connection.execute(statement)
    mark = _value(connection, "PRAGMA application_id")
    version = _value(connection, "PRAGMA user_version")
    connection.execute("COMMIT")
    if mark != MARK:
        raise MemoryUnavailable(
            f"{place} is the database of another program; set RESONANCE_MEMORY to another file"
        )
    if version != VERSION:
        raise MemoryUnavailable(
            f"{place} is of version {version} and this program knows {VERSION}; set"
            " RESONANCE_MEMORY to another file, or move this one away"
        )
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute(f"PRAGMA busy_timeout = {int(PATIENCE * 1_000)}")


def _value(connection: sqlite3.Connection, query: str) -> int:
    return int(connection.execute(query).fetchone()[0])
