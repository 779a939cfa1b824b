"""``/posts`` as clients meet it: written, read, changed, shared, deleted, and what feeds show."""

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
from web.state import state_of

JsonBody = dict[str, Any]
BREAD: JsonBody = {
    "title": "Slow bread",
    "text": "Two days. #SourDough",
    "url": "https://example.org/bread.mp4",
    "tags": ["Bread"],
    "moods": ["hapy", "calm"],
    "category": "2",
}


def fill_client(store: GraphStore) -> None:
    """ana and ben are friends, cat is nobody's; dan is blocked by ana; ana is in a group."""
    names = ["ana", "ben", "cat", "dan"]
    users = pd.DataFrame({"id": [f"u:{name}" for name in names], "username": names})
    tables = {
        "users": users,
        "friend": pd.DataFrame({"source": ["u:ana"], "target": ["u:ben"]}),
        "blocks": pd.DataFrame({"source": ["u:ana"], "target": ["u:dan"]}),
        "groups": pd.DataFrame(
            {"id": ["g:1", "g:2"], "name": ["Bakers", "Spies"], "privacy": ["public", "private"]}
        ),
        "member_of": pd.DataFrame({"source": ["u:ana"], "target": ["g:1"]}),
        "categories": pd.DataFrame({"id": ["sv:category:2"], "name": ["Food"]}),
    }
    ingest_tables(store, tables)


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


def write(client: FlaskClient, who: str = "ana", **told: object) -> str:
    body = call(client, who, "POST", "/posts", 201, {"text": "Hm", **told})
    return str(body["post"]["post_id"])


def titles(client: FlaskClient, who: str, **query: object) -> set[str]:
    answer = client.get("/feed", query_string={"username": who, **query})
    return {post["title"] for post in answer.get_json()["post"]}


def test_a_post_is_written_read_and_in_the_next_feed_of_a_friend(client: FlaskClient) -> None:
    titles(client, "ben")
    made = call(client, "ana", "POST", "/posts", 201, BREAD)["post"]
    assert made["post_id"].startswith("app:post:")
    assert made["author"]["username"] == "ana"
    assert {"bread", "sourdough"} <= set(made["tags"])
    assert set(made["moods"]) == {"happy", "calm"}
    assert made["category"] == {"id": "sv:category:2", "name": "Food"}
    assert (made["created_at"], made["privacy"], made["shares"]) == (NOW, "public", None)
    assert call(client, "cat", "GET", f"/posts/{made['post_id']}")["post"]["text"] == BREAD["text"]
    assert "Slow bread" in titles(client, "ben")


def test_a_key_makes_one_post_however_often_it_is_sent(client: FlaskClient) -> None:
    first, again = (call(client, "ana", "POST", "/posts", 201, BREAD, key="k") for _ in range(2))
    assert first == again
    other = call(client, "ben", "POST", "/posts", 201, BREAD, key="k")
    assert other["post"]["post_id"] != first["post"]["post_id"]


@pytest.mark.parametrize(
    ("privacy", "who", "status"),
    [("friends", "ben", 200), ("friends", "cat", 404), ("private", "ben", 404)],
)
def test_who_may_not_see_a_post_meets_nothing(
    client: FlaskClient, privacy: str, who: str, status: int
) -> None:
    path = f"/posts/{write(client, privacy=privacy)}"
    call(client, who, "GET", path, status)
    nothing = call(client, "cat", "GET", "/posts/app:post:none", 404)
    for method, place in (("GET", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "/shares")):
        assert call(client, "dan", method, path + place, 404, {}) == nothing


def test_another_sees_a_post_and_may_neither_change_nor_delete_it(client: FlaskClient) -> None:
    path = f"/posts/{write(client)}"
    assert "another's" in call(client, "ben", "PATCH", path, 403, {"text": "Mine"})["message"]
    call(client, "ben", "DELETE", path, 403)
    assert call(client, "ben", "GET", path)["post"]["text"] == "Hm"


