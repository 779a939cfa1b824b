"""A graph of some people."""

import pytest
from circle import fill

from graph.store import GraphStore


@pytest.fixture
def people(store: GraphStore) -> GraphStore:
    return fill(store)
