"""What was served to whom, and what each viewer steers by: a SQLite file beside the graph.

One row is what one viewer was served at a time: a page is one insert, a viewer's past one short
range of the table. It is bounded thrice: the newest `SERVINGS` of a viewer, `KEPT` seconds, and
the size of the whole, where the oldest rows make room. Each page remembered also clears away some
rows that are too old, whoever's they are, so nobody who stays away is remembered for longer.

A clock may be set. Which pages are the newest is told by the order in which they came, and whatever
lies ahead of the clock counts as served just before: each page dates some such rows anew, so that
they fade and go as all others.

`graph.sqlite_file` says what holds for the file.
"""

import json
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from feed.fatigue import Served
from feed.memory_file import MEMORY
from feed.steering import Steering
from graph import sqlite_file
from graph.errors import MemoryUnavailable, SteeringRefused

SERVINGS = 500
"""Posts served that are remembered of one viewer, the newest pages of them; a repeated post counts
each time."""
KEPT = 14 * 86_400
"""Seconds."""
CLEARED = 4
"""Rows that are too old that a page clears away, and that lie ahead which it dates anew; it adds
one."""
FILE_BYTES, PROCESS_BYTES = 4 << 30, 128 << 20
"""How large the memory grows, in a file and without one."""

_SERVED = """
SELECT min(at, ?2), posts FROM served
WHERE viewer = ?1 AND at > ?2 - ?4 AND (?3 IS NULL OR at < ?3 OR at > max(?2, ?3) + ?5)
ORDER BY page, at
"""
_REMEMBER = """
INSERT INTO served (viewer, at, page, posts, count)
SELECT ?1, ?2, (SELECT coalesce(max(page) + 1, 0) FROM served WHERE viewer = ?1), ?3, ?4
"""
_BEYOND = """
DELETE FROM served WHERE viewer = ?1 AND (at, page) IN (
  SELECT at, page FROM (
    SELECT at, page, count, sum(count) OVER (ORDER BY page DESC, at DESC) AS newest
    FROM served WHERE viewer = ?1
  ) WHERE newest - count >= ?2
)
"""
_DATE = """
UPDATE OR REPLACE served SET at = ?1 WHERE (viewer, at, page) IN (
  SELECT viewer, at, page FROM served WHERE at > ?2 LIMIT ?3
)
"""
_OLDEST = """
DELETE FROM served WHERE (viewer, at, page) IN (
  SELECT viewer, at, page FROM served WHERE at <= ? ORDER BY at LIMIT ?
)
"""
_BYTES = """
SELECT (all_pages.page_count - free.freelist_count) * page_size
FROM pragma_page_count AS all_pages, pragma_freelist_count AS free, pragma_page_size
"""


class ViewerMemory:
    """The memory, open; its threads take turns, and a reader does not wait for a writer."""

    def __init__(self, path: Path | None, max_bytes: int | None = None):
        """Open the file at `path`, and make it if it is not there; None: in this process alone.

        Raises:
            MemoryUnavailable: the file cannot be made or read, or is not a memory of ours.
        """
        self._place = MEMORY.noun if path is None else str(path)
        self._max_bytes = max_bytes or (PROCESS_BYTES if path is None else FILE_BYTES)
        self._write_turn = threading.Lock()
        self._writer = sqlite_file.connect(MEMORY, path)
        if path is None:  # such a database is its connection's alone
            self._read_turn, self._reader = self._write_turn, self._writer
        else:
            self._read_turn, self._reader = threading.Lock(), sqlite_file.connect(MEMORY, path)

    def served(self, viewer: str, now: int, before: int | None = None) -> dict[str, Served]:
        """The posts that the viewer was served in the last `KEPT` seconds.

        Args:
            viewer: who, as `feed.slate.viewer_key` says it; so with all methods.
            now: Unix seconds.
            before: a moment up to which counts what was served; None: all of it does.

        Raises:
            MemoryUnavailable: the file cannot be read; so with all methods.
        """
        with self._reading() as connection:
            rows = connection.execute(
                _SERVED, (viewer, now, before, KEPT, sqlite_file.AHEAD)
            ).fetchall()
        found: dict[str, Served] = {}
        for at, posts in rows:
            once = Served(at, 1)
            for post_id in json.loads(posts):
                known = found.get(post_id)
                found[post_id] = once if known is None else Served(at, known.times + 1)
        return found

    def remember(self, viewer: str, post_ids: Sequence[str], now: int) -> None:
        """Remember that the viewer was served these posts at `now`, and clear away what is old."""
        if not post_ids:
            return
        page = viewer, now, json.dumps(list(post_ids)), len(post_ids)
        with self._writing() as connection:
            connection.execute(_REMEMBER, page)
            connection.execute(_BEYOND, (viewer, SERVINGS))
            connection.execute(_DATE, (now - 1, now + sqlite_file.AHEAD, CLEARED))
            full = connection.execute(_BYTES).fetchone()[0] > self._max_bytes
            connection.execute(_OLDEST, (now if full else now - KEPT, CLEARED))

    def steering(self, viewer: str) -> Steering | None:
        """What the viewer saved, or None."""
        with self._reading() as connection:
            query = "SELECT settings FROM steering WHERE viewer = ?"
            row = connection.execute(query, (viewer,)).fetchone()
        if row is None:
            return None
        try:
            return Steering.from_json(row[0])
        except SteeringRefused as error:
            raise MemoryUnavailable(
                f"what {viewer!r} steers by cannot be read from {self._place} ({error}): reset it"
            ) from error

    def steer(self, viewer: str, steering: Steering) -> None:
        """Save what the viewer steers by, in the place of what was saved."""
        with self._writing() as connection:
            connection.execute("REPLACE INTO steering VALUES (?, ?)", (viewer, steering.as_json()))

    def reset(self, viewer: str) -> None:
        """Drop what the viewer steers by."""
        with self._writing() as connection:
            connection.execute("DELETE FROM steering WHERE viewer = ?", (viewer,))

    def forget(self, viewer: str) -> None:
        """Drop everything of the viewer, also from the file's own log."""
        with self._writing() as connection:
            connection.execute("DELETE FROM steering WHERE viewer = ?", (viewer,))
            connection.execute("DELETE FROM served WHERE viewer = ?", (viewer,))
        with sqlite_file.translated(MEMORY, self._place, "written"), self._write_turn:
            sqlite_file.scrub(self._writer)

    def close(self) -> None:
        """Let go of the file."""
        with self._write_turn:
            self._writer.close()
        with self._read_turn:
            self._reader.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with sqlite_file.translated(MEMORY, self._place, "read"), self._read_turn:
            yield self._reader

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction: all of it is written, or nothing."""
        with sqlite_file.translated(MEMORY, self._place, "written"), self._write_turn:
            with sqlite_file.writing(self._writer):
                yield self._writer
