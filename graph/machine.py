"""What this process may use of its machine, by which pools, threads and what is held are sized."""

import os
from pathlib import Path

BOUND = Path("/sys/fs/cgroup/memory.max")
"""Where Linux says what a container may have (cgroup v2): bytes, or ``max``."""


def processors() -> int:
    """How many there are for this process."""
    allowed = getattr(os, "sched_getaffinity", None)  # only where the system can tell
    return len(allowed(0)) if allowed is not None else os.cpu_count() or 1


def memory() -> int:
    """Bytes: the machine's, or fewer where a container is bounded."""
    machine = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    try:
        bound = BOUND.read_text().strip()
    except OSError:  # no container, or another system
        return machine
    return min(machine, int(bound)) if bound.isdecimal() else machine
