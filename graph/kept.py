"""Look-ups that are answered from memory as long as nobody wrote to what they rest on.

Only for a store that every write to the graph passes through (`graph.changes.Changes.alone`): what
is kept is dropped by the very write that makes it wrong, so an answer is what the engine would give
at this moment, as much as without it. Where other processes may write, nothing is kept.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, cast

from graph.changes import LENGTH
from graph.model import Row
from graph.queries.tables import Table
from graph.store import Call, GraphStore

MOST = 150_000
"""Answers about one node that are kept for sure; at twice as many the older half is forgotten."""


@dataclass(frozen=True, slots=True)
class _LookUp:
    """How a query's answer is made of what stands at single nodes."""

    parameter: str
    column: str | None = None
    """Of the rows: the node that a row is of, where the parameter is a list of nodes; None: it is
    one node, and the rows are the ids at the other ends of its edges, or properties of these."""
    rests_on: str | None = None
    """Of the rows: other nodes whose properties they tell."""


_LOOK_UPS: Mapping[str, _LookUp] = {
    "post_cards": _LookUp("post_ids", "post_id"),
    "post_contents": _LookUp("post_ids", "post_id"),
    "user_cards": _LookUp("user_ids", "user_id"),
    "user_details": _LookUp("user_ids", "user_id"),
    "category_cards": _LookUp("category_ids", "id"),
    "topic_cards": _LookUp("topic_ids", "id"),
    "group_cards": _LookUp("group_ids", "id"),
    "tag_names": _LookUp("tag_ids", "id"),
    "users_named": _LookUp("username", rests_on="user_id"),
    "stays": _LookUp("user_id"),
    "viewer_context": _LookUp("user_id"),
    "engaged_with": _LookUp("user_id"),
    "hidden_lately": _LookUp("user_id"),
    "friends_of": _LookUp("user_id"),
    "responded_to": _LookUp("user_id"),
    "asked_people": _LookUp("user_id"),
    "interests_of": _LookUp("user_id"),
    "groups_of": _LookUp("user_id"),
}
"""The queries whose answers follow from the nodes that they name, and from edges at these."""


class _Answer(NamedTuple):
    """What was read of one node, and when."""

    mark: int
    rows: Sequence[Row]
    ids: tuple[str, ...]
    """What it rests on."""


def kept(store: GraphStore) -> GraphStore:
    """The store, with its look-ups kept in memory where that is exact; else the store itself."""
    return cast(GraphStore, Kept(store)) if store.changes.alone else store


def keeper(store: object) -> "Kept | None":
    """What takes whole tables, where `kept` made the store; else None."""
    return store if isinstance(store, Kept) else None


_NO_TABLE: tuple[int, None] = (0, None)


class Kept:
    """A store that keeps what it read; all but look-ups is the store's own. Rows are not copied."""

    def __init__(self, store: GraphStore, most: int = MOST):
        """Keep nothing yet."""
        self._store, self._most = store, most
        self._young: dict[tuple[str, str], _Answer] = {}
        self._old: dict[tuple[str, str], _Answer] = {}
        self._tables: dict[str, tuple[int, Table]] = {}

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)

    def run(self, name: str, /, **params: object) -> list[Row]:
        """See `GraphStore.run`."""
        key = _one_node(name, params)
        if key is not None:
            return self._one(name, _LOOK_UPS[name], key)
        look_up = _LOOK_UPS.get(name)
        keys = None if look_up is None else params.get(look_up.parameter)
        if look_up is None or look_up.column is None or not isinstance(keys, list):
            return self._store.run(name, **params)
        return self._many(name, look_up, keys)

    def run_all(self, calls: Sequence[Call]) -> list[list[Row]]:
        """See `GraphStore.run_all`; what is not known is asked in one round."""
        mark = self._store.changes.mark()
        answers: list[list[Row]] = [[] for _ in calls]
        asked: list[int] = []
        for at, (name, params) in enumerate(calls):
            key = _one_node(name, params)
            held = None if key is None else self._held(name, key)
            if held is None:
                asked.append(at)
            else:
                answers[at] = list(held)
        for at, rows in zip(asked, self._store.run_all([calls[at] for at in asked]), strict=True):
            answers[at] = rows
            name, params = calls[at]
            if (key := _one_node(name, params)) is not None:
                self._keep(name, key, self._answer(name, key, mark, rows))
        return answers

    def fill(self, tables: Mapping[str, Table], mark: int) -> None:
        """Take the answers of some queries for all nodes, by the queries' names.

        Args:
            tables: what was read.
            mark: of the store's changes, before the reading.
        """
        self._tables |= {name: (mark, table) for name, table in tables.items()}

    def forget(self) -> None:
        """Keep nothing, as in the beginning; what holds no more is told to nobody anyway."""
        self._young, self._old, self._tables = {}, {}, {}

    def _one(self, name: str, look_up: _LookUp, key: str) -> list[Row]:
        held = self._held(name, key)
        if held is not None:
            return list(held)
        mark = self._store.changes.mark()
        rows = self._store.run(name, **{look_up.parameter: key})
        self._keep(name, key, self._answer(name, key, mark, rows))
        return list(rows)

    def _answer(self, name: str, key: str, mark: int, rows: Sequence[Row]) -> _Answer:
        rests_on = _LOOK_UPS[name].rests_on
        return _Answer(mark, rows, (key, *(row[rests_on] for row in rows if rests_on)))

    def _many(self, name: str, look_up: _LookUp, keys: Iterable[str]) -> list[Row]:
        assert look_up.column is not None
        found: list[Row] = []
        missing: list[str] = []
        for key in keys:
            held = self._held(name, key)
            if held is None:
                missing.append(key)
            else:
                found += held
        if missing:
            mark = self._store.changes.mark()
            rows = self._store.run(name, **{look_up.parameter: missing})
            of = {row[look_up.column]: row for row in rows}
            for key in missing:
                one = (of[key],) if key in of else ()
                self._keep(name, key, _Answer(mark, one, (key,)))
            found += rows
        return found

    def _held(self, name: str, key: str) -> Sequence[Row] | None:
        """What is kept of the node, if it still holds."""
        changes = self._store.changes
        answer = self._young.get((name, key)) or self._old.get((name, key))
        if answer is not None and changes.holds(answer.mark, *answer.ids):
            self._young[name, key] = answer
            return answer.rows
        mark, table = self._tables.get(name, _NO_TABLE)
        if table is None or len(key) > LENGTH or not changes.holds(mark, key):
            return None
        rows = table.rows(key)
        rests_on = _LOOK_UPS[name].rests_on
        if rows and rests_on and not changes.holds(mark, *(row[rests_on] for row in rows)):
            return None
        return rows

    def _keep(self, name: str, key: str, answer: _Answer) -> None:
        if max(map(len, answer.ids)) > LENGTH:
            return
        self._young[name, key] = answer
        if len(self._young) > self._most:
            self._old, self._young = self._young, {}


def _one_node(name: str, params: Mapping[str, object]) -> str | None:
    """The node that a look-up starts at; None where it is of many, or no look-up."""
    look_up = _LOOK_UPS.get(name)
    if look_up is None or look_up.column is not None or params.keys() != {look_up.parameter}:
        return None
    key = params[look_up.parameter]
    return key if isinstance(key, str) else None
