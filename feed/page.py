"""A page: posts that passed the gate, with their scores, contents and reasons."""

from collections.abc import Sequence

from feed.evidence import collect
from feed.gate import VisiblePost
from feed.hits import joined
from feed.owners import with_visible_owners
from feed.pool import pool
from feed.reasons import Shown, post_node, reasons, viewer_node
from feed.request import FeedPost
from feed.score import gains, score
from feed.scored import Scored
from feed.sources import Ask, Gathered
from feed.told import told
from graph.queries.people import user_details
from graph.queries.posts import PostCard, category_cards, topic_cards
from graph.store import Call


def shown(
    ask: Ask, visible: Sequence[VisiblePost], found: Gathered
) -> tuple[tuple[FeedPost, ...], tuple[str, ...]]:
    """The posts, in the order given, as a page shows them; and what failed on the way."""
    if not visible:
        return (), ()
    page = scored(ask, visible, found)
    cards = [each.post.card for each in page]
    sources = sources_of(ask, found, [card.post_id for card in cards])
    evidence, degraded = collect(ask, page, sources, _calls(cards))
    categories = category_cards(ask.store, [c.category_id for c in cards if c.category_id])
    topics = topic_cards(ask.store, [card.topic_id for card in cards if card.topic_id])
    topics = with_visible_owners(ask.store, ask.viewer, topics)
    authors = user_details(ask.store, [card.author_id for card in cards if card.author_id])
    contents, you = evidence.contents, viewer_node(ask.viewer)
    posts = []
    for each in page:
        card = each.post.card
        # A post that was deleted since its card was read is not there any more.
        if (content := contents.get(card.post_id)) is None:
            continue
        category = categories.get(card.category_id or "")
        this = post_node(each.post, content)
        may = told(each)
        because = Shown(
            you, this, each, may.untold, category, ask.request, sources[card.post_id], evidence
        )
        posts.append(
            FeedPost(
                post=each.post,
                content=content,
                author_details=authors.get(card.author_id or ""),
                category=category,
                topic=topics.get(card.topic_id or ""),
                score=each.score,
                gains=each.gains,
                told_score=may.score,
                told_gains=may.gains,
                seen=card.post_id in ask.viewer.engaged,
                reasons=reasons(because),
            )
        )
    return tuple(posts), degraded


def _calls(cards: Sequence[PostCard]) -> list[Call]:
    """What is shown beside the posts themselves."""
    categories, topics, authors = (
        sorted(set(filter(None, ids)))
        for ids in zip(*((c.category_id, c.topic_id, c.author_id) for c in cards), strict=True)
    )
    return [
        ("category_cards", {"category_ids": categories}),
        ("topic_cards", {"topic_ids": topics}),
        ("user_details", {"user_ids": authors}),
    ]


def scored(ask: Ask, visible: Sequence[VisiblePost], found: Gathered) -> list[Scored]:
    """The posts with their scores, in the order given; those that were ranked just now have one."""
    new = [post.card.post_id for post in visible if post.card.post_id not in found.scored]
    if new:
        posts = pool(ask.remembered, ask.remembered.places(new))
        scores = score(ask, posts, found)
        for at, post_id in enumerate(posts.ids):
            found.scored[post_id] = scores.at(at)
    made = [(post, *found.scored[post.card.post_id]) for post in visible]
    return [Scored(post, chance, gains(gained), bias) for post, chance, gained, bias in made]


def sources_of(ask: Ask, found: Gathered, ids: Sequence[str]) -> dict[str, frozenset[str]]:
    """All the sources that found each post."""
    places = ask.remembered.places(ids)
    names, every = list(found.by_source), joined(list(found.by_source.values()))
    found_by = {place: set[str]() for place in places.tolist()}
    which, found_at, _ = every.having(places)
    for source, place in zip(which.tolist(), found_at.tolist(), strict=True):
        found_by[place].add(names[source])
    return dict(zip(ids, map(frozenset, found_by.values()), strict=True))
