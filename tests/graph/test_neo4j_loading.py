"""What somebody sees who loads into a Neo4j server."""

import logging
from typing import Any

import pytest
from test_ingest import edges, small

from graph.neo4j_store import Neo4jStore
from graph.store import GraphStore

SESSION = logging.getLogger("neo4j.session")
RETRIED = "Transaction failed and will be retried in 0.02s (DeadlockDetected)"
OTHER = "a server went away"


@pytest.mark.neo4j
def test_writers_that_meet_are_not_told_of_as_faults_and_all_else_is(
    neo4j_store: GraphStore, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    put = Neo4jStore._put_lists

    def noisy(*args: Any) -> None:
        SESSION.warning(RETRIED)
        SESSION.warning(OTHER)
        put(*args)

    monkeypatch.setattr(Neo4jStore, "_put_lists", noisy)
    neo4j_store.load("posts", small()["posts"])
    neo4j_store.load("tags", small()["tags"])
    neo4j_store.load("tagged", edges(("p", "jazz"), ("q", "folk")))
    found = neo4j_store.frame("export_tagged")
    assert sorted(found["target"]) == ["folk", "jazz"]
    assert {each.getMessage() for each in caplog.records} == {OTHER}
    SESSION.warning(RETRIED)
    assert caplog.records[-1].getMessage() == RETRIED
