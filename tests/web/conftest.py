"""An application over the village, with a still clock."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from apiflask import APIFlask
from asking import Asking
from flask.testing import FlaskClient

from graph.derive.rebuild import derive
from graph.ingest import ingest_tables
from graph.store import GraphStore, open_store
from village.world import NOW, World
from web.app import create_app


@pytest.fixture(scope="session")
def village_store(village: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[GraphStore]:
    with open_store(f"ladybug:{tmp_path_factory.mktemp('web') / 'graph'}") as store:
        ingest_tables(store, village.tables)
        derive(store)
        yield store


@pytest.fixture
def asking(tmp_path: Path) -> Asking:
    """The keys and tokens of a closed server."""
    return Asking(tmp_path / "asking")


@pytest.fixture(scope="session")
def app(village_store: GraphStore) -> APIFlask:
    return create_app(village_store, clock=lambda: float(NOW))


@pytest.fixture
def client(app: APIFlask) -> FlaskClient:
    return app.test_client()
