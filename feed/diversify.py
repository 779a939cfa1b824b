"""The order of a feed: the likeliest first, but not all of one kind, and a place for the new.

Greedy, after Carbonell and Goldstein, "The Use of MMR, Diversity-Based Reranking for Reordering
Documents and Producing Summaries", SIGIR 1998: each place takes the post whose score, lessened by
what it repeats of the nine before it, is highest. Ties go to the lower post id. A place depends on
those before it alone, so every page is a slice of one order.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from feed.card_columns import NONE, Cards
from feed.hits import Floats, distinct, told_apart
from feed.numbers import Ints

Bools = npt.NDArray[np.bool_]
_NEVER = np.iinfo(np.int64).min // 2
"""Below every score, also when all that a post repeats is taken off it."""

WINDOW = 10
"""How many posts in a row are held apart: a page of the usual size, wherever it starts."""
PER_AUTHOR = 2
"""Posts of one author among any `WINDOW` in a row, where there are others."""
EXPLORE_EVERY = 10
"""Each so-many-th place goes to a fresh post, if there is one: a tenth of what is shown. Every
other one of these, from the first on, goes to an author's who has no audience yet."""
LOOKED_AT = 400
"""The likeliest posts, which share out the next `LOOKED_AT` / 2 places."""
FRESH_LOOKED_AT = 40
FIRST = 96
"""Of these the likeliest, one of which mostly takes the next place: it is not looked further, where
no other can be better."""
LEAST, UNIT = 1e-300, 1e-12
"""What stands for a probability of 0, which has no logarithm; and a step of logarithms."""


KINDS_HELD_APART = ("author", "tag", "category")


@dataclass(frozen=True, slots=True)
class Decays:
    """What a score is multiplied by for each author, tag or category that it repeats."""

    author: float = 0.7
    tag: float = 0.98
    category: float = 0.985


def crowded(authors: Sequence[int | None]) -> bool:
    """Whether one of the authors has more than `PER_AUTHOR` of any `WINDOW` places in a row.

    Args:
        authors: whose post stands at each place; None for nobody's.
    """
    places: dict[int, list[int]] = {}
    for place, author in enumerate(authors):
        if author is not None:
            had = places.setdefault(author, [])
            if len(had) >= PER_AUTHOR and place - had[-PER_AUTHOR] < WINDOW:
                return True
            had.append(place)
    return False


