"""What a page of found posts shows of each: as in a feed, without its ranking."""

from collections.abc import Sequence

from feed.cards import visible_posts
from feed.owners import with_visible_owners
from feed.request import FeedPost
from graph.queries.people import ViewerContext, engaged_with, user_details
from graph.queries.posts import category_cards, post_contents, topic_cards
from graph.store import GraphStore


def posts_shown(
    store: GraphStore, viewer: ViewerContext, post_ids: Sequence[str]
) -> list[FeedPost]:
    """Those of the posts that the viewer may see, in the order given."""
    visible = {post.card.post_id: post for post in visible_posts(store, viewer, post_ids)}
    cards = [post.card for post in visible.values()]
    contents = post_contents(store, visible)
    engaged = engaged_with(store, viewer.user_id) if visible and viewer.user_id else {}
    categories = category_cards(store, [c.category_id for c in cards if c.category_id])
    topics = topic_cards(store, [card.topic_id for card in cards if card.topic_id])
    topics = with_visible_owners(store, viewer, topics)
    authors = user_details(store, [card.author_id for card in cards if card.author_id])
    return [
        FeedPost(
            post=visible[each],
            content=contents[each],
            author_details=authors.get(visible[each].card.author_id or ""),
            category=categories.get(visible[each].card.category_id or ""),
            topic=topics.get(visible[each].card.topic_id or ""),
            score=0.0,
            gains={},
            seen=each in engaged,
            reasons=(),
        )
        for each in post_ids
        if each in visible and each in contents
    ]
