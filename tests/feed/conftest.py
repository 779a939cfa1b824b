"""The shady village in the embedded engine, derived: read-only, made once."""

from collections.abc import Iterator

import pytest
from shady_village import Oracle, shady

from graph.derive.rebuild import derive
from graph.ingest import ingest_tables
from graph.store import GraphStore, open_store
from village.world import World


@pytest.fixture(scope="session")
def oracle(village: World) -> Oracle:
    return Oracle(shady(village))


@pytest.fixture(scope="session")
def shady_store(oracle: Oracle, tmp_path_factory: pytest.TempPathFactory) -> Iterator[GraphStore]:
    folder = tmp_path_factory.mktemp("shady")
    with open_store(f"ladybug:{folder / 'graph'}") as store:
        ingest_tables(store, oracle.tables)
        derive(store)
        yield store
