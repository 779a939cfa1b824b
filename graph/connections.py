"""Connections to the embedded engine: few, each one thread's at a time.

A connection keeps the plan of every text that it has run, and a plan holds memory of the buffer
pool (Ladybug 0.22): one for each thread of a server, with some hundred texts each, filled it. One
that ran every text that reads holds 43 MB of the pool, and the process 95 MB for it. A plan also
keeps where all edges of each table lie that it looked into since that was written to. So those who
read have a new connection now and then; who writes has the same until the graph is folded, as
nobody should wait while what writes is planned again.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from graph.machine import processors

EACH = 4
"""Connections a processor: one runs there, and others wait for the disk or for Python. A thread
beyond them waits for one, for as long as a look-up takes."""
MOST = 16
"""However many processors there are: by then plans hold 0.7 GB of the pool, and 1.5 GB in all."""

AGE = 60.0
"""Seconds after which a reader's connection is closed, once it or another comes back."""


def connections_for(processors: int) -> int:
    """How many connections so many processors keep busy."""
    return min(MOST, EACH * processors)


class Connections:
    """Lends connections, the one used last first. Safe to share between threads."""

    def __init__(
        self,
        make: Callable[[], Any],
        most: int | None = None,
        clock: Callable[[], float] = time.monotonic,
    ):
        """Make none yet.

        Args:
            make: opens a connection.
            most: how many there are at most; None: as this process's processors need.
            clock: seconds.
        """
        self._make, self._most = make, most or connections_for(processors())
        self._clock, self._made_at = clock, dict[Any, float]()
        self._turn = threading.Condition()
        self._idle: list[Any] = []
        self._old: set[Any] = set()
        """Those that are to be closed as soon as they come back."""
        self._lent = threading.local()
        self._writer: Any = None
        """Of those who write, while nobody does."""
        self._writers: set[Any] = set()
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

    @contextmanager
    def writing(self) -> Iterator[Any]:
        """The one connection of those who write, one after the other; beside those of `lent`.

        So what writes is planned once, and not by each connection while somebody waits for it.
        """
        mine = getattr(self._lent, "connection", None)
        if mine is not None:
            yield mine
            return
        with self._turn:
            writer, self._writer = self._writer or self._made(), None
            self._writers.add(writer)
        self._lent.connection = writer
        try:
            yield writer
        finally:
            self._lent.connection = None
            with self._turn:
                if writer in self._old:
                    self._close(writer)
                else:
                    self._writer = writer

    def renew(self) -> None:
        """Have none that is there now lent again."""
        with self._turn:
            unused = [*self._idle, *([] if self._writer is None else [self._writer])]
            self._old |= self.all - set(unused)
            for each in unused:
                self._close(each)
            self._idle.clear()
            self._writer = None

    def _take(self) -> Any:
        with self._turn:
            self._turn.wait_for(lambda: self._idle or len(self.all - self._writers) < self._most)
            return self._idle.pop() if self._idle else self._made()

    def _made(self) -> Any:
        made = self._make()
        self.all.add(made)
        self._made_at[made] = self._clock()
        return made

    def _give(self, connection: Any) -> None:
        with self._turn:
            if connection in self._old:
                self._close(connection)
            else:
                self._idle.append(connection)
            for each in [each for each in self._idle if self._aged(each)]:
                self._idle.remove(each)
                self._close(each)
            self._turn.notify()

    def _aged(self, connection: Any) -> bool:
        return self._clock() - self._made_at[connection] > AGE

    def _close(self, connection: Any) -> None:
        self.all.discard(connection)
        self._old.discard(connection)
        self._writers.discard(connection)
        self._made_at.pop(connection, None)
        connection.close()
