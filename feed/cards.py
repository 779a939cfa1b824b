"""Posts by id, through the gate: two bounded reads of point look-ups."""

from collections.abc import Iterable

from feed.gate import VisiblePost, admit
from graph.queries.people import ViewerContext, user_cards
from graph.queries.posts import post_cards
from graph.store import GraphStore


def visible_posts(
    store: GraphStore, viewer: ViewerContext, post_ids: Iterable[str]
) -> list[VisiblePost]:
    """Those of the posts that the viewer may see, by ascending id.

    Raises:
        StoreError: a look-up failed; without it nothing can be shown.
    """
    cards = post_cards(store, post_ids)
    authors = user_cards(store, [card.author_id for card in cards.values() if card.author_id])
    return admit(viewer, [cards[post_id] for post_id in sorted(cards)], authors)
