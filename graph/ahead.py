"""Queries that are known to come, asked in one round where each costs its way to a server.

What a part of the program asks stays with it: who will call it says before what it is going to
ask, of the same store, and the part is answered from there. What was not foreseen is asked as ever.
"""

from collections.abc import Mapping, Sequence
from typing import cast

from graph.model import Row
from graph.store import Call, GraphStore


class Foreseen:
    """Answers that are given once each, to who asks that very thing."""

    def __init__(self) -> None:
        self._held: list[tuple[Call, list[Row]]] = []

    def put(self, calls: Sequence[Call], answers: Sequence[list[Row]]) -> None:
        """Hold each call's rows."""
        self._held += zip(calls, answers, strict=True)

    def take(self, name: str, params: Mapping[str, object]) -> list[Row] | None:
        """The rows that are held for it, the first if there are several; they are no more then."""
        for at, (call, rows) in enumerate(self._held):
            if call == (name, params):
                del self._held[at]
                return rows
        return None


class _Ahead:
    """A store for one reader, for as long as it reads one thing; all else is the store's own."""

    def __init__(self, store: GraphStore):
        self._store, self._foreseen = store, Foreseen()

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)

    def run(self, name: str, /, **params: object) -> list[Row]:
        rows = self._foreseen.take(name, params)
        return self._store.run(name, **params) if rows is None else rows

    def run_all(self, calls: Sequence[Call]) -> list[list[Row]]:
        held = [self._foreseen.take(name, params) for name, params in calls]
        rest = [call for call, rows in zip(calls, held, strict=True) if rows is None]
        asked = iter(self._store.run_all(rest) if rest else ())
        return [next(asked) if rows is None else rows for rows in held]

    def foresee(self, calls: Sequence[Call]) -> None:
        self._foreseen.put(calls, self._store.run_all(calls))


def ahead(store: GraphStore, calls: Sequence[Call] = ()) -> GraphStore:
    """The store, which was asked these reading queries, and can foresee others.

    Each answer is as of the moment of foreseeing, so it serves one reading of one thing. Where the
    engine is in this process it is the store itself, and nothing is asked ahead.

    Raises:
        StoreError: one of them failed.
    """
    if store.changes.alone:
        return store
    looking = cast(GraphStore, _Ahead(store))
    if calls:
        looking.foresee(calls)
    return looking
