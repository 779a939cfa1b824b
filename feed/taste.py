"""What a viewer's own history bears: the tags of the posts that they engaged with."""

from collections import Counter
from collections.abc import Sequence
from itertools import chain

from feed.cards import cards_of_people, cards_of_posts
from feed.gate import visible
from graph.queries.people import ViewerContext
from graph.store import GraphStore


def tags_of(store: GraphStore, viewer: ViewerContext, history: Sequence[str]) -> dict[str, float]:
    """By tag, the share of the history's posts that bear it.

    Only posts that the viewer may see at this moment count: the gain of another post with a tag
    would tell that a hidden one bears it.

    Raises:
        StoreError: a look-up failed.
    """
    cards = cards_of_posts(store, history).values()
    authors = cards_of_people(store, {card.author_id for card in cards if card.author_id})
    seen = [card for card in cards if visible(viewer, card, authors.get(card.author_id or ""))]
    borne = Counter(chain.from_iterable(set(card.tags) for card in seen))
    return {tag: count / len(seen) for tag, count in borne.items()}
