"""What a process does once it has read a graph whole."""

import logging

from graph.errors import StoreError
from graph.machine import give_back
from graph.store import GraphStore

log = logging.getLogger(__name__)


def let_go(store: GraphStore) -> None:
    """Have what whole tables were read into go back to the system.

    A graph that this process alone writes to is read whole once in many minutes, and then as much
    as its engine's pool came to hold would lie there until something else folds it: so it is folded
    at once. Not on a disk that fails or is nearly full, where that would end writes, or reads too.
    """
    try:
        if store.changes.alone and store.mended:
            store.fold()
    except StoreError as error:  # what was read is there all the same
        log.warning("what tables were read into is kept: %s", error)
    give_back()
