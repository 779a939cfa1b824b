"""How much memory this process may have, by which is decided what is held in it."""

import os
from pathlib import Path

BOUND = Path("/sys/fs/cgroup/memory.max")
"""Where Linux says what a container may have (cgroup v2): bytes, or ``max``."""


def memory() -> int:
    """Bytes: the machine's, or fewer where a container is bounded."""
    machine = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    try:
        bound = BOUND.read_text().strip()
    except OSError:  # no container, or another system
        return machine
    return min(machine, int(bound)) if bound.isdecimal() else machine
