"""``POST /steering/preview``: the order now and the order then; nothing is saved nor served."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from feed.memory import ViewerMemory
from graph.store import GraphStore
from village.world import NOW, World
from web.app import create_app

PATH = "/steering/preview"


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[ViewerMemory]:
    with ViewerMemory(tmp_path / "memory.db") as opened:
        yield opened


@pytest.fixture
def remembering(village_store: GraphStore, memory: ViewerMemory) -> FlaskClient:
    return create_app(village_store, clock=lambda: float(NOW), memory=memory).test_client()


@pytest.fixture(scope="module")
def viewer(village: World) -> dict[str, str]:
    """The user who did the most."""
    users = village.tables["users"].set_index("id")["username"]
    return {"username": str(users[village.tables["viewed"]["source"].mode()[0]])}


def key(village: World, viewer: dict[str, str]) -> str:
    users = village.tables["users"].set_index("username")["id"]
    return f"user {users[viewer['username']]}"


def post(client: FlaskClient, query: object, body: object, status: int = 200) -> dict[str, Any]:
    answer = client.post(PATH, query_string=query, json=body)
    assert answer.status_code == status, answer.get_data(as_text=True)
    told: dict[str, Any] = answer.get_json()
    return told


def page(client: FlaskClient, **query: object) -> list[int]:
    posts = client.get("/feed", query_string=query).get_json()["post"]
    return [each["id"] for each in posts]


def places(told: dict[str, Any], when: str) -> list[int]:
    """The page before or after, in its order."""
    there = [each for each in told["posts"] if each[when] is not None]
    ordered = sorted(there, key=lambda each: each[when])
    assert [each[when] for each in ordered] == list(range(1, len(ordered) + 1))
    return [each["post"]["id"] for each in ordered]


def test_the_two_pages_are_those_that_the_feed_gives(
    client: FlaskClient, viewer: dict[str, str]
) -> None:
    """Without a memory each feed is as the first."""
    tag = client.get("/feed", query_string=viewer).get_json()["post"][0]["tags"][0]
    told = post(client, viewer | {"page_size": "15"}, {"discovery": 1, "less_tags": [tag]})
    before = page(client, **viewer, page_size=15)
    after = page(client, **viewer, page_size=15, discovery="1", less_tags=tag)
    assert (places(told, "before"), places(told, "after")) == (before, after)
    assert set(told["came"]) == set(after) - set(before) != set()
    assert set(told["left"]) == set(before) - set(after) != set()
    assert len(told["posts"]) == len({*before, *after})
    assert (told["present"]["discovery"], told["steering"]["discovery"]) == (0.0, 1.0)
    assert told["degraded"] == []


def test_a_steering_that_says_nothing_changes_nothing(
    client: FlaskClient, viewer: dict[str, str]
) -> None:
    told = post(client, viewer, {})
    assert (told["came"], told["left"]) == ([], [])
    assert all(each["before"] == each["after"] for each in told["posts"])
    assert len(told["posts"]) == told["page_size"] == 10


def test_nothing_is_saved_and_nothing_counts_as_served(
    remembering: FlaskClient, memory: ViewerMemory, village: World, viewer: dict[str, str]
) -> None:
    saved = {"discovery": -0.5, "more_tags": ["jazz"]}
    remembering.put("/steering", query_string=viewer, json=saved)
    first = page(remembering, **viewer)
    who = key(village, viewer)
    before = memory.served(who, NOW), memory.steering(who)
    assert len(before[0]) == len(first)
    told = post(remembering, viewer, {"freshness": 1, "less_tags": ["jazz"]})
    assert (memory.served(who, NOW), memory.steering(who)) == before
    assert (told["present"]["more_tags"], told["steering"]["more_tags"]) == (["jazz"], [])
    assert told["steering"]["discovery"] == -0.5, "fields that are not given stay as saved"
    assert not set(first) & set(places(told, "before")), "what was just served is kept out"
    assert places(post(remembering, viewer, {}), "before") == places(told, "before")
    assert page(remembering, **viewer) == places(told, "before")


def test_pages_of_a_feed_go_on_as_if_nobody_had_looked(
    remembering: FlaskClient, viewer: dict[str, str]
) -> None:
    first = remembering.get("/feed", query_string=viewer).get_json()
    post(remembering, viewer, {"discovery": 1})
    by_cursor = page(remembering, **viewer, cursor=first["next_cursor"])
    assert by_cursor == page(remembering, **viewer, page=2)
    assert not set(by_cursor) & {each["id"] for each in first["post"]}


@pytest.mark.parametrize(
    ("query", "body", "hint"),
    [
        ({}, {}, "username is missing"),
        ({"username": "nobody at all"}, {"discovery": 1}, "nobody"),
        (None, {"discovery": 2}, "from -1 to 1"),
        (None, {"discovry": 1}, "nknown"),
        (None, {"more_tags": ["a"], "less_tags": ["a"]}, "less_tags"),
        ({"page_size": "101"}, {}, "from 1 to 100"),
        ({"page_size": "x"}, {}, "whole number"),
    ],
)
def test_what_cannot_be_is_refused(
    client: FlaskClient,
    viewer: dict[str, str],
    query: dict[str, str] | None,
    body: dict[str, object],
    hint: str,
) -> None:
    asked = viewer if query is None else query if "page_size" not in query else viewer | query
    assert hint in post(client, asked, body, 400)["message"]


def test_the_openapi_document_has_its_body_and_answers(client: FlaskClient) -> None:
    operation = client.get("/openapi.json").get_json()["paths"][PATH]["post"]
    assert {each["name"] for each in operation["parameters"]} == {"username", "page_size"}
    assert "application/json" in operation["requestBody"]["content"]
    assert {"200", "400", "503"} <= set(operation["responses"])
