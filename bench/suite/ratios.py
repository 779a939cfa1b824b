"""How many times as long something takes as something else, in one run and for the same people.

Peers beside our feed; and our feed beside writes, and without them.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from bench.suite.results import ALONE, BESIDE, FEED, PEERS, Run, Times

ENGINES = ("ladybug", "neo4j")


@dataclass(frozen=True)
class Ratio:
    """Above 1: our feed is the faster one."""

    peer: str
    engine: str
    """The peer's."""
    against: str
    """The engine of our feed: the peer's own, or the embedded one for a peer on neither."""
    engagements: int
    p50: float
    """The peer's median over that of our feed."""
    p99: float
    requests: int
    """By so many people, whom both answered."""


def ratios(run: Run) -> list[Ratio]:
    """Of each peer that was measured beside our feed."""
    return list(_ratios(run))


def _ratios(run: Run) -> Iterator[Ratio]:
    for peer in run.times:
        if peer.what not in PEERS:
            continue
        against = peer.engine if peer.engine in ENGINES else ENGINES[0]
        ours = run.times_of(FEED, against, peer.engagements)
        if ours is not None:
            yield _ratio(peer, ours)


def _ratio(peer: Times, ours: Times) -> Ratio:
    both = min(len(peer.milliseconds), len(ours.milliseconds))
    theirs, mine = peer.percentiles(both), ours.percentiles(both)
    p50, p99 = (theirs[each] / mine[each] for each in ("p50", "p99"))
    return Ratio(peer.what, peer.engine, ours.engine, peer.engagements, p50, p99, both)


@dataclass(frozen=True)
class Beside:
    """Above 1: reads are slower while others write."""

    engine: str
    engagements: int
    p50: float
    """The median beside writes over that without them."""
    p99: float
    requests: int
    """Of each."""


def beside(run: Run) -> list[Beside]:
    """Of each engine and size where reads were measured beside writes."""
    return list(_beside(run))


def _beside(run: Run) -> Iterator[Beside]:
    for each in run.times:
        alone = run.times_of(ALONE, each.engine, each.engagements)
        if each.what == BESIDE and alone is not None:
            found = _ratio(each, alone)
            yield Beside(each.engine, each.engagements, found.p50, found.p99, found.requests)


def growth(run: Run, engine: str, smaller: int, larger: int) -> float | None:
    """How many times as long a page takes (p50) in the larger village of the same run."""
    few, many = (run.times_of(FEED, engine, size) for size in (smaller, larger))
    if few is None or many is None:
        return None
    return many.percentiles()["p50"] / few.percentiles()["p50"]
