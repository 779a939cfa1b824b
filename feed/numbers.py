"""Posts, people, tags and all else by number, so that ranking is a matter of arrays."""

import threading
from collections.abc import Iterable
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

from feed.hits import Places

Ints = npt.NDArray[np.int64]


class Numbers:
    """Posts have places, all else has codes, as they come. Safe to share between threads."""

    def __init__(self) -> None:
        """Number nothing yet."""
        self._lock = threading.RLock()
        self._places: dict[str, int] = {}
        self._ids: list[str] = []
        self._codes: dict[str, int] = {}
        self._names: list[str] = []
        self._ties = np.empty(0, np.uint64)
        self._order = np.empty(0, np.int64)

    @property
    def posts(self) -> int:
        """How many posts have a place."""
        return len(self._ids)

    def places(self, ids: Iterable[str]) -> Places:
        """The posts' numbers; a post that was never met gets the next one."""
        known = self._places
        return np.fromiter(
            (known[each] if each in known else self._number(each) for each in ids), np.int64
        )

    def known_places(self, ids: Iterable[str]) -> Places:
        """The numbers of those of the posts that have one, in no order."""
        return np.fromiter((self._places[each] for each in ids if each in self._places), np.int64)

    def ids(self, places: Places) -> list[str]:
        """The posts' ids."""
        return [self._ids[place] for place in places.tolist()]

    def sort(self) -> None:
        """Learn the order of all ids that are there, for `by_id`."""
        with self._lock:
            order = np.empty(len(self._ids), np.int64)
            order[sorted(range(len(order)), key=self._ids.__getitem__)] = np.arange(len(order))
            self._order = order

    def by_id(self, places: Places) -> Places:
        """The places by ascending id."""
        order = self._order
        if len(places) and int(places.max()) < len(order):
            return places[np.argsort(order[places])]
        ids = self.ids(places)
        return places[np.array(sorted(range(len(ids)), key=ids.__getitem__), np.int64)]

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

    def _number(self, post_id: str) -> int:
        with self._lock:
            place = self._places.get(post_id)
            if place is not None:
                return place
            place = len(self._ids)
            if place >= len(self._ties):
                more = np.zeros(max(1024, len(self._ties)), np.uint64)
                self._ties = np.concatenate([self._ties, more])
            self._ties[place] = int.from_bytes(blake2b(post_id.encode(), digest_size=8).digest())
            self._ids.append(post_id)
            self._places[post_id] = place
            return place

    def _code(self, node_id: str) -> int:
        code = self._codes.get(node_id)
        if code is None:
            with self._lock:
                code = self._codes.setdefault(node_id, len(self._names))
                if code == len(self._names):
                    self._names.append(node_id)
        return code
