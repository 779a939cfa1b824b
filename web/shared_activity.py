"""What the workers of one server tell, through memory they share, of what they are asked for.

So a process beside them knows when nobody asks for anything. Each worker writes into a row of its
own until when something is so, as far as is known: a moment to come while somebody is answered,
then the one at which that ended. A worker that died is taken for busy no longer than that.
"""

import mmap
import struct
import time

ROWS = 64
"""Workers at most; one that is started anew gets another's row only after so many more."""
LONG = 1.0
"""Seconds for which a request goes on, as far as the others know, unless more is told."""

_ROW = struct.Struct("=ddd")
"""Until when somebody acts, waits, or is there at all, by the system's monotonic clock."""


class SharedActivity:
    """The rows. Safe to share between threads, and by processes that were forked after it."""

    def __init__(self) -> None:
        """Nobody asked yet."""
        self._memory = mmap.mmap(-1, 1 + ROWS * _ROW.size)

    def of_worker(self, number: int) -> "OwnActivity":
        """The row of a worker whose number no other has at this time."""
        return OwnActivity(self._memory, 1 + number % ROWS * _ROW.size)

    @property
    def filled(self) -> bool:
        """Whether any worker has read what it wants for requests."""
        return self._memory[0] > 0

    @property
    def acted_on(self) -> bool:
        """Whether anybody acts or waits to."""
        return self._untils[0] > time.monotonic()

    @property
    def crowded(self) -> bool:
        """Whether anybody waits."""
        return self._untils[1] > time.monotonic()

    @property
    def idle(self) -> float:
        """Seconds for which nobody acted or read, or waited to."""
        return max(0.0, time.monotonic() - self._untils[2])

    @property
    def _untils(self) -> tuple[float, float, float]:
        """Of all workers."""
        acts, waits, there = zip(*_ROW.iter_unpack(self._memory[1:]), strict=True)
        return max(acts), max(waits), max(there)

    def close(self) -> None:
        """Let go of the memory."""
        self._memory.close()


class OwnActivity:
    """One worker's row."""

    def __init__(self, memory: mmap.mmap, place: int):
        self._memory, self._place = memory, place

    def tell(self, acts: bool, waits: bool, there: bool) -> None:
        """What is so in this worker from now on; for one thread at a time.

        Args:
            acts: whether somebody acts, or waits to.
            waits: whether somebody waits for a turn.
            there: whether somebody is answered, or waits.
        """
        now = time.monotonic()
        acting, waiting, asking = (now + LONG if each else now for each in (acts, waits, there))
        _ROW.pack_into(self._memory, self._place, acting, waiting, asking)

    def fill(self) -> None:
        """It has read what it wants for requests."""
        self._memory[0] = 1
