"""Streams of notifications: how many may be open, and what goes down one of them.

A stream holds a thread of the server for as long as it lasts. So it lasts `SECONDS` at most, after
which the client comes again by itself and says how far it got; and no more are open at once than
there are threads beside those of all other requests (`web.threads`).
"""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass

from graph.errors import StoreError
from graph.queries.notices import inbox, inbox_id
from graph.store import GraphStore
from social.notices import Entry

MOST = 32
"""Streams open at once, in one process."""
MOST_EACH = 4
"""Of one viewer."""
SECONDS = 25
"""For which a stream lasts: less than what stands before a server lets a request take."""
BEAT = 5.0
"""Seconds of silence after which a comment shows that both ends are there."""
LOOK = 1.0
"""Seconds after which is looked for what other processes wrote, and for the server's end."""
RETRY = 1_000
"""Milliseconds after which a client whose stream ended comes again."""


class Streams:
    """Counts the streams that are open; safe to share between threads."""

    def __init__(self, most: int = MOST, most_each: int = MOST_EACH):
        """So many at once, and so many of one viewer."""
        self.most, self._most_each = most, most_each
        self._lock = threading.Lock()
        self._open: Counter[str] = Counter()
        self._ended = threading.Event()

    def enter(self, user_id: str) -> "Place":
        """A place for one more of the viewer's, or why there is none."""
        with self._lock:
            if self._open[user_id] >= self._most_each:
                return Place(self, user_id, "each")
            if self._open.total() >= self.most or self._ended.is_set():
                return Place(self, user_id, "all")
            self._open[user_id] += 1
            return Place(self, user_id, None)

    def leave(self, user_id: str) -> None:
        """One of the viewer's has ended."""
        with self._lock:
            self._open[user_id] -= 1
            self._open += Counter()  # drops who has none

    def end(self) -> None:
        """Have all end within `LOOK` seconds, and begin no more: the server ends."""
        self._ended.set()

    @property
    def ended(self) -> bool:
        """Whether the server ends."""
        return self._ended.is_set()

    @property
    def open(self) -> int:
        """How many are open."""
        with self._lock:
            return self._open.total()


@dataclass(slots=True)
class Place:
    """One stream among those that may be open."""

    streams: Streams
    user_id: str
    full: str | None
    """``each``: the viewer has as many as one may; ``all``: the process has."""

    def leave(self) -> None:
        """Let another come; safe to call twice."""
        if self.full is None:
            self.full = "left"
            self.streams.leave(self.user_id)


@dataclass(frozen=True, slots=True)
class Followed:
    """What one stream tells of."""

    store: GraphStore
    user_id: str
    news: Callable[[int], list[Entry]]
    """What the viewer was told after the notice of that number and may see now, oldest first."""
    as_text: Callable[[Entry], str]
    """An entry as JSON on one line."""


def frames(
    followed: Followed, after: int | None, seconds: float, streams: Streams
) -> Iterator[str]:
    """What goes down a stream: what is new at once, then what comes, for so many seconds.

    Args:
        followed: what it tells of.
        after: the number of the last notice that the client knows; None: of the latest there is,
            which it is told by an event ``ready``.
        seconds: how long; 0: what is new, and the end.
        streams: which say when the server ends.
    """
    yield f"retry: {RETRY}\n\n"
    # A graph that fails ends the stream; the client comes again, and is told so by a 503.
    with suppress(StoreError), followed.store.changes.watching(inbox_id(followed.user_id)) as woken:
        if after is None:
            after = max((each.seq for each in followed.news(0)), default=0)
            yield _event(after, "ready", "{}")
        yield from _following(followed, after, time.monotonic() + seconds, woken, streams)


def _following(
    followed: Followed, after: int, until: float, woken: threading.Event, streams: Streams
) -> Iterator[str]:
    store, alone = followed.store, followed.store.changes.alone
    latest, looks, silent = None, 1, time.monotonic()
    while True:
        woken.clear()
        if not alone and (number := inbox(store, followed.user_id).seq) != latest:
            # Twice: on Neo4j the number of a commit may be seen before its notice is.
            latest, looks = number, 2
        for entry in followed.news(after) if looks else ():
            yield _event(entry.seq, "notification", followed.as_text(entry))
            after, silent = entry.seq, time.monotonic()
        looks = max(looks - 1, 0)
        now, due = time.monotonic(), silent + BEAT
        if until <= now or streams.ended:
            return
        if woken.wait(max(min(until, now + LOOK, due) - now, 0.0)):
            looks = max(looks, 1)
        # Whatever woke it: else the time of a beat would tell that something came that is not told.
        if time.monotonic() >= due:
            yield ": still here\n\n"
            silent = time.monotonic()


def _event(number: int, name: str, data: str) -> str:
    return f"id: {number}\nevent: {name}\ndata: {data}\n\n"
