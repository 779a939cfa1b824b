"""The model lets go of who and what another process of the same server erased."""

import logging
import threading
from collections.abc import Collection

from feed.nearest import FeedModel
from graph.errors import StoreError
from graph.queries.people import user_cards
from graph.queries.posts import post_cards
from graph.store import GraphStore

log = logging.getLogger(__name__)


def let_go(store: GraphStore, model: FeedModel, ids: Collection[str]) -> None:
    """Have the model know no more of those that are not in the graph; a moment from now.

    Args:
        store: the graph.
        model: what may have learnt of them.
        ids: named by a write that erased some nodes, and may have named others too.
    """
    if known := model.known(ids):
        threading.Thread(target=_let_go, args=(store, model, known), name="letting go").start()


def _let_go(store: GraphStore, model: FeedModel, known: Collection[str]) -> None:
    ids = sorted(known)
    try:
        there = {*user_cards(store, ids), *post_cards(store, ids)}
    except StoreError as error:
        log.warning("the model may know of some who left, until the next start: %s", error)
        return
    if gone := frozenset(ids) - there:
        model.let_go(gone)
