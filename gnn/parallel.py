"""Independent steps side by side: numpy and scipy let other threads run while they compute."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

from threadpoolctl import threadpool_limits

from graph.machine import processors

Item = TypeVar("Item")
Result = TypeVar("Result")
THREADS = 8
"""At most so many: each holds a step's memory."""


def side_by_side(step: Callable[[Item], Result], items: Iterable[Item]) -> list[Result]:
    """What a step makes of each item, in their order: the same results whatever the threads.

    Args:
        step: must not write what another one reads.
        items: what the steps are about.
    """
    with ThreadPoolExecutor(min(THREADS, processors())) as pool:
        return list(pool.map(step, items))


@contextmanager
def calm() -> Iterator[None]:
    """BLAS in one thread, in the whole process: its threads wait for each other in small steps."""
    with threadpool_limits(1, "blas"):
        yield


def calm_from_now_on() -> None:
    """As `calm`, until the process ends: for one that answers many, each with little to compute.

    With BLAS' own two threads a page that is ranked by a model took eleven times as long as one
    without, where others wanted the processors too (docs/performance.md).
    """
    threadpool_limits(1, "blas")
