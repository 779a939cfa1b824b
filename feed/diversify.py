"""The order of a feed: the likeliest first, but not all of one kind, and a place for the new.

Greedy, after Carbonell and Goldstein, "The Use of MMR, Diversity-Based Reranking for Reordering
Documents and Producing Summaries", SIGIR 1998: each place takes the post whose score, lessened by
what it repeats of the nine before it, is highest. Ties go to the lower post id. A place depends on
those before it alone, so every page is a slice of one order.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from feed.card_columns import NONE, Cards
from feed.hits import Floats
from feed.score import DIGITS

Bools = npt.NDArray[np.bool_]

WINDOW = 10
"""How many posts in a row are held apart: a page of the usual size, wherever it starts."""
PER_AUTHOR = 2
"""Posts of one author among any `WINDOW` in a row, where there are others."""
EXPLORE_EVERY = 10
"""Each so-many-th place goes to a fresh post, if there is one: a tenth of what is shown."""
LOOKED_AT = 400
"""The likeliest posts, which share out the next `LOOKED_AT` / 2 places."""
FRESH_LOOKED_AT = 40


KINDS_HELD_APART = ("author", "tag", "category")


@dataclass(frozen=True, slots=True)
class Decays:
    """What a score is multiplied by for each author, tag or category that it repeats."""

    author: float = 0.7
    tag: float = 0.98
    category: float = 0.985


def diversify(
    chances: Floats,
    cards: Cards,
    upto: int,
    fresh: Bools | None = None,
    after: Cards | None = None,
    places_before: int = 0,
    decays: Decays = Decays(),  # noqa: B008  # frozen
) -> list[int]:
    """Order posts until there are `upto` of them, or no more.

    Args:
        chances: the posts' scores, by ascending post id; shape ``(n,)``.
        cards: their cards, in the same order.
        upto: how many places to fill.
        fresh: which posts few have met; `EXPLORE_EVERY` makes room for these.
        after: the cards of the posts that stand before these, in order.
        places_before: how many places of the feed are filled already.
        decays: what a repetition costs.

    Returns:
        Positions in `chances`, best first.
    """
    fresh = np.zeros(len(chances), np.bool_) if fresh is None else fresh
    left = np.ones(len(chances), np.bool_)
    order: list[int] = []
    window: deque[tuple[int, int, tuple[int, ...]]] = deque(maxlen=WINDOW - 1)
    if after is not None:
        window.extend(_kinds(after, row) for row in range(len(after.author)))
    while left.any() and len(order) < upto:
        rows = _likeliest(chances, left, fresh)
        some = _Round(chances[rows], cards.at(rows), fresh[rows], window, decays)
        for _ in range(min(LOOKED_AT // 2, upto - len(order), len(rows))):
            exploring = (places_before + len(order) + 1) % EXPLORE_EVERY == 0
            order.append(int(rows[some.take(exploring)]))
        left[order] = False
    return order


def _likeliest(chances: Floats, left: Bools, fresh: Bools) -> npt.NDArray[np.int64]:
    """The rows that the next places are given to, ascending."""
    rows = np.flatnonzero(left)
    if len(rows) <= LOOKED_AT:
        return rows
    best = rows[np.argsort(-chances[rows], kind="stable")]
    new = best[fresh[best]][:FRESH_LOOKED_AT]
    return np.union1d(best[:LOOKED_AT], new)


class _Round:
    """Some posts, and how often each repeats the author, tags and category of the window."""

    def __init__(
        self,
        chances: Floats,
        cards: Cards,
        fresh: Bools,
        window: "deque[tuple[int, int, tuple[int, ...]]]",
        decays: Decays,
    ):
        self._chances, self._cards, self._fresh = chances, cards, fresh
        self._window = window
        self._left = np.ones(len(chances), np.bool_)
        self._rows: dict[tuple[str, int], npt.NDArray[np.int64]] = {}
        self._repeats = {name: np.zeros(len(chances), np.int64) for name in _SAME}
        most = WINDOW * cards.tags.shape[1] + 1
        self._factors = {
            name: getattr(decays, name) ** np.arange(most, dtype=np.float64) for name in _SAME
        }
        for kinds in window:
            self._count(kinds, 1)

    def take(self, exploring: bool) -> int:
        """The row of the next place; it is in the window from now on."""
        lessened = self._chances.copy()
        for name, times in self._repeats.items():
            lessened *= self._factors[name][times]
        lessened = np.round(lessened, DIGITS)
        free = self._left
        apart = free & (self._repeats["author"] < PER_AUTHOR)
        free = apart if apart.any() else free
        if exploring and (new := free & self._fresh).any():
            free = new
        row = int(np.argmax(np.where(free, lessened, -1.0)))
        self._left[row] = False
        if len(self._window) == WINDOW - 1:
            self._count(self._window[0], -1)
        kinds = _kinds(self._cards, row)
        self._window.append(kinds)
        self._count(kinds, 1)
        return row

    def _count(self, kinds: tuple[int, int, tuple[int, ...]], step: int) -> None:
        author, category, tags = kinds
        for name, codes in (("author", (author,)), ("category", (category,)), ("tag", tags)):
            for code in codes:
                if code != NONE:
                    self._repeats[name][self._alike(name, code)] += step

    def _alike(self, name: str, code: int) -> npt.NDArray[np.int64]:
        rows = self._rows.get((name, code))
        if rows is None:
            rows = self._rows[name, code] = np.flatnonzero(_SAME[name](self._cards, code))
        return rows


_SAME: dict[str, Callable[[Cards, int], Bools]] = {
    "author": lambda cards, code: cards.author == code,
    "category": lambda cards, code: cards.category == code,
    "tag": lambda cards, code: (cards.tags == code).any(axis=1),
}


def _kinds(cards: Cards, row: int) -> tuple[int, int, tuple[int, ...]]:
    """The post's author, category and tags."""
    tags = tuple(code for code in cards.tags[row].tolist() if code != NONE)
    return int(cards.author[row]), int(cards.category[row]), tags
