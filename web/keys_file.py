"""The file of `web.keys`: its schema, how it is opened, and what its failures are called.

Each look-up opens it anew, so that a file that was replaced counts at once; a rollback journal and
no WAL, so that a server may read it where it may not write.
"""

import sqlite3
from collections.abc import Iterator
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


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection | None]:
    """The file, open for reading; None where nobody has made a key yet.

    Raises:
        KeysUnavailable: the file cannot be read, or is not one of keys.
    """
    with _translated(path, "read"):
        if not path.exists():
            yield None
            return
        with closing(_opened(path, "ro")) as connection:
            yield connection if _checked(connection, path) else None


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
    return sqlite3.connect(address, uri=True, timeout=PATIENCE, isolation_level=None)


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
