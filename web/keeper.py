"""Keeps derived edges up in a process of its own, beside the workers of one server.

In a worker it would take turns with whoever is answered there, at Python and at a core. Here it
takes what workers leave of the cores, where the system may tell it so.
"""

import os
import time
from collections.abc import Callable
from threading import Event

from graph.store import GraphStore
from web.freshening import Freshening
from web.metrics import Metrics
from web.shared import Shared
from web.streams import Streams

NICE = 10
"""By how much the system is to prefer others."""


class Keeper:
    """What is to be kept up, in the process that does; made there."""

    def __init__(self, store: GraphStore, shared: Shared, seconds: float):
        """Do nothing yet.

        Args:
            store: the graph.
            shared: with the workers.
            seconds: between two looks at what was written; above 0.
        """
        shared.siblings.join()
        store.changes.join(shared.siblings, frozenset)
        self._metrics = Metrics(Streams(), None, time.time, shared.metrics)
        self._freshening = Freshening(store, self._metrics, seconds, lambda: shared.activity.filled)
        self._freshening.watch(shared.activity)

    def keep(self, ends: Event, sign: Callable[[], bool], beat: float) -> bool:
        """Keep up to the end; whether that was asked for: else it ended by a bug.

        Args:
            ends: is set when it is to end.
            sign: is called again and again; whether to go on.
            beat: seconds between two such calls.
        """
        os.nice(NICE)
        self._freshening.start()
        try:
            while not ends.wait(beat) and sign():
                self._metrics.look()
                if not self._freshening.lives:
                    return False
        finally:
            self._freshening.stop()
        return True
