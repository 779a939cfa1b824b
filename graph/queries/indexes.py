"""Whether all that a graph's schema should have is there, and can be used."""

from graph.schema import names
from graph.store import GraphStore

ONLINE, MISSING = "ONLINE", "MISSING"


def unusable(store: GraphStore) -> dict[str, str]:
    """What is not filled, failed or is missing, with its state: indexes, or Ladybug's tables."""
    there = {row["name"]: row["state"] for row in store.run("schema_parts")}
    states = dict.fromkeys(sorted(names(store.engine)), MISSING) | there
    return {name: state for name, state in states.items() if state != ONLINE}
