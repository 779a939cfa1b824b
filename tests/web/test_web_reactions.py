"""What viewers do with posts, as clients meet it, and what the next feed makes of it."""

from typing import Any

import pandas as pd
import pytest
from filled_graphs import Filled
from flask.testing import FlaskClient

from graph.derive.rebuild import derive
from graph.ingest import ingest_tables
from graph.store import GraphStore
from village.world import NOW
from web.app import create_app

JsonBody = dict[str, Any]
NOTHING: JsonBody = {
    "viewed": 0,
    "liked": False,
    "inspired": 0,
    "rated": None,
    "reacted": None,
    "commented": 0,
    "shared": False,
    "hidden": False,
    "less_like_it": False,
}
EVERY = [
    ("POST", "views", None),
    ("POST", "inspirations", None),
    ("PUT", "likes/me", None),
    ("PUT", "ratings/me", {"percent": 80}),
    ("PUT", "reactions/me", {"kind": "love"}),
    ("PUT", "hides/me", {}),
]


def fill_client(store: GraphStore) -> None:
    """ben wrote p:1 and p:2, cat p:3; eve is private, dan is blocked by ben."""
    names = ["ana", "ben", "cat", "dan", "eve"]
    users = pd.DataFrame(
        {
            "id": [f"u:{name}" for name in names],
            "username": names,
            "privacy": [*["public"] * 4, "private"],
        }
    )
    posts = pd.DataFrame(
        {"id": ["p:1", "p:2", "p:3"], "title": ["One", "Two", "Three"], "created_at": NOW - 100}
    )
    written = {"source": ["u:ben", "u:ben", "u:cat"], "target": ["p:1", "p:2", "p:3"]}
    blocks = pd.DataFrame({"source": ["u:ben"], "target": ["u:dan"]})
    tables = {"users": users, "posts": posts, "authored": pd.DataFrame(written), "blocks": blocks}
    ingest_tables(store, tables)
    derive(store)


@pytest.fixture
def client(filled: Filled) -> FlaskClient:
    return create_app(filled(fill_client), clock=lambda: float(NOW)).test_client()


def call(
    client: FlaskClient,
    who: str,
    method: str,
    path: str,
    status: int = 200,
    body: object = None,
    key: str | None = None,
) -> JsonBody:
    headers = {} if key is None else {"Idempotency-Key": key}
    answer = client.open(
        path, method=method, query_string={"viewer": who}, json=body, headers=headers
    )
    assert answer.status_code == status, answer.get_data(as_text=True)
    told: JsonBody = answer.get_json()
    return told


def mine(client: FlaskClient, who: str, post_id: str) -> JsonBody:
    told: JsonBody = call(client, who, "GET", f"/posts/{post_id}")["post"]["mine"]
    return told


@pytest.mark.parametrize(
    ("path", "body", "done"),
    [
        ("likes/me", None, {"liked": True}),
        ("ratings/me", {"percent": 0}, {"rated": 0}),
        ("ratings/me", {"percent": 70.0}, {"rated": 70}),
        ("reactions/me", {"kind": "wow"}, {"reacted": "wow"}),
        ("hides/me", {}, {"hidden": True, "less_like_it": True}),
        ("hides/me", {"less": False}, {"hidden": True}),
    ],
)
def test_a_state_is_put_twice_and_taken_back_twice(
    client: FlaskClient, path: str, body: object, done: JsonBody
) -> None:
    for _ in range(2):
        told = call(client, "ana", "PUT", f"/posts/p:1/{path}", body=body)
        assert (told["post_id"], told["mine"]) == ("p:1", NOTHING | done)
    assert mine(client, "ana", "p:1") == NOTHING | done
    assert mine(client, "cat", "p:1") == NOTHING
    for _ in range(2):
        assert call(client, "ana", "DELETE", f"/posts/p:1/{path}")["mine"] == NOTHING


