"""``GET /feed`` as a client meets it."""

import json
from typing import Any

import pandas as pd
import pytest
from flask.testing import FlaskClient

from graph.store import GraphStore
from village.world import NOW, World
from web.app import create_app
from web.post_json import IDS

POST_KEYS = {
    *("id", "owner", "category", "topic", "slug", "title", "identifier", "comment_count"),
    *("upvote_count", "view_count", "exit_count", "rating_count", "average_rating"),
    *("share_count", "bookmark_count", "video_link", "contract_address", "chain_id"),
    *("chart_url", "baseToken", "is_locked", "created_at", "is_viewed", "upvoted"),
    *("bookmarked", "is_available_in_public_feed", "thumbnail_url", "gif_thumbnail_url"),
    *("following", "tags", "source_matrix"),
}
OWNER_KEYS = {
    *("first_name", "last_name", "name", "username", "picture_url", "user_type"),
    *("has_evm_wallet", "has_solana_wallet"),
}
CATEGORY_KEYS = {"id", "name", "count", "description", "image_url"}
TOPIC_KEYS = {
    *("id", "name", "description", "image_url", "slug", "is_public", "project_code"),
    *("posts_count", "language", "created_at", "owner"),
}
TOPIC_OWNER_KEYS = {"username", "first_name", "last_name", "name", "profile_url", "user_type"}


def get(client: FlaskClient, status: int = 200, **query: object) -> dict[str, Any]:
    answer = client.get("/feed", query_string=query)
    assert answer.status_code == status, answer.get_data(as_text=True)
    assert answer.content_type == "application/json"
    body: dict[str, Any] = json.loads(answer.get_data(), parse_constant=pytest.fail)
    return body


@pytest.fixture(scope="module")
def username(village: World) -> str:
    """The name of the user who did the most."""
    users = village.tables["users"].set_index("id")["username"]
    return str(users[village.tables["viewed"]["source"].mode()[0]])


def test_a_feed_is_ten_posts_in_socialverses_form(client: FlaskClient, username: str) -> None:
    body = get(client, username=username)
    assert body["status"] == "success"
    assert (body["page"], body["page_size"], body["strategy"]) == (1, 10, "blend")
    assert (body["cold_start"], body["degraded"], body["mood"]) == (False, [], None)
    assert "message" not in body
    assert len(body["post"]) == 10
    for post in body["post"]:
        assert set(post) == POST_KEYS | {*IDS, "text", "score", "reasons"}
        assert post["post_id"] == f"sv:post:{post['id']}"
        assert post["category_id"] == f"sv:category:{post['category']['id']}"
        assert client.get(f"/posts/{post['post_id']}?viewer={username}").status_code == 200
        assert set(post["owner"]) == OWNER_KEYS
        assert set(post["category"]) == CATEGORY_KEYS
        assert set(post["topic"]) == TOPIC_KEYS
        assert set(post["topic"]["owner"]) == TOPIC_OWNER_KEYS
        assert set(post["baseToken"]) == {"address", "name", "symbol", "image_url"}
        assert type(post["id"]) is int
        assert 1_600_000_000_000 < post["created_at"] <= NOW * 1000
        assert post["tags"] and all(isinstance(tag, str) for tag in post["tags"])
        assert 0.0 < post["score"] < 1.0
        for reason in post["reasons"]:
            assert set(reason) == {"source", "sentence", "path", "share", "cypher"}
            assert reason["path"][-1] == {
                "kind": "post",
                "id": f"sv:post:{post['id']}",
                "name": post["title"],
            }


def test_a_post_is_what_the_village_wrote(
    client: FlaskClient, village: World, username: str
) -> None:
    tables = village.tables
    posts = tables["posts"].set_index("id")
    author = tables["authored"].set_index("target")["source"]
    names = tables["users"].set_index("id")["username"]
    for shown in get(client, username=username)["post"]:
        written = posts.loc[f"sv:post:{shown['id']}"]
        assert (shown["title"], shown["video_link"]) == (written["title"], written["url"])
        assert shown["created_at"] == written["created_at"] * 1000
        assert shown["owner"]["username"] == names[author[f"sv:post:{shown['id']}"]]
        assert shown["owner"]["name"] == shown["owner"]["username"]


def test_pages_follow_on_without_repeating(client: FlaskClient, username: str) -> None:
    pages = [get(client, username=username, page=number)["post"] for number in (1, 2, 3)]
    ids = [post["id"] for page in pages for post in page]
    assert len(set(ids)) == 30
    thirty = get(client, username=username, page_size=30)["post"]
    assert [post["id"] for post in thirty] == ids


def test_a_page_past_the_end_is_empty_and_says_so(client: FlaskClient, username: str) -> None:
    body = get(client, username=username, page=999_999, page_size=100)
    assert (body["post"], body["message"]) == ([], "There are no more posts.")


