"""The cards that posts are ranked by, as columns."""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import chain

import numpy as np
import numpy.typing as npt
import pandas as pd

from feed.hits import Places
from feed.numbers import Ints, Numbers
from graph.queries.posts import PostCard
from graph.queries.whole import shared

TAGS = 12
"""A post's tags that count for ranking."""
SAME = 3
"""A post's keys as a copy: itself, what it shares, its media."""
GROWTH = 8
"""Room is made for one more of so many posts at a time: more would lie empty."""
NONE = -1
"""In the place of an author, category, ... that a post has not."""


Codes = npt.NDArray[np.int64]
_SINGLE = ("author_id", "category_id", "topic_id", "project_code", "group_id")
AUTHOR, CATEGORY, TOPIC, PROJECT, GROUP = range(len(_SINGLE))
_TAGS = slice(GROUP + 1, GROUP + 1 + TAGS)
_SAME = slice(_TAGS.stop, _TAGS.stop + SAME)


@dataclass(frozen=True, slots=True)
class Cards:
    """Some posts' cards as columns, a row a post."""

    there: npt.NDArray[np.bool_]
    """Whether the post exists and is neither deleted nor unavailable; shape ``(n,)``."""
    popularity: npt.NDArray[np.float64]
    """Shape ``(n,)``."""
    created_at: Ints
    """Unix seconds; 0 where unknown; shape ``(n,)``."""
    codes: Codes
    """What the post has, by code; `NONE` for what it has not. One table of shape
    ``(n, GROUP + 1 + TAGS + SAME)``, so that what is known of a post lies together in memory; of
    all posts it is of 32 bits, and of 64 where some are reckoned with (`at`)."""

    @property
    def author(self) -> Codes:
        """Shape ``(n,)``."""
        return self.codes[:, AUTHOR]

    @property
    def category(self) -> Codes:
        """Shape ``(n,)``."""
        return self.codes[:, CATEGORY]

    @property
    def topic(self) -> Codes:
        """Shape ``(n,)``."""
        return self.codes[:, TOPIC]

    @property
    def project(self) -> Codes:
        """Shape ``(n,)``."""
        return self.codes[:, PROJECT]

    @property
    def group(self) -> Codes:
        """Shape ``(n,)``."""
        return self.codes[:, GROUP]

    @property
    def tags(self) -> Codes:
        """Shape ``(n, TAGS)``."""
        return self.codes[:, _TAGS]

    @property
    def same(self) -> Codes:
        """What the post is a copy of (`PostCard.same_as`); shape ``(n, SAME)``."""
        return self.codes[:, _SAME]

    def at(self, rows: npt.NDArray[np.int64]) -> "Cards":
        """These rows alone."""
        return Cards(
            self.there[rows],
            self.popularity[rows],
            self.created_at[rows],
            # Several times as fast as by brackets.
            self.codes.take(rows, axis=0).astype(np.int64, copy=False),
        )


