"""One node's derived list, put in the place of the one that it has."""

from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd

from graph.derive.held import Source
from graph.derive.lease import hold_lists
from graph.model import Row
from graph.store import Call, GraphStore, Runs


class Swapped(NamedTuple):
    """What became of a list."""

    writes: int
    """Transactions in which it was changed."""
    old: Sequence[str]
    """Where edges of it lead that are to be dropped (`drop`) `READ` seconds later."""


def swap(
    store: GraphStore, source: Source, edges: pd.DataFrame, run: str, keeper: str = ""
) -> Swapped:
    """Change what differs of the list, in one transaction; in none where nothing does.

    A reader meanwhile sees the old list or the new one. Or (Neo4j, which shows a commit piece by
    piece) one that has all that is in either of them, and some of the other: there, what is old is
    to be dropped once whoever began to read before has ended. Until then, or until the list is
    swapped again where nobody does it, the list is longer, and two edges may have the same rank.

    Args:
        store: the graph.
        source: whose list.
        edges: all of it: ``target``, ``score`` and ``rank``.
        run: the rebuild whose list is there.
        keeper: who has the lease (`graph.derive.lease`); empty: nobody.

    Raises:
        Rebuilt: it is another's, or one is under way; nothing was changed.
        Lost: another has the lease; likewise.
        StoreError: as `GraphStore.transact`.
    """
    name = _name(source)
    before = {row.pop("target"): row for row in store.run(f"derived_{name}", source=source.id)}
    new: list[Row] = [
        {"target": target, "score": float(score), "rank": int(rank)}
        for target, score, rank in edges[["target", "score", "rank"]].itertuples(index=False)
    ]
    changed = [row for row in new if before.get(row["target"]) != _place(row)]
    gone = before.keys() - {row["target"] for row in new}
    calls: list[Call] = []
    if store.isolates:
        # Put anew, not set: until it is folded, Ladybug 0.22 holds some 30 KB of its pool for an
        # edge that was set, and hardly any for one that was deleted and made again.
        gone |= before.keys() & {row["target"] for row in changed}
        calls += _dropping(source, sorted(gone))
        gone = set()
    if changed and source.label == "Chart":
        calls.append(("load_charts", {"rows": [{"id": source.id}]}))
    if changed:
        calls.append((f"set_{name}", {"source": source.id, "rows": changed}))
    if calls:
        store.transact(lambda graph: _run(graph, calls, run, keeper))
    return Swapped(int(bool(calls)), sorted(gone))


def drop(
    store: GraphStore, source: Source, targets: Sequence[str], run: str, keeper: str = ""
) -> None:
    """Drop what is old of the list, in one transaction; arguments and errors as for `swap`."""
    store.transact(lambda graph: _run(graph, _dropping(source, targets), run, keeper))


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
