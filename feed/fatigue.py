"""What tires: posts that were just shown, and whatever a viewer asked to see less of.

All pure functions, in log-odds to be added to a post's score: never above 0, fading with time, and
bounded, so that nothing is held against anybody or anything for good.

* A post that was served *n* times, last *a* seconds ago:
  ``-SERVED * min(log2(1 + n), MOST_DOUBLINGS) * 0.5 ** (a / SERVED_HALF_LIFE)``.
* An author, tag or friend of posts that the viewer hid, each *a* seconds ago:
  ``-min(BOUND, PER_HIDE * sum(share * 0.5 ** (a / HIDE_HALF_LIFE)))``; the share is 1 for an
  author, and 1 / n for each of a post's n tags, and of the n friends that brought it.
"""

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

HOUR, DAY = 3_600, 86_400

JUST_SERVED = 12 * HOUR
"""Seconds for which a served post is kept out while anything else is left: who comes back the same
day meets other posts."""
SERVED = 3.0
"""Log-odds that one serving costs at once."""
MOST_DOUBLINGS = 4.0
SERVED_HALF_LIFE = 3 * DAY

HIDE_HALF_LIFE = 30 * DAY
AUTHOR_PER_HIDE, AUTHOR_BOUND = 1.0, 3.0
TAG_PER_HIDE, TAG_BOUND = 0.5, 2.0
FRIEND_PER_HIDE, FRIEND_BOUND = 0.5, 2.0


class Served(NamedTuple):
    """How often a viewer was served a post; a tuple, for a request reads hundreds."""

    at: int
    """When last, in Unix seconds."""
    times: int


@dataclass(frozen=True, slots=True)
class Hidden:
    """A post that a viewer hid or wanted less of, and what it came with."""

    author_id: str | None
    tags: Collection[str]
    friend_ids: Collection[str]
    """Friends of the viewer who wrote it or engaged with it: who brought it."""
    at: int
    """When it was hidden, in Unix seconds; 0 where nobody knows, which was long ago."""


@dataclass(frozen=True, slots=True)
class Reluctance:
    """Log-odds, never above 0, by what the viewer wanted less of."""

    authors: Mapping[str, float] = field(default_factory=dict)
    tags: Mapping[str, float] = field(default_factory=dict)
    friends: Mapping[str, float] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Whether anything is held against anybody or anything."""
        return bool(self.authors or self.tags or self.friends)

    def against(
        self, author_id: str | None, tags: Iterable[str], friend_ids: Iterable[str] = ()
    ) -> float:
        """What speaks against one post: its author, its least wanted tag, and its friends.

        Of several friends who brought it the one least held against counts: they alone would have
        brought it too.
        """
        against_tags = min((self.tags.get(tag, 0.0) for tag in tags), default=0.0)
        against_friends = max((self.friends.get(each, 0.0) for each in friend_ids), default=0.0)
        return self.authors.get(author_id or "", 0.0) + against_tags + against_friends


def just_served(served: Mapping[str, Served], now: int) -> frozenset[str]:
    """The posts served less than `JUST_SERVED` seconds ago."""
    return frozenset(post_id for post_id, each in served.items() if now - each.at < JUST_SERVED)


def penalty(served: Mapping[str, Served], now: int) -> dict[str, float]:
    """What having been served costs each post, by post id."""
    return {
        post_id: -SERVED
        * min(math.log2(1 + each.times), MOST_DOUBLINGS)
        * _fading(now - each.at, SERVED_HALF_LIFE)
        for post_id, each in served.items()
    }


def reluctance(hidden: Iterable[Hidden], now: int) -> Reluctance:
    """What hidden posts speak against, whatever order they come in."""
    authors: dict[str, list[float]] = {}
    tags: dict[str, list[float]] = {}
    friends: dict[str, list[float]] = {}
    for each in hidden:
        fading = _fading(now - each.at, HIDE_HALF_LIFE)
        if each.author_id is not None:
            authors.setdefault(each.author_id, []).append(fading)
        _share_out(fading, each.tags, tags)
        _share_out(fading, each.friend_ids, friends)
    return Reluctance(
        _bounded(authors, AUTHOR_PER_HIDE, AUTHOR_BOUND),
        _bounded(tags, TAG_PER_HIDE, TAG_BOUND),
        _bounded(friends, FRIEND_PER_HIDE, FRIEND_BOUND),
    )


def _share_out(weight: float, names: Collection[str], found: dict[str, list[float]]) -> None:
    for name in set(names):
        found.setdefault(name, []).append(weight / len(set(names)))


def _bounded(found: Mapping[str, list[float]], per_hide: float, bound: float) -> dict[str, float]:
    return {name: -min(bound, per_hide * math.fsum(weights)) for name, weights in found.items()}


def _fading(age: float, half_life: float) -> float:
    """1 at once, a half after a half-life; what lies ahead of a clock counts as just now."""
    return math.pow(0.5, max(age, 0.0) / half_life)
