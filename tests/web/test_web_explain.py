"""``GET /explain``: the viewer learns nothing of what is hidden, the operator which rule it is."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
from asking import Asking
from filled_graphs import Filled
from flask.testing import FlaskClient

from graph.derive.rebuild import derive
from graph.ingest import ingest_tables
from graph.store import GraphStore
from village.world import NOW
from web.app import create_app

Headers = dict[str, str]
Ask = Callable[..., tuple[int, Any]]


@pytest.fixture
def client(filled: Filled, asking: Asking) -> FlaskClient:
    """Me and my friend; you, who hides some."""
    return asking.app(filled(circle), clock=lambda: float(NOW)).test_client()


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


@pytest.fixture
def ask(client: FlaskClient, asking: Asking) -> Ask:
    """Ask why, as the viewer themself."""

    def asked(post: str, headers: Headers | None = None, **query: str) -> tuple[int, Any]:
        answer = client.get(
            "/explain",
            query_string={"username": "me", "post": post} | query,
            headers=headers or asking.viewer("me"),
        )
        return answer.status_code, answer.get_json()

    return asked


def test_a_post_in_the_feed_has_its_sources_rank_and_score(
    client: FlaskClient, ask: Ask, asking: Asking
) -> None:
    status, told = ask("a")
    assert status == 200
    assert {"friends", "popular", "recent"} <= set(told["found_by"])
    assert 1 <= told["rank"] <= told["ranked"]
    others = [ask(post)[1] for post in ("b", "ours")]
    above = sum(each["rank"] is not None and each["score"] > told["score"] for each in others)
    assert told["rank_by_score"] == 1 + above
    assert 0 < told["last_score"] <= told["score"] < 1
    first = ask("a", page_size="1")[1]
    assert first["shown"] == 1 and first["last_shown_score"] >= told["score"]
    assert told["shown"] == told["ranked"] and told["last_shown_score"] == told["last_score"]
    assert told["gains"]["friends"] > 0
    assert (told["hidden"], told["left_out"]) == ([], [])
    feed = client.get("/feed", headers=asking.viewer("me")).get_json()["post"]
    assert feed[told["rank"] - 1]["id"] == "a"


@pytest.mark.parametrize(
    ("post", "why"), [("mine", "yours"), ("hid", "you hid it"), ("known", "you know it already")]
)
def test_what_left_a_post_out_is_told(ask: Ask, post: str, why: str) -> None:
    assert ask(post)[1]["left_out"] == [why]


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ({"category_id": "app:category:1"}, "it is not of the category that you asked for"),
        ({"topic_id": "app:topic:1"}, "it is not of the topic that you asked for"),
        ({"project_code": "kitchen"}, "it is not of the project that you asked for"),
        ({"tag": "bread"}, "it has not the tag that you asked for"),
        ({"exclude_ids": "b,c"}, "you excluded it"),
        ({"kind": "friends"}, "it is not by a friend"),
    ],
)
def test_a_filter_that_left_a_post_out_is_named(ask: Ask, asked: dict[str, str], why: str) -> None:
    status, told = ask("b", **asked)
    assert (status, told["left_out"], told["rank"]) == (200, [why], None)


def test_what_is_known_is_left_out_unless_it_is_asked_for(ask: Ask) -> None:
    assert ask("known", include_seen="1")[1]["left_out"] == []


def test_hidden_and_missing_look_the_same_to_a_viewer(ask: Ask) -> None:
    answers = [ask(post) for post in ("secret", "gone", "no-such-post")]
    answers += [ask("secret", kind="friends")]
    assert {status for status, _ in answers} == {404}
    assert len({str(told) for _, told in answers}) == 1


def test_a_service_is_told_what_its_viewers_are_and_no_more(ask: Ask, asking: Asking) -> None:
    for post in ("secret", "gone", "b"):
        assert ask(post, asking.service) == ask(post)


def test_an_operator_is_told_which_rules_hide_it(ask: Ask, asking: Asking) -> None:
    assert ask("secret", asking.operator)[1]["hidden"] == ["privacy"]
    assert ask("gone", asking.operator)[1]["hidden"] == ["deleted"]
    assert ask("no-such-post", asking.operator)[0] == 404
    assert ask("ours", asking.operator)[1]["hidden"] == []


def test_nobody_learns_that_a_friend_viewed_a_post(client: FlaskClient, asking: Asking) -> None:
    """The friend's view counts for the score; with one friend, its part would name them."""
    for path, query in (("/explain", {"post": "b"}), ("/feed", {"scores": "1"})):
        asked = {"username": "me"} | query
        for headers in (asking.viewer("me"), asking.service):
            plain = client.get(path, query_string=asked, headers=headers).get_data(as_text=True)
            assert "popular" in plain and "friends_engaged" not in plain
        answer = client.get(path, query_string=asked, headers=asking.operator)
        assert "friends_engaged" in answer.get_data(as_text=True)


def test_on_an_open_server_nobody_is_the_operator(client: FlaskClient, store: GraphStore) -> None:
    opened = create_app(store, clock=lambda: float(NOW)).test_client()
    answer = opened.get("/explain", query_string={"username": "me", "post": "gone"})
    assert answer.status_code == 404
