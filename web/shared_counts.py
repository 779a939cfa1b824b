"""How often each caller asked, counted by a process alone or all processes of one server together.

A table in memory that they share, made before they part: a row a caller and span of time, found by
the hash of its name. Where many ask at once and rows are rare, whose span ends first is forgotten.

Spans end by the system's monotonic clock: it counts from when the machine began, so all of its
processes read the same, and nobody can set it. By a clock that is set back an hour, who had asked
too often in a second would have done so for an hour.
"""

import mmap
import struct
import time
from contextlib import AbstractContextManager
from hashlib import blake2b

from limits.storage import Storage

from graph.siblings import ProcessLock

ROWS = 1 << 14
"""Callers that are counted at once; a row of 32 bytes each."""
PROBED = 16
"""Rows from the hashed one on in which a caller may stand."""

_ROW = struct.Struct("=16sdq")
"""The name's digest, until when, and how often."""


class SharedCounts:
    """The table. Safe to share between threads, and by processes that were forked after it."""

    def __init__(self, rows: int = ROWS, turn: AbstractContextManager[object] | None = None):
        """Nobody asked yet.

        Args:
            rows: how many are counted at once.
            turn: whoever counts has it; None: a turn of all processes.
        """
        self._rows, self._memory = rows, mmap.mmap(-1, rows * _ROW.size)
        self._lock: AbstractContextManager[object] = turn or ProcessLock()

    def add(self, name: str, seconds: int, amount: int) -> int:
        """Count so many more; how many in this span of so many seconds since the first."""
        digest, now = _digest(name), time.monotonic()
        with self._lock:
            place, until, count = self._found(digest, now)
            if not count:
                until = now + seconds
            _ROW.pack_into(self._memory, place, digest, until, count + amount)
        return count + amount

    def look(self, name: str) -> tuple[int, float]:
        """How many, and until when that is counted: now, where nobody asked."""
        now = time.monotonic()
        with self._lock:
            _, until, count = self._found(_digest(name), now)
        return count, until if count else now

    def forget(self, name: str | None = None) -> None:
        """Count that caller anew; None: everybody."""
        with self._lock:
            if name is None:
                self._memory[:] = bytes(len(self._memory))
            else:
                place, *_ = self._found(_digest(name), time.monotonic())
                _ROW.pack_into(self._memory, place, bytes(16), 0.0, 0)

    def close(self) -> None:
        """Let go of the memory."""
        self._memory.close()
        if isinstance(self._lock, ProcessLock):
            self._lock.close()

    def _found(self, digest: bytes, now: float) -> tuple[int, float, int]:
        """The caller's row, until when, and how often; one that may be taken has 0."""
        first = int.from_bytes(digest[:8]) % self._rows
        places = [(first + step) % self._rows * _ROW.size for step in range(PROBED)]
        free, soonest = places[0], float("inf")
        for place in places:
            owner, until, count = _ROW.unpack_from(self._memory, place)
            if owner == digest and until > now:
                return place, until, count
            if (ends := until if until > now else 0.0) < soonest:
                free, soonest = place, ends
        return free, 0.0, 0


class SharedStorage(Storage):
    """The table as Flask-Limiter wants it, for its fixed windows."""

    STORAGE_SCHEME = ["shared"]

    def __init__(
        self, uri: str | None = None, wrap_exceptions: bool = False, **options: object
    ) -> None:
        super().__init__(uri, wrap_exceptions)
        counts = options["counts"]
        assert isinstance(counts, SharedCounts)
        self._counts = counts

    @property
    def base_exceptions(self) -> type[Exception]:
        """What may go wrong with it."""
        return OSError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count, and tell how many."""
        return self._counts.add(key, expiry, amount)

    def get(self, key: str) -> int:
        """How many."""
        return self._counts.look(key)[0]

    def get_expiry(self, key: str) -> float:
        """Until when, by the monotonic clock."""
        return self._counts.look(key)[1]

    def check(self) -> bool:
        """It is there."""
        return True

    def reset(self) -> int | None:
        """Count everybody anew."""
        self._counts.forget()
        return None

    def clear(self, key: str) -> None:
        """Count this caller anew."""
        self._counts.forget(key)


def _digest(name: str) -> bytes:
    return blake2b(name.encode(), digest_size=16).digest()
