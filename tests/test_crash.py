"""A server that is killed under load has lost nothing that it answered (`bench.crash`)."""

from pathlib import Path

import pytest

from bench.crash import crash, fill, lost
from graph.store import GraphStore, StoreConfig, open_store


def kill(config: StoreConfig, scratch: Path, workers: int, victim: float) -> None:
    """Nothing is lost; and what is taken away is found missing."""
    clients = fill(config, users=40, posts=60, seed=0)
    assert crash(config, scratch, clients, 0.2, workers, victim, answers=15) == []
    known = {fact: so for each in clients for fact, so in each.known.items()}
    assert {file for file, _, _ in known} >= {"liked", "authored"} and len(known) > 5
    file, source, target = next(fact for fact, so in known.items() if so)
    with open_store(config) as store:
        store.run(f"drop_{file}", source=source, target=target)
        assert any(source in said for said in lost(store, clients))


@pytest.mark.parametrize(("workers", "victim"), [(1, 0.0), (2, 0.3)])
def test_what_was_answered_outlives_kill_9_and_what_was_not_is_found_missing(
    tmp_path: Path, ladybug_url: str, workers: int, victim: float
) -> None:
    kill(StoreConfig(ladybug_url), tmp_path, workers, victim)


@pytest.mark.neo4j
def test_what_was_answered_outlives_kill_9_of_a_server_over_neo4j(
    tmp_path: Path, neo4j_store: GraphStore, neo4j_config: StoreConfig
) -> None:
    assert neo4j_store.frame("export_users").empty
    kill(neo4j_config, tmp_path, workers=1, victim=0.0)
