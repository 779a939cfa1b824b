"""One node's derived list, put in the place of the one that it has."""

import pandas as pd

from graph.derive.held import Source
from graph.derive.lease import hold_lists
from graph.model import Row
from graph.store import Call, GraphStore, Runs


def swap(store: GraphStore, source: Source, edges: pd.DataFrame, run: str, keeper: str = "") -> int:
    """Change what differs of the list; in how many transactions, 0 where nothing did.

    A reader meanwhile sees the old list or the new one; or (Neo4j, which shows a commit piece by
    piece) one that has all that is in both, and some of what is in either.

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
    name = f"{source.edge.lower()}_{source.label.lower()}"
    before = {row.pop("target"): row for row in store.run(f"derived_{name}", source=source.id)}
    new: list[Row] = [
        {"target": target, "score": float(score), "rank": int(rank)}
        for target, score, rank in edges[["target", "score", "rank"]].itertuples(index=False)
    ]
    changed = [row for row in new if before.get(row["target"]) != _place(row)]
    gone = before.keys() - {row["target"] for row in new}
    put: list[Call] = []
    if changed and source.label == "Chart":
        put.append(("load_charts", {"rows": [{"id": source.id}]}))
    if changed:
        put.append((f"set_{name}", {"source": source.id, "rows": changed}))
    if store.isolates:
        # Put anew, not set: until it is folded, Ladybug 0.22 holds some 30 KB of its pool for an
        # edge that was set, and hardly any for one that was deleted and made again.
        gone |= before.keys() & {row["target"] for row in changed}
    drop: list[Call] = []
    if gone:
        drop.append((f"unset_{name}", {"source": source.id, "targets": sorted(gone)}))
    # Where commits are shown in pieces, nothing goes before what takes its place is there.
    writes = [calls for calls in ([drop + put] if store.isolates else [put, drop]) if calls]
    for calls in writes:
        store.transact(lambda graph, calls=calls: _run(graph, calls, run, keeper))  # type: ignore[misc]
    return len(writes)


def _place(row: Row) -> Row:
    return {"score": row["score"], "rank": row["rank"]}


def _run(graph: Runs, calls: list[Call], run: str, keeper: str) -> None:
    hold_lists(graph, run, keeper)
    for name, params in calls:
        graph.run(name, **params)
