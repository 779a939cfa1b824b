"""The shady village in the embedded engine, derived, read-only; and a dark town, new each time."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from dark_store import Forgetful
from dark_town import dark
from feed_oracle import Oracle
from shady_village import shady
from town import Town
from walk import Walk

from graph.derive.rebuild import derive
from graph.ingest import ingest_tables
from graph.model import Tables
from graph.store import GraphStore, open_store
from village.world import World

SEED = int(os.environ.get("RESONANCE_TEST_SEED", "1"))
DarkWalks = Callable[[int], AbstractContextManager[Walk]]


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


@pytest.fixture(scope="session")
def dark_tables(village: World) -> Tables:
    return dark(village, SEED)


@pytest.fixture(scope="session")
def dark_folder(dark_tables: Tables, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The town's graph before anybody did anything."""
    folder = tmp_path_factory.mktemp("dark") / "town"
    with open_store(f"ladybug:{folder / 'graph'}") as store:
        ingest_tables(store, dark_tables)
        derive(store)
    return folder


@pytest.fixture
def dark_walks(dark_folder: Path, dark_tables: Tables, tmp_path: Path) -> DarkWalks:
    """Walks through copies of the town; a seed each, of what people do there."""

    @contextmanager
    def walk(seed: int) -> Iterator[Walk]:
        folder = shutil.copytree(dark_folder, tmp_path / f"town-{seed}")
        with open_store(f"ladybug:{folder / 'graph'}") as store:
            yield walk_in(store, dark_tables, seed)
        shutil.rmtree(folder)

    return walk


@pytest.fixture
def dark_walk(dark_walks: DarkWalks) -> Iterator[Walk]:
    with dark_walks(SEED) as walk:
        yield walk


@pytest.fixture
def dark_walks_on_neo4j(wiped_neo4j: Callable[[], GraphStore], dark_tables: Tables) -> DarkWalks:
    @contextmanager
    def walk(seed: int) -> Iterator[Walk]:
        store = wiped_neo4j()
        ingest_tables(store, dark_tables)
        derive(store)
        yield walk_in(store, dark_tables, seed)

    return walk


def walk_in(store: GraphStore, tables: Tables, seed: int) -> Walk:
    """A walk in a town from which some people's nodes are gone."""
    busiest = tables["authored"]["source"].value_counts().sort_index().sort_values(kind="stable")
    gone = frozenset(busiest.index[-8:-4:2])
    return Walk(Town(store, tables, seed, sorted(gone)), Forgetful(store, gone))
