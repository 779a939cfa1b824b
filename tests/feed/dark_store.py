"""A store from which some people's nodes are gone, as by an operator's hand."""

from collections.abc import Sequence

from graph.model import Row
from graph.store import Call, GraphStore

PEOPLE = ("user_cards", "users_named", "user_details")


class Forgetful:
    """The store, but for what it knows of some people; what else bears their ids stays."""

    def __init__(self, store: GraphStore, gone: frozenset[str]):
        self._store, self._gone = store, gone

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)

    def run(self, name: str, /, **params: object) -> list[Row]:
        """See `GraphStore.run`."""
        return self._without(name, self._store.run(name, **params))

    def run_all(self, calls: Sequence[Call]) -> list[list[Row]]:
        """See `GraphStore.run_all`."""
        found = self._store.run_all(calls)
        return [self._without(name, rows) for (name, _), rows in zip(calls, found, strict=True)]

    def _without(self, name: str, rows: list[Row]) -> list[Row]:
        if name not in PEOPLE:
            return rows
        return [row for row in rows if row["user_id"] not in self._gone]
