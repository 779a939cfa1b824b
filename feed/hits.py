"""What a source found, as arrays: places of posts in what is remembered, and its scores."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Places = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

CLOSE = 32
"""Numbers lie close where their range is at most so many times as long as they are many."""


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


@dataclass(frozen=True, slots=True)
class Joined:
    """The lists of several nodes, one after the other."""

    places: Places
    scores: Floats
    starts: npt.NDArray[np.int64]
    """Where each list begins, and where the last one ends; shape ``(number of lists + 1,)``."""

    def __len__(self) -> int:
        return len(self.starts) - 1

    def __getitem__(self, at: int) -> Hits:
        start, end = self.starts[at : at + 2].tolist()
        return Hits(self.places[start:end], self.scores[start:end])

    @property
    def which(self) -> npt.NDArray[np.int64]:
        """By post of a list: the list; of the shape of `places`."""
        return np.repeat(np.arange(len(self)), np.diff(self.starts))

    def having(self, some: Places) -> tuple[npt.NDArray[np.int64], Places, Floats]:
        """Which list has which of `some` places, and its score of it; in the lists' order."""
        there = np.flatnonzero(among(self.places, some))
        which = np.searchsorted(self.starts, there, side="right") - 1
        return which, self.places[there], self.scores[there]

    def first(self, most: int) -> "Joined":
        """The first `most` of each list."""
        ends = np.minimum(self.starts[1:], self.starts[:-1] + most)
        return sliced(self.places, self.scores, self.starts[:-1], ends)


def joined(lists: Sequence[Hits]) -> Joined:
    """The lists as one."""
    starts = np.zeros(len(lists) + 1, np.int64)
    np.cumsum([len(each) for each in lists], out=starts[1:])
    if not starts[-1]:
        return Joined(NOTHING.places, NOTHING.scores, starts)
    places = np.concatenate([each.places for each in lists])
    return Joined(places, np.concatenate([each.scores for each in lists]), starts)


def sliced(
    places: Places | npt.NDArray[np.int32],
    scores: Floats,
    begins: npt.NDArray[np.int64],
    ends: npt.NDArray[np.int64],
) -> Joined:
    """The slices ``begins[i]:ends[i]`` as lists, copied in one go."""
    sizes = ends - begins
    starts = np.zeros(len(begins) + 1, np.int64)
    np.cumsum(sizes, out=starts[1:])
    at = np.arange(starts[-1]) + np.repeat(begins - starts[:-1], sizes)
    return Joined(places[at].astype(np.int64, copy=False), scores[at], starts)


def summed(lists: Joined) -> Hits:
    """Each post of the lists with its scores added up, in the lists' order."""
    if not len(lists.places):
        return NOTHING
    places, which = told_apart(lists.places)
    sums = np.bincount(which, lists.scores, len(places))
    return Hits(places, sums.astype(np.float64))


def weighed(lists: Joined, weights: Sequence[float]) -> Hits:
    """Each post with the weights of the lists that have it added up; a list has it once."""
    return summed(Joined(lists.places, np.asarray(weights)[lists.which], lists.starts))


def counted(lists: Joined, others: Joined | None = None) -> Hits:
    """Each post with the number of people who have it in their list, or in their other one."""
    places = lists.places
    if others is not None and len(others.places):
        people = max(len(lists), len(others))
        both = np.concatenate([places, others.places])
        whose = np.concatenate([lists.which, others.which])
        places = distinct(both * people + whose) // people
    else:
        places = np.sort(places)
    starts = np.flatnonzero(_new(places))
    times = np.diff(starts, append=len(places))
    return Hits(places[starts], times.astype(np.float64))


def latest(lists: Joined) -> Hits:
    """Each post of the lists with its highest score."""
    if not len(lists.places):
        return NOTHING
    order = np.lexsort((-lists.scores, lists.places))
    places = lists.places[order]
    first = _new(places)
    return Hits(places[first], lists.scores[order][first])


def distinct(places: Places) -> Places:
    """Each of the places once, ascending."""
    # Some hundred whole numbers: several times as fast as `np.unique`, which hashes them (2.4).
    ordered = np.sort(places)
    return ordered[_new(ordered)]


def told_apart(numbers: Places) -> tuple[Places, npt.NDArray[np.intp]]:
    """The distinct numbers, ascending, and which of them each is: as ``np.unique`` tells.

    Numbers that lie close are looked up in a table, which is faster than to sort them.
    """
    lowest = int(numbers.min())
    at = numbers - lowest
    size = int(at.max()) + 1
    if size > CLOSE * len(numbers):
        found, which = np.unique(numbers, return_inverse=True)
        return found, which
    there = np.zeros(size, np.bool_)
    there[at] = True
    found = np.flatnonzero(there)
    place = np.empty(size, np.intp)
    place[found] = np.arange(len(found))
    return found + lowest, place[at]


def _new(ordered: Places) -> npt.NDArray[np.bool_]:
    """Which of the places, that are in order, differ from the one before."""
    new = np.ones(len(ordered), np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=new[1:])
    return new


def best(hits: Hits, most: int, ties: npt.NDArray[np.uint64]) -> Hits:
    """The `most` highest, in no order; of equals at the cut, the lower of `ties` (by place) stays.

    A score that is none (NaN) is the lowest.
    """
    if len(hits) <= most:
        return hits
    lowness = np.where(np.isnan(hits.scores), np.inf, -hits.scores)
    cut = np.partition(lowness, most - 1)[most - 1]
    above, equal = np.flatnonzero(lowness < cut), np.flatnonzero(lowness == cut)
    room = most - len(above)
    if room < len(equal):
        equal = equal[np.argpartition(ties[hits.places[equal]], room)[:room]]
    kept = np.sort(np.concatenate([above, equal]))
    return Hits(hits.places[kept], hits.scores[kept])


def looked_up(hits: Hits, places: Places) -> Floats:
    """What the source says of these posts; 0 of those that it did not find."""
    found = np.zeros(len(places))
    if not len(hits):
        return found
    ordered, scores = hits.places, hits.scores
    if not (ordered[1:] > ordered[:-1]).all():
        order = np.argsort(ordered)
        ordered, scores = ordered[order], scores[order]
    at = np.minimum(np.searchsorted(ordered, places), len(ordered) - 1)
    return np.where(ordered[at] == places, scores[at], found)


def looked_up_many(hits: Hits, places: Places) -> Floats:
    """As `looked_up`, of numbers in any shape, which are many times as many as the hits.

    Hits that lie close are a table, which is faster than to search them.
    """
    if not len(hits):
        return np.zeros(places.shape)
    lowest = int(hits.places.min())
    size = int(hits.places.max()) - lowest + 1
    if size > CLOSE * places.size:
        return looked_up(hits, places.ravel()).reshape(places.shape)
    table = np.zeros(size + 1)
    table[hits.places - lowest] = hits.scores
    return np.asarray(table[_within(places, lowest, size)])


def among(places: Places, some: Places) -> npt.NDArray[np.bool_]:
    """Which of `places` (or codes) are in `some`; of the shape of `places`."""
    if not len(some):
        return np.zeros(places.shape, np.bool_)
    lowest = int(some.min())
    size = int(some.max()) - lowest + 1
    table = np.zeros(size + 1, np.bool_)
    table[some - lowest] = True
    return np.asarray(table[_within(places, lowest, size)])


def _within(places: Places, lowest: int, size: int) -> Places:
    """Where each is in a table of so many from the lowest on; `size` of those that are outside."""
    # As unsigned, what is below the lowest is above the highest too.
    return np.minimum((places - lowest).view(np.uint64), np.uint64(size)).view(np.int64)
