"""What a source found, as arrays: places of posts in what is remembered, and its scores."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Places = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Hits:
    """Posts, each once, and what the source says of each; two sources' scores do not compare."""

    places: Places
    """Of `feed.remembered.Remembered`; shape ``(n,)``."""
    scores: Floats
    """Shape ``(n,)``."""

    def __len__(self) -> int:
        return len(self.places)


NOTHING = Hits(np.empty(0, np.int64), np.empty(0, np.float64))


def summed(lists: Sequence[Hits]) -> Hits:
    """Each post of the lists with its scores added up, in the lists' order."""
    if not any(len(each) for each in lists):
        return NOTHING
    places, which = np.unique(np.concatenate([each.places for each in lists]), return_inverse=True)
    sums = np.bincount(which, np.concatenate([each.scores for each in lists]), len(places))
    return Hits(places, sums.astype(np.float64))


def counted(lists: Sequence[Hits], others: Sequence[Hits] = ()) -> Hits:
    """Each post with the number of people who have it in their list, or in their other one."""
    every = [*lists, *others]
    if not any(len(each) for each in every):
        return NOTHING
    places = np.concatenate([each.places for each in every])
    if others:
        people = [*range(len(lists)), *range(len(others))]
        size = int(places.max()) + 1
        whose = np.repeat(people, [len(each) for each in every])
        places = np.unique(whose * size + places) % size
    found, times = np.unique(places, return_counts=True)
    return Hits(found, times.astype(np.float64))


def latest(lists: Sequence[Hits]) -> Hits:
    """Each post of the lists with its highest score."""
    lists = [each for each in lists if len(each)]
    if not lists:
        return NOTHING
    places, which = np.unique(np.concatenate([each.places for each in lists]), return_inverse=True)
    highest = np.full(len(places), -np.inf)
    np.maximum.at(highest, which, np.concatenate([each.scores for each in lists]))
    return Hits(places, highest)


def best(hits: Hits, most: int, ties: npt.NDArray[np.uint64]) -> Hits:
    """The `most` highest; of equals at the cut, the lower of `ties` (by place) stays."""
    if len(hits) <= most:
        return hits
    order = np.lexsort((ties[hits.places], -hits.scores))[:most]
    return Hits(hits.places[order], hits.scores[order])


def looked_up(hits: Hits, places: Places) -> Floats:
    """What the source says of these posts; 0 of those that it did not find."""
    found = np.zeros(len(places))
    if not len(hits):
        return found
    order = np.argsort(hits.places)
    ordered = hits.places[order]
    at = np.minimum(np.searchsorted(ordered, places), len(ordered) - 1)
    there = ordered[at] == places
    found[there] = hits.scores[order][at[there]]
    return found


def among(places: Places, some: Places) -> npt.NDArray[np.bool_]:
    """Which of `places` (or codes) are in `some`; of the shape of `places`."""
    return np.isin(places, some, kind="table")