def test_an_edit_changes_what_it_names(client: FlaskClient) -> None:
    path = f"/posts/{write(client, **BREAD)}"
    changed = call(client, "ana", "PATCH", path, 200, {"text": "Three days. #rye"})["post"]
    assert changed["title"] == "Slow bread"
    assert {"bread", "rye"} <= set(changed["tags"]) and "sourdough" not in changed["tags"]
    told = {"category": "", "moods": [], "tags": [], "privacy": "friends", "url": ""}
    bare = call(client, "ana", "PATCH", path, 200, told)["post"]
    assert (bare["category"], bare["moods"], bare["url"]) == (None, [], "")
    assert "bread" not in bare["tags"] or "bread" in bare["title"].lower()
    call(client, "cat", "GET", path, 404)
    call(client, "ana", "PATCH", path, 409, {"title": "", "text": " "})


def test_a_deleted_post_is_gone_from_feeds_cursors_and_derived_lists(client: FlaskClient) -> None:
    store = state_of(client.application).store
    for each in range(6):
        write(client, "cat", title=f"Bread {each}", tags=["bread"])
    post_id = write(client, "ana", title="Gone", tags=["bread"])
    near = write(client, "ana", title="Near", tags=["bread"])
    for who in ("ben", "cat"):
        for each_id in (post_id, near):
            call(client, who, "PUT", f"/posts/{each_id}/likes/me")
    derive(store)
    edges = {row["target"] for row in store.run("export_top_tag")}
    assert post_id in edges
    row = {"source": near, "target": post_id, "score": 1.0, "rank": 0}
    store.replace("SIMILAR", {"Post": pd.DataFrame([row])})
    page = client.get("/feed", query_string={"username": "ben", "page_size": 1}).get_json()
    assert "Gone" in titles(client, "dan2") and "Gone" in titles(client, "ben", include_seen=1)
    path = f"/posts/{post_id}"
    for _ in range(2):
        body = call(client, "ana", "DELETE", path)
        assert body["post"] == {"post_id": post_id, "deleted": True}
    for who in ("ana", "ben", "cat"):
        call(client, who, "GET", path, 404)
        assert "Gone" not in titles(client, who, include_seen=1)
    for query in ({"tag": "bread"}, {"kind": "friends"}, {"kind": "similar", "similar_to": near}):
        assert "Gone" not in titles(client, "ben", include_seen=1, **query)
    cursor, seen = page["next_cursor"], set()
    while cursor:
        query = {"username": "ben", "page_size": 1, "cursor": cursor}
        page = client.get("/feed", query_string=query).get_json()
        seen |= {post["title"] for post in page["post"]}
        cursor = page["next_cursor"] if page["post"] else None
    assert "Gone" not in seen
    explained = client.get("/explain", query_string={"username": "ben", "post": post_id})
    assert explained.status_code == 404


def test_a_share_shows_its_original_to_whom_may_see_that_anyway(client: FlaskClient) -> None:
    post_id = write(client, title="For friends", privacy="friends", tags=["secret"])
    call(client, "cat", "POST", f"/posts/{post_id}/shares", 404, {})
    share = call(client, "ben", "POST", f"/posts/{post_id}/shares", 201, {"text": "Look"})["post"]
    assert share["shares"]["title"] == "For friends"
    shown = call(client, "cat", "GET", f"/posts/{share['post_id']}")["post"]
    assert (shown["is_share"], shown["shares"], shown["text"]) == (True, None, "Look")
    assert "secret" not in str(shown) and post_id not in str(shown)
    assert call(client, "ben", "GET", f"/posts/{post_id}")["post"]["mine"]["shared"] is True
    assert call(client, "ana", "GET", f"/posts/{post_id}")["post"]["counts"]["shares"] == 1
    call(client, "ana", "DELETE", f"/posts/{post_id}")
    mine = call(client, "ben", "GET", f"/posts/{share['post_id']}")["post"]
    assert (mine["is_share"], mine["shares"]) == (True, None)


