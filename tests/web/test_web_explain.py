"""``GET /explain``: the viewer learns nothing of what is hidden, the operator which rule it is."""

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

TOKEN = "operator-token-of-this-test"


@pytest.fixture
def client(filled: Filled) -> FlaskClient:
    """Me and my friend; you, who hides some."""
    app = create_app(filled(circle), clock=lambda: float(NOW), operator_token=TOKEN)
    return app.test_client()


def circle(store: GraphStore) -> None:
    ingest_tables(
        store,
        {
            "users": pd.DataFrame({"id": ["me", "friend", "you"]}),
            "posts": pd.DataFrame(
                {
                    "id": (posts := ["a", "b", "mine", "known", "secret", "gone", "hid", "ours"]),
                    "privacy": ["public"] * 4 + ["friends", "public", "public", "friends"],
                    "deleted": [post == "gone" for post in posts],
                    "created_at": NOW,
                }
            ),
            "authored": pd.DataFrame(
                {
                    "source": ["friend", "you", "me", "you", "you", "you", "you", "friend"],
                    "target": posts,
                }
            ),
            "friend": pd.DataFrame({"source": ["friend"], "target": ["me"]}),
            "liked": pd.DataFrame({"source": ["me", "you"], "target": ["known", "a"], "at": NOW}),
            "viewed": pd.DataFrame({"source": ["friend"], "target": ["b"], "at": NOW}),
            "hid": pd.DataFrame({"source": ["me"], "target": ["hid"], "at": NOW}),
        },
    )
    derive(store)


def ask(client: FlaskClient, post: str, token: str = "", **query: str) -> tuple[int, Any]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    asked = {"username": "me", "post": post} | query
    answer = client.get("/explain", query_string=asked, headers=headers)
    return answer.status_code, answer.get_json()


def test_a_post_in_the_feed_has_its_sources_rank_and_score(client: FlaskClient) -> None:
    status, told = ask(client, "a")
    assert status == 200
    assert {"friends", "popular", "recent"} <= set(told["found_by"])
    assert 1 <= told["rank"] <= told["ranked"]
    assert 0 < told["last_score"] <= told["score"] < 1
    assert told["gains"]["friends"] > 0
    assert (told["hidden"], told["left_out"]) == ([], [])
    feed = client.get("/feed", query_string={"username": "me"}).get_json()["post"]
    assert feed[told["rank"] - 1]["id"] == "a"


@pytest.mark.parametrize(
    ("post", "why"), [("mine", "yours"), ("hid", "you hid it"), ("known", "you know it already")]
)
def test_what_left_a_post_out_is_told(client: FlaskClient, post: str, why: str) -> None:
    assert ask(client, post)[1]["left_out"] == [why]


def test_hidden_and_missing_look_the_same_to_a_viewer(client: FlaskClient) -> None:
    answers = [ask(client, post) for post in ("secret", "gone", "no-such-post")]
    answers += [ask(client, "secret", "wrong"), ask(client, "secret", kind="friends")]
    assert {status for status, _ in answers} == {404}
    assert len({str(told) for _, told in answers}) == 1


def test_an_operator_is_told_which_rules_hide_it(client: FlaskClient) -> None:
    assert ask(client, "secret", TOKEN)[1]["hidden"] == ["privacy"]
    assert ask(client, "gone", TOKEN)[1]["hidden"] == ["deleted"]
    assert ask(client, "no-such-post", TOKEN)[0] == 404
    assert ask(client, "ours", TOKEN)[1]["hidden"] == []


def test_nobody_learns_that_a_friend_viewed_a_post(client: FlaskClient) -> None:
    """The friend's view counts for the score; with one friend, its part would name them."""
    for path, query in (("/explain", {"post": "b"}), ("/feed", {"scores": "1"})):
        asked = {"username": "me"} | query
        plain = client.get(path, query_string=asked).get_data(as_text=True)
        assert "popular" in plain and "friends_engaged" not in plain
        headers = {"Authorization": f"Bearer {TOKEN}"}
        told = client.get(path, query_string=asked, headers=headers).get_data(as_text=True)
        assert "friends_engaged" in told


def test_without_an_operators_token_nobody_is_the_operator(store: GraphStore) -> None:
    ingest_tables(
        store,
        {
            "users": pd.DataFrame({"id": ["me"]}),
            "posts": pd.DataFrame({"id": ["p"], "deleted": [True]}),
        },
    )
    client = create_app(store, clock=lambda: float(NOW)).test_client()
    answer = client.get(
        "/explain",
        query_string={"username": "me", "post": "p"},
        headers={"Authorization": "Bearer "},
    )
    assert answer.status_code == 404
