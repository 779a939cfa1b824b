"""Look-ups that are answered from memory as long as nobody wrote to what they rest on.

For long only with a store that every write to the graph passes through
(`graph.changes.Changes.alone`): what is kept is dropped by the very write that makes it wrong, so
an answer is what the engine would give at this moment, as much as without it. Where other processes
may write, nothing is kept beyond one request.
"""

import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, cast

from graph.changes import LENGTH
from graph.model import Row
from graph.queries.tables import Made, RowTable, Table, TextTable
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
    "feels": _LookUp("user_id"),
    "viewer_context": _LookUp("user_id"),
    "blocks_around": _LookUp("user_id"),
    "engaged_with": _LookUp("user_id"),
    "around_user": _LookUp("user_id"),
    "born_users": _LookUp("user_ids", "id"),
    "hidden_lately": _LookUp("user_id"),
    "friends_of": _LookUp("user_id"),
    "responded_to": _LookUp("user_id"),
    "engagers": _LookUp("post_id"),
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
    """The store, with its look-ups kept in memory where that is exact; else the store itself.

    One that keeps them already stays as it is, so that all who share it keep them once.
    """
    if isinstance(store, Kept) or not store.changes.alone:
        return store
    return cast(GraphStore, Kept(store))


def for_request(store: GraphStore) -> GraphStore:
    """The store for one request, in which nothing is read twice.

    What is asked in one round (`GraphStore.run_all`) because it will be needed is there when it is.
    Where `kept` keeps nothing, it is forgotten with the request.
    """
    return store if isinstance(store, Kept) else cast(GraphStore, Kept(store))


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
        self._forgot, self._turn = 0, threading.Lock()

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)

    def run(self, name: str, /, **params: object) -> list[Row]:
        """See `GraphStore.run`."""
        rows, rest = self._known(name, params)
        if rest is None:
            return rows
        mark = self._store.changes.mark()
        read = self._store.run(name, **rest)
        self._learn(name, rest, mark, read)
        return [*rows, *read]

    def run_all(self, calls: Sequence[Call]) -> list[list[Row]]:
        """See `GraphStore.run_all`; what is not known is asked in one round."""
        mark = self._store.changes.mark()
        known = [self._known(name, params) for name, params in calls]
        asked = [
            (at, (name, rest))
            for at, ((name, _), (_, rest)) in enumerate(zip(calls, known, strict=True))
            if rest is not None
        ]
        answers = [rows for rows, _ in known]
        found = self._store.run_all([call for _, call in asked]) if asked else []
        for (at, (name, rest)), rows in zip(asked, found, strict=True):
            self._learn(name, rest, mark, rows)
            answers[at] = [*answers[at], *rows]
        return answers

    def made(
        self, name: str, keys: Sequence[str], make: Callable[[Row], Made]
    ) -> list[Made] | None:
        """What is made of the row of each node, once for all who ask; None where `run` must tell.

        Args:
            name: a query's, of which a table was taken, and whose answer has one row a node.
            keys: the nodes.
            make: for this query always the same.
        """
        mark, table = self._tables.get(name, _NO_TABLE)
        if not isinstance(table, RowTable) or not self._store.changes.holds(mark, *keys):
            return None
        found = list[Made]()
        for key in keys:
            made = table.made(key, make) if len(key) <= LENGTH else None
            if made is None:
                return None
            found.append(made)
        return found

    @property
    def forgot(self) -> int:
        """How often all was forgotten: to be told to `fill`."""
        return self._forgot

    def fill(self, tables: Mapping[str, Table], mark: int, forgot: int) -> None:
        """Take the answers of some queries for all nodes, by the queries' names.

        What was forgotten while it was read is not taken: it may be of somebody who left.

        Args:
            tables: what was read.
            mark: of the store's changes, before the reading.
            forgot: likewise.
        """
        with self._turn:
            if forgot == self._forgot:
                self._tables = {**self._tables, **{name: (mark, tables[name]) for name in tables}}

    def blank(self, ids: Collection[str]) -> None:
        """Have no word of these nodes, which were written to, and whose texts may be erased."""
        for _, table in list(self._tables.values()):
            if isinstance(table, TextTable):
                table.blank(ids)
        for held in (self._young, self._old):
            for name in ("post_contents", "user_details"):
                for each in ids:
                    held.pop((name, each), None)

    def forget(self) -> None:
        """Keep nothing, as in the beginning; what holds no more is told to nobody anyway."""
        with self._turn:
            self._forgot += 1
            self._young, self._old, self._tables = {}, {}, {}

    def _known(
        self, name: str, params: Mapping[str, object]
    ) -> tuple[list[Row], Mapping[str, object] | None]:
        """The rows that are kept, and the parameters that ask for the others; None: no others."""
        look_up = _LOOK_UPS.get(name)
        if look_up is None or params.keys() != {look_up.parameter}:
            return [], params
        keys = params[look_up.parameter]
        if look_up.column is None:
            held = self._held(name, keys) if isinstance(keys, str) else None
            return ([], params) if held is None else (list(held), None)
        if not isinstance(keys, list):
            return [], params
        of_table = self._of_table(name, keys)
        if of_table is not None:
            return of_table, None
        found: list[Row] = []
        missing: list[str] = []
        for key in keys:
            held = self._held(name, key)
            if held is None:
                missing.append(key)
            else:
                found += held
        return found, {look_up.parameter: missing} if missing else None

    def _learn(
        self, name: str, params: Mapping[str, object], mark: int, rows: Sequence[Row]
    ) -> None:
        """Keep what was read, if it is a look-up's answer."""
        look_up = _LOOK_UPS.get(name)
        if look_up is None or params.keys() != {look_up.parameter}:
            return
        keys = params[look_up.parameter]
        if look_up.column is not None and isinstance(keys, list):
            of = {row[look_up.column]: row for row in rows}
            for key in keys:
                self._keep(name, key, _Answer(mark, (of[key],) if key in of else (), (key,)))
        elif look_up.column is None and isinstance(keys, str):
            rests_on = (row[look_up.rests_on] for row in rows if look_up.rests_on)
            self._keep(name, keys, _Answer(mark, rows, (keys, *rests_on)))

    def _held(self, name: str, key: str) -> Sequence[Row] | None:
        """What is kept of the node, if it still holds."""
        of_table = self._of_table(name, [key])
        if of_table is not None:
            return of_table
        answer = self._young.get((name, key)) or self._old.get((name, key))
        if answer is None or not self._store.changes.holds(answer.mark, *answer.ids):
            return None
        self._young[name, key] = answer
        return answer.rows

    def _of_table(self, name: str, keys: Sequence[str]) -> list[Row] | None:
        """The nodes' rows, where a table of the query has all of them and still holds."""
        mark, table = self._tables.get(name, _NO_TABLE)
        if table is None:
            return None
        found: list[Row] = []
        for key in keys:
            rows = table.rows(key) if len(key) <= LENGTH else None
            if rows is None:
                return None
            found += rows
        # Looked at last: a text may have been blanked while it was read.
        rests_on = _LOOK_UPS[name].rests_on
        others = () if rests_on is None else [row[rests_on] for row in found]
        return found if self._store.changes.holds(mark, *keys, *others) else None

    def _keep(self, name: str, key: str, answer: _Answer) -> None:
        if max(map(len, answer.ids)) > LENGTH:
            return
        self._young[name, key] = answer
        if len(self._young) > self._most:
            self._old, self._young = self._young, {}
