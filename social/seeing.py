"""Which post a viewer means, and whether they may see it, or have it for their own."""

from feed.cards import visible_posts
from feed.gate import VisiblePost
from graph.errors import NotTheirs, NotThere
from graph.queries.people import ViewerContext
from graph.queries.posts import PostCard, post_cards
from graph.store import GraphStore


def seen_post(store: GraphStore, viewer: ViewerContext, post_id: str) -> VisiblePost:
    """The post, which the viewer may see.

    Raises:
        NotThere: it is not there, or not for this viewer.
    """
    found = visible_posts(store, viewer, [post_id])
    if not found:
        raise NotThere(f"{post_id} is not there for {viewer.user_id}")
    return found[0]


def own_post(store: GraphStore, viewer: ViewerContext, post_id: str) -> VisiblePost:
    """The post, which is the viewer's own.

    Raises:
        NotThere: likewise.
        NotTheirs: they may see it, and it is another's.
    """
    post = seen_post(store, viewer, post_id)
    if post.card.author_id != viewer.user_id:
        raise NotTheirs("This post is another's.")
    return post


def own_card(store: GraphStore, viewer: ViewerContext, post_id: str) -> PostCard:
    """The viewer's own post, even deleted or in a group that they left; errors as `own_post`."""
    card = post_cards(store, [post_id]).get(post_id)
    if card is not None and card.author_id is not None and card.author_id == viewer.user_id:
        return card
    return own_post(store, viewer, post_id).card
