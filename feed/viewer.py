"""Who a request is for."""

import unicodedata
from collections.abc import MutableMapping

from feed.foreseen import foresee
from graph.errors import AmbiguousViewer, NoSuchViewer
from graph.queries.people import (
    UserCard,
    ViewerContext,
    user_cards,
    users_named,
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
    """The viewer of that username, or of that node id where no user bears the name.

    Of users of two sources with one name, the active one with the lowest id. A name that nobody
    bears is a newcomer's. With `user_id`, that user and nobody else, whatever the name.

    Args:
        store: the graph.
        name: a username, or a node's id.
        user_id: the node's id, where that is known for sure.
        known: whom names led to before, by which all is asked in one round; it is written on.
    """
    username, names = unicodedata.normalize("NFC", name), {} if known is None else known
    told = user_id or username
    foresee(store, lambda: [*_called(told), *_around(user_id or names.get(username, username))])
    cards = [] if user_id is not None else users_named(store, username)
    cards = cards or list(user_cards(store, [told]).values())
    if not cards:
        return ViewerContext(None, username)
    best = min(cards, key=lambda card: (card.active is False, card.user_id))
    if user_id is None:
        names[username] = best.user_id
    foresee(store, lambda: _around(best.user_id))  # what was not asked of them above
    return viewer_context(store, best.user_id, best.username or username)


def user_called(store: GraphStore, name: str) -> UserCard:
    """The one active user of that username or user id: who acts must not be somebody's guess.

    Raises:
        NoSuchViewer: there is no such user, or they are inactive.
        AmbiguousViewer: two sources share the name, or it is one's name and another's id.
    """
    username = unicodedata.normalize("NFC", name)
    foresee(store, lambda: [*_called(username), ("viewer_context", {"user_id": username})])
    named = {card.user_id: card for card in users_named(store, username)}
    found = named | user_cards(store, [username])
    active = {user_id: card for user_id, card in found.items() if card.active is not False}
    if len(active) > 1:
        ids = tuple(sorted(active))
        said = f"{len(ids)} users are named {username!r}; give one's id: {', '.join(ids)}"
        raise AmbiguousViewer(said, ids)
    if not active:
        raise NoSuchViewer(f"no active user is named {username!r}, nor has that id")
    return next(iter(active.values()))


def _called(told: str) -> list[Call]:
    """What tells who is called so: by an id, as mostly, or by a name."""
    return [("users_named", {"username": told}), ("user_cards", {"user_ids": [told]})]


def _around(told: str) -> list[Call]:
    """What is asked of a viewer of that id."""
    return [(name, {"user_id": told}) for name in AROUND]
