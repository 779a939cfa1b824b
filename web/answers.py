"""Answers to writes, kept for a day: a request that is sent again gets the one it had.

Who sends a key first acts, whoever else sends it meanwhile waits for that answer. An act that
raised leaves nothing behind. One that began longer than `LEASE` ago and never ended (its process
was killed) is done again by who waits for it: so an act must be fit to be done twice.
"""

import json
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from graph import sqlite_file
from graph.errors import Contradiction
from graph.sqlite_file import FileKind

KEPT = 86_400
"""Seconds."""
LEASE = 10.0
"""Seconds after which an act that has not ended is taken for one that never will."""
LOOK = 0.02
"""Seconds between two looks for the answer of who acts."""
CLEARED = 4
"""Answers that are too old that a new one clears away, and that lie ahead which it dates anew."""

ANSWERS = FileKind(
    noun="the answers",
    holds="answers of the last day, for requests that are sent again",
    setting="RESONANCE_MEMORY",
    mark=0x52657341,
    version=1,
    schema=(
        "CREATE TABLE answers (user TEXT, key TEXT, asked TEXT, at INTEGER, actor TEXT,"
        " status INTEGER, body TEXT, PRIMARY KEY (user, key)) WITHOUT ROWID",
        "CREATE INDEX answers_by_time ON answers (at)",
    ),
    patience=5.0,  # an act waits rather than being done twice or refused
)
_FIND = "SELECT asked, actor, status, body FROM answers WHERE user = ? AND key = ? AND at > ?"
_BEGIN = "REPLACE INTO answers (user, key, asked, at, actor) VALUES (?, ?, ?, ?, ?)"
_END = "UPDATE answers SET actor = NULL, status = ?, body = ? WHERE user = ? AND key = ?"
_CLEAR = """
DELETE FROM answers WHERE (user, key) IN (
  SELECT user, key FROM answers WHERE at <= ? ORDER BY at LIMIT ?
)
"""
_DATE = """
UPDATE answers SET at = ? WHERE (user, key) IN (
  SELECT user, key FROM answers WHERE at > ? LIMIT ?
)
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered."""

    status: int
    body: str


@dataclass(frozen=True, slots=True)
class Asked:
    """One write, as it is known again."""

    user: str
    """The id of whom it is done for."""
    key: str
    """The key that came with it, with all that it is bound to."""
    asked: str
    """A digest of what is asked: the same key with another one is refused."""


class Answers:
    """The answers, open; safe to share between threads, and by processes of one machine."""

    def __init__(self, path: Path | None = None):
        """Open the file at `path`, and make it if it is not there; None: in this process alone.

        Raises:
            MemoryUnavailable: the file cannot be made or read, or is none of ours.
        """
        self._place = ANSWERS.noun if path is None else str(path)
        self._turn = threading.Lock()
        self._connection = sqlite_file.connect(ANSWERS, path)

    def once(self, asked: Asked, now: int, act: Callable[[], Answer]) -> tuple[Answer, bool]:
        """The answer to a write, which is done at most once; and whether it was given before.

        Args:
            asked: the write.
            now: Unix seconds.
            act: does it. What it raises is raised here, and the key is free again.

        Raises:
            Contradiction: the key came with another request.
            MemoryUnavailable: the file cannot be read or written; before `act`, nothing was done.
        """
        mine = uuid4().hex
        before = self._begun_or_answered(asked, now, mine)
        if before is not None:
            return before, True
        try:
            answer = act()
        except BaseException:
            self._forget(asked, mine)
            raise
        with self._writing() as connection:
            connection.execute(_END, (answer.status, answer.body, asked.user, asked.key))
        return answer, False

    def forget(self, user_id: str, username: str | None = None) -> None:
        """Drop every answer to this user, and every one that names them, also from the file's log.

        An answer that is under way to them is not kept when it comes.
        """
        told = [json.dumps(each) for each in (user_id, username or user_id)]
        query = "DELETE FROM answers WHERE user = ? OR instr(body, ?) OR instr(body, ?)"
        with self._writing() as connection:
            connection.execute(query, (user_id, *told))
        with sqlite_file.translated(ANSWERS, self._place, "written"), self._turn:
            sqlite_file.scrub(self._connection)

    def close(self) -> None:
        """Let go of the file."""
        with self._turn:
            self._connection.close()

    def _begun_or_answered(self, asked: Asked, now: int, mine: str) -> Answer | None:
        """The answer that was given; None: it is for us to act."""
        waited_for, until = "", 0.0
        while True:
            with self._writing() as connection:
                found = connection.execute(_FIND, (asked.user, asked.key, now - KEPT)).fetchone()
                if found is None or (found[1] == waited_for and time.monotonic() > until):
                    connection.execute(_BEGIN, (asked.user, asked.key, asked.asked, now, mine))
                    connection.execute(_CLEAR, (now - KEPT, CLEARED))
                    connection.execute(_DATE, (now, now + sqlite_file.AHEAD, CLEARED))
                    return None
            told, actor, status, body = found
            if told != asked.asked:
                raise Contradiction(
                    "This Idempotency-Key came with another request before; give each its own."
                )
            if actor is None:
                return Answer(status, body)
            if actor != waited_for:
                waited_for, until = actor, time.monotonic() + LEASE
            time.sleep(LOOK)

    def _forget(self, asked: Asked, mine: str) -> None:
        query = "DELETE FROM answers WHERE user = ? AND key = ? AND actor = ?"
        with self._writing() as connection:
            connection.execute(query, (asked.user, asked.key, mine))

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with sqlite_file.translated(ANSWERS, self._place, "written"), self._turn:
            with sqlite_file.writing(self._connection):
                yield self._connection
