"""Few heaps for all threads of a server, which do not grow for what is large.

The C library of most Linux systems (glibc) gives threads heaps of their own, eight a core, so that
none waits for another: Python lets one run at a time anyway. What one thread frees is used again in
its own heap alone, so each of them came to be as large as it ever had to be, and a server that
writes and folds an embedded graph grew with every fold (`python -m bench.soak`). It also takes ever
larger pieces from a heap, where a small one that stays keeps all below it from going back.
"""

import ctypes
import platform

from graph.machine import SPARE

TRIM_THRESHOLD, MMAP_THRESHOLD, ARENA_MAX = -1, -3, -8
"""What mallopt(3) sets, by their numbers in ``malloc.h``."""
LARGE = 1 << 20
"""Bytes of a piece that is asked of the system where a heap has no room, and goes back to it: whole
tables, hardly ever a part of a page."""


def share_heaps() -> bool:
    """Have no further heap from now on; whether it can be. Call it before there are many threads.

    Processes that are forked do likewise. Another C library is left as it is.
    """
    if platform.libc_ver()[0] != "glibc":
        return False
    mallopt = ctypes.CDLL(None).mallopt
    wanted = ((ARENA_MAX, 1), (MMAP_THRESHOLD, LARGE), (TRIM_THRESHOLD, SPARE))
    return all([bool(mallopt(name, value)) for name, value in wanted])
