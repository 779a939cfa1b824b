"""A store from which some people's nodes are gone, as by an operator's hand."""

from graph.model import Row
from graph.store import GraphStore

PEOPLE = ("user_cards", "users_named", "user_details")


class Forgetful:
    """The store, but for what it knows of some people; what else bears their ids stays."""

    def __init__(self, store: GraphStore, gone: frozenset[str]):
        self._store, self._gone = store, gone

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)

    def run(self, name: str, /, **params: object) -> list[Row]:
        """See `GraphStore.run`."""
        rows = self._store.run(name, **params)
        if name not in PEOPLE:
            return rows
        return [row for row in rows if row["user_id"] not in self._gone]
