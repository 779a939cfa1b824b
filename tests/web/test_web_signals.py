"""Signals of a backend in batches: ``POST /events``, beside the same acts one by one."""

import json
import random
from collections import Counter

import pandas as pd
from flask.testing import FlaskClient

from graph.ingest import ingest_tables
from graph.store import GraphStore
from village.world import NOW
from web.app import create_app

PEOPLE, POSTS = ("ana", "ben", "cat"), ("1", "2")
COUNTED = {"view": "viewed", "inspire": "inspired", "comment": "commented"}


def mine(client: FlaskClient, who: str, post: str) -> dict[str, object]:
    answer = client.get(f"/posts/app:post:{post}", query_string={"viewer": f"app:user:{who}"})
    told: dict[str, object] = answer.get_json()["post"]["mine"]
    return told


def test_a_thousand_signals_count_once_each_and_add_up_with_acts(store: GraphStore) -> None:
    users = pd.DataFrame({"id": [f"app:user:{name}" for name in PEOPLE], "username": PEOPLE})
    posts = pd.DataFrame({"id": [f"app:post:{post}" for post in POSTS], "title": POSTS})
    ingest_tables(store, {"users": users, "posts": posts})
    client = create_app(store, clock=lambda: float(NOW)).test_client()
    chance, lines, oracle = random.Random(7), [], Counter[tuple[str, str, str]]()
    for each in range(1_000):
        kind, who, post = chance.choice([*COUNTED]), chance.choice(PEOPLE), chance.choice(POSTS)
        event = {"id": f"s{each}", "at": NOW - 9, "type": kind, "user": who, "post": post}
        lines.append(json.dumps(event))
        oracle[who, post, COUNTED[kind]] += 1
    body, kind = "\n".join(lines), "application/x-ndjson"
    for new in (True, False):
        taken = client.post("/events", data=body, content_type=kind).get_json()
        assert (taken["read"], taken["refused"], taken["unchanged"] == 1_000) == (
            1_000,
            [],
            not new,
        )
    query = {"viewer": "app:user:ana"}
    for path in ("views", "inspirations"):
        assert client.post(f"/posts/app:post:1/{path}", query_string=query).status_code == 200
    oracle["ana", "1", "viewed"] += 1
    oracle["ana", "1", "inspired"] += 1
    for (who, post, name), times in oracle.items():
        assert mine(client, who, post)[name] == times
    assert client.post("/events", data=body + "\n{}", content_type=kind).status_code == 413
