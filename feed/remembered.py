"""What was read lately: the lists that lead to posts, and the cards to rank posts by.

Finding and ranking may rest on what was true some minutes ago; showing may not. So nothing here is
ever shown: a page's posts and people are read anew and pass the gate (`feed.cards`), and who asks
is read anew too. People who ask share friends, tags and posts, so what one request read serves
others.

Posts are numbered as they come (places), so that ranking is a matter of arrays.
"""

import math
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Generic, NamedTuple, TypeVar

import numpy as np
import pandas as pd

from feed.card_columns import CardColumns, Cards
from feed.hits import Hits, Joined, Places, joined
from feed.numbers import Numbers
from feed.whole_lists import WholeLists
from graph.ahead import ahead
from graph.queries import candidates as queries
from graph.queries import ties
from graph.queries.candidates import Listed
from graph.queries.posts import cards_call, post_cards
from graph.queries.whole import Lists
from graph.store import Call, GraphStore

DERIVED_SECONDS, PEOPLE_SECONDS, NEW_SECONDS, CARD_SECONDS = 600.0, 120.0, 10.0, 60.0
"""For how long it is used again: derived edges; what others did and whom they know; what they
posted; a card."""
LASTING = 2.0
"""What was read for all nodes at once lasts so many pauses between two readings, at least."""
NOBODY = ("",)
"""Keys that no node has."""
MOST = 300_000
"""Posts, or lists; above it all is forgotten. What was read as a whole is not counted."""

ReadLists = Callable[[GraphStore, Sequence[str]], list[Listed]]
ReadPeople = Callable[[GraphStore, Sequence[str]], list[tuple[str, ...]]]
People = tuple[str, ...]
Read = TypeVar("Read")
Held = TypeVar("Held")

