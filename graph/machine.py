"""What this process may use of its machine, by which pools, threads and what is held are sized."""

import ctypes
import os
from collections.abc import Iterator
from pathlib import Path

GROUPS = Path("/sys/fs/cgroup")
MINE = Path("/proc/self/cgroup")
"""Where Linux tells which group of each hierarchy this process is in."""
LIMITS = {"": "memory.max", "memory": "memory/memory.limit_in_bytes"}
"""By a controller of a hierarchy (none: cgroup v2), the file with its bound: bytes, or ``max``."""


SPARE = 32 << 20
"""Bytes at a heap's end that are kept when they are free, and not asked for anew each time."""


def processors() -> int:
    """How many there are for this process."""
    allowed = getattr(os, "sched_getaffinity", None)  # only where the system can tell
    return len(allowed(0)) if allowed is not None else os.cpu_count() or 1


def memory() -> int:
    """Bytes: the machine's, or fewer where a container or a service is bounded."""
    machine = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return min([machine, *_bounds()])


def give_back() -> bool:
    """Give the system what lies free in this process's heaps; whether the C library can (glibc).

    Of itself it gives back what is free at a heap's end alone, and something that lasts is soon
    there. It takes some milliseconds for each hundred MB, in which nobody gets memory.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is None:
        return False
    trim(ctypes.c_size_t(SPARE))
    return True


def _bounds() -> Iterator[int]:
    """Of this process's groups, and of those around them."""
    try:
        lines = MINE.read_text().splitlines()
    except OSError:  # another system
        return
    for _, controllers, path in (line.split(":", 2) for line in lines):
        for name, file in LIMITS.items():
            if name in controllers.split(","):
                hierarchy, _, limit = file.rpartition("/")
                group = Path(path.lstrip("/"))
                for each in (group, *group.parents):
                    yield from _bound(GROUPS / hierarchy / each / limit)


def _bound(file: Path) -> Iterator[int]:
    try:
        said = file.read_text().strip()
    except OSError:  # the hierarchy's root has none, nor has a group of which only a part is shown
        return
    if said.isdecimal():
        yield int(said)
