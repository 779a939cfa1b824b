"""What was read lately: the lists that lead to posts, and the cards to rank posts by.

Finding and ranking may rest on what was true some minutes ago; showing may not. So nothing here is
ever shown: a page's posts and people are read anew and pass the gate (`feed.cards`), and who asks
is read anew too. People who ask share friends, tags and posts, so what one request read serves
others.

Posts are numbered as they come (places), so that ranking is a matter of arrays.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import pandas as pd

from feed.card_columns import CardColumns, Cards
from feed.hits import Hits, Places
from feed.numbers import Numbers
from graph.queries import candidates as queries
from graph.queries import ties
from graph.queries.candidates import Listed
from graph.queries.posts import post_cards
from graph.queries.whole import Lists
from graph.store import GraphStore

DERIVED_SECONDS, PEOPLE_SECONDS, NEW_SECONDS, CARD_SECONDS = 600.0, 120.0, 10.0, 60.0
"""For how long it is used again: what changes only when derived edges are rebuilt; what others did
and whom they know; what they posted; a card."""
LASTING = 2.0
"""What was read for all nodes at once lasts so many pauses between two readings, at least."""
MOST = 300_000
"""Posts, or lists; above it all is forgotten. What was read as a whole is not counted."""

ReadLists = Callable[[GraphStore, Sequence[str]], list[Listed]]
ReadPeople = Callable[[GraphStore, Sequence[str]], list[tuple[str, ...]]]
Reader = Callable[..., object]
"""Either of these."""
People = tuple[str, ...]
Read = TypeVar("Read")
Held = TypeVar("Held")

_SECONDS: Mapping[Reader, float] = {
    queries.by_tag: DERIVED_SECONDS,
    queries.by_category: DERIVED_SECONDS,
    queries.by_topic: DERIVED_SECONDS,
    queries.by_mood: DERIVED_SECONDS,
    queries.by_chart: DERIVED_SECONDS,
    queries.similar_to: DERIVED_SECONDS,
    queries.near_people: DERIVED_SECONDS,
    queries.friends_of: PEOPLE_SECONDS,
    ties.interested_people: PEOPLE_SECONDS,
    ties.group_members: PEOPLE_SECONDS,
    queries.engaged_by: PEOPLE_SECONDS,
    queries.written_by: NEW_SECONDS,
    queries.posted_in: NEW_SECONDS,
}


@dataclass(frozen=True, slots=True)
class _Whole:
    """The lists of all nodes, as `graph.queries.whole` read them."""

    until: float
    rows: Mapping[str, int]
    lists: Lists
    places: Places
    """Of the posts in the lists' order; empty where the lists are of people."""

    def hits(self, key: str) -> Hits | None:
        """The node's posts; None where the node was not there when the lists were read."""
        row = self.rows.get(key)
        if row is None:
            return None
        start, end = self.lists.starts[row : row + 2].tolist()
        return Hits(self.places[start:end], self.lists.scores[start:end])

    def people(self, key: str) -> tuple[str, ...] | None:
        """The node's people, as `hits`."""
        row = self.rows.get(key)
        if row is None:
            return None
        start, end = self.lists.starts[row : row + 2].tolist()
        targets = self.lists.targets
        return tuple(targets[code] for code in self.lists.codes[start:end].tolist())


class Remembered(Numbers):
    """Lists and cards, each for a time. Safe to share between threads."""

    def __init__(
        self,
        store: GraphStore,
        patience: float = 1.0,
        clock: Callable[[], float] = time.monotonic,
    ):
        """Remember nothing yet.

        Args:
            store: where lists and cards are read.
            patience: multiplies the times for which they are used again; 0: read anew each time.
            clock: seconds.
        """
        super().__init__()
        self._store = store
        self._patience = patience
        self._clock = clock
        self._cards = CardColumns(self)
        self._lists: dict[tuple[Reader, str], tuple[float, Hits]] = {}
        self._people: dict[tuple[Reader, str], tuple[float, People]] = {}
        self._whole: dict[Reader, _Whole] = {}
        self._filled_posts = 0

    @property
    def full(self) -> bool:
        """Whether it should make place for a new one."""
        posts = self.posts - 2 * self._filled_posts
        return max(posts, len(self._lists) + len(self._people)) > MOST

    def lists(self, read: ReadLists, keys: Sequence[str]) -> list[Hits]:
        """The nodes' lists of posts, in the order of `keys`; what is not remembered is read."""
        return self._held(self._lists, read, keys, _Whole.hits, self._hits)

    def people(self, read: ReadPeople, keys: Sequence[str]) -> list[People]:
        """The nodes' lists of people, in the order of `keys`."""
        return self._held(self._people, read, keys, _Whole.people, tuple)

    def cards(self, places: Places) -> Cards:
        """The posts' cards; those that are not remembered are read."""
        now = self._clock()
        stale = self._cards.stale(places, now)
        if len(stale):
            found = post_cards(self._store, self.ids(stale))
            self._cards.keep(stale, found, now + self._patience * CARD_SECONDS)
        return self._cards.at(places)

    def fill(self, read: ReadLists | ReadPeople, lists: Lists, pause: float) -> None:
        """Take the lists of all nodes.

        Args:
            read: what reads such lists for single nodes.
            lists: all of them.
            pause: seconds until they are read again: they last somewhat longer.
        """
        until = self._clock() + self._patience * max(_SECONDS[read], LASTING * pause)
        places = np.empty(0, np.int64)
        if read not in (queries.friends_of, queries.near_people):
            places = self.places(lists.targets)[lists.codes]
        rows = {key: row for row, key in enumerate(lists.keys)}
        self._whole[read] = _Whole(until, rows, lists, places)

    def fill_cards(self, cards: pd.DataFrame, pause: float) -> None:
        """Take all posts' cards, a row a post, by `PostCard`'s fields; `pause` as in `fill`."""
        self._filled_posts = len(cards)
        seconds = self._patience * max(CARD_SECONDS, LASTING * pause)
        self._cards.fill(cards, self._clock() + seconds)

    def _held(
        self,
        own: dict[tuple[Reader, str], tuple[float, Held]],
        read: Callable[[GraphStore, Sequence[str]], list[Read]],
        keys: Sequence[str],
        of_whole: Callable[["_Whole", str], Held | None],
        made: Callable[[Read], Held],
    ) -> list[Held]:
        """What the nodes' own lists hold, or those of all nodes; the rest is read now."""
        now = self._clock()
        whole = self._whole.get(read)
        if whole is not None and whole.until <= now:
            whole = None
        held: dict[str, Held] = {}
        for key in keys:
            mine = own.get((read, key))
            if mine is not None and mine[0] > now:
                held[key] = mine[1]
            elif whole is not None and (found := of_whole(whole, key)) is not None:
                held[key] = found
        missing = [key for key in dict.fromkeys(keys) if key not in held]
        if missing:
            until = now + self._patience * _SECONDS[read]
            for key, each in zip(missing, read(self._store, missing), strict=True):
                held[key] = made(each)
                own[read, key] = (until, held[key])
        return [held[key] for key in keys]

    def _hits(self, listed: Listed) -> Hits:
        return Hits(self.places(listed.ids), np.asarray(listed.scores, np.float64))
