"""How times are told, and what a machine is: the same for every bench, so that runs compare."""

import os
import platform
import time
from collections.abc import Sequence

import numpy as np

from graph.machine import processors


def percentiles(seconds: Sequence[float]) -> dict[str, float]:
    """How many there are, and the percentiles that the bars name, in milliseconds."""
    p50, p90, p99 = np.percentile(np.asarray(seconds) * 1e3, [50, 90, 99])
    return {"count": len(seconds), "p50": float(p50), "p90": float(p90), "p99": float(p99)}


def told(times: dict[str, float]) -> str:
    """Percentiles as a line has them."""
    return "   ".join(f"{name} {times[name]:7.1f} ms" for name in ("p50", "p90", "p99"))


def fixed_loop() -> float:
    """Milliseconds of a fixed piece of work, to compare machines by, and what else ran on one."""
    began = time.perf_counter()
    sum(number * number for number in range(3_000_000))
    return 1e3 * (time.perf_counter() - began)


def machine() -> dict[str, object]:
    """What this machine is, and how busy it was while it was asked."""
    pages, size = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    return {
        "at": time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime()),
        "processor": platform.machine(),
        "system": platform.system(),
        "cores": processors(),
        "memory_gb": round(pages * size / 1e9, 1),
        "fixed_loop_ms": round(fixed_loop(), 1),
        "load_average": round(os.getloadavg()[0], 2),
    }