def test_a_group_takes_posts_of_its_members_and_shows_them_to_no_others(
    client: FlaskClient,
) -> None:
    post_id = write(client, group="g:1", title="Oven")
    mine = call(client, "ana", "GET", f"/posts/{post_id}")["post"]
    assert mine["group"] == {"id": "g:1", "name": "Bakers"}
    call(client, "ben", "GET", f"/posts/{post_id}", 404)
    nothing = call(client, "ben", "POST", "/posts", 404, {"text": "Hm", "group": "g:none"})
    assert call(client, "ben", "POST", "/posts", 404, {"text": "Hm", "group": "g:2"}) == nothing
    call(client, "ben", "POST", "/posts", 403, {"text": "Hm", "group": "g:1"})


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "text"),
        ({"title": " "}, "text"),
        ({"text": "Hm", "moods": ["tabel"]}, "moods"),
        ({"text": "Hm", "tags": ["@ana"]}, "tags"),
        ({"text": "Hm", "tags": ["a tag"] * 13}, "tags"),
        ({"text": "Hm", "privacy": "secret"}, "privacy"),
        ({"text": "Hm", "url": "javascript:alert(1)"}, "url"),
        ({"text": "Hm", "category": "99"}, "category"),
        ({"text": "Hm", "category": ["2"]}, "category"),
        ({"text": "x" * 10_001}, "text"),
        ({"text": "\ud800"}, "text"),
        ({"text": "nul \0"}, "text"),
        ({"title": "two\nlines"}, "title"),
        ({"text": 5}, "text"),
        ({"text": "Hm", "sender": "x"}, "sender"),
    ],
)
def test_bad_input_names_its_field(client: FlaskClient, body: JsonBody, field: str) -> None:
    errors = call(client, "ana", "POST", "/posts", 400, body)["errors"]
    assert set(errors) == {field}


def test_emoji_of_several_signs_are_text(client: FlaskClient) -> None:
    text = "\U0001f468\u200d\U0001f469\u200d\U0001f467 \u0645\u06cc\u200c\u062e\u0648"
    post_id = write(client, text=text)
    assert call(client, "ben", "GET", f"/posts/{post_id}")["post"]["text"] == text


def test_an_unknown_mood_is_answered_with_the_nearest(client: FlaskClient) -> None:
    body = call(client, "ana", "POST", "/posts", 400, {"text": "Hm", "moods": ["haqqy"]})
    assert "did you mean happy" in body["message"]


@pytest.mark.parametrize("path", ["/posts/%00", "/posts/" + "x" * 300, "/posts/7"])
def test_what_can_be_no_id_is_not_there(client: FlaskClient, path: str) -> None:
    call(client, "ana", "GET", path, 404)


def test_one_pages_through_all_that_one_wrote_and_through_what_one_may_see_of_anothers(
    client: FlaskClient,
) -> None:
    privacies = ("public", "friends", "private")
    for_all, friends, alone = (write(client, title=each, privacy=each) for each in privacies)
    inside, gone = write(client, title="inside", group="g:1"), write(client, title="gone")
    call(client, "ana", "DELETE", f"/posts/{gone}")
    write(client, "ben", title="another's")

    def listed(who: str, **query: object) -> list[str]:
        found, cursor = list[str](), None
        while True:
            asked = {"viewer": who, "page_size": 2, **query}
            asked |= {"cursor": cursor} if cursor else {}
            page = client.get("/posts", query_string=asked).get_json()
            assert len(page["posts"]) <= 2
            found += [each["post_id"] for each in page["posts"]]
            if (cursor := page["next_cursor"]) is None:
                return found

    assert sorted(listed("ana")) == sorted([for_all, friends, alone, inside])
    assert sorted(listed("ben", of="ana")) == sorted([for_all, friends])
    assert listed("cat", of="u:ana") == [for_all]
    for who, of in (("dan", "ana"), ("cat", "nobody")):
        answer = client.get("/posts", query_string={"viewer": who, "of": of})
        assert answer.status_code == 404
    told = client.get("/posts", query_string={"viewer": "ben", "of": "ana"}).get_json()["posts"]
    assert {each["title"]: each["privacy"] for each in told} == {
        "public": "public",
        "friends": "friends",
    }


def test_all_categories_are_listed_page_by_page_and_all_moods(client: FlaskClient) -> None:
    asked = {"viewer": "ana", "page_size": 1}
    page = client.get("/categories", query_string=asked).get_json()
    assert page["categories"] == [{"id": "sv:category:2", "name": "Food"}]
    assert page["next_cursor"] is None
    moods = client.get("/moods").get_json()["moods"]
    assert {"happy", "calm"} <= {each["mood"] for each in moods}
    assert all(each["words"][0] == each["mood"] for each in moods)
