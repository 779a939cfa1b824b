"""A slate grows by equal steps: ranked, through the gate, each thing once, no author too often."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from feed.card_columns import NONE
from feed.cards import cards_of_people, visible_posts
from feed.chosen import gated, once
from feed.diversify import WINDOW, crowded
from feed.gate import VisiblePost, admit_people
from feed.hits import among, distinct
from feed.kinds import ORDERS
from feed.rank import Served, rank
from feed.request import Kind
from feed.sources import Ask, Gathered

STEP = 40
"""Posts that are ranked and pinned at a time; a page past them pins as many again."""
HELD_APART: frozenset[Kind] = frozenset(("for_you", "similar"))
"""The kinds in which no author has more places than `feed.diversify` grants."""


@dataclass(frozen=True, slots=True)
class Step:
    """The next posts of a slate."""

    post_ids: list[str]
    posts: dict[str, VisiblePost]
    """Those of `post_ids`, and copies of theirs, by id."""
    tried: frozenset[str]
    """All that was ranked, also what the gate left out: it need not be ranked again."""
    failed: tuple[str, ...]
    """What failed on the way."""
    last: bool
    """Whether there are no others."""


def step(
    ask: Ask, found: Gathered, before: Sequence[str], tried: frozenset[str], served: Served
) -> Step:
    """The posts that come after `before`, of those that were not `tried`.

    What the gate leaves out makes its neighbours move together. Where an author then stands too
    often among them, the order is made anew without what was left out.

    Raises:
        StoreError: the cards cannot be read.
    """
    kept_apart, out = about(ask, before), tried
    while True:
        ids, failed = _ranked(ask, found, before, out, served)
        posts = gated(ask, ids)
        added = once(ask, ids, posts, kept_apart)
        left_out = frozenset(ids).difference(added)
        if not left_out or not _crowded(ask, before, added):
            return Step(added, posts, out.union(ids), failed, len(ids) < STEP)
        out |= left_out | _by_unseen(ask, found, left_out)


def _ranked(
    ask: Ask, found: Gathered, before: Sequence[str], tried: frozenset[str], served: Served
) -> tuple[list[str], tuple[str, ...]]:
    order = ORDERS.get(ask.request.kind)
    if order is None:
        return rank(ask, found, STEP, before, tried, served)
    asked = ask.request.similar_to
    if asked is not None and not visible_posts(ask.store, ask.viewer, [asked]):
        return [], ()
    return order(ask, before, tried, served.just)[:STEP], ()


def about(ask: Ask, before: Sequence[str]) -> Sequence[str]:
    """What must not come again as a copy: what came before, and the post that is asked about."""
    asked = ask.request.similar_to
    return before if asked is None else (*before, asked)


def _by_unseen(ask: Ask, found: Gathered, left_out: frozenset[str]) -> frozenset[str]:
    """All that was found of those of their authors whom the viewer may not see.

    The gate would leave that out too, a few posts a time.
    """
    remembered = ask.remembered
    authors = remembered.cards(remembered.places(sorted(left_out))).author
    names = set(remembered.names(authors[authors != NONE].tolist()))
    seen = admit_people(ask.viewer, cards_of_people(ask.store, names).values())
    unseen = remembered.codes(names.difference(each.card.user_id for each in seen))
    every = [np.empty(0, np.int64), *(hits.places for hits in found.by_source.values())]
    places = distinct(np.concatenate(every))
    return frozenset(remembered.ids(places[among(remembered.cards(places).author, unseen)]))


def _crowded(ask: Ask, before: Sequence[str], added: Sequence[str]) -> bool:
    """Whether an author has too many of the added places."""
    if ask.request.kind not in HELD_APART:
        return False
    last = [*before[-(WINDOW - 1) :], *added]
    authors = ask.remembered.cards(ask.remembered.places(last)).author.tolist()
    return crowded([None if author == NONE else author for author in authors])
