"""Look-ups that are known to come, asked in one round where each round costs its way to a server.

What comes back is kept for the request (`graph.kept.for_request`), so that whoever needs it asks as
ever and is answered from there. What is foreseen rests on what is remembered, which may be old: a
wrong guess costs a look-up, never a wrong answer.
"""

import logging
from collections.abc import Callable, Iterable, Sequence

from feed.card_columns import NONE
from feed.sources import Ask
from graph.errors import StoreError
from graph.kept import keeper
from graph.store import Call, GraphStore

log = logging.getLogger(__name__)


def foresee(store: GraphStore, calls: Callable[[], Sequence[Call]]) -> None:
    """Ask all of it in one round; if that fails, each is asked, and fails, where it is needed.

    Where the engine is in this process there is no way to save, and nothing is asked; nor where
    nothing is kept.
    """
    if store.changes.alone or keeper(store) is None:
        return
    try:
        store.run_all(calls())
    except StoreError as error:
        log.info("nothing is foreseen, each look-up asks by itself: %s", error)


def card_calls(ask: Ask, post_ids: Sequence[str], people: Iterable[str] = ()) -> list[Call]:
    """What the gate asks to judge these posts: their cards, and those of their authors.

    Args:
        ask: who asks.
        post_ids: the posts.
        people: others whose cards will be asked for.
    """
    remembered = ask.remembered
    codes = remembered.cards(remembered.places(post_ids)).author
    authors = remembered.names(codes[codes != NONE].tolist())
    return [
        ("post_cards", {"post_ids": sorted(post_ids)}),
        ("user_cards", {"user_ids": sorted({*people, *authors})}),
    ]
