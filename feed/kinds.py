"""Feeds that are not ranked by likelihood: friends' posts by time, what was missed, posts like one.

Each gives an order of ids as `feed.rank` does, of what comes after `before` and is none of `but`;
the gate decides when a page is made.
"""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence

import numpy as np

from feed.chosen import gated, once
from feed.crowd import told_alike
from feed.diversify import WINDOW, Decays, diversify
from feed.fatigue import DAY
from feed.hits import Floats, Hits, among, joined, latest, looked_up
from feed.pool import Pool, pool
from feed.rank import eligible
from feed.request import Kind
from feed.sources import Ask
from graph.queries import candidates as queries

MISSED_DAYS = 14
"""How far back a viewer catches up."""
MISSED = 1_000
"""Posts that a viewer catches up on, the newest."""
LIKENESS_ALONE = Decays(1.0, 1.0, 1.0)

Order = Callable[[Ask, Sequence[str], Collection[str], Collection[str]], list[str]]


def friends(
    ask: Ask, before: Sequence[str], but: Collection[str], served: Collection[str]
) -> list[str]:
    """What friends posted, the newest first: the classic news feed; what was seen stays in it."""
    return _wanted(ask, _written(ask), but)


def catch_up(
    ask: Ask, before: Sequence[str], but: Collection[str], served: Collection[str]
) -> list[str]:
    """What the viewer missed of friends in the last two weeks, a friend's newest post a round.

    So whoever posts little is not drowned by whoever posts much: first everybody's newest, the
    latest first, then everybody's second.
    """
    since = ask.now - MISSED_DAYS * DAY
    written = _written(ask)
    fresh = Hits(written.places[written.scores >= since], written.scores[written.scores >= since])
    missed = [
        post_id
        for post_id in _wanted(ask, fresh, but)
        if post_id not in ask.viewer.engaged and post_id not in served
    ][:MISSED]
    # Through the gate before the rounds: a post that is not shown must take nobody's turn.
    posts = gated(ask, missed)
    turns: Counter[str | None] = Counter()
    rounds: list[tuple[int, int]] = []
    kept = once(ask, missed, posts)
    for place, post_id in enumerate(kept):
        author = posts[post_id].card.author_id
        rounds.append((turns[author], place))
        turns[author] += 1
    return [kept[place] for _, place in sorted(rounds)]


def similar(
    ask: Ask, before: Sequence[str], but: Collection[str], served: Collection[str]
) -> list[str]:
    """The posts that the same people engage with as with the post asked about.

    The likest first, but no author has more places than `feed.diversify` grants. Only what may be
    told of (`feed.crowd`).
    """
    asked = ask.request.similar_to or ""
    hits = ask.lists(queries.similar_to, [asked])[0]
    told = told_alike(ask, {asked: ask.remembered.ids(hits.places)})[asked]
    kept = among(hits.places, ask.remembered.places(told))
    posts, scores = _eligible(ask, Hits(hits.places[kept], hits.scores[kept]), but)
    last = ask.remembered.cards(ask.remembered.places(before[-(WINDOW - 1) :]))
    likeness = np.nan_to_num(scores)
    order = diversify(likeness, posts.cards, len(posts), after=last, decays=LIKENESS_ALONE)
    return [posts.ids[at] for at in order]


def _written(ask: Ask) -> Hits:
    """What friends posted, by when; in groups, what stands among the newest of the viewer's.

    Found there and not by its author, whose list would tell of the groups of others by its end.
    """
    posted = latest(ask.lists(queries.posted_in, ask.groups))
    authors = ask.remembered.cards(posted.places).author
    by_friends = among(authors, ask.remembered.codes(ask.friends))
    in_groups = Hits(posted.places[by_friends], posted.scores[by_friends])
    return latest(joined([latest(ask.lists(queries.written_by, ask.friends)), in_groups]))


def _wanted(ask: Ask, hits: Hits, but: Collection[str]) -> list[str]:
    """Those of the posts that the feed may have, the highest score first, ties to the lower id."""
    posts, scores = _eligible(ask, hits, but)
    return [posts.ids[at] for at in np.argsort(-scores, kind="stable").tolist()]


def _eligible(ask: Ask, hits: Hits, but: Collection[str]) -> tuple[Pool, Floats]:
    """Those of the posts that the feed may have, by ascending id, and their scores."""
    posts = eligible(ask, pool(ask.remembered, hits.places), but)
    return posts, looked_up(hits, posts.places)


ORDERS: Mapping[Kind, Order] = {"friends": friends, "catch_up": catch_up, "similar": similar}
"""The kinds that have an order of their own."""
