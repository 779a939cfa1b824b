"""The order of a feed's posts: what is wanted, scored, held apart; what is known comes last.

Ranking rests on what is remembered (`feed.remembered`), so a post in the order is no post to show:
the gate decides when its page is made.
"""

import logging
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from feed.card_columns import NONE, Cards
from feed.cards import visible_posts
from feed.chosen import keys_of
from feed.diversify import KINDS_HELD_APART, WINDOW, Decays, diversify
from feed.hits import Places, among, distinct
from feed.pool import Bools, Pool, pool
from feed.score import score
from feed.sources import Ask, Gathered, top
from feed.steering_weights import weights
from graph.errors import StoreError
from graph.queries import candidates as queries

log = logging.getLogger(__name__)

PER_SOURCE = 200
"""Posts of each source that are ranked: some hundreds in all, twenty pages and more."""
FIRST = 100
"""Of each source by which a model's feed begins, as far as they suffice: a post costs it several
times what it costs the blend, and the first places go to hardly any other (docs/model.md)."""
FRESH_POPULARITY = 1.0
"""Below the pull of one person's engagement today, a recent post still seeks its audience."""
MORE = 20
"""Categories, and tags, whose champions are looked at where a feed lacks posts: 8,000 posts."""


@dataclass(frozen=True, slots=True)
class Served:
    """What this viewer was shown lately."""

    just: frozenset[str] = frozenset()
    """Kept out as long as there is anything else."""
    last: tuple[str, ...] = ()
    """The latest posts, the last one last: the next must not be of their kind again."""


def rank(
    ask: Ask,
    found: Gathered,
    upto: int,
    before: Sequence[str],
    but: Collection[str],
    served: Served,
) -> tuple[list[str], tuple[str, ...]]:
    """The ids of the next `upto` posts after `before`, none of `but`; and what failed on the way.

    What is new to the viewer comes first, then what was just shown, then what they know; each as
    far as the ones before it did not suffice.
    """
    order = _Order(ask, found, before, but, served)
    begins = not before and ask.vectors is not None
    for most in (FIRST, PER_SOURCE) if begins else (PER_SOURCE,):
        posts = order.wanted(_merged(ask, found, most))
        order.extend(posts, upto, new=True)
        if len(order.ids) >= upto:
            return order.ids, ()
    more, failed = _more(ask, posts)
    rest = order.wanted(np.setdiff1d(np.concatenate([more, *order.met()]), posts.places))
    order.extend(rest, upto, new=True)
    everything = order.wanted(np.union1d(posts.places, rest.places))
    order.extend(everything, upto, new=False)
    return order.ids, failed


def eligible(ask: Ask, posts: Pool, but: Collection[str]) -> Pool:
    """The posts that this viewer wants and that were asked for, none of `but`.

    Filtered before any cut.
    """
    request, viewer, cards = ask.request, ask.viewer, posts.cards
    code = ask.remembered.codes
    kept = cards.there & ~among(cards.author, code(viewer.muted_people))
    if viewer.user_id is not None:
        kept &= cards.author != code([viewer.user_id])[0]
    if viewer.muted_tags:
        kept &= ~among(cards.tags, code(viewer.muted_tags)).any(axis=1)
    for column, asked in (
        (cards.category, request.category_id),
        (cards.project, request.project_code),
        (cards.topic, request.topic_id),
        (cards.group, request.group_id),
    ):
        if asked is not None:
            kept &= column == code([asked])[0]
    if request.tag is not None:
        kept &= (cards.tags == code([request.tag])[0]).any(axis=1)
    for unwanted in (viewer.hidden, request.exclude_ids, but):
        kept &= ~posts.having(unwanted)
    return posts.only(kept)


