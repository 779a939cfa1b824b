"""The contract holds for a graph, too, that another process holds."""

import copy
from collections.abc import Iterator
from pathlib import Path

import pytest

from graph.ladybug_server import SOCKET, GraphServer
from graph.siblings import Siblings
from graph.store import SHARED, GraphStore, open_store


@pytest.fixture
def held_store(store: GraphStore, tmp_path: Path) -> Iterator[GraphStore]:
    """An empty embedded graph, as a worker has it that is told of every write."""
    holders = Siblings()
    workers = copy.copy(holders)  # the same memory, as after a fork
    for each in (holders, workers):
        each.join()
    store.changes.join(holders, frozenset)
    server = GraphServer(store, tmp_path / SOCKET)
    with open_store(f"{SHARED}:{tmp_path / SOCKET}") as client:
        client.changes.join(workers, frozenset)
        yield client
    server.end()
    holders.close()


@pytest.fixture(params=["ladybug", "held", pytest.param("neo4j", marks=pytest.mark.neo4j)])
def any_store(request: pytest.FixtureRequest) -> GraphStore:
    """An empty graph on each engine in turn, the embedded one held by another process as well."""
    name = {"ladybug": "store", "held": "held_store", "neo4j": "neo4j_store"}[request.param]
    opened: GraphStore = request.getfixturevalue(name)
    return opened
