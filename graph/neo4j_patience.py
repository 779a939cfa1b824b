"""How long a Neo4j is waited for that takes what it is sent, and answers nothing.

The driver (6.4) bounds how long a connection is made, and leaves it to the server how long an
answer may take: that shows a sign of life every minute, and is given up after two. This is right
for a load and too long for a feed. So who serves says a shorter time (`StoreConfig.patience`). What
takes longer fails, and somebody looks whether the server answers anything: until it does, nobody
waits at all, long work neither.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from graph.errors import StoreError, StoreUnavailable

LOOK = 1.0
"""Seconds between two looks whether the server answers again, and those that the first may take."""

log = logging.getLogger(__name__)


class Patience:
    """Bounds what is asked of a server within `waiting`. Safe to share between threads."""

    def __init__(
        self,
        pool: Any,
        url: str,
        seconds: float | None,
        look: Callable[[], object],
    ):
        """Bound nothing yet.

        Args:
            pool: of connections: the driver's, and the caller's alone.
            url: of the server.
            seconds: for which an answer is waited for; None: as long as the server says.
            look: asks the server for something small.
        """
        self._url, self._seconds, self._look = url, seconds, look
        self._mine = threading.local()
        self._lock = threading.Lock()
        self._silent, self._closed = False, threading.Event()
        self._looking: threading.Thread | None = None
        self._looked = threading.Event()
        """Not set while the first look is under way: who comes then waits for what it finds."""
        self._looked.set()
        if seconds is not None:
            # The driver has no setting for it (6.4). All ask its pool by the one, and connections
            # come by the other, behind the lock of a cluster's routes.
            self._ask, self._lend = pool.acquire, pool._acquire
            pool.acquire, pool._acquire = self._asked, self._lent

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """What this thread asks inside is answered in time, or fails.

        Raises:
            StoreUnavailable: it was not, or is not asked, since the server is silent.
        """
        if self._seconds is None or self._until is not None:
            yield
            return
        self._looked.wait(2 * LOOK)
        if self._silent:
            raise self._gone()
        with self._bounded(self._seconds) as until:
            try:
                yield
            except StoreUnavailable:
                if time.monotonic() >= until:
                    self._suspect(self._seconds)
                raise

    def close(self) -> None:
        """Look no more."""
        self._closed.set()

    @property
    def _until(self) -> float | None:
        return getattr(self._mine, "until", None)

    @property
    def _left(self) -> float | None:
        """Seconds that are left to this thread; None: as many as it takes."""
        return None if self._until is None else max(0.001, self._until - time.monotonic())

    @contextmanager
    def _bounded(self, seconds: float) -> Iterator[float]:
        self._mine.until = until = time.monotonic() + seconds
        try:
            yield until
        finally:
            self._mine.until = None

    def _refuse_late(self) -> None:
        late = self._until is not None and time.monotonic() >= self._until
        looks = threading.current_thread() is self._looking
        if late or self._silent and not looks:
            raise self._gone()

    def _asked(self, *args: Any, **named: Any) -> Any:
        """A connection, on which all takes as long as this thread has time."""
        self._refuse_late()
        connection: Any = self._ask(*args, **named)
        _bound(connection, self._left)
        return connection

    def _lent(self, address: object, auth: object, deadline: Any, *others: Any) -> Any:
        """A connection to be had, or to be asked for routes, by a deadline of the driver's."""
        self._refuse_late()
        soonest = deadline if self._left is None else min(deadline, type(deadline)(self._left))
        connection: Any = self._lend(address, auth, soonest, *others)
        _bound(connection, soonest)
        return connection

    def _suspect(self, seconds: float) -> None:
        """Have somebody look whether the server answers, unless somebody does."""
        with self._lock:
            if self._looking is not None:
                return
            looking = threading.Thread(
                target=self._await, args=(seconds,), name="awaiting Neo4j", daemon=True
            )
            self._looking = looking
            self._looked.clear()
            try:
                looking.start()
            except RuntimeError as error:  # no more threads; whoever is late next begins again
                log.warning("nobody looks whether %s answers: %s", self._url, error)
                self._looking = None
                self._looked.set()

    def _await(self, seconds: float) -> None:
        """Look until it answers, each time with more patience: others may wait behind."""
        patience = min(LOOK, seconds)
        try:
            while not self._answers(patience) and not self._closed.is_set():
                if not self._silent:
                    log.warning("%s did not answer within %g seconds", self._url, seconds)
                    self._silent = True
                    self._looked.set()
                patience = min(2 * patience, seconds)
                self._closed.wait(LOOK)
            if self._silent and not self._closed.is_set():
                log.warning("%s answers again", self._url)
        finally:
            with self._lock:
                self._silent, self._looking = False, None
                self._looked.set()

    def _answers(self, seconds: float) -> bool:
        try:
            with self._bounded(seconds):
                self._look()
        except StoreUnavailable:
            return False
        except StoreError:  # whatever is wrong, who asks is told
            return True
        return True

    def _gone(self) -> StoreUnavailable:
        return StoreUnavailable(
            f"{self._url} does not answer within {self._seconds:g} seconds; see whether Neo4j works"
            " there, and what its logs say"
        )


def _bound(connection: Any, left: Any) -> None:
    """Have all that is sent and heard take so long at most: seconds, or a deadline; None: any."""
    connection.socket.set_read_deadline(left)
    connection.socket.set_write_deadline(left)
