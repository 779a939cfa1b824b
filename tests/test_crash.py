"""A server that is killed under load has lost nothing that it answered (`bench.crash`)."""

from pathlib import Path

import pytest

from bench.crash import crash, fill, lost
from graph.store import StoreConfig, open_store


@pytest.mark.parametrize(("workers", "victim"), [(1, 0.0), (2, 0.3)])
def test_what_was_answered_outlives_kill_9_and_what_was_not_is_found_missing(
    tmp_path: Path, ladybug_url: str, workers: int, victim: float
) -> None:
    config = StoreConfig(ladybug_url)
    clients = fill(config, users=40, posts=60, seed=0)
    assert crash(config, tmp_path, clients, 0.2, workers, victim, answers=15) == []
    known = {fact: so for each in clients for fact, so in each.known.items()}
    assert {file for file, _, _ in known} >= {"liked", "authored"} and len(known) > 5
    file, source, target = next(fact for fact, so in known.items() if so)
    with open_store(config) as store:
        store.run(f"drop_{file}", source=source, target=target)
        assert any(source in said for said in lost(store, clients))
