"""One request's way: viewer -> sources -> gate -> score -> diversify -> page -> reasons."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from feed.candidates import Gathered
from feed.cards import visible_posts
from feed.diversify import diversify
from feed.evidence import collect
from feed.fill import more_posts
from feed.gate import VisiblePost, wanted
from feed.nearest import FeedModel
from feed.reasons import Shown, reasons
from feed.request import Feed, FeedPost, FeedRequest, Strategy
from feed.score import Scored, score
from feed.sources import Ask, gather
from graph.queries.people import (
    ViewerContext,
    user_cards,
    user_details,
    user_ids_named,
    viewer_context,
)
from graph.queries.posts import category_cards, post_contents, topic_cards
from graph.store import GraphStore

PER_SOURCE = 200
"""Posts of each source that are ranked: some hundreds in all, twenty pages and more."""
FRESH_POPULARITY = 1.0
"""Below the pull of one person's engagement today, a recent post still seeks its audience."""


def recommend(store: GraphStore, request: FeedRequest, model: FeedModel | None, now: int) -> Feed:
    """The page of the feed that is asked for.

    The order is the same for the same graph, request and day, on either engine; a page is a slice
    of it. One's own posts and hidden ones never come; those that the viewer engaged with come
    last, when nothing else is left.

    Args:
        store: the graph.
        request: what is asked.
        model: the trained model, or None: the fixed blend.
        now: Unix seconds, UTC.

    Raises:
        StoreError: the viewer or the cards cannot be read. A failing source does not raise.
    """
    viewer = viewer_named(store, request.username)
    ask = Ask(store, viewer, request, model)
    found = gather(ask)
    order, unfilled = _Ranking(ask, found, now).first(request.page * request.page_size)
    page = order[(request.page - 1) * request.page_size :]
    posts, untold = _shown(ask, page, found)
    strategy: Strategy = "blend" if model is None else "model"
    return Feed(
        posts=posts,
        strategy="cold_start" if viewer.cold else strategy,
        known=viewer.user_id is not None,
        learnt=model is not None and model.knows(viewer.user_id),
        degraded=(*found.degraded, *unfilled, *untold),
    )


def viewer_named(store: GraphStore, name: str) -> ViewerContext:
    """The viewer of that username, or of that node id where no user bears the name.

    Of users of two sources with one name, the active one with the lowest id. A name that nobody
    bears is a newcomer's.
    """
    username = unicodedata.normalize("NFC", name)
    cards = user_cards(store, user_ids_named(store, username) or [username]).values()
    if not cards:
        return ViewerContext(None, username)
    best = min(cards, key=lambda card: (card.active is False, card.user_id))
    return viewer_context(store, best.user_id, best.username or username)


@dataclass(frozen=True, slots=True)
class _Ranking:
    """The order of one request's posts, made as far as it is asked for."""

    ask: Ask
    found: Gathered
    now: int

    def first(self, upto: int) -> tuple[list[Scored], tuple[str, ...]]:
        """The first `upto` posts, what is new to the viewer before what they know.

        Where the sources have too few, more is looked for; what failed in that is named.
        """
        posts = self._eligible(self.found.post_ids(PER_SOURCE))
        order = self._diverse(posts, upto, [], seen=False)
        if len(order) >= upto:
            return order, ()
        more, failed = more_posts(self.ask.store, posts)
        latest = sorted(self.ask.viewer.engaged.items(), key=lambda each: (-each[1], each[0]))
        more |= {post_id for post_id, _ in latest[:PER_SOURCE]}
        rest = self._eligible(more - {post.card.post_id for post in posts})
        order = self._diverse(rest, upto, order, seen=False)
        return self._diverse([*posts, *rest], upto, order, seen=True), failed

    def _diverse(
        self, posts: Sequence[VisiblePost], upto: int, order: list[Scored], seen: bool
    ) -> list[Scored]:
        """`order`, followed by those of the posts that the viewer knows already, or does not."""
        engaged = self.ask.viewer.engaged
        those = [post for post in posts if (post.card.post_id in engaged) is seen]
        scored = score(self.ask.viewer, those, self.found, self.ask.model, self.now)
        return order + diversify(scored, upto - len(order), self._fresh(those), order)

    def _eligible(self, post_ids: Sequence[str] | set[str]) -> list[VisiblePost]:
        """Posts that the viewer may see, wants, and asked for: filtered before any cut."""
        request, viewer = self.ask.request, self.ask.viewer
        return [
            post
            for post in visible_posts(self.ask.store, viewer, post_ids)
            if wanted(viewer, post)
            and request.category_id in (None, post.card.category_id)
            and request.project_code in (None, post.card.project_code)
        ]

    def _fresh(self, posts: Sequence[VisiblePost]) -> frozenset[str]:
        recent = self.found.scores("recent")
        return frozenset(
            post.card.post_id
            for post in posts
            if post.card.post_id in recent and post.card.popularity < FRESH_POPULARITY
        )


def _shown(
    ask: Ask, page: Sequence[Scored], found: Gathered
) -> tuple[tuple[FeedPost, ...], tuple[str, ...]]:
    """The page with its contents and reasons, and what failed on the way."""
    cards = [each.post.card for each in page]
    contents = post_contents(ask.store, [card.post_id for card in cards])
    categories = category_cards(ask.store, [c.category_id for c in cards if c.category_id])
    topics = topic_cards(ask.store, [card.topic_id for card in cards if card.topic_id])
    authors = user_details(ask.store, [card.author_id for card in cards if card.author_id])
    evidence, degraded = collect(ask.store, ask.viewer, page, found)
    posts = []
    for each in page:
        card = each.post.card
        # A post that was deleted since its card was read is not there any more.
        if (content := contents.get(card.post_id)) is None:
            continue
        category = categories.get(card.category_id or "")
        shown = Shown(each, content, category, ask.request, found, evidence)
        posts.append(
            FeedPost(
                post=each.post,
                content=content,
                author_details=authors.get(card.author_id or ""),
                category=category,
                topic=topics.get(card.topic_id or ""),
                score=each.score,
                seen=card.post_id in ask.viewer.engaged,
                reasons=reasons(shown),
            )
        )
    return tuple(posts), degraded