class _Order:
    """The order as far as it was made."""

    def __init__(
        self,
        ask: Ask,
        found: Gathered,
        before: Sequence[str],
        but: Collection[str],
        served: Served,
    ):
        self._ask, self._found, self._served = ask, found, served
        self._but = but
        numbers, plain = weights(ask.steering), Decays()
        self._decays = Decays(*(numbers.decay(getattr(plain, each)) for each in KINDS_HELD_APART))
        self._places_before = len(before)
        last = (*served.last, *before)[-(WINDOW - 1) :]
        self._window: list[str] = list(last)
        self._known = (*ask.history, *ask.viewer.hidden_at)
        self.ids: list[str] = []

    def met(self) -> list[Places]:
        """What the viewer knows or was just shown: it may come back."""
        history = self._ask.history[:PER_SOURCE]
        return [self._ask.remembered.places([*history, *sorted(self._served.just)])]

    def wanted(self, places: Places) -> Pool:
        """The posts at these places that may be in the feed."""
        return eligible(self._ask, pool(self._ask.remembered, places), self._but)

    def extend(self, posts: Pool, upto: int, new: bool) -> None:
        """Put posts after those that are there: new ones, or those shown and then those known."""
        engaged, served = self._ask.viewer.engaged.keys(), self._served.just
        known = posts.having(engaged) | self._copies(posts, self._known)
        just = posts.having(served) | self._copies(posts, served)
        if self._ask.request.include_seen:
            known[:] = just[:] = False
        for some in (~known & ~just,) if new else (~known & just, known):
            if len(self.ids) < upto:
                self._append(posts.only(some & ~posts.having(self.ids)), upto)

    def _copies(self, posts: Pool, known: Collection[str]) -> Bools:
        """Which of the posts are the same things as posts that the viewer knows, and may see now.

        The media of one that is hidden by now would tell by what it makes known.
        """
        ids, new = sorted(known), posts.cards.same[~posts.having(known)]
        likely = among(self._cards(ids).same, new[new != NONE]).any(axis=1)
        some = [ids[at] for at in np.flatnonzero(likely).tolist()]
        if not some:
            return np.zeros(len(posts), np.bool_)
        seen = visible_posts(self._ask.store, self._ask.viewer, some)
        keys = keys_of(self._ask, seen, every=True).values()
        codes = self._ask.remembered.codes({key for each in keys for key in each})
        return np.asarray(among(posts.cards.same, codes).any(axis=1))

    def _append(self, posts: Pool, upto: int) -> None:
        if not len(posts):
            return
        scores = score(self._ask, posts, self._found)
        order = diversify(
            scores.chances,
            posts.cards,
            upto - len(self.ids),
            self._fresh(posts, "recent"),
            self._cards(self._window),
            self._places_before + len(self.ids),
            self._decays,
            self._fresh(posts, "debuts"),
        )
        added = self._ask.remembered.ids(posts.places[order])
        for post_id, at in zip(added, order, strict=True):
            self._found.scored[post_id] = scores.at(at)
        self.ids += added
        self._window = (self._window + added)[-(WINDOW - 1) :]

    def _fresh(self, posts: Pool, source: str) -> Bools:
        found = among(posts.places, self._found.hits(source).places)
        return found & (posts.cards.popularity < FRESH_POPULARITY)

    def _cards(self, ids: Sequence[str]) -> Cards:
        remembered = self._ask.remembered
        return remembered.cards(remembered.places(ids))


def _merged(ask: Ask, found: Gathered, most: int) -> Places:
    best = [top(ask, hits, most).places for hits in found.by_source.values()]
    return distinct(np.concatenate(best)) if best else np.empty(0, np.int64)


def _more(ask: Ask, posts: Pool) -> tuple[Places, tuple[str, ...]]:
    """The champions of the commonest categories and tags among `posts`, and what failed."""
    remembered = ask.remembered
    categories = _commonest(ask, posts.cards.category)
    tags = _commonest(ask, posts.cards.tags.ravel())
    try:
        champions = [
            remembered.lists(queries.by_category, categories),
            remembered.lists(queries.by_tag, tags),
        ]
    except StoreError as error:
        log.warning("more posts are left out: %s", error)
        return np.empty(0, np.int64), ("more",)
    return distinct(np.concatenate([each.places for each in champions])), ()


def _commonest(ask: Ask, codes: npt.NDArray[np.int64]) -> list[str]:
    counted = Counter(ask.remembered.names(codes[codes != NONE].tolist()))
    return sorted(counted, key=lambda node_id: (-counted[node_id], node_id))[:MORE]
