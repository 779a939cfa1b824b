"""A step of the model's training, by `bench.sampling`: on a graph by chance of as many engagements.

In a process of its own, for the sake of its memory; forward, loss, backward and optimizer, on drawn
neighbours, as a training of a graph of this size takes them.
"""

from collections.abc import Iterator
from multiprocessing import get_context

from bench.sampling import A_POST, A_USER, CONFIG, Task, measured
from bench.suite.asking import Asking
from bench.suite.results import STEP, Amount, Figure
from bench.suite.villages import Village

USERS, POSTS = 1_024, 20_000
"""Drawn in a step, or half of all where there are fewer."""


def training(place: Village, asking: Asking) -> Iterator[Figure]:
    """Seconds of one core a step, and the most memory."""
    with get_context("spawn").Pool(1) as alone:
        found = alone.apply(measured, (task_of(place.size),))
    yield Amount(STEP, "torch", place.size, found.seconds, "s")
    yield Amount(f"{STEP}, most memory", "torch", place.size, found.peak, "GB")


def task_of(engagements: int) -> Task:
    """A step on a graph of that size."""
    users = min(USERS, engagements // A_USER // 2)
    posts = min(POSTS, engagements // A_POST // 2)
    return Task("step drawn", engagements, users, posts, CONFIG.neighbours)
