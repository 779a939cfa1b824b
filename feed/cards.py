"""Posts by id, through the gate: two bounded reads of point look-ups."""

from collections.abc import Callable, Iterable, Sequence

from feed.gate import VisiblePost, admit
from graph.kept import keeper
from graph.model import Row
from graph.queries.people import UserCard, ViewerContext, user_card, user_cards
from graph.queries.posts import PostCard, post_card, post_cards
from graph.queries.tables import Made
from graph.store import GraphStore


def visible_posts(
    store: GraphStore, viewer: ViewerContext, post_ids: Iterable[str]
) -> list[VisiblePost]:
    """Those of the posts that the viewer may see, by ascending id.

    Raises:
        StoreError: a look-up failed; without it nothing can be shown.
    """
    cards = cards_of_posts(store, post_ids)
    authors = cards_of_people(store, {card.author_id for card in cards.values() if card.author_id})
    return admit(viewer, [cards[post_id] for post_id in sorted(cards)], authors)


def cards_of_posts(store: GraphStore, post_ids: Iterable[str]) -> dict[str, PostCard]:
    """As `post_cards`; those that are kept are not made anew."""
    ids = sorted(set(post_ids))
    held = _held(store, "post_cards", ids, post_card)
    return post_cards(store, ids) if held is None else dict(zip(ids, held, strict=True))


def cards_of_people(store: GraphStore, user_ids: Iterable[str]) -> dict[str, UserCard]:
    """As `user_cards`; those that are kept are not made anew."""
    ids = sorted(set(user_ids))
    held = _held(store, "user_cards", ids, user_card)
    return user_cards(store, ids) if held is None else dict(zip(ids, held, strict=True))


def _held(
    store: GraphStore, name: str, ids: Sequence[str], make: Callable[[Row], Made]
) -> list[Made] | None:
    keeping = keeper(store)
    return None if keeping is None else keeping.made(name, ids, make)
