"""What was read lately: the lists that lead to posts, and the cards to rank posts by.

Finding and ranking may rest on what was true some minutes ago; showing may not. So nothing here is
ever shown: a page's posts and people are read anew and pass the gate (`feed.cards`), and who asks
is read anew too. People who ask share friends, tags and posts, so what one request read serves
others.

Posts are numbered as they come (places), so that ranking is a matter of arrays.
"""

import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

from feed.hits import Hits, Places
from graph.queries import candidates as queries
from graph.queries.candidates import Listed
from graph.queries.posts import PostCard, post_cards
from graph.store import GraphStore

DERIVED_SECONDS, PEOPLE_SECONDS, NEW_SECONDS, CARD_SECONDS = 600.0, 120.0, 10.0, 60.0
"""For how long it is used again: what changes only when derived edges are rebuilt; what others did
and whom they know; what they posted; a card."""
MOST = 300_000
"""Posts, or lists; above it all is forgotten."""
TAGS = 12
"""A post's tags that count for ranking."""
NONE = -1
"""In the place of an author, category, ... that a post has not."""

Ints = npt.NDArray[np.int64]
ReadLists = Callable[[GraphStore, Sequence[str]], list[Listed]]
ReadPeople = Callable[[GraphStore, Sequence[str]], list[tuple[str, ...]]]


_SECONDS: Mapping[ReadLists | ReadPeople, float] = {
    queries.by_tag: DERIVED_SECONDS,
    queries.by_category: DERIVED_SECONDS,
    queries.by_topic: DERIVED_SECONDS,
    queries.by_mood: DERIVED_SECONDS,
    queries.by_chart: DERIVED_SECONDS,
    queries.similar_to: DERIVED_SECONDS,
    queries.near_people: DERIVED_SECONDS,
    queries.friends_of: PEOPLE_SECONDS,
    queries.engaged_by: PEOPLE_SECONDS,
    queries.written_by: NEW_SECONDS,
    queries.posted_in: NEW_SECONDS,
}


@dataclass(frozen=True, slots=True)
class Cards:
    """Some posts' cards as columns; each of shape ``(n,)``, `tags` of shape ``(n, TAGS)``."""

    there: npt.NDArray[np.bool_]
    """Whether the post exists and is neither deleted nor unavailable."""
    popularity: npt.NDArray[np.float64]
    created_at: Ints
    """Unix seconds; 0 where unknown."""
    author: Ints
    """Codes, as in the columns below; `NONE` for none."""
    category: Ints
    topic: Ints
    project: Ints
    group: Ints
    tags: Ints

    def at(self, rows: npt.NDArray[np.int64]) -> "Cards":
        """These rows alone."""
        return Cards(**{each.name: getattr(self, each.name)[rows] for each in fields(self)})


