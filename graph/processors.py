"""How many processors this process may use, by which pools and threads are counted."""

import os


def processors() -> int:
    """How many there are for this process."""
    allowed = getattr(os, "sched_getaffinity", None)  # only where the system can tell
    return len(allowed(0)) if allowed is not None else os.cpu_count() or 1
