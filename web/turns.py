"""Requests take turns: what somebody does goes before what others read.

Python runs one thread at a time, so the more requests are answered at once the longer each takes,
and longest one of many short steps, as an action is. So few are answered at once. Those who act
have turns of their own, and wait for nobody who reads; while somebody acts, few begin to read, or
nobody, but for one now and then. An app that tells many events at once is nobody who waits for what
they did: before every few events that it writes, as those who act do, it stands in the line of
those who read. Streams, which wait in a thread each, take no turn from others.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    from web.shared_activity import OwnActivity

STREAM = "/notifications/stream"
EVENTS, FEW = "/events", 1_024
"""Where events are told, and how many bytes of them go before what others read: half a dozen."""
ASIDE = "resonance.aside"
"""Of a request that has a turn: has others have it (`Queue.aside`)."""
WAITED = "resonance.waited"
"""Likewise: for how many seconds it waited for that."""
READING = ("GET", "HEAD", "OPTIONS")
WEIGHT = 2
"""So many that read make room for each that acts."""
PATIENCE = 0.1
"""Seconds after which one more begins to read, however many act or read, and however long."""


class Queue:
    """Who may go, of those that act and those that read. Safe to share between threads.

    Both wait in the order in which they came. Neither ever takes every turn: one that acts may go
    while any number read, and one more reads whenever nobody began to for a while.
    """

    def __init__(
        self,
        acting: int,
        reading: int,
        patience: float = PATIENCE,
        activity: "OwnActivity | None" = None,
    ):
        """Let so many act at once, and so many read; of the latter fewer for each that acts.

        Args:
            acting: at most.
            reading: at most, while nobody acts.
            patience: seconds without anybody who began to read, after which one may.
            activity: is told who is there; None: no other process asks.
        """
        self._most_acting, self._most_reading, self._patience = acting, reading, patience
        self._lock = threading.Lock()
        self._acting, self._reading, self._activity = 0, 0, activity
        self._actors: deque[threading.Event] = deque()
        self._readers: deque[threading.Event] = deque()
        self._last_read = self._last_left = time.monotonic()

    @property
    def waiting(self) -> tuple[int, int]:
        """How many wait to act, and how many to read."""
        with self._lock:
            return len(self._actors), len(self._readers)

    @property
    def acted_on(self) -> bool:
        """Whether anybody acts or waits to."""
        with self._lock:
            return bool(self._acting or self._actors)

    @property
    def crowded(self) -> bool:
        """Whether anybody waits."""
        with self._lock:
            return bool(self._actors or self._readers)

    @property
    def idle(self) -> float:
        """Seconds for which nobody acted or read, or waited to."""
        with self._lock:
            if self._acting or self._reading or self._actors or self._readers:
                return 0.0
            return time.monotonic() - self._last_left

    @contextmanager
    def turn(self, acts: bool) -> Iterator[float]:
        """Wait for a turn, and have it; for how many seconds was waited."""
        came = time.monotonic()
        self._take(acts)
        try:
            yield time.monotonic() - came
        finally:
            self._leave(acts)

    @contextmanager
    def aside(self, acts: bool) -> Iterator[None]:
        """Within a turn: leave it to others meanwhile, and wait for another at the end."""
        self._leave(acts)
        try:
            yield
        finally:
            self._take(acts)

    @contextmanager
    def telling(self) -> Iterator[tuple[float, Callable[[], AbstractContextManager[None]]]]:
        """Wait for a turn to read, and have one to act after each time that it was left to others.

        Yields:
            For how many seconds was waited; and what leaves it, as `aside`, and stands in the line
            of those who read before, where it acted.
        """
        came, acts = time.monotonic(), False

        @contextmanager
        def aside() -> Iterator[None]:
            nonlocal acts
            self._leave(acts)
            try:
                if acts:
                    self._take(acts=False)
                    self._leave(acts=False)
                yield
            finally:
                acts = True
                self._take(acts)

        self._take(acts)
        try:
            yield time.monotonic() - came, aside
        finally:
            self._leave(acts)

    def _take(self, acts: bool) -> None:
        called = threading.Event()
        with self._lock:
            (self._actors if acts else self._readers).append(called)
            self._call()
        self._wait(called, acts)

    def _leave(self, acts: bool) -> None:
        with self._lock:
            self._acting -= acts
            self._reading -= not acts
            self._last_left = time.monotonic()
            self._call()

    def _wait(self, called: threading.Event, acts: bool) -> None:
        """Wait to be called; who reads looks again, as those before may all be stuck."""
        while not called.wait(None if acts else max(self._patience, 0.01)):
            with self._lock:
                self._call()

    def _call(self) -> None:
        """Call whoever may go now."""
        while self._actors and self._acting < self._most_acting:
            self._acting += 1
            self._actors.popleft().set()
        while self._readers and self._reading < self._may_read():
            self._reading += 1
            self._last_read = time.monotonic()
            self._readers.popleft().set()
        if self._activity is not None:
            acts, waits = bool(self._acting or self._actors), bool(self._actors or self._readers)
            self._activity.tell(acts, waits, acts or waits or bool(self._reading))

    def _may_read(self) -> int:
        overdue = time.monotonic() - self._last_read >= self._patience
        one_more = self._reading + 1 if overdue else 0
        return max(one_more, self._most_reading - WEIGHT * self._acting)


class Turns:
    """An application of which so many requests are answered at once, and streams besides.

    A server has more threads than turns (`web.threads`), one for each that may wait, and one for
    each stream (`web.streams.Streams.most`): more streams than that are refused at once.
    """

    def __init__(
        self,
        app: "WSGIApplication",
        acting: int,
        reading: int,
        activity: "OwnActivity | None" = None,
    ):
        """Let so many requests of either kind be answered at once (`Queue`)."""
        self._app, self.queue = app, Queue(acting, reading, activity=activity)

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer a request; what it is made of, but for a stream, is made within its turn."""
        if environ.get("PATH_INFO") == STREAM:
            return self._app(environ, start_response)
        if _long(environ):
            with self.queue.telling() as (environ[WAITED], environ[ASIDE]):
                return self._app(environ, start_response)
        acts = environ.get("REQUEST_METHOD") not in READING
        with self.queue.turn(acts) as environ[WAITED]:
            environ[ASIDE] = partial(self.queue.aside, acts)
            return self._app(environ, start_response)


def _long(environ: "WSGIEnvironment") -> bool:
    """Whether it tells more events than a few, or long ones."""
    length = environ.get("CONTENT_LENGTH") or "0"
    long = not length.isdecimal() or int(length) > FEW
    return long and environ.get("PATH_INFO") == EVENTS
