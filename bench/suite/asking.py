"""Who asks, and how long each of their requests takes: the same for our feed and for every peer."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from graph.progress import progress


@dataclass(frozen=True)
class Asking:
    """What is asked of every way."""

    warm: tuple[str, ...]
    """User ids whose requests come first, and are not counted."""
    viewers: tuple[str, ...]
    """User ids whose are, in this order."""
    patience: float = 60.0
    """Seconds after which a slow way is asked no more, before it counts and then: it has answered
    the first of them."""


def asked(way: Callable[[str], object], asking: Asking, what: str) -> tuple[float, ...]:
    """Milliseconds of each counted request, at least one; what it answers is let go."""
    _until(way, asking.warm, asking.patience, f"warming {what}")
    return _until(way, asking.viewers, asking.patience, what)


def _until(
    way: Callable[[str], object], viewers: tuple[str, ...], patience: float, what: str
) -> tuple[float, ...]:
    found: list[float] = []
    end = time.perf_counter() + patience
    for viewer in progress(viewers, what):
        began = time.perf_counter()
        way(viewer)
        ended = time.perf_counter()
        found.append(1e3 * (ended - began))
        if ended > end:
            break
    return tuple(found)
