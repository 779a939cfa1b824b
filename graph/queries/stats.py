"""How much of everything the graph holds."""

from graph.model import KINDS
from graph.store import GraphStore


def stats(store: GraphStore) -> dict[str, int]:
    """Rows by kind, in the order of `graph.model.KINDS`, then the derived edges.

    A kind without rows has none in the answer of either engine, and counts 0.
    """
    counted = {row["kind"]: int(row["rows"]) for row in store.run("stats")}
    return {kind: counted.get(kind, 0) for kind in (*KINDS, "top", "similar", "near")}
