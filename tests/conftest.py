"""The engines, empty; and one small village that every test may read."""

import contextlib
import gc
import itertools
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import neo4j
import pytest
from filled_graphs import Fill, Filled, Prepared
from hypothesis import HealthCheck, settings

from graph.derive.rebuild import derive
from graph.ingest import ingest_tables
from graph.store import GraphStore, StoreConfig, open_store
from village.world import World, plant

NO_NEO4J = "NEO4J_URI is not set; `make neo4j` starts a server and prints it"
KEPT = ("NEO4J_URI", "NEO4J_USER", "NEO4J_PASSWORD", "NEO4J_DATABASE")
NEO4J = {name: os.environ[name] for name in KEPT if name in os.environ}
REQUIRED = os.environ.get("RESONANCE_REQUIRE_NEO4J") == "1"

# How many examples Hypothesis tries; a test that writes a graph for each takes a tenth of it.
# Usually the same each time, so that nothing becomes red that nobody changed; others by night.
settings.register_profile(
    "usual",
    settings(),
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
settings.register_profile(
    "nightly", settings.get_profile("usual"), max_examples=2000, derandomize=False
)
settings.load_profile(os.environ.get("RESONANCE_TEST_PROFILE", "usual"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What has the server forget its plans comes last: others would wait while it makes them."""
    items.sort(key=lambda item: item.get_closest_marker("forgets_plans") is not None)


def pytest_collection_finish() -> None:
    """What is there by now stays: Python need not look through it for garbage all the time.

    Nor through what a test just made, at every 700th object, which is Python's own choice.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of the machine reaches a test; those that want Neo4j ask for `neo4j_config`."""
    for name in list(os.environ):
        if name.startswith(("RESONANCE_", "NEO4J_", "SOCIALVERSE_")):
            monkeypatch.delenv(name)


@pytest.fixture
def ladybug_url(tmp_path: Path) -> str:
    return f"ladybug:{tmp_path / 'graph'}"


@pytest.fixture
def store(ladybug_url: str) -> Iterator[GraphStore]:
    """An empty embedded graph."""
    with open_store(ladybug_url) as opened:
        yield opened


@pytest.fixture(scope="session")
def neo4j_config() -> StoreConfig:
    """Where the test server is; skips where there is none, fails where CI wants one."""
    if "NEO4J_URI" not in NEO4J:
        if REQUIRED:
            pytest.fail(NO_NEO4J)
        pytest.skip(NO_NEO4J)
    return StoreConfig.from_env(NEO4J, NEO4J["NEO4J_URI"])


@pytest.fixture(scope="session")
def test_graph(neo4j_config: StoreConfig) -> Iterator[neo4j.Driver]:
    """A server whose graph is ours to wipe: it was empty when we came, or bears our mark."""
    auth = (neo4j_config.user, neo4j_config.password)
    with neo4j.GraphDatabase.driver(neo4j_config.url, auth=auth) as driver:
        found = driver.execute_query(
            "MATCH (n) WHERE NOT n:Schema RETURN count(n), count(n:TestGraph)"
        ).records[0]
        if found[0] and not found[1]:
            pytest.fail(
                f"{neo4j_config.url} holds {found[0]} nodes that no test made, and the tests wipe"
                " what they find; point NEO4J_URI at an empty server (make neo4j starts one)"
            )
        driver.execute_query("MERGE (:TestGraph)")
        yield driver


@pytest.fixture(scope="session")
def opened_neo4j(neo4j_config: StoreConfig, test_graph: neo4j.Driver) -> Iterator[GraphStore]:
    with open_store(neo4j_config) as opened:
        yield opened


@pytest.fixture(scope="session")
def wiped_neo4j(opened_neo4j: GraphStore, test_graph: neo4j.Driver) -> Callable[[], GraphStore]:
    """Wipes the test server's graph and gives it; one connection pool for all tests."""

    def wiped() -> GraphStore:
        with test_graph.session() as session:
            session.run(
                "MATCH (n) WHERE NOT n:TestGraph"
                " CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 500 ROWS"
            ).consume()
        return opened_neo4j

    return wiped


@pytest.fixture
def neo4j_store(wiped_neo4j: Callable[[], GraphStore]) -> GraphStore:
    """The test server's graph, wiped."""
    return wiped_neo4j()


@pytest.fixture(params=["ladybug", pytest.param("neo4j", marks=pytest.mark.neo4j)])
def any_store(request: pytest.FixtureRequest) -> GraphStore:
    """An empty graph on each engine in turn: what holds on one holds on the other."""
    opened: GraphStore = request.getfixturevalue(
        "store" if request.param == "ladybug" else "neo4j_store"
    )
    return opened


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    return Prepared(tmp_path_factory.mktemp("prepared"))


@pytest.fixture
def filled(prepared: Prepared, tmp_path: Path) -> Iterator[Filled]:
    """Opens an embedded graph of the test's own, with what a function fills into it."""
    with contextlib.ExitStack() as stack:
        folders = (tmp_path / f"filled-{number}" for number in itertools.count())
        yield lambda fill: prepared.open_copy(fill, next(folders), stack)


@pytest.fixture(params=["ladybug", pytest.param("neo4j", marks=pytest.mark.neo4j)])
def any_filled(request: pytest.FixtureRequest) -> Filled:
    """`filled` on each engine in turn; the server's graph is filled anew every time."""
    if request.param == "ladybug":
        found: Filled = request.getfixturevalue("filled")
        return found
    wiped: GraphStore = request.getfixturevalue("neo4j_store")

    def on_the_server(fill: Fill) -> GraphStore:
        fill(wiped)
        return wiped

    return on_the_server


@pytest.fixture(scope="session")
def village() -> World:
    """A village of 120 people and 300 posts, the same every time."""
    return plant(seed=0, users=120, posts=300, communities=4)


@pytest.fixture(scope="session")
def derived_village(village: World) -> Fill:
    """Fills the village in, and what is derived from it."""

    def fill(store: GraphStore) -> None:
        ingest_tables(store, village.tables)
        derive(store)

    return fill
