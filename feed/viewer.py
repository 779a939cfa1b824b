"""Who a request is for."""

import unicodedata
from collections.abc import MutableMapping, Sequence

from feed.foreseen import foresee
from graph.errors import AmbiguousViewer, NoSuchViewer
from graph.queries.people import (
    UserCard,
    ViewerContext,
    people_called,
    user_cards,
    viewer_context,
)
from graph.store import Call, GraphStore

AROUND = ("viewer_context", "engaged_with", "hidden_lately", "feels")
"""What a feed asks of a viewer, by id."""


def viewer_named(
    store: GraphStore,
    name: str,
    user_id: str | None = None,
    known: MutableMapping[str, str] | None = None,
) -> ViewerContext:
    """The viewer of that user id, or of that username where no user has the id.

    A name that nobody bears is a newcomer's. With `user_id`, that user and nobody else, whatever
    the name.

    Args:
        store: the graph.
        name: a username, or a node's id.
        user_id: the node's id, where that is known for sure.
        known: whom names led to before, by which all is asked in one round; it is written on.

    Raises:
        AmbiguousViewer: several active users bear the name (or several, none of them active): what
            one sees is not for another of their name.
    """
    username, names = unicodedata.normalize("NFC", name), {} if known is None else known
    told = user_id or username
    foresee(store, lambda: [*_called(told), *_around(user_id or names.get(username, username))])
    if user_id is None:
        cards = people_called(store, username)
    else:
        cards = list(user_cards(store, [user_id]).values())
    if not cards:
        return ViewerContext(None, username)
    found = _the_one(_active(cards) or cards, username)
    if user_id is None:
        names[username] = found.user_id
    foresee(store, lambda: _around(found.user_id))  # what was not asked of them above
    return viewer_context(store, found.user_id, found.username or username)


def user_called(store: GraphStore, name: str) -> UserCard:
    """The one active user of that id, or else of that name: who acts must not be somebody's guess.

    Raises:
        NoSuchViewer: there is no such user, or they are inactive.
        AmbiguousViewer: several active users bear the name.
    """
    username = unicodedata.normalize("NFC", name)
    foresee(store, lambda: [*_called(username), ("viewer_context", {"user_id": username})])
    active = _active(people_called(store, username))
    if not active:
        raise NoSuchViewer(f"no active user is named {username!r}, nor has that id")
    return _the_one(active, username)


def _active(cards: Sequence[UserCard]) -> list[UserCard]:
    return [card for card in cards if card.active is not False]


def _the_one(cards: Sequence[UserCard], username: str) -> UserCard:
    """The one card of that name; they come by ascending id."""
    if len(cards) > 1:
        ids = tuple(card.user_id for card in cards)
        said = f"{len(ids)} users are named {username!r}; give one's id: {', '.join(ids)}"
        raise AmbiguousViewer(said, ids)
    return cards[0]


def _called(told: str) -> list[Call]:
    """What tells who is called so: by an id, as mostly, or by a name."""
    return [("users_named", {"username": told}), ("user_cards", {"user_ids": [told]})]


def _around(told: str) -> list[Call]:
    """What is asked of a viewer of that id."""
    return [(name, {"user_id": told}) for name in AROUND]
