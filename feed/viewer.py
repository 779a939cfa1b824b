"""Who a request is for."""

import unicodedata

from graph.queries.people import ViewerContext, user_cards, users_named, viewer_context
from graph.store import GraphStore


def viewer_named(store: GraphStore, name: str) -> ViewerContext:
    """The viewer of that username, or of that node id where no user bears the name.

    Of users of two sources with one name, the active one with the lowest id. A name that nobody
    bears is a newcomer's.
    """
    username = unicodedata.normalize("NFC", name)
    cards = users_named(store, username) or list(user_cards(store, [username]).values())
    if not cards:
        return ViewerContext(None, username)
    best = min(cards, key=lambda card: (card.active is False, card.user_id))
    return viewer_context(store, best.user_id, best.username or username)