class CardColumns:
    """Posts' cards by place, each for a time. Safe to share between threads."""

    def __init__(self, numbers: Numbers):
        """Hold no card yet; `numbers` gives places and codes."""
        self._numbers = numbers
        self._lock = threading.Lock()
        self._expires = np.empty(0)
        self._cards = _columns(0)

    def at(self, places: Places) -> Cards:
        """The cards of posts that are held."""
        return self._cards.at(places)

    def likeliest(self) -> tuple[Places, Codes]:
        """The posts that are there, the most popular and the newest first; and who wrote those.

        By whichever of the two a post comes earlier.
        """
        cards = self._cards
        places = np.flatnonzero(cards.there)
        ranks = np.full(len(places), len(places))
        for column in (cards.popularity, cards.created_at):
            order = np.argsort(-column[places], kind="stable")
            ranks[order] = np.minimum(ranks[order], np.arange(len(order)))
        places = places[np.argsort(ranks, kind="stable")]
        authors = cards.author[places]
        _, first = np.unique(authors[authors != NONE], return_index=True)
        return places, authors[authors != NONE][np.sort(first)]

    def stale(self, places: Places, now: float) -> Places:
        """Those of the posts whose card is not held, or no longer."""
        if self._numbers.posts > len(self._expires):
            with self._lock:
                self._grow()
        stale: Places = places[self._expires[places] <= now]
        return stale

    def drop(self, places: Places | None) -> None:
        """Hold the cards of these posts no longer; None: of any."""
        with self._lock:
            if places is None:
                self._expires[:] = -np.inf
            else:
                self._expires[places[places < len(self._expires)]] = -np.inf

    def keep(self, places: Places, cards: Mapping[str, PostCard], until: float) -> None:
        """Take the cards of some posts, by id; a post without one is not there."""
        with self._lock:
            self._grow()
            for place, post_id in zip(places.tolist(), self._numbers.ids(places), strict=True):
                self._expires[place] = until
                self._keep(place, cards.get(post_id))

    def fill(self, cards: pd.DataFrame, until: float) -> None:
        """Take all posts' cards, a row a post, by `PostCard`'s fields."""
        places = self._numbers.places(shared(cards["post_id"]))
        columns = self._columns_of(cards)
        with self._lock:
            self._grow()
            for each in fields(Cards):
                getattr(self._cards, each.name)[places] = getattr(columns, each.name)
            self._expires[places] = until

    def _grow(self) -> None:
        """Make place for every post that has a number."""
        there = len(self._expires)
        if self._numbers.posts <= there:
            return
        more = max(1024, there // GROWTH, self._numbers.posts - there)
        added = _columns(more)
        self._cards = Cards(
            **{
                each.name: np.concatenate(
                    [getattr(self._cards, each.name), getattr(added, each.name)]
                )
                for each in fields(Cards)
            }
        )
        self._expires = np.concatenate([self._expires, np.full(more, -np.inf)])

    def _keep(self, place: int, card: PostCard | None) -> None:
        columns, code = self._cards, self._code
        columns.there[place] = card is not None and not card.deleted and card.available is not False
        if card is None:
            return
        columns.popularity[place] = card.popularity
        columns.created_at[place] = card.created_at or 0
        tags, same = self._numbers.codes(card.tags[:TAGS]), self._numbers.codes(card.same_as)
        own = columns.codes[place]
        own[:] = NONE
        own[AUTHOR], own[CATEGORY] = code(card.author_id), code(card.category_id)
        own[TOPIC], own[PROJECT] = code(card.topic_id), code(card.project_code)
        own[GROUP] = code(card.group_id)
        own[_TAGS][: len(tags)], own[_SAME][: len(same)] = tags, same

    def _code(self, node_id: str | None) -> int:
        return NONE if node_id is None else int(self._numbers.codes([node_id])[0])

    def _columns_of(self, cards: pd.DataFrame) -> Cards:
        created = cards["created_at"].astype("Int64").fillna(0).to_numpy()
        popularity = cards["popularity"].astype("Float64").fillna(0.0).to_numpy()
        deleted = cards["deleted"].astype("boolean").fillna(False)
        available = cards["available"].astype("boolean").fillna(True)
        return Cards(
            there=(available & ~deleted).to_numpy(np.bool_),
            popularity=np.asarray(popularity, np.float64),
            created_at=np.asarray(created, np.int64),
            codes=np.column_stack(
                [
                    *(self._coded(cards[name]) for name in _SINGLE),
                    self._tags_of([() if each is None else each for each in cards["tags"]]),
                    self._same_of(cards),
                ]
            ),
        )

    def _same_of(self, cards: pd.DataFrame) -> Ints:
        """The columns of `PostCard.same_as`, in any order: they are compared as sets."""
        urls = cards["url"].astype("str").str.strip()
        named = ("url " + urls).where(urls.notna() & (urls != ""))
        keys = (cards["post_id"], cards["shares_id"], named)
        return np.column_stack([self._coded(each) for each in keys])

    def _coded(self, ids: pd.Series) -> Ints:
        numbers, names = pd.factorize(ids)
        return np.append(self._numbers.codes(shared(names)), NONE)[numbers]

    def _tags_of(self, tags: Sequence[Sequence[str]]) -> Ints:
        few = [each[:TAGS] for each in tags]
        columns = np.full((len(few), TAGS), NONE, np.int64)
        lengths = np.fromiter(map(len, few), np.int64, len(few))
        flat = pd.Series(list(chain.from_iterable(few)), dtype="str")
        columns[np.arange(TAGS) < lengths[:, None]] = self._coded(flat)
        return columns


def _columns(size: int) -> Cards:
    return Cards(
        there=np.zeros(size, np.bool_),
        popularity=np.zeros(size),
        created_at=np.zeros(size, np.int64),
        codes=np.full((size, _SAME.stop), NONE, np.int32),
    )
