"""Edges in memory, by the positions of their ends, which can be set anew a node at a time."""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import pandas as pd

from graph.queries.whole import shared

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Small = np.int32
"""What ends are held as: positions of nodes in memory are few enough, and edges are many."""


class Ids:
    """Nodes by position; one that comes later has the next, whatever its id."""

    def __init__(self, ids: Iterable[str] = ()):
        """These, each once."""
        self.names = shared(ids)
        self._at = {each: at for at, each in enumerate(self.names)}

    def __len__(self) -> int:
        return len(self.names)

    def at(self, id: str) -> int | None:
        """Its position; None: it never came."""
        return self._at.get(id)

    def add(self, id: str) -> int:
        """Its position, from now on."""
        at = self._at.setdefault(id, len(self.names))
        if at == len(self.names):
            self.names.append(id)
        return at

    def all_at(self, ids: "pd.Series[str]") -> Ints:
        """Their positions; -1 where one never came."""
        codes, distinct = pd.factorize(ids)
        places = np.fromiter((self._at.get(each, -1) for each in distinct), np.int64)
        return places[codes] if len(codes) else np.empty(0, np.int64)

    def some(self, places: Ints) -> list[str]:
        """The ids at these positions."""
        names = self.names
        return [names[place] for place in places.tolist()]


class Ties:
    """Weighted edges from nodes on the left to nodes on the right, each pair once."""

    def __init__(self, lefts: Ints, rights: Ints, weights: Floats | None = None):
        """These edges, each of weight 1 where no weights are given."""
        weights = np.ones(len(lefts)) if weights is None else weights
        self._of, self._to = _Side(lefts, rights, weights), _Side(rights, lefts, weights)

    def of(self, left: int) -> tuple[Ints, Floats]:
        """What edges lead to from there, and their weights."""
        return self._of.at(left)

    def to(self, right: int) -> tuple[Ints, Floats]:
        """Where edges come from that lead there, and their weights."""
        return self._to.at(right)

    def edges(self) -> tuple[Ints, Ints, Floats]:
        """All of them: where each starts, where it leads, what it weighs; in no order."""
        return self._of.all()

    def many_of(self, lefts: Ints) -> Ints:
        """How many edges start at each."""
        return self._of.sizes(lefts)

    def many_to(self, rights: Ints) -> Ints:
        """How many edges lead to each."""
        return self._to.sizes(rights)

    def put(self, left: int, weights: dict[int, float]) -> list[int]:
        """Have these edges start there, by where they lead, and no others; which differ."""
        before = dict(zip(*(each.tolist() for each in self.of(left)), strict=True))
        differ = [each for each in before.keys() | weights if before.get(each) != weights.get(each)]
        if differ:
            self._of.put(left, weights)
        for right in differ:
            there = dict(zip(*(each.tolist() for each in self.to(right)), strict=True))
            there.pop(left, None)
            self._to.put(right, there | ({left: weights[right]} if right in weights else {}))
        return differ


class _Side:
    """The edges by one of their ends."""

    def __init__(self, keys: Ints, others: Ints, weights: Floats):
        order = np.lexsort((others, keys))
        self._others, self._weights = others[order].astype(Small), weights[order]
        if (weights == 1.0).all():
            self._weights = np.broadcast_to(np.float64(1.0), weights.shape)  # takes no room
        self._starts = np.searchsorted(keys[order], np.arange(keys.max(initial=-1) + 2))
        self._own: dict[int, tuple[Ints, Floats]] = {}
        """Of those that were set anew."""

    def at(self, key: int) -> tuple[Ints, Floats]:
        if (own := self._own.get(key)) is not None:
            return own
        if key + 1 >= len(self._starts):
            return np.empty(0, np.int64), self._weights[:0]
        part = slice(self._starts[key], self._starts[key + 1])
        return self._others[part].astype(np.int64), self._weights[part]

    def sizes(self, keys: Ints) -> Ints:
        first = np.diff(self._starts)
        known = keys < len(first)
        found = np.zeros(len(keys), np.int64)
        found[known] = first[keys[known]]
        if self._own:
            for place, key in enumerate(keys.tolist()):
                if key in self._own:
                    found[place] = len(self._own[key][0])
        return found

    def all(self) -> tuple[Ints, Ints, Floats]:
        first = np.repeat(np.arange(len(self._starts) - 1), np.diff(self._starts))
        kept = ~np.isin(first, list(self._own))
        parts = [(first[kept], self._others[kept].astype(np.int64), self._weights[kept])]
        parts += [(np.full(len(to), key), to, weights) for key, (to, weights) in self._own.items()]
        keys, others, weights = (np.concatenate(each) for each in zip(*parts, strict=True))
        return keys, others, weights

    def put(self, key: int, weights: dict[int, float]) -> None:
        others = np.fromiter(sorted(weights), np.int64, len(weights))
        self._own[key] = others, np.fromiter((weights[each] for each in others.tolist()), float)
