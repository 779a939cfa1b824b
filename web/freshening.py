"""Keeps derived edges up while a server serves, in the gaps that requests leave.

A background thread looks every second or so at what was written, and brings the lists up to date
that follow from it (`graph.derive.fresh`): one short step, at a moment when nobody acts, then a
pause of many times as long (of twice as long, where what waits has waited for seconds; the longest
where requests wait, too: whoever asks more than a server can answer goes before). The whole graph,
which it reads first, it reads a table at a time with such pauses between, unless nobody asks for
anything. Of all processes
that serve one graph one does it (`web.keeping`); when that one dies another. Where several workers
serve it is none of them, but one beside them (`web.keeper`). It also folds, in moments when nobody
asks for anything, what writes left beside an embedded graph: who reads would wait for it.
"""

import logging
import threading
import time
from collections.abc import Callable
from typing import Protocol

from graph.derive.fresh import Fresh
from graph.derive.lease import Lost
from graph.errors import StoreError
from graph.store import GraphStore
from web.keeping import Keeping
from web.metrics import Metrics

log = logging.getLogger(__name__)

SHARE, HURRIED, CROWDED = 9.0, 2.0, 19.0
"""How many times as long as a step is the pause after it: all of it takes a tenth of one core; a
third where something waits for longer than `LATE`; and a twentieth where requests wait, too."""
LATE = 5.0
"""Seconds."""
PATIENCE, LOOK = 0.3, 0.005
"""Seconds for which a step waits for a moment when nobody acts, and between two looks for one."""
FOLDED, IDLE = 0.25, 2.0
"""How much is left beside the graph, of what may be, when it begins to be folded; and the seconds
for which nobody must have asked for anything by then: fewer, the more it is. Also those after which
a reading of the whole graph goes on without pauses."""
SELDOM = 30.0
"""Seconds between two folds that nobody had to be quiet for: after tables were read whole."""
AGAIN = 5.0
"""Seconds after which is tried again what failed."""


class Asked(Protocol):
    """Who asks at this moment: a server alone (`web.turns`), or all workers of one.

    The latter know it together (`web.shared_activity`).
    """

    @property
    def acted_on(self) -> bool:
        """Whether anybody acts or waits to."""

    @property
    def crowded(self) -> bool:
        """Whether anybody waits."""

    @property
    def idle(self) -> float:
        """Seconds for which nobody acted or read, or waited to."""


def pause_after(took: float, age: float, crowded: bool) -> float:
    """Seconds to leave to others after a step.

    Args:
        took: seconds.
        age: for how long the first of what is left has waited.
        crowded: whether requests wait for a turn.
    """
    return took * (CROWDED if crowded else HURRIED if age > LATE else SHARE)


class Freshening:
    """The thread, between `start` and `stop`."""

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
            metrics: are told what waits, since when, what was changed and what failed.
            seconds: between two looks at what was written; 0: never begin.
            ready: whether a server has read what it wants for requests, which goes first.
        """
        self._store, self._metrics, self._seconds = store, metrics, seconds
        self._keeping = Keeping(store, metrics, seconds, ready)
        self._asked: Asked | None = None
        self._ends = threading.Event()
        self._thread: threading.Thread | None = None
        self._waiting, self._since, self._holds = 0, 0.0, False
        self._folds_from = 0.0
        """When a fold may follow that nobody has to be quiet for, by the monotonic clock."""
        metrics.watch_lists(
            lambda: self._waiting, self._age, lambda: self._keeping.held and self._holds
        )

    @property
    def lives(self) -> bool:
        """Whether the thread runs."""
        return self._thread is not None and self._thread.is_alive()

    def watch(self, asked: Asked) -> None:
        """Who acts goes before, from now on."""
        self._asked = asked

    def start(self) -> None:
        """Begin, if it was asked for."""
        if self._seconds > 0:
            self._keeping.start()
            self._thread = threading.Thread(target=self._run, name="freshening", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """End after the step that is being done; what waits is found again by the next server."""
        self._ends.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        try:
            while not self._ends.wait(self._seconds):
                if self._keeping.held:
                    self._lead()
        finally:
            self._keeping.stop()
            if not self._ends.is_set():  # a bug, which Python tells of
                self._metrics.list_failed()

    def _lead(self) -> None:
        """Keep them up, as the only one, to the end, or until another does."""
        fresh, pause = Fresh(self._store, keeper=self._keeping.name, rest=self._rest), 0.0
        while self._keeping.held and not self._ends.wait(pause):
            try:
                pause = self._round(fresh)
            except Lost:
                self._keeping.lose()
            except StoreError as error:
                log.warning("derived edges are not kept up: %s", error)
                self._metrics.list_failed()
                pause = AGAIN
        self._waiting, self._holds = 0, False

    def _round(self, fresh: Fresh) -> float:
        """Look what was written, and do what follows; in how many seconds to look again."""
        left, changed = fresh.look(), fresh.changed
        self._tell(fresh)
        while left and self._keeping.held and not self._ends.is_set():
            self._wait_for_quiet()
            began = time.monotonic()
            left = fresh.step()
            self._metrics.lists_changed(fresh.changed - changed)
            changed = fresh.changed
            self._tell(fresh)
            took, crowded = (
                time.monotonic() - began,
                self._asked is not None and self._asked.crowded,
            )
            self._ends.wait(pause_after(took, fresh.age, crowded))
            self._fold_in_quiet()
            left = fresh.look() if left else left
        self._fold_in_quiet()
        return self._seconds

    def _wait_for_quiet(self) -> None:
        until = time.monotonic() + PATIENCE
        while self._asked is not None and self._asked.acted_on and time.monotonic() < until:
            self._ends.wait(LOOK)

    def _rest(self, took: float) -> None:
        """Between two pieces of a long reading, the last of which took so many seconds."""
        asked, began = self._asked, time.monotonic()
        while asked is not None and asked.idle < IDLE and not self._ends.is_set():
            left = began + pause_after(took, 0.0, asked.crowded) - time.monotonic()
            if left <= 0:
                return
            self._ends.wait(min(left, IDLE / 4))

    def _fold_in_quiet(self) -> None:
        """Not later than a write would; what was read whole goes now and then."""
        filled = self._store.unfolded
        idle = self._asked.idle if self._asked is not None else IDLE
        if filled <= FOLDED or idle < IDLE * (1.0 - filled):
            return
        if filled >= 1.0:
            if time.monotonic() < self._folds_from:
                return
            self._wait_for_quiet()
        self._store.fold()
        self._folds_from = time.monotonic() + SELDOM

    def _tell(self, fresh: Fresh) -> None:
        """For other threads, which must not look at what this one is changing."""
        self._waiting, self._since = fresh.waiting, time.monotonic() - fresh.age
        self._holds = fresh.holds

    def _age(self) -> float:
        return time.monotonic() - self._since if self._waiting else 0.0
