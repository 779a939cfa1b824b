"""The file of an embedded graph: open here alone, and opened anew now and then.

While it is open the engine lets go of little (Ladybug 0.22): pages that were read once stay in its
pool until that is full, and what it plans with grows. Opened anew, in some 30 ms whether it is
empty or has four million edges, it has none of that. Its own lock on the file ends when it is
closed, so that somebody else could have the file before it is open again: another lock lasts from
the first opening to the end. Whoever opens a graph here asks for that one first.
"""

import ctypes
import fcntl
import logging
import os
import threading
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

import ladybug

from graph.errors import StoreError, StoreUnavailable
from graph.ladybug_errors import held_elsewhere, translated

log = logging.getLogger(__name__)

BUFFER_POOL = 4 << 30
"""Bytes at most: a whole table lies there while it is read, which for 5 M edges needs more than
1 GB. Serving uses less: the file lies in the system's cache, and larger pools were no faster."""

_open_here: set[Path] = set()
"""The graphs that this process holds: the locks stop other processes only."""
_registering = threading.Lock()


class LadybugFile:
    """The engine's database at a path. Safe to share between threads, but for what is said."""

    is_open = False
    """Whether it was not closed for good."""

    def __init__(self, path: Path):
        """Open or make the graph at `path`; its folder is made too.

        Raises:
            StoreUnavailable: it is open already, here or elsewhere, or cannot be opened.
            StoreError: the engine cannot read it.
        """
        self.path = path
        self._opening = threading.Lock()
        self._database: Any = None
        self._lock: int | None = None
        with _registering:
            if path in _open_here:
                raise StoreUnavailable(f"{path} is open in this process already; share that store")
            _open_here.add(path)
        self.is_open = True
        try:
            with translated(str(path), opening=True):
                path.parent.mkdir(parents=True, exist_ok=True)
                if path.exists():
                    self._hold()
            self._database = self._opened()
            with translated(str(path), opening=True):
                self._hold()
        except BaseException:
            self.close()
            raise

    def connection(self, threads: int = 1) -> Any:
        """A new connection, on whose queries so many of the engine's threads work.

        Raises:
            StoreUnavailable: it was closed.
            StoreError: the graph was to be opened anew and could not be, and cannot be now.
        """
        with self._opening:
            if not self.is_open:
                raise StoreUnavailable(f"{self.path} was closed; open it again")
            if self._database is None:
                self._database = self._opened()
            return ladybug.Connection(self._database, num_threads=threads)

    def reopen(self) -> None:
        """Close it and open it anew, which lets go of whatever the engine kept.

        Nobody may have a connection, or ask for one meanwhile. Where it cannot be opened, the next
        who asks for a connection tries again.
        """
        with self._opening:
            before, self._database = self._database, None
            before.close()
            try:
                self._database = self._opened()
            except StoreError as error:
                log.warning("the graph is closed until somebody asks for it again: %s", error)

    def close(self) -> None:
        """Let go of the file; nobody may have a connection."""
        with self._opening:
            before, self._database = self._database, None
            if before is not None:
                before.close()
            self._let_go()

    def abandon(self, connections: Iterable[Any]) -> None:
        """Leave the engine's objects to the end of the process, which must not free them.

        On a full disk their destructors write, fail, and abort the process (Ladybug 0.22) before
        it could say why. The log holds every acknowledged write for the next opening.
        """
        with self._opening:
            for kept in (self._database, *connections):
                ctypes.pythonapi.Py_IncRef(ctypes.py_object(kept))
            self._let_go()

    def _opened(self) -> Any:
        with translated(str(self.path), opening=True):
            database = ladybug.Database(
                str(self.path),
                buffer_pool_size=BUFFER_POOL,
                auto_checkpoint=False,
                throw_on_wal_replay_failure=False,
            )
            # Else it folds once more when it is closed, and where the disk is full by then it
            # ends the process (Ladybug 0.22).
            with closing(ladybug.Connection(database, num_threads=1)) as connection:
                done: Any = connection.execute("CALL force_checkpoint_on_close=false")
                done.close()
            return database

    def _hold(self) -> None:
        """Have the lock that lasts, unless it is had already."""
        if self._lock is not None:
            return
        # A file that is closed takes with it all locks of the engine's kind that this process has
        # on it. So it stays open as long as the graph is, and its lock is of another kind.
        self._lock = os.open(self.path, os.O_RDONLY)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise held_elsewhere(str(self.path)) from error
        except OSError as error:  # of a file system without such locks: the engine's has to do
            log.info("%s has the engine's lock alone: %s", self.path, error)

    def _let_go(self) -> None:
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None
        if self.is_open:
            self.is_open = False
            _open_here.discard(self.path)