_SECONDS: Mapping[queries.Reader, float] = {
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
_OF_PEOPLE: frozenset[queries.Reader] = frozenset(
    {queries.friends_of, ties.interested_people, ties.group_members}
)
_WEIGHED: frozenset[queries.Reader] = frozenset({queries.near_people})
"""Readers of people, and of people with scores; the others read posts."""


@dataclass(frozen=True, slots=True)
class _Own(Generic[Held]):
    """What was read for one node."""

    mark: int
    until: float
    held: Held


class _Reading(NamedTuple):
    """Where is read what is not remembered, and as of when."""

    store: GraphStore
    mark: int
    """Of its changes, before anything was read."""


class Remembered(Numbers):
    """Lists and cards, each for a time. Safe to share between threads.

    What this process writes is dropped at once (`graph.changes`); where no other can write, that is
    all that ends it. Elsewhere times end it too.
    """

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
        self._changes = store.changes
        self._patience = patience
        self._clock = clock
        self._cards = CardColumns(self)
        self._cards_mark = self._changes.mark()
        self._catching_up = threading.Lock()
        self._lists: dict[queries.Reader, dict[str, _Own[Hits]]] = defaultdict(dict)
        self._people: dict[queries.Reader, dict[str, _Own[People]]] = defaultdict(dict)
        self._weighed: dict[queries.Reader, dict[str, _Own[Listed]]] = defaultdict(dict)
        self._whole: dict[queries.Reader, WholeLists] = {}
        self._filled_posts = 0
        self.viewers = dict[str, str]()
        """Whom the names of those who asked led to, by username; a guess, as all of this."""

    @property
    def full(self) -> bool:
        """Whether it should make place for a new one."""
        posts = self.posts - 2 * self._filled_posts
        kinds = (self._lists, self._people, self._weighed)
        own = sum(len(each) for kind in kinds for each in kind.values())
        return max(posts, own, len(self.viewers)) > MOST

    def lists(self, read: ReadLists, keys: Sequence[str]) -> Joined:
        """The nodes' lists of posts, in the order of `keys`; what is not remembered is read."""
        own, whole, most = self._lists[read], self._whole_of(read), _most_of(read)
        if whole is not None and own.keys().isdisjoint(keys):
            rows = whole.rows_of(keys, self._changes)
            if rows is not None:
                return whole.joined(rows, most)

        def of_whole(whole: WholeLists, row: int) -> Hits:
            return whole.joined([row], most)[0]

        return joined(self._held(own, whole, read, keys, of_whole, self._hits))

    def people(self, read: ReadPeople, keys: Sequence[str]) -> list[People]:
        """The nodes' lists of people, in the order of `keys`."""
        own, whole, most = self._people[read], self._whole_of(read), _most_of(read)
        if whole is not None and own.keys().isdisjoint(keys):
            rows = whole.rows_of(keys, self._changes)
            if rows is not None:
                return [whole.people(row, most) for row in rows]

        def of_whole(whole: WholeLists, row: int) -> People:
            return whole.people(row, most)

        return self._held(own, whole, read, keys, of_whole, tuple)

    def weighed(self, read: ReadLists, keys: Sequence[str]) -> list[Listed]:
        """The nodes' lists of people with their scores, in the order of `keys`."""
        most = _most_of(read)

        def of_whole(whole: WholeLists, row: int) -> Listed:
            return whole.weighed(row, most)

        return self._held(self._weighed[read], self._whole_of(read), read, keys, of_whole, _same)

    def rehearse(self) -> None:
        """Have a server plan how lists are read, alone and together, before anybody waits for it.

        Raises:
            StoreError: it cannot be asked.
        """
        if not self._changes.alone:
            for read in queries.READERS:
                read(self._store, NOBODY)
            post_cards(self._store, ())
            self._store.run_all(_together({}, ()))

    def cards(self, places: Places) -> Cards:
        """The posts' cards; those that are not remembered are read."""
        stale = self._stale(places)
        if len(stale):
            self._read_cards(stale, self._store)
        return self._cards.at(places)

    def likeliest(self) -> tuple[list[str], list[str]]:
        """Posts of which cards are remembered, those first that feeds are likeliest to bring.

        And those who wrote them, in the same order.
        """
        places, authors = self._cards.likeliest()
        return self.ids(places), self.names(authors.tolist())

    def read_ahead(
        self, lists: Iterable[tuple[queries.Reader, Sequence[str]]], posts: Sequence[str]
    ) -> None:
        """Read what is not remembered of all that is going to be asked for, in one round.

        Nothing where no server is asked; else each kind of list would cost a way there.

        Args:
            lists: nodes' lists, by what reads them.
            posts: whose cards.

        Raises:
            StoreError: it cannot be read; nothing is remembered of it.
        """
        if self._changes.alone or self._patience == 0.0:
            return
        mark, wanted = self._changes.mark(), defaultdict[queries.Reader, list[str]](list)
        for read, keys in lists:
            wanted[read] += keys
        lacking = {read: self._lacking(read, keys) for read, keys in wanted.items()}
        stale = self._stale(self.places(posts))
        if sum(map(bool, lacking.values())) + (len(stale) > 0) < 2:  # as whoever needs it asks
            return
        reading = _Reading(ahead(self._store, _together(lacking, self.ids(stale))), mark)
        if len(stale):
            self._read_cards(stale, reading.store)
        for read, few in lacking.items():
            if few:
                own, made = self._kind(read)
                self._read(own, read, few, made, reading)

    def fill(self, read: ReadLists | ReadPeople, lists: Lists, mark: int, pause: float) -> None:
        """Take the lists of all nodes.

        Args:
            read: what reads such lists for single nodes.
            lists: all of them.
            mark: of the store's changes, before they were read.
            pause: seconds until they are read again: they last somewhat longer.
        """
        places = np.empty(0, np.int32)
        if read not in _OF_PEOPLE | _WEIGHED:
            places = self.places(lists.targets).astype(np.int32)[lists.codes]
        rows = {key: row for row, key in enumerate(lists.keys)}
        until = self._until(max(_SECONDS[read], LASTING * pause))
        self._whole[read] = WholeLists(mark, until, rows, lists, places)

    def fill_cards(self, cards: pd.DataFrame, mark: int, pause: float) -> None:
        """Take all posts' cards, a row a post, by `PostCard`'s fields; the rest as in `fill`."""
        self._filled_posts = len(cards)
        self._cards.fill(cards, self._until(max(CARD_SECONDS, LASTING * pause)))
        self.sort()
        with self._catching_up:
            self._cards_mark = min(self._cards_mark, mark)

    def _until(self, seconds: float) -> float:
        """When what is read now ends; never, where no write goes unnoticed."""
        if self._changes.alone and self._patience > 0.0:
            return math.inf
        return self._clock() + self._patience * seconds

    def _catch_up(self) -> None:
        """Drop the cards of posts that were written to since this was last asked."""
        if self._cards_mark == self._changes.mark():
            return
        with self._catching_up:
            mark = self._changes.mark()
            written = self._changes.since(self._cards_mark)
            self._cards.drop(None if written is None else self.known_places(written))
            self._cards_mark = mark

    def _stale(self, places: Places) -> Places:
        self._catch_up()
        return self._cards.stale(places, self._clock())

    def _read_cards(self, places: Places, store: GraphStore) -> None:
        found = post_cards(store, self.ids(places))
        self._cards.keep(places, found, self._until(CARD_SECONDS))

    def _whole_of(self, read: queries.Reader) -> WholeLists | None:
        whole = self._whole.get(read)
        return None if whole is None or whole.until <= self._clock() else whole

    def _held(
        self,
        own: dict[str, "_Own[Held]"],
        whole: WholeLists | None,
        read: Callable[[GraphStore, Sequence[str]], list[Read]],
        keys: Sequence[str],
        of_whole: Callable[[WholeLists, int], Held],
        made: Callable[[Read], Held],
    ) -> list[Held]:
        """What the nodes' own lists hold, or those of all nodes; the rest is read now."""
        now, changes = self._clock(), self._changes
        held: dict[str, Held] = {}
        for key in keys:
            if (mine := self._current(own, key, now)) is not None:
                held[key] = mine.held
            elif whole is not None and (rows := whole.rows_of([key], changes)) is not None:
                held[key] = of_whole(whole, rows[0])
        missing = [key for key in dict.fromkeys(keys) if key not in held]
        if missing:
            held |= self._read(own, read, missing, made, _Reading(self._store, changes.mark()))
        return [held[key] for key in keys]

    def _read(
        self,
        own: dict[str, "_Own[Held]"],
        read: Callable[[GraphStore, Sequence[str]], list[Read]],
        keys: Sequence[str],
        made: Callable[[Read], Held],
        reading: _Reading,
    ) -> dict[str, Held]:
        until = self._until(_SECONDS[read])
        held = {key: made(each) for key, each in zip(keys, read(reading.store, keys), strict=True)}
        own.update((key, _Own(reading.mark, until, each)) for key, each in held.items())
        return held

    def _current(
        self, own: Mapping[str, "_Own[Held]"], key: str, now: float
    ) -> "_Own[Held] | None":
        """What was read for the node, if it still holds."""
        mine = own.get(key)
        if mine is None or mine.until <= now or not self._changes.holds(mine.mark, key):
            return None
        return mine

    def _lacking(self, read: queries.Reader, keys: Sequence[str]) -> list[str]:
        """Those of the nodes whose lists `_held` would read now."""
        own, whole, now = self._kind(read)[0], self._whole_of(read), self._clock()
        if whole is not None and own.keys().isdisjoint(keys):
            if whole.rows_of(keys, self._changes) is not None:
                return []

        def lacks(key: str) -> bool:
            if self._current(own, key, now) is not None:
                return False
            return whole is None or whole.rows_of([key], self._changes) is None

        return [key for key in dict.fromkeys(keys) if lacks(key)]

    def _kind(self, read: queries.Reader) -> tuple[dict[str, "_Own[Any]"], Callable[[Any], Any]]:
        """In what the reader's lists of single nodes are held, and what is made of each."""
        if read in _OF_PEOPLE:
            return self._people[read], tuple
        return (self._weighed[read], _same) if read in _WEIGHED else (self._lists[read], self._hits)

    def _hits(self, listed: Listed) -> Hits:
        return Hits(self.places(listed.ids), np.asarray(listed.scores, np.float64))


def _together(
    lacking: Mapping[queries.Reader, Sequence[str]], post_ids: Sequence[str]
) -> list[Call]:
    """All of it; of nobody where nothing is lacking: a server plans anew for each other way."""
    calls = (queries.calls_of(read, lacking.get(read) or NOBODY) for read in queries.READERS)
    return [*chain.from_iterable(calls), cards_call(post_ids)]


def _most_of(read: queries.Reader) -> int | None:
    """How many of a node's list the reader gives, where the whole table has more."""
    most: Mapping[queries.Reader, int] = {
        queries.engaged_by: queries.ENGAGED,
        queries.near_people: queries.NEAR,
    }
    return most.get(read)


def _same(listed: Listed) -> Listed:
    return listed
