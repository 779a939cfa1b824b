"""The suite of benchmarks on a server: it takes an empty one alone, and leaves it empty."""

from collections.abc import Iterator
from pathlib import Path

import click
import neo4j
import pytest

from bench.suite.asking import Asking
from bench.suite.measure import on_neo4j
from bench.suite.villages import Village, village
from graph.store import GraphStore, StoreConfig

ASKING = Asking((), ())


@pytest.fixture
def place(
    tmp_path: Path,
    neo4j_config: StoreConfig,
    test_graph: neo4j.Driver,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Village]:
    """A village; the mark that the server's graph is the tests' is put back afterwards."""
    monkeypatch.setenv("NEO4J_USER", neo4j_config.user)
    monkeypatch.setenv("NEO4J_PASSWORD", neo4j_config.password)
    yield village(2_000, tmp_path, anew=False)
    test_graph.execute_query("MERGE (:TestGraph)")


@pytest.mark.neo4j
def test_a_server_is_empty_again_afterwards(
    neo4j_store: GraphStore, neo4j_config: StoreConfig, place: Village
) -> None:
    found = list(on_neo4j(neo4j_config.url, place, ASKING, ("load",), workers=1))
    assert {(each.engine, each.engagements) for each in found} == {("neo4j", 2_000)}
    assert neo4j_store.frame("export_users").empty and neo4j_store.frame("export_posts").empty


@pytest.mark.neo4j
def test_a_server_that_somebody_uses_is_left_alone(
    neo4j_store: GraphStore, neo4j_config: StoreConfig, place: Village
) -> None:
    neo4j_store.load("users", place.world.tables["users"].head(1))
    with pytest.raises(click.ClickException, match="is not empty"):
        list(on_neo4j(neo4j_config.url, place, ASKING, ("load",), workers=1))
    assert len(neo4j_store.frame("export_users")) == 1
