"""Connections to the embedded engine: few, each one thread's at a time.

A connection keeps the plan of every text that it has run, and a plan holds memory of the buffer
pool (Ladybug 0.22): one for each thread of a server, with some hundred texts each, filled it.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

MOST = 8
"""Connections; a thread beyond them waits for one, for as long as a look-up takes."""


class Connections:
    """Lends connections, the one used last first. Safe to share between threads."""

    def __init__(self, make: Callable[[], Any], most: int = MOST):
        """Make none yet.

        Args:
            make: opens a connection.
            most: how many there are at most.
        """
        self._make, self._most = make, most
        self._turn = threading.Condition()
        self._idle: list[Any] = []
        self._old: set[Any] = set()
        """Those that are to be closed as soon as they come back."""
        self._lent = threading.local()
        self.all: set[Any] = set()

    @contextmanager
    def lent(self) -> Iterator[Any]:
        """A connection; within another such block of this thread, the same one."""
        mine = getattr(self._lent, "connection", None)
        if mine is not None:
            yield mine
            return
        self._lent.connection = taken = self._take()
        try:
            yield taken
        finally:
            self._lent.connection = None
            self._give(taken)

    def renew(self) -> None:
        """Have none that is there now lent again."""
        with self._turn:
            self._old |= self.all - set(self._idle)
            for each in self._idle:
                self._close(each)
            self._idle.clear()

    def _take(self) -> Any:
        with self._turn:
            self._turn.wait_for(lambda: self._idle or len(self.all) < self._most)
            if self._idle:
                return self._idle.pop()
            made = self._make()
            self.all.add(made)
            return made

    def _give(self, connection: Any) -> None:
        with self._turn:
            if connection in self._old:
                self._close(connection)
            else:
                self._idle.append(connection)
            self._turn.notify()

    def _close(self, connection: Any) -> None:
        self.all.discard(connection)
        self._old.discard(connection)
        connection.close()