@pytest.mark.parametrize(("path", "name"), [("views", "viewed"), ("inspirations", "inspired")])
def test_a_count_counts_each_key_once(client: FlaskClient, path: str, name: str) -> None:
    for key in ("a", "a", "b", None, None):
        told = call(client, "ana", "POST", f"/posts/p:1/{path}", key=key)
    assert told["mine"][name] == 4


def test_the_post_tells_what_those_whom_the_viewer_sees_did_openly(client: FlaskClient) -> None:
    for who in ("ana", "cat", "eve"):
        for method, path, body in EVERY:
            call(client, who, method, f"/posts/p:1/{path}", body=body)
    expected = {"likes": 2, "inspired": 2, "shares": 0, "reactions": {"love": 2}}
    seen = call(client, "ana", "GET", "/posts/p:1")["post"]["counts"]
    assert {name: seen[name] for name in expected} == expected
    assert call(client, "eve", "GET", "/posts/p:1")["post"]["counts"]["likes"] == 3
    for noun, kind in (("likes", None), ("reactions", "love")):
        people = call(client, "ana", "GET", f"/posts/p:1/{noun}")["people"]
        assert {each["user"]["username"] for each in people} == {"ana", "cat"}
        assert {(each["kind"], each["at"]) for each in people} == {(kind, NOW)}


@pytest.mark.parametrize(("method", "path", "body"), EVERY)
def test_what_one_may_not_see_is_a_404_and_stays_as_it_was(
    client: FlaskClient, method: str, path: str, body: object
) -> None:
    nothing = call(client, "ana", method, f"/posts/p:9/{path}", 404, body)
    assert call(client, "dan", method, f"/posts/p:1/{path}", 404, body) == nothing
    if method == "PUT":
        assert call(client, "dan", "DELETE", f"/posts/p:1/{path}", 404) == nothing
    assert call(client, "ben", "GET", "/posts/p:1")["post"]["counts"]["likes"] == 0


def test_what_is_ones_own_may_be_taken_back_from_what_one_sees_no_more(
    client: FlaskClient,
) -> None:
    call(client, "ana", "PUT", "/posts/p:1/likes/me")
    call(client, "ben", "PUT", "/blocks/ana", 201)
    call(client, "ana", "PUT", "/posts/p:1/likes/me", 404)
    assert call(client, "ana", "DELETE", "/posts/p:1/likes/me")["mine"] == NOTHING
    call(client, "ana", "DELETE", "/posts/p:1/likes/me", 404)


def feed(client: FlaskClient) -> dict[str, JsonBody]:
    answer = client.get("/feed", query_string={"username": "ana", "scores": 1}).get_json()
    return {post["title"]: post["scores"] for post in answer["post"]}


def test_a_hide_takes_the_post_from_the_next_feed_and_with_less_lowers_its_like(
    client: FlaskClient,
) -> None:
    assert set(feed(client)) == {"One", "Two", "Three"}
    call(client, "ana", "PUT", "/posts/p:1/hides/me", body={"less": False})
    alone = feed(client)
    assert set(alone) == {"Two", "Three"} and alone["Two"].get("less", 0) == 0
    call(client, "ana", "PUT", "/posts/p:1/hides/me")
    less = feed(client)
    assert less["Two"]["less"] < 0 and "less" not in less["Three"]
    call(client, "ana", "DELETE", "/posts/p:1/hides/me")
    again = feed(client)
    assert "One" in again and "less" not in again["Two"]


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("ratings/me", {}, "percent"),
        ("ratings/me", {"percent": 101}, "percent"),
        ("ratings/me", {"percent": "80"}, "percent"),
        ("reactions/me", {"kind": "meh"}, "kind"),
        ("reactions/me", {}, "kind"),
        ("ratings/me", {"percent": 80.5}, "percent"),
        ("ratings/me", {"percent": True}, "percent"),
        ("hides/me", {"less": "maybe"}, "less"),
        ("hides/me", {"less": 0}, "less"),
    ],
)
def test_bad_input_names_its_field(
    client: FlaskClient, path: str, body: JsonBody, field: str
) -> None:
    assert set(call(client, "ana", "PUT", f"/posts/p:1/{path}", 400, body)["errors"]) == {field}
