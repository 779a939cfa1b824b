"""Whether the graph's own indexes can be used."""

from graph.store import GraphStore

ONLINE = "ONLINE"


def unusable(store: GraphStore) -> dict[str, str]:
    """Indexes that are not filled, or failed, with their state; opening a graph makes all.

    The embedded engine's keys are parts of its tables, so there are none.
    """
    if store.engine != "neo4j":
        return {}
    states = {row["name"]: row["state"] for row in store.run("index_states")}
    return {name: state for name, state in states.items() if state != ONLINE}
