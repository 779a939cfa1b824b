"""Which of the processes that serve one graph keeps its derived lists up: whoever has the lease.

The graph knows by a random name who has it, and how often they said that they live. Who wants it
watches that number: when it has stood still for `LAPSE` seconds, by the watcher's own count, the
holder is taken for dead. No clock is compared with another host's, and none that can be set is
looked at. Who was only slow finds out before it changes anything: each transaction that changes a
list holds the lease first (`hold_lists`), and whoever takes it over waits until that has ended.
"""

import time
import uuid
from collections.abc import Callable
from typing import NamedTuple

from graph.derive.clock import refuse_rebuilt
from graph.model import Row
from graph.store import GraphStore, Runs

BEAT, LAPSE = 10.0, 40.0
"""Seconds between two looks at it, in each of which the holder says that it lives; and for how long
it must have said nothing: one is missed while a server cannot be reached, which is tried for 15."""


class Lost(Exception):
    """Another keeps lists up by now: nothing was written."""


class Keeper(NamedTuple):
    """Who has the lease; an empty name: nobody."""

    name: str
    beat: int


class Lease:
    """The lease, as one process sees it; all but `held` and `lose` are for one thread."""

    def __init__(self, store: GraphStore, clock: Callable[[], float] = time.monotonic):
        """Not have it yet.

        Args:
            store: the graph.
            clock: counts seconds from whenever.
        """
        self._store, self._clock = store, clock
        self.name = uuid.uuid4().hex
        self.held = False
        """Whether it was had when that was last looked at."""
        self._seen, self._since = Keeper("", 0), 0.0

    def look(self) -> bool:
        """Say that the holder lives, if that is this one; else take it, if nobody has it.

        Returns:
            Whether it is had now.

        Raises:
            StoreError: as `GraphStore.transact`; who had it may have it still.
        """
        self.held = self._store.transact(self._renew) if self.held else self._take()
        return self.held

    def lose(self) -> None:
        """Know that another has it (`Lost`)."""
        self.held = False

    def let_go(self) -> None:
        """Have it no more, so that another need not wait; nothing where it is not had."""
        if self.held:
            self.held = False
            self._store.transact(self._free)

    def _take(self) -> bool:
        found, now = _found(self._store.run("keeper")), self._clock()
        if found != self._seen:
            self._seen, self._since = found, now
        # Its own name: what it wrote arrived, and the answer did not.
        if found.name not in ("", self.name) and now - self._since < LAPSE:
            return False
        return self._store.transact(lambda graph: self._become(graph, found))

    def _become(self, graph: Runs, seen: Keeper) -> bool:
        if _found(graph.run("hold_keeper")) != seen:  # it lives, or another was quicker
            return False
        graph.run("become_keeper", name=self.name, beat=seen.beat + 1)
        return True

    def _renew(self, graph: Runs) -> bool:
        found = _found(graph.run("hold_keeper"))
        if found.name != self.name:
            return False
        graph.run("beat_keeper", beat=found.beat + 1)
        return True

    def _free(self, graph: Runs) -> None:
        found = _found(graph.run("hold_keeper"))
        if found.name == self.name:
            graph.run("become_keeper", name="", beat=found.beat + 1)


def hold_lists(graph: Runs, run: str, keeper: str) -> None:
    """In a transaction that changes derived lists: that nobody else does, from now to its end.

    Args:
        graph: the transaction.
        run: the rebuild whose lists are there.
        keeper: the name of who has the lease; empty: nobody.

    Raises:
        Rebuilt: they are another's, or one is under way.
        Lost: another has the lease.
    """
    graph.foresee([("hold_derivation", {}), ("hold_keeper", {})])
    refuse_rebuilt(graph, run)
    if _found(graph.run("hold_keeper")).name != keeper:
        raise Lost


def _found(rows: list[Row]) -> Keeper:
    return Keeper(**rows[0]) if rows else Keeper("", 0)
