"""Sees to it that of all processes that serve one graph one keeps its derived lists up.

A thread looks every `BEAT` seconds after the lease that the graph has of it (`graph.derive.lease`):
also while the whole graph is read, which takes longer than a lease lasts.
"""

import logging
import threading
from collections.abc import Callable

from graph.derive.lease import BEAT, Lease
from graph.errors import StoreError
from graph.store import GraphStore
from web.metrics import Metrics

log = logging.getLogger(__name__)


class Keeping:
    """Whether this process is the one, between `start` and `stop`."""

    def __init__(
        self,
        store: GraphStore,
        metrics: Metrics,
        seconds: float,
        ready: Callable[[], bool],
    ):
        """Do nothing yet.

        Args:
            store: the graph.
            metrics: are told what failed.
            seconds: between two looks whether it is ready.
            ready: whether this process wants to be the one.
        """
        self._lease, self._metrics = Lease(store), metrics
        self._seconds, self._ready = seconds, ready
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._run, name="keeping", daemon=True)

    @property
    def name(self) -> str:
        """Under which lists are changed."""
        return self._lease.name

    @property
    def held(self) -> bool:
        """Whether it is, as far as is known."""
        return self._lease.held

    def lose(self) -> None:
        """Know that another is."""
        log.info("another process keeps derived edges up by now")
        self._lease.lose()

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End, and let another be the one."""
        self._ends.set()
        self._thread.join()

    def _run(self) -> None:
        pause = self._seconds
        try:
            while not self._ends.wait(pause):
                if self._ready():
                    self._look()
                    pause = BEAT
        finally:
            self._let_go()

    def _look(self) -> None:
        before = self.held
        try:
            if self._lease.look() != before:
                log.info("derived edges are kept up by %s", "another" if before else "this process")
        except StoreError as error:
            log.warning("who keeps derived edges up is not known: %s", error)
            self._metrics.list_failed()

    def _let_go(self) -> None:
        try:
            self._lease.let_go()
        except StoreError as error:
            log.warning("derived edges are kept up by nobody for a minute: %s", error)
