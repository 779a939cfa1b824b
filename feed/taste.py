"""What a viewer's own history bears: the tags of the posts that they engaged with."""

from collections import Counter
from collections.abc import Sequence
from itertools import chain

from feed.cards import visible_posts
from graph.queries.people import ViewerContext
from graph.store import GraphStore


def tags_of(store: GraphStore, viewer: ViewerContext, history: Sequence[str]) -> dict[str, float]:
    """By tag, the share of the history's posts that bear it.

    Only posts that the viewer may see at this moment count: the gain of another post with a tag
    would tell that a hidden one bears it.

    Raises:
        StoreError: a look-up failed.
    """
    seen = visible_posts(store, viewer, history)
    borne = Counter(chain.from_iterable(set(post.card.tags) for post in seen))
    return {tag: count / len(seen) for tag, count in borne.items()}