class Remembered:
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
        self._store = store
        self._patience = patience
        self._clock = clock
        self._lock = threading.RLock()
        self._places: dict[str, int] = {}
        self._ids: list[str] = []
        self._codes: dict[str, int] = {}
        self._names: list[str] = []
        self._ties = np.empty(0, np.uint64)
        self._expires = np.empty(0)
        self._cards = _columns(0)
        self._lists: dict[tuple[ReadLists, str], tuple[float, Hits]] = {}
        self._people: dict[tuple[ReadPeople, str], tuple[float, tuple[str, ...]]] = {}

    @property
    def full(self) -> bool:
        """Whether it should make place for a new one."""
        return max(len(self._ids), len(self._lists) + len(self._people)) > MOST

    def lists(self, read: ReadLists, keys: Sequence[str]) -> list[Hits]:
        """The nodes' lists of posts, in the order of `keys`; what is not remembered is read."""
        now = self._clock()
        held = {key: self._lists.get((read, key)) for key in keys}
        missing = [key for key, each in held.items() if each is None or each[0] <= now]
        if missing:
            until = now + self._patience * _SECONDS[read]
            for key, listed in zip(missing, read(self._store, missing), strict=True):
                hits = Hits(self.places(listed.ids), np.asarray(listed.scores, np.float64))
                held[key] = self._lists[read, key] = (until, hits)
        return [each[1] for key in keys if (each := held[key]) is not None]

    def people(self, read: ReadPeople, keys: Sequence[str]) -> list[tuple[str, ...]]:
        """The nodes' lists of people, in the order of `keys`."""
        now = self._clock()
        held = {key: self._people.get((read, key)) for key in keys}
        missing = [key for key, each in held.items() if each is None or each[0] <= now]
        if missing:
            until = now + self._patience * _SECONDS[read]
            for key, ids in zip(missing, read(self._store, missing), strict=True):
                held[key] = self._people[read, key] = (until, ids)
        return [each[1] for key in keys if (each := held[key]) is not None]

    def places(self, ids: Iterable[str]) -> Places:
        """The posts' numbers; a post that was never met gets the next one."""
        known = self._places
        return np.fromiter(
            (known[each] if each in known else self._number(each) for each in ids), np.int64
        )

    def ids(self, places: Places) -> list[str]:
        """The posts' ids."""
        return [self._ids[place] for place in places.tolist()]

    def codes(self, ids: Iterable[str]) -> Ints:
        """Numbers for people, tags, categories, ..., to compare with a card's columns."""
        return np.fromiter((self._code(each) for each in ids), np.int64)

    def names(self, codes: Iterable[int]) -> list[str]:
        """The ids behind the codes."""
        return [self._names[code] for code in codes]

    @property
    def ties(self) -> npt.NDArray[np.uint64]:
        """By place: a hash of the post's id, the same on every machine."""
        return self._ties

    def cards(self, places: Places) -> Cards:
        """The posts' cards; those that are not remembered are read."""
        now = self._clock()
        stale = places[self._expires[places] <= now]
        if len(stale):
            cards = post_cards(self._store, self.ids(stale))
            with self._lock:
                for place in stale.tolist():
                    self._keep(place, cards.get(self._ids[place]), now)
        return self._cards.at(places)

    def _number(self, post_id: str) -> int:
        with self._lock:
            place = self._places.get(post_id)
            if place is not None:
                return place
            place = len(self._ids)
            if place >= len(self._expires):
                self._grow()
            self._ties[place] = int.from_bytes(blake2b(post_id.encode(), digest_size=8).digest())
            self._ids.append(post_id)
            self._places[post_id] = place
            return place

    def _grow(self) -> None:
        more = max(1024, len(self._expires))
        self._ties = np.concatenate([self._ties, np.zeros(more, np.uint64)])
        self._expires = np.concatenate([self._expires, np.full(more, -np.inf)])
        added = _columns(more)
        self._cards = Cards(
            **{
                each.name: np.concatenate(
                    [getattr(self._cards, each.name), getattr(added, each.name)]
                )
                for each in fields(Cards)
            }
        )

    def _code(self, node_id: str) -> int:
        code = self._codes.get(node_id)
        if code is None:
            with self._lock:
                code = self._codes.setdefault(node_id, len(self._names))
                if code == len(self._names):
                    self._names.append(node_id)
        return code

    def _keep(self, place: int, card: PostCard | None, now: float) -> None:
        columns = self._cards
        there = card is not None and not card.deleted and card.available is not False
        columns.there[place] = there
        self._expires[place] = now + self._patience * CARD_SECONDS
        if card is None:
            return
        columns.popularity[place] = card.popularity
        columns.created_at[place] = card.created_at or 0
        for column, value in (
            (columns.author, card.author_id),
            (columns.category, card.category_id),
            (columns.topic, card.topic_id),
            (columns.project, card.project_code),
            (columns.group, card.group_id),
        ):
            column[place] = NONE if value is None else self._code(value)
        tags = [self._code(tag) for tag in card.tags[:TAGS]]
        columns.tags[place] = tags + [NONE] * (TAGS - len(tags))


def _columns(size: int) -> Cards:
    author, category, topic, project, group = (np.full(size, NONE, np.int64) for _ in range(5))
    return Cards(
        there=np.zeros(size, np.bool_),
        popularity=np.zeros(size),
        created_at=np.zeros(size, np.int64),
        author=author,
        category=category,
        topic=topic,
        project=project,
        group=group,
        tags=np.full((size, TAGS), NONE, np.int64),
    )
