"""Answers to writes, kept for a day: a request that is sent again gets the one it had.

Who sends a key first acts, whoever else sends it meanwhile waits for that answer, and is told to
come again where it takes long: nothing is done twice while it is under way. An act that raised
leaves nothing behind. One that never ended (its process was killed, `web.acts`) is done again by
who sends it next: so an act must be fit to be done twice.
"""

import json
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from graph import sqlite_file
from graph.errors import Contradiction, UnderWay
from graph.sqlite_file import FileKind
from web.acts import Acts

KEPT = 86_400
"""Seconds."""
PATIENCE = 5.0
"""Seconds that somebody waits for the answer of who acts."""
LOOK = 0.02
"""Seconds between two looks whether it is there."""
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
        try:
            with sqlite_file.translated(ANSWERS, self._place, "opened"):
                self._acts = Acts(path and path.with_name(f"{path.name}-acts"))
        except BaseException:
            self._connection.close()
            raise

    def once(
        self,
        asked: Asked,
        now: int,
        act: Callable[[], Answer],
        aside: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> tuple[Answer, bool]:
        """The answer to a write, which is done at most once; and whether it was given before.

        Args:
            asked: the write.
            now: Unix seconds.
            act: does it. What it raises is raised here, and the key is free again.
            aside: where somebody waits for another who acts, so that others may act meanwhile.

        Raises:
            Contradiction: the key came with another request.
            UnderWay: who acts has not ended within `PATIENCE`.
            MemoryUnavailable: the file cannot be read or written; before `act`, nothing was done.
        """
        with self._begun() as mine:
            before = self._begun_or_answered(asked, now, mine, aside)
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
        self._acts.close()

    @contextmanager
    def _begun(self) -> Iterator[str]:
        """An act, and its lock; an error of the lock alone is translated."""
        with ExitStack() as stack:
            with sqlite_file.translated(ANSWERS, self._place, "written"):
                mine = stack.enter_context(self._acts.begun())
            yield mine

    def _begun_or_answered(
        self,
        asked: Asked,
        now: int,
        mine: str,
        aside: Callable[[], AbstractContextManager[None]],
    ) -> Answer | None:
        """The answer that was given; None: it is for us to act."""
        until = time.monotonic() + PATIENCE
        while True:
            with self._writing() as connection:
                found = connection.execute(_FIND, (asked.user, asked.key, now - KEPT)).fetchone()
                if found is None or found[0] == asked.asked and self._was_left(found[1]):
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
            with aside():
                self._wait_for(actor, until)

    def _was_left(self, actor: str | None) -> bool:
        """Whether an act began and is not under way any more; None: it was answered."""
        return actor is not None and not self._acts.last(actor)

    def _wait_for(self, actor: str, until: float) -> None:
        while self._acts.last(actor):
            if time.monotonic() > until:
                raise UnderWay("The same request is under way yet; ask again in a few seconds.")
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
