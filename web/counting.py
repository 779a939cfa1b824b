"""Counts of the whole graph, made anew at most once a minute, by one request at a time."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from graph.queries.stats import growth, stats
from graph.store import GraphStore

PATIENCE = 60
"""Seconds: whole tables are read, which takes seconds where the graph is large."""


@dataclass(frozen=True, slots=True)
class Counted:
    """How much there is, and when it came to be."""

    at: int
    """When it was counted (Unix seconds)."""
    rows: Mapping[str, int]
    """By kind."""
    growth: Mapping[str, Mapping[int, int]]
    """As `graph.queries.stats.growth`."""


class Counting:
    """The counts of one graph; safe to share between threads."""

    def __init__(self, store: GraphStore, clock: Callable[[], float]):
        """Count in `store`; `clock` tells Unix seconds."""
        self._store, self._clock = store, clock
        self._turn = threading.Lock()
        self._counted: Counted | None = None

    def now(self) -> Counted:
        """The counts, at most `PATIENCE` old.

        Raises:
            StoreError: they cannot be made.
        """
        with self._turn:
            at = int(self._clock())
            if self._counted is None or not 0 <= at - self._counted.at < PATIENCE:
                self._counted = Counted(at, stats(self._store), growth(self._store))
            return self._counted
