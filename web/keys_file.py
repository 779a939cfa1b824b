"""The file of `web.keys`: its schema, how it is opened, and what its failures are called.

A rollback journal and no WAL, so that a server may read the file where it may not write.
"""

import sqlite3
import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from graph.errors import KeysUnavailable

PATIENCE = 2.0
"""Seconds that one waits for another's write, which takes some milliseconds."""
MARK, VERSION = 0x5265734B, 1
"""SQLite's application_id, by which a file is known as ours, and its user_version."""

_SCHEMA = (
    "CREATE TABLE keys (id TEXT PRIMARY KEY, name TEXT NOT NULL, role TEXT NOT NULL,"
    " digest BLOB NOT NULL, made TEXT NOT NULL, used TEXT, revoked TEXT) WITHOUT ROWID",
    "CREATE UNIQUE INDEX keys_by_name ON keys (name) WHERE revoked IS NULL",
    f"PRAGMA application_id = {MARK}",
    f"PRAGMA user_version = {VERSION}",
)


class Reader:
    """The file, open for reading for as long as it is the same one; threads take turns.

    Opening it for each request would take as long as a small query of the graph.
    """

    def __init__(self, path: Path):
        """Read the file at `path`, from when it is there."""
        self._path, self._turn = path, threading.Lock()
        self._file: tuple[int, int] | None = None
        self._connection: sqlite3.Connection | None = None
        self._close: Callable[[], object] = bool

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection | None]:
        """The connection; None where nobody has made a key yet.

        Raises:
            KeysUnavailable: the file cannot be read, or is not one of keys.
        """
        with _translated(self._path, "read"), self._turn:
            try:
                yield self._current()
            except sqlite3.Error:
                self._drop()
                raise

    def _current(self) -> sqlite3.Connection | None:
        """The connection to the file that is there now: another may have taken its place."""
        try:
            there = self._path.stat()
        except FileNotFoundError:
            self._drop()
            return None
        if self._file != (there.st_dev, there.st_ino):
            self._drop()
            self._open((there.st_dev, there.st_ino))
        return self._connection

    def _open(self, file: tuple[int, int]) -> None:
        connection = _opened(self._path, "ro")
        close = weakref.finalize(self, connection.close)
        try:
            if _checked(connection, self._path):
                self._file, self._connection, self._close = file, connection, close
        finally:
            if self._connection is not connection:
                close()

    def _drop(self) -> None:
        self._close()
        self._file, self._connection = None, None


@contextmanager
def writing(path: Path) -> Iterator[sqlite3.Connection]:
    """The file in one transaction, made if it is not there; its owner alone may read it.

    Raises:
        KeysUnavailable: the file cannot be made or written, or is not one of keys.
    """
    with _translated(path, "written"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        with closing(_opened(path, "rw")) as connection:
            connection.execute("BEGIN IMMEDIATE")
            if not _checked(connection, path):
                for statement in _SCHEMA:
                    connection.execute(statement)
            yield connection
            connection.execute("COMMIT")


def _opened(path: Path, mode: str) -> sqlite3.Connection:
    address = f"file:{quote(str(path))}?mode={mode}"
    return sqlite3.connect(
        address, uri=True, timeout=PATIENCE, isolation_level=None, check_same_thread=False
    )


def _checked(connection: sqlite3.Connection, path: Path) -> bool:
    """Whether there are tables of ours; a file that is empty has none yet."""
    if not _value(connection, "SELECT count(*) FROM sqlite_schema"):
        return False
    if _value(connection, "PRAGMA application_id") != MARK:
        raise KeysUnavailable(
            f"{path} is the database of another program; set RESONANCE_KEYS to another file"
        )
    version = _value(connection, "PRAGMA user_version")
    if version != VERSION:
        raise KeysUnavailable(
            f"{path} is of version {version} and this program knows {VERSION}; set RESONANCE_KEYS"
            " to another file, or move this one away and make the keys anew"
        )
    return True


def _value(connection: sqlite3.Connection, query: str) -> int:
    return int(connection.execute(query).fetchone()[0])


@contextmanager
def _translated(path: Path, done: str) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise KeysUnavailable(
            f"the keys in {path} cannot be {done} ({error}): see who may read and write there, or"
            " set RESONANCE_KEYS to another file"
        ) from error
