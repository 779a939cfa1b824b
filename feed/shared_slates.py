"""The last slates of everyone, where several processes answer.

A page asked for by number goes on with the slate of the page before, whichever of them ranked that.
"""

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from feed.slate import KEPT_SECONDS, SLATE_IDS, Slate
from graph import sqlite_file
from graph.sqlite_file import FileKind

CLEARED = 4
"""Slates that are too old that a new one clears away."""
BYTES = 64 * SLATE_IDS
"""Of a whole file, above which the oldest make room."""

SLATES = FileKind(
    noun="the slates",
    holds="the rankings of the last hour",
    setting="TMPDIR",
    mark=0x52657353,
    version=1,
    schema=(
        "CREATE TABLE slates (viewer TEXT, asked TEXT, made_at INTEGER, post_ids TEXT,"
        " PRIMARY KEY (viewer, asked)) WITHOUT ROWID",
        "CREATE INDEX slates_by_time ON slates (made_at)",
    ),
)
_BYTES = "SELECT (page_count - freelist_count) * page_size FROM pragma_page_count(),"
_BYTES += " pragma_freelist_count(), pragma_page_size()"
_OLDEST = """
DELETE FROM slates WHERE (viewer, asked) IN (
  SELECT viewer, asked FROM slates WHERE made_at <= ? ORDER BY made_at LIMIT ?
)
"""


_AHEAD = """
DELETE FROM slates WHERE (viewer, asked) IN (
  SELECT viewer, asked FROM slates WHERE made_at > ? LIMIT ?
)
"""
"""What a clock that was set back since has made: a full file would drop all that is new for it."""


class SharedSlates:
    """As `feed.slate.Slates`, in a file that the processes of one server share."""

    def __init__(self, path: Path, most_bytes: int = BYTES):
        """Open the file at `path`, and make it if it is not there.

        Raises:
            MemoryUnavailable: it cannot be made or read; so with all methods.
        """
        self._place, self._most_bytes, self._turn = str(path), most_bytes, threading.Lock()
        self._connection = sqlite_file.connect(SLATES, path)

    def get(self, viewer: str, asked: str, now: int) -> Slate | None:
        """The last slate of this viewer for this request; None where there is none, or too old."""
        query = (
            "SELECT made_at, post_ids FROM slates WHERE viewer = ? AND asked = ? AND made_at > ?"
        )
        with self._at_it("read") as connection:
            found = connection.execute(query, (viewer, asked, now - KEPT_SECONDS)).fetchone()
        if found is None:
            return None
        return Slate(viewer, asked, found[0], tuple(json.loads(found[1])))

    def put(self, slate: Slate) -> None:
        """Keep a slate in the place of the last one for the same viewer and request."""
        row = slate.viewer, slate.asked, slate.made_at, json.dumps(slate.post_ids)
        with self._at_it("written") as connection, sqlite_file.writing(connection):
            connection.execute("REPLACE INTO slates VALUES (?, ?, ?, ?)", row)
            full = connection.execute(_BYTES).fetchone()[0] > self._most_bytes
            before = slate.made_at - (0 if full else KEPT_SECONDS)
            ahead = slate.made_at + sqlite_file.AHEAD
            if not (full and connection.execute(_AHEAD, (ahead, CLEARED)).rowcount):
                connection.execute(_OLDEST, (before, CLEARED))

    def forget(self, viewer: str) -> None:
        """Drop every slate of this viewer, also from the file's own log."""
        with self._at_it("written") as connection:
            with sqlite_file.writing(connection):
                connection.execute("DELETE FROM slates WHERE viewer = ?", (viewer,))
            sqlite_file.scrub(connection)

    def close(self) -> None:
        """Let go of the file."""
        with self._turn:
            self._connection.close()

    @contextmanager
    def _at_it(self, done: str) -> Iterator[sqlite3.Connection]:
        with sqlite_file.translated(SLATES, self._place, done), self._turn:
            yield self._connection