def test_a_category_is_a_socialverse_number_or_a_full_id(
    client: FlaskClient, username: str
) -> None:
    by_number = get(client, username=username, category_id="2")
    by_id = get(client, username=username, category_id="sv:category:2")
    assert {post["category"]["id"] for post in by_number["post"]} == {2}
    assert by_number.pop("next_cursor") and by_id.pop("next_cursor")
    assert by_number == by_id
    assert len(by_number["post"]) == 10


def test_a_mood_is_any_word_for_it_and_named_in_the_answer(
    client: FlaskClient, username: str
) -> None:
    plain, joy = get(client, username=username), get(client, username=username, mood="JOYFUL")
    assert joy["mood"] == "happy"
    assert [post["id"] for post in joy["post"]] != [post["id"] for post in plain["post"]]
    assert any(reason["source"] == "mood" for post in joy["post"] for reason in post["reasons"])
    misspelt = get(client, username=username, mood="so hapy")
    assert (misspelt["mood"], misspelt["post"]) == ("happy", joy["post"])


def test_a_stranger_gets_a_newcomers_feed_that_says_so(client: FlaskClient) -> None:
    body = get(client, username="nobody-knows-me")
    assert (body["strategy"], body["cold_start"], len(body["post"])) == ("cold_start", True, 10)
    assert (
        body["message"]
        == "Nobody is named 'nobody-knows-me': this is a newcomer's feed; a mood would help."
    )
    in_a_mood = get(client, username="nobody-knows-me", mood="sad")
    assert in_a_mood["message"] == "Nobody is named 'nobody-knows-me': this is a newcomer's feed."


def test_a_user_without_a_past_gets_a_newcomers_feed_too(
    client: FlaskClient, village: World
) -> None:
    tables = village.tables
    met = [tables[file]["source"] for file in ("viewed", "liked", "rated", "inspired")]
    met += [tables["interested_in"]["source"], *tables["friend"][["source", "target"]].T.values]
    known = set(pd.concat([pd.Series(each) for each in met]))
    blank = tables["users"][~tables["users"]["id"].isin(known)]["username"]
    for name in blank:
        assert get(client, username=name)["cold_start"]


def test_an_unknown_project_is_an_empty_page_that_says_so(
    client: FlaskClient, username: str
) -> None:
    assert len(get(client, username=username, project_code="kitchen")["post"]) == 10
    body = get(client, username=username, project_code="no-such")
    assert (body["post"], body["message"]) == ([], "There are no posts here yet.")


@pytest.mark.parametrize(
    ("field", "value", "hint"),
    [
        *[("page", value, "from 1") for value in ("0", "-1", "x", "1.5", "", " 1", "\u0661")],
        ("page", "9" * 400, "from 1"),
        *[("page_size", value, "from 1") for value in ("0", "-5", "101", "ten", "1e1")],
        *[("category_id", value, "whole number") for value in ("abc", "2.0", "-1", "2 or 3")],
        ("category_id", "", "characters"),
        ("category_id", "999", "sv:category:999"),
        ("category_id", "lastfm:category:1", "lastfm:category:1"),
        ("mood", "teapot", "calm"),
        ("mood", "not sad", "did you mean sad"),
        ("mood", "", "characters"),
        ("username", "", "characters"),
        ("username", "a" * 201, "200"),
        ("username", "a\nb", "printable"),
        ("username", "\x00", "printable"),
        ("project_code", "", "characters"),
    ],
)
def test_bad_input_is_refused_with_the_fields_name(
    client: FlaskClient, username: str, field: str, value: str, hint: str
) -> None:
    body = get(client, 400, **{"username": username, field: value})
    assert (body["status"], body["post"]) == ("error", [])
    assert set(body["errors"]) == {field}
    assert field in body["message"] and hint in body["message"]


def test_a_missing_username_is_named_and_all_faults_are_told_at_once(client: FlaskClient) -> None:
    assert set(get(client, 400)["errors"]) == {"username"}
    assert set(get(client, 400, page="x", mood="teapot")["errors"]) == {"username", "page", "mood"}


def test_a_query_is_data_and_never_cypher(client: FlaskClient) -> None:
    for name in ("'}) DETACH DELETE n //", '"; MATCH (n) RETURN n', "$user_id", "%00", "\u2603"):
        assert get(client, username=name)["cold_start"]


def test_nothing_between_may_keep_a_feed(client: FlaskClient, username: str) -> None:
    answer = client.get("/feed", query_string={"username": username})
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_an_empty_graph_answers_with_an_empty_page(store: GraphStore) -> None:
    body = get(create_app(store, clock=lambda: 0.0).test_client(), username="ana")
    assert (body["status"], body["post"], body["cold_start"]) == ("success", [], True)
