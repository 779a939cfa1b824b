"""Nodes' derived lists, put in the place of those that they have."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import takewhile
from typing import NamedTuple, TypeVar

from graph.derive.held import Ranked, Source
from graph.derive.lease import hold_lists
from graph.model import Row
from graph.store import Call, GraphStore, Runs

Told = TypeVar("Told")
ROWS = 100
"""Edges that differ, or are to be dropped, after which a transaction takes no further list: whoever
wants to write waits for its end, and most of one that changes few is its beginning and its end."""


class Swapped(NamedTuple):
    """What became of lists."""

    done: int
    """So many of the first were looked at: the others wait for the next transaction."""
    changed: int
    """How many of them differed."""
    writes: int
    """Transactions in which they were changed: one, or none."""
    old: Mapping[Source, Sequence[str]]
    """Where edges lead that are to be dropped (`drop`) `READ` seconds later, by list; empty where
    nothing is old of a list that was looked at."""


def swap(store: GraphStore, lists: Mapping[Source, Ranked], run: str, keeper: str = "") -> Swapped:
    """Change what differs of the first lists, in one transaction; in none where nothing does.

    A reader meanwhile sees an old list or the new one. Or (Neo4j, which shows a commit piece by
    piece) one that has all that is in either of them, and some of the other: there, what is old is
    to be dropped once whoever began to read before has ended. Until then, or until the list is
    swapped again where nobody does it, the list is longer, and two edges may have the same rank.

    Args:
        store: the graph.
        lists: all of each, by the node that it starts from.
        run: the rebuild whose lists are there.
        keeper: who has the lease (`graph.derive.lease`); empty: nobody.

    Raises:
        Rebuilt: they are another's, or one is under way; nothing was changed.
        Lost: another has the lease; likewise.
        StoreError: as `GraphStore.transact`.
    """
    old: dict[Source, Sequence[str]] = {}
    calls, charts = list[Call](), list[Row]()
    rows = changed = 0
    for source, ranked in _together(store, lists):
        if rows >= ROWS:
            break
        differs = _difference(store, source, ranked)
        old[source] = differs.old
        calls += differs.calls
        rows += differs.rows
        changed += differs.rows > 0
        if source.label == "Chart" and differs.rows:
            charts.append({"id": source.id})
    if charts:
        calls.insert(0, ("load_charts", {"rows": charts}))
    if calls:
        store.transact(lambda graph: _run(graph, calls, run, keeper))
    return Swapped(len(old), changed, int(bool(calls)), old)


def drop(store: GraphStore, old: Mapping[Source, Sequence[str]], run: str, keeper: str = "") -> int:
    """Drop what is old of the first lists, in one transaction; arguments and errors as for `swap`.

    Returns:
        So many of the first were taken.
    """
    calls, rows, done = list[Call](), 0, 0
    for source, targets in _together(store, old):
        if rows >= ROWS:
            break
        calls += _dropping(source, targets)
        rows += len(targets)
        done += 1
    store.transact(lambda graph: _run(graph, calls, run, keeper))
    return done


def _together(store: GraphStore, lists: Mapping[Source, Told]) -> Iterator[tuple[Source, Told]]:
    """The first of the lists that may be changed in one transaction.

    On Neo4j lists of one kind: it plans a transaction's writes as one text (`graph.neo4j_rounds`),
    and would have to plan every order of kinds that ever comes.
    """
    first = next(iter(lists), None)
    if first is None or store.isolates:
        return iter(lists.items())
    return takewhile(lambda each: _name(each[0]) == _name(first), lists.items())


class _Difference(NamedTuple):
    """What is to be done so that a node has another list."""

    calls: list[Call]
    old: list[str]
    rows: int
    """Edges that are not as they were."""


def _difference(store: GraphStore, source: Source, ranked: Ranked) -> _Difference:
    name = _name(source)
    before = {row.pop("target"): row for row in store.run(f"derived_{name}", source=source.id)}
    new: list[Row] = [
        {"target": target, "score": score, "rank": rank}
        for rank, (target, score) in enumerate(ranked)
    ]
    changed = [row for row in new if before.get(row["target"]) != _place(row)]
    gone = before.keys() - {row["target"] for row in new}
    rows = len(changed) + len(gone)
    calls: list[Call] = []
    if store.isolates:
        # Put anew, not set: until it is folded, Ladybug 0.22 holds some 30 KB of its pool for an
        # edge that was set, and hardly any for one that was deleted and made again.
        gone |= before.keys() & {row["target"] for row in changed}
        calls += _dropping(source, sorted(gone))
        gone = set()
    if changed:
        calls.append((f"set_{name}", {"source": source.id, "rows": changed}))
    return _Difference(calls, sorted(gone), rows)


def _dropping(source: Source, targets: Sequence[str]) -> list[Call]:
    params = {"source": source.id, "targets": list(targets)}
    return [(f"unset_{_name(source)}", params)] if targets else []


def _name(source: Source) -> str:
    return f"{source.edge.lower()}_{source.label.lower()}"


def _place(row: Row) -> Row:
    return {"score": row["score"], "rank": row["rank"]}


def _run(graph: Runs, calls: list[Call], run: str, keeper: str) -> None:
    hold_lists(graph, run, keeper)
    for name, params in calls:
        graph.run(name, **params)
