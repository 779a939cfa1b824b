"""How much of everything the graph holds."""

from graph.model import KINDS
from graph.store import GraphStore


def stats(store: GraphStore) -> dict[str, int]:
    """Rows by kind (an empty one has no row in the answer), in the order of `graph.model.KINDS`, then the derived edges."""
    counted = {row["kind"]: int(row["rows"]) for row in store.run("stats")}
    return {kind: counted.get(kind, 0) for kind in (*KINDS, "top", "similar")}
