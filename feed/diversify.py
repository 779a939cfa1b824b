"""The order of a feed: the likeliest first, but not all of one kind, and a place for the new.

Greedy, after Carbonell and Goldstein, "The Use of MMR, Diversity-Based Reranking for Reordering
Documents and Producing Summaries", SIGIR 1998: each place takes the post whose score, lessened by
what it repeats of the nine before it, is highest. Ties go to the lower post id. A place depends on
those before it alone, so every page is a slice of one order.
"""

from collections import Counter, deque
from collections.abc import Iterable, Sequence

from feed.score import DIGITS, Scored

WINDOW = 10
"""How many posts in a row are held apart: a page of the usual size, wherever it starts."""
PER_AUTHOR = 2
"""Posts of one author among any `WINDOW` in a row, where there are others."""
AUTHOR_DECAY = 0.7
TAG_DECAY = 0.98
CATEGORY_DECAY = 0.985
"""What a score is multiplied by for each author, tag or category that it repeats."""
EXPLORE_EVERY = 10
"""Each so-many-th place goes to a fresh post, if there is one: a tenth of what is shown."""


def diversify(
    scored: Iterable[Scored],
    upto: int,
    fresh: frozenset[str] = frozenset(),
    after: Sequence[Scored] = (),
) -> list[Scored]:
    """Order posts until there are `upto` of them, or no more.

    Args:
        scored: what may be shown.
        upto: how many places to fill.
        fresh: ids of posts that few have met and that `EXPLORE_EVERY` makes room for.
        after: the posts that stand before these.
    """
    left = sorted(scored, key=lambda each: (-each.score, each.post_id))
    before = deque(after, maxlen=WINDOW - 1)
    order: list[Scored] = []
    while left and len(order) < upto:
        exploring = (len(after) + len(order) + 1) % EXPLORE_EVERY == 0
        best = _best(left, before, fresh if exploring else frozenset())
        left = [each for each in left if each is not best]
        before.append(best)
        order.append(best)
    return order


def _best(left: Sequence[Scored], before: Iterable[Scored], fresh: frozenset[str]) -> Scored:
    """The post for the next place; `left` is sorted, the highest score first."""
    authors = Counter(each.post.card.author_id for each in before)
    del authors[None]
    apart = [each for each in left if authors[each.post.card.author_id] < PER_AUTHOR] or left
    pool = [each for each in apart if each.post_id in fresh] or apart
    tags = Counter(tag for each in before for tag in each.post.card.tags)
    categories = Counter(each.post.card.category_id for each in before)
    del categories[None]
    best, highest = pool[0], -1.0
    for each in pool:
        if each.score < highest:
            break  # Nothing further down can win: a decay only lessens.
        card = each.post.card
        decay = AUTHOR_DECAY ** authors[card.author_id]
        decay *= TAG_DECAY ** sum(tags[tag] for tag in card.tags)
        decay *= CATEGORY_DECAY ** categories[card.category_id]
        lessened = round(each.score * decay, DIGITS)
        if (lessened, best.post_id) > (highest, each.post_id):
            best, highest = each, lessened
    return best
