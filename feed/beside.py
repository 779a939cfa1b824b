"""What each source brings by itself, beside the feed that all make; for who runs the service.

It is the ranking that the viewer's next first page would have; nothing is saved, and nothing counts
as served. Whose words an operator is told: of posts that anybody may see, and of no others
(`Beside.open_titles`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from feed.cards import visible_posts
from feed.gate import ANYBODY, hidden_because, unwanted_because
from feed.hits import Hits
from feed.page import sources_of
from feed.ranked import Ranked
from feed.recommend import Recommender
from feed.request import FeedPost, FeedRequest
from feed.sources import Ask, top
from feed.words import muted_posts
from graph.queries.people import ViewerContext, user_cards
from graph.queries.posts import post_cards, post_contents


@dataclass(frozen=True, slots=True)
class Brought:
    """A post that a source found."""

    post_id: str
    score: float
    """The source's own; of another scale than any other's."""
    rank: int | None
    """Its place in the ranking; None: it has none."""
    left_out: tuple[str, ...]
    """The rules that hide it from the viewer, or keep it from their feeds; none: none does."""


@dataclass(frozen=True, slots=True)
class Bringing:
    """A source by itself."""

    name: str
    seconds: float
    """How long it took."""
    found: int
    """How many posts it found."""
    first: tuple[Brought, ...]
    """Those of which it is surest, the surest first."""


@dataclass(frozen=True, slots=True)
class Beside:
    """The feed's next first page, and beside it what each source would have made of it."""

    viewer: ViewerContext
    learnt: bool
    """Whether the model has a vector of the viewer."""
    page: tuple[FeedPost, ...]
    found_by: Mapping[str, frozenset[str]]
    """By post of the page: the sources that found it."""
    sources: tuple[Bringing, ...]
    open_titles: Mapping[str, str]
    """By post: the title of each that anybody may see."""
    degraded: tuple[str, ...]
    """What failed and was left out."""


def beside(recommender: Recommender, request: FeedRequest, now: int) -> Beside:
    """The page that is asked for, and as many posts of each source.

    Raises:
        NotThere, SteeringRefused, StoreError: as for `Recommender.feed`.
    """
    took: dict[str, float] = {}
    ask, forgotten = recommender.asking(request, now)
    made = recommender.ranked(ask, took.__setitem__)
    page, failed = made.first_page()
    best = {name: _first(ask, hits) for name, hits in made.found.by_source.items()}
    ids = {post_id for found in best.values() for post_id, _ in found}
    rules = _left_out(ask, sorted(ids))
    shown = [each.post.card.post_id for each in page]
    return Beside(
        viewer=ask.viewer,
        learnt=ask.vectors is not None,
        page=page,
        found_by=sources_of(ask, made.found, shown),
        sources=tuple(_bringing(made, name, took[name], best[name], rules) for name in best),
        open_titles=_open_titles(ask, ids.union(shown)),
        degraded=tuple(dict.fromkeys((*forgotten, *failed))),
    )


def _first(ask: Ask, hits: Hits) -> list[tuple[str, float]]:
    few = top(ask, hits, ask.request.page_size)
    order = np.lexsort((ask.remembered.ties[few.places], -few.scores))
    ids = ask.remembered.ids(few.places[order])
    return list(zip(ids, few.scores[order].tolist(), strict=True))


def _bringing(
    made: Ranked,
    name: str,
    seconds: float,
    first: Sequence[tuple[str, float]],
    rules: Mapping[str, tuple[str, ...]],
) -> Bringing:
    brought = [
        Brought(post_id, score, made.rank(post_id), rules[post_id])
        for post_id, score in first
        if post_id in rules
    ]
    return Bringing(name, seconds, len(made.found.by_source[name]), tuple(brought))


def _left_out(ask: Ask, ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """By post: what the gate, or else what the viewer wants of feeds, says against it.

    A post that is not there any more is left out.
    """
    cards = post_cards(ask.store, ids)
    authors = user_cards(ask.store, [card.author_id for card in cards.values() if card.author_id])
    visible = {post.card.post_id: post for post in visible_posts(ask.store, ask.viewer, ids)}
    muted = muted_posts(ask.store, ask.viewer, list(visible.values()))
    return {
        post_id: unwanted_because(ask.viewer, visible[post_id], post_id in muted)
        if post_id in visible
        else hidden_because(ask.viewer, card, authors.get(card.author_id or ""))
        for post_id, card in cards.items()
    }


def _open_titles(ask: Ask, ids: Sequence[str] | set[str]) -> dict[str, str]:
    there = [post.card.post_id for post in visible_posts(ask.store, ANYBODY, sorted(ids))]
    contents = post_contents(ask.store, there)
    return {post_id: contents[post_id].title or "" for post_id in there if post_id in contents}
