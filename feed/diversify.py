"""The order of a feed: the likeliest first, but not all of one kind, and a place for the new.

Greedy, after Carbonell and Goldstein, "The Use of MMR, Diversity-Based Reranking for Reordering
Documents and Producing Summaries", SIGIR 1998: each place takes the post whose score, lessened by
what it repeats of the nine before it, is highest. Ties go to the lower post id. A place depends on
those before it alone, so every page is a slice of one order.
"""

import math
from collections import Counter, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from feed.card_columns import NONE, Cards
from feed.hits import Floats
from feed.numbers import Ints

Bools = npt.NDArray[np.bool_]
_NEVER = np.iinfo(np.int64).min

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
    window: deque[Kinds] = deque(maxlen=WINDOW - 1)
    if after is not None:
        window.extend(_kinds(after, row) for row in range(len(after.author)))
    while left.any() and len(order) < upto:
        rows = _likeliest(chances, left, (fresh, debuts))
        some = _Round(chances[rows], cards.at(rows), window, decays)
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
    return np.unique(np.concatenate([best[:LOOKED_AT], *new]))


class _Round:
    """Some posts, and what each loses for the author, tags and category that it repeats.

    In logarithms, as whole numbers of `UNIT`: a post that enters the window adds one row to all
    the others' losses, and takes the very same away when it leaves; equals stay equals.
    """

    def __init__(
        self,
        chances: Floats,
        cards: Cards,
        window: "deque[Kinds]",
        decays: Decays,
    ):
        self._cards, self._window = cards, window
        self._free = np.ones(len(chances), np.bool_)
        self._lessened = _whole(np.log(np.maximum(chances, LEAST)))
        self._author_loss = _whole(math.log(decays.author))
        kinds = ((cards.category[:, None], decays.category), (_packed(cards.tags), decays.tag))
        self._losses, self._number = _losses(kinds)
        self._authors: Counter[int] = Counter()
        """Of the window."""
        self._lost: deque[Ints] = deque()
        """What each post of the window costs the others."""
        for each in window:
            self._enters(each)

    def take(self, wanted: Iterable[Bools]) -> int:
        """The row of the next place, of the first of `wanted` that has any; now in the window."""
        free = self._apart()
        free = next((some for each in wanted if (some := free & each).any()), free)
        row = int(np.where(free, self._lessened, _NEVER).argmax())
        self._free[row] = False
        if len(self._window) == WINDOW - 1:
            self._authors[self._window[0][0]] -= 1
            self._lessened -= self._lost.popleft()
        kinds = _kinds(self._cards, row)
        self._window.append(kinds)
        self._enters(kinds)
        return row

    def _apart(self) -> Bools:
        """The posts whose author has places left in the window; all, where there are no others."""
        free = self._free
        for author, times in self._authors.items():
            if times >= PER_AUTHOR and author != NONE:
                free = free & (self._cards.author != author)
        return free if free.any() else self._free

    def _enters(self, kinds: "Kinds") -> None:
        author, category, tags = kinds
        told = [(0, category), *((1, tag) for tag in tags)]
        rows = [self._number[each] for each in told if each in self._number]
        lost: Ints = self._losses[rows].sum(axis=0)
        if author != NONE:
            lost[self._cards.author == author] += self._author_loss
        self._authors[author] += 1
        self._lost.append(lost)
        self._lessened += lost


def _whole(logarithm: float | Floats) -> Ints:
    """A logarithm in whole numbers of `UNIT`."""
    return np.rint(np.asarray(logarithm) / UNIT).astype(np.int64)


def _losses(kinds: "Iterable[tuple[Ints, float]]") -> tuple[Ints, dict[tuple[int, int], int]]:
    """What each post loses for each code; a row a code, and the rows by kind and code."""
    rows: dict[tuple[int, int], int] = {}
    parts: list[Ints] = []
    for kind, (codes, decay) in enumerate(kinds):
        found, numbers = np.unique(codes, return_inverse=True)
        losses = np.zeros((len(found), len(codes)), np.int64)
        losses[numbers.reshape(codes.shape), np.arange(len(codes))[:, None]] = _whole(
            math.log(decay)
        )
        rows |= {(kind, code): len(rows) + at for at, code in enumerate(found.tolist())}
        parts.append(losses)
    rows = {key: row for key, row in rows.items() if key[1] != NONE}
    return np.concatenate(parts), rows


Kinds = tuple[int, int, tuple[int, ...]]
"""A post's author, category and tags."""


def _kinds(cards: Cards, row: int) -> Kinds:
    tags = tuple(code for code in cards.tags[row].tolist() if code != NONE)
    return int(cards.author[row]), int(cards.category[row]), tags


def _packed(tags: Ints) -> Ints:
    """The columns of tags that any of the posts has one in, and one at least."""
    return tags[:, : max(1, int((tags != NONE).sum(axis=1).max()))]
