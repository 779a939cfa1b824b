"""The same request on Ladybug and on Neo4j gets the same posts in the same order."""

from dataclasses import replace

import pytest
from feed_oracle import Oracle

from feed.recommend import recommend
from feed.request import FeedRequest
from graph.derive.rebuild import derive
from graph.ingest import ingest_tables
from graph.store import GraphStore
from village.world import NOW


@pytest.mark.neo4j
def test_both_engines_serve_the_same_feed(
    shady_store: GraphStore, neo4j_store: GraphStore, oracle: Oracle
) -> None:
    ingest_tables(neo4j_store, oracle.tables)
    derive(neo4j_store)
    names = [str(oracle.users[user]["username"]) for user in sorted(oracle.users)[::24]]
    asked = [FeedRequest(username) for username in names]
    asked += [FeedRequest(username, mood="calm", page=2) for username in names]
    asked += [FeedRequest(names[0], category_id="sv:category:2", project_code="kitchen")]
    asked += [FeedRequest("a stranger", page=2, page_size=100)]
    for request in asked:
        one = recommend(shady_store, request, None, NOW)
        other = recommend(neo4j_store, request, None, NOW)
        assert replace(one, next_cursor=None) == replace(other, next_cursor=None), request
        assert one.degraded == ()
