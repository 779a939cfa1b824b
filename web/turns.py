"""Requests take turns: what somebody does goes before what others read.

Python runs one thread at a time, so the more requests are answered at once the longer each takes,
and longest one of many short steps, as an action is. So few are answered at once, and whoever waits
for an action's answer waits for no queue of readers. Streams, which wait in a thread each, take no
turn from the others.
"""

import threading
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

STREAM = "/notifications/stream"
READING = ("GET", "HEAD", "OPTIONS")


class Queue:
    """Who may go, of those that act and those that read. Safe to share between threads.

    Both wait in the order in which they came. Those that act go first, but never take every turn:
    readers have one at least.
    """

    def __init__(self, most: int):
        """Let so many go at once, two at least."""
        self._most = most
        self._lock = threading.Lock()
        self._acting, self._reading = 0, 0
        self._actors: deque[threading.Event] = deque()
        self._readers: deque[threading.Event] = deque()

    @contextmanager
    def turn(self, acts: bool) -> Iterator[None]:
        """Wait for a turn, and have it."""
        called = threading.Event()
        with self._lock:
            (self._actors if acts else self._readers).append(called)
            self._call()
        called.wait()
        try:
            yield
        finally:
            with self._lock:
                self._acting -= acts
                self._reading -= not acts
                self._call()

    def _call(self) -> None:
        """Call whoever may go now."""
        while self._acting + self._reading < self._most:
            if self._actors and self._acting < self._most - 1:
                self._acting += 1
                self._actors.popleft().set()
            elif self._readers:
                self._reading += 1
                self._readers.popleft().set()
            else:
                return


class Turns:
    """An application of which so many requests are answered at once, and streams besides.

    A server has more threads than turns, one for each that may wait (`web.serve`), and one for each
    stream (`web.streams.Streams.most`): more streams than that are refused at once.
    """

    def __init__(self, app: "WSGIApplication", most: int):
        """Let so many requests be answered at once."""
        self._app, self._queue = app, Queue(most)

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer a request; what it is made of, but for a stream, is made within its turn."""
        if environ.get("PATH_INFO") == STREAM:
            return self._app(environ, start_response)
        with self._queue.turn(environ.get("REQUEST_METHOD") not in READING):
            return self._app(environ, start_response)