def diversify(
    chances: Floats,
    cards: Cards,
    upto: int,
    fresh: Bools | None = None,
    after: Cards | None = None,
    places_before: int = 0,
    decays: Decays = Decays(),  # noqa: B008  # frozen
    debuts: Bools | None = None,
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
        debuts: which posts are of authors without an audience; every other place of the fresh ones
            is theirs.

    Returns:
        Positions in `chances`, best first.
    """
    none = np.zeros(len(chances), np.bool_)
    fresh, debuts = none if fresh is None else fresh, none if debuts is None else debuts
    left = np.ones(len(chances), np.bool_)
    order: list[int] = []
    kinds = _kinds(cards)
    last = kinds[:, :0] if after is None else _kinds(after)
    while left.any() and len(order) < upto:
        rows = _likeliest(chances, left, (fresh, debuts))
        window = np.hstack([last, kinds[:, np.array(order, np.int64)]])[:, -(WINDOW - 1) :]
        some = _Round(chances[rows], kinds[:, rows], window, decays)
        explored = debuts[rows], fresh[rows]
        for _ in range(min(LOOKED_AT // 2, upto - len(order), len(rows))):
            turn, between = divmod(places_before + len(order) + 1, EXPLORE_EVERY)
            wanted = () if between else explored[0 if turn % 2 else 1 :]
            order.append(int(rows[some.take(wanted)]))
        left[order] = False
    return order


def _likeliest(chances: Floats, left: Bools, explored: Iterable[Bools]) -> Ints:
    """The rows that the next places are given to, ascending."""
    rows = np.flatnonzero(left)
    if len(rows) <= LOOKED_AT:
        return rows
    best = rows[np.argsort(-chances[rows], kind="stable")]
    new = [best[each[best]][:FRESH_LOOKED_AT] for each in explored]
    return distinct(np.concatenate([best[:LOOKED_AT], *new]))


class _Round:
    """Some posts, and what each loses for the author, tags and category that it repeats.

    In logarithms, as whole numbers of `UNIT`: a post that enters the window adds to what its kinds
    cost the others, and takes the very same away when it leaves; equals stay equals.
    """

    def __init__(self, chances: Floats, kinds: Ints, window: Ints, decays: Decays):
        """Look at posts with these `_kinds`, after the posts of the window with theirs."""
        self._free = np.ones(len(chances), np.bool_)
        # Of those that have a place already, `_NEVER`.
        self._unlessened = _whole(np.log(np.maximum(chances, LEAST)))
        every = np.hstack([kinds, window])
        borne = (every != NONE).any(axis=1)
        borne[0] = True
        every = every[borne]
        found, numbers = told_apart(every.ravel())
        # By post, a column each: which of `found` it bears, the author first.
        self._kinds, before = np.hsplit(numbers.reshape(every.shape), [len(chances)])
        self._no_author = int(found[0] == NONE) - 1
        each_costs = _whole(np.log([decays.author, decays.category, decays.tag]))
        # What it costs to repeat each of `found` once, and what it costs at present.
        self._costs = np.where(found == NONE, 0, each_costs[found % len(each_costs)])
        self._against = np.zeros(len(found), np.int64)
        likeliest = np.argsort(-self._unlessened, kind="stable")
        self._first = np.sort(likeliest[:FIRST])
        self._kinds_of_first = self._kinds.take(self._first, axis=1)
        # No other one is better than that: what it repeats costs it something.
        beyond = self._unlessened[likeliest[FIRST:]].max(initial=_NEVER)
        self._beyond = int(beyond) if self._costs.max() <= 0 else -_NEVER
        self._window: deque[Ints] = deque()
        # By author: how many of the window's posts are theirs.
        self._places: dict[int, int] = {}
        for each in before.T:
            self._enters(each)

    def take(self, wanted: Iterable[Bools]) -> int:
        """The row of the next place, of the first of `wanted` that has any; now in the window."""
        apart = self._apart()
        free = next((some for each in wanted if (some := apart & each).any()), apart)
        row = self._best_of_first(apart) if free is apart else None
        if row is None:
            lessened = self._unlessened + np.add.reduce(self._against.take(self._kinds), axis=0)
            if free is not self._free:
                lessened[~free] = _NEVER
            row = int(lessened.argmax())
        self._free[row] = False
        self._unlessened[row] = _NEVER
        if len(self._window) == WINDOW - 1:
            self._leaves()
        self._enters(self._kinds[:, row])
        return row

    def _best_of_first(self, free: Bools) -> int | None:
        """The best row of `_first`, where it is better than all others; else None."""
        lessened = self._unlessened.take(self._first)
        lessened += np.add.reduce(self._against.take(self._kinds_of_first), axis=0)
        if free is not self._free:
            lessened[~free.take(self._first)] = _NEVER
        at = int(lessened.argmax())
        return int(self._first[at]) if lessened[at] > self._beyond else None

    def _apart(self) -> Bools:
        """The posts whose author has places left in the window; all, where there are no others."""
        free = self._free
        for author, places in self._places.items():
            if places >= PER_AUTHOR:
                free = free & (self._kinds[0] != author)
        return free if free is self._free or free.any() else self._free

    def _enters(self, kinds: Ints) -> None:
        self._window.append(kinds)
        self._against[kinds] += self._costs[kinds]
        if (author := int(kinds[0])) != self._no_author:
            self._places[author] = self._places.get(author, 0) + 1

    def _leaves(self) -> None:
        kinds = self._window.popleft()
        self._against[kinds] -= self._costs[kinds]
        if (author := int(kinds[0])) != self._no_author:
            if self._places[author] == 1:
                del self._places[author]
            else:
                self._places[author] -= 1


def _whole(logarithm: Floats) -> Ints:
    """Logarithms in whole numbers of `UNIT`."""
    return np.rint(logarithm / UNIT).astype(np.int64)


def _kinds(cards: Cards) -> Ints:
    """What posts may repeat, a column a post: the author, the category and each of the tags.

    An author, a category and a tag are never of one number; `NONE` stands for none.
    """
    codes = np.vstack([cards.author, cards.category, cards.tags.T])
    which = np.minimum(np.arange(len(codes)), 2)
    return np.where(codes == NONE, NONE, codes * 3 + which[:, None])
