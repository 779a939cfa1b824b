"""Some people of every privacy, and who of them asks."""

import pandas as pd

from graph.ingest import ingest_tables
from graph.queries.people import ViewerContext, gate_context
from graph.store import GraphStore

NAMES = ("ana", "ben", "cat", "dan", "eve", "fay", "gus")
PRIVACY = {"eve": "private", "fay": "friends"}
GONE = "gus"


def id_of(name: str) -> str:
    return f"app:user:{NAMES.index(name)}"


def fill(store: GraphStore) -> GraphStore:
    """ana, ben, cat and dan are public, eve is private, fay for friends, gus inactive."""
    users = pd.DataFrame(
        {
            "id": [id_of(name) for name in NAMES],
            "username": NAMES,
            "privacy": [PRIVACY.get(name, "public") for name in NAMES],
            "active": [name != GONE for name in NAMES],
        }
    )
    ingest_tables(store, {"users": users})
    return store


def viewer(store: GraphStore, name: str) -> ViewerContext:
    return gate_context(store, id_of(name), name)
