"""``GET /search`` as a client meets it."""

from typing import Any

import pandas as pd
import pytest
from filled_graphs import Filled
from flask.testing import FlaskClient

from graph.ingest import ingest_tables
from graph.store import GraphStore
from village.world import NOW
from web.app import create_app

JsonBody = dict[str, Any]
KINDS = {"people", "posts", "groups", "tags"}


def fill_kitchen(store: GraphStore) -> None:
    """ben and five others bake; dan is private, and so is what he says of unicorns."""
    names = ["ana", "ben", "dan", *(f"baker_{number}" for number in range(5))]
    users = pd.DataFrame(
        {
            "id": [f"u:{name}" for name in names],
            "username": names,
            "privacy": ["private" if name == "dan" else "public" for name in names],
        }
    )
    posts = pd.DataFrame(
        {
            "id": ["p:1", "p:2", "p:3"],
            "title": ["Slow bread", "Night trains", "A unicorn"],
            "created_at": NOW - 100,
        }
    )
    written = pd.DataFrame({"source": ["u:ben", "u:ben", "u:dan"], "target": posts["id"]})
    tables = {
        "users": users,
        "posts": posts,
        "authored": written,
        "tags": pd.DataFrame({"id": ["bread", "unicorn"], "name": ["bread", "unicorn"]}),
        "tagged": pd.DataFrame({"source": ["p:1", "p:3"], "target": ["bread", "unicorn"]}),
        "groups": pd.DataFrame({"id": ["g:1"], "name": ["Bread bakers"]}),
        "friend": pd.DataFrame({"source": ["u:ana"], "target": ["u:ben"]}),
        "hid": pd.DataFrame({"source": ["u:ana"], "target": ["p:2"]}),
        "liked": pd.DataFrame({"source": ["u:ana"], "target": ["p:1"]}),
    }
    ingest_tables(store, tables)


@pytest.fixture
def kitchen(filled: Filled) -> FlaskClient:
    return create_app(filled(fill_kitchen), clock=lambda: float(NOW)).test_client()


def get(client: FlaskClient, status: int = 200, **query: object) -> JsonBody:
    answer = client.get("/search", query_string={"viewer": "ana", **query})
    assert answer.status_code == status, answer.get_data(as_text=True)
    body: JsonBody = answer.get_json()
    return body


def test_all_kinds_come_together_each_with_its_own_cursor(kitchen: FlaskClient) -> None:
    body = get(kitchen, q="bread")
    assert (body["status"], body["kind"], body["page_size"]) == ("success", "all", 5)
    assert [post["post_id"] for post in body["posts"]] == ["p:1"]
    (group,) = body["groups"]
    assert (group["group_id"], group["name"], group["member"]) == ("g:1", "Bread bakers", False)
    assert body["tags"] == [{"tag": "bread", "name": "bread", "posts": 1, "interest": False}]
    assert body["people"] == []
    assert body["next_cursors"] == dict.fromkeys(KINDS)


def test_a_person_comes_with_their_tie_and_a_post_with_whether_it_is_hidden(
    kitchen: FlaskClient,
) -> None:
    (person,) = get(kitchen, q="ben", kind="people")["people"]
    assert (person["user_id"], person["username"], person["tie"]) == ("u:ben", "ben", "friend")
    (post,) = get(kitchen, q="trains", kind="posts")["posts"]
    assert (post["title"], post["hidden"]) == ("Night trains", True)
    assert post["author"]["username"] == "ben"
    (post,) = get(kitchen, q="braed", kind="posts")["posts"]
    assert (post["hidden"], post["tags"]) == (False, ["bread"])


def test_pages_never_repeat_nor_skip(kitchen: FlaskClient) -> None:
    found, cursor = [], None
    for _ in range(3):
        query = {"cursor": cursor} if cursor else {}
        body = get(kitchen, q="baker", kind="people", page_size=2, **query)
        found += [person["username"] for person in body["people"]]
        cursor = body["next_cursor"]
    assert found == [f"baker_{number}" for number in range(5)]
    assert cursor is None


def test_all_leads_on_into_one_kind(kitchen: FlaskClient) -> None:
    body = get(kitchen, q="baker", page_size=2)
    cursor = body["next_cursors"]["people"]
    rest = get(kitchen, q="BAKER", kind="people", cursor=cursor)["people"]
    names = [person["username"] for person in body["people"] + rest]
    assert names == [f"baker_{number}" for number in range(5)]


def test_a_cursor_is_of_one_search_and_one_viewer(kitchen: FlaskClient) -> None:
    cursor = get(kitchen, q="baker", kind="people", page_size=2)["next_cursor"]
    for other in ({"q": "ben"}, {"kind": "posts"}, {"viewer": "ben"}, {"kind": "all"}):
        query = {"q": "baker", "kind": "people", "cursor": cursor, **other}
        assert "cursor" in get(kitchen, 400, **query)["errors"]
    assert "cursor" in get(kitchen, 400, q="baker", kind="people", cursor="x")["errors"]


def test_a_strangers_private_words_look_like_nonsense(kitchen: FlaskClient) -> None:
    for kind in (*KINDS, "all"):
        nothing = get(kitchen, q="xylophone", kind=kind)
        assert get(kitchen, q="unicorn", kind=kind) == nothing
        assert get(kitchen, q="dan", kind=kind) == nothing
    assert get(kitchen, q="unicorn", viewer="dan")["posts"][0]["post_id"] == "p:3"


def test_what_is_done_is_in_the_next_search(kitchen: FlaskClient) -> None:
    assert get(kitchen, q="ben", kind="people")["people"]
    kitchen.put("/blocks/ben", query_string={"viewer": "ana"})
    assert get(kitchen, q="ben", kind="people")["people"] == []
    assert get(kitchen, q="bread", kind="posts")["posts"] == []


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({}, "q"),
        ({"q": "a", "kind": "cats"}, "kind"),
        ({"q": "a", "page_size": "0"}, "page_size"),
        ({"q": "a", "page_size": "101"}, "page_size"),
        ({"q": "a", "cursor": ""}, "cursor"),
    ],
)
def test_bad_input_is_named(kitchen: FlaskClient, query: dict[str, str], field: str) -> None:
    assert field in get(kitchen, 400, **query)["errors"]


def test_any_text_is_an_answer(kitchen: FlaskClient) -> None:
    odd = [
        "",
        "a",
        "x" * 10_000,
        "\x00",
        '"',
        "*",
        "AND",
        "\\",
        "李",
        "שלום",
        "\U0001f600",
        "%",
        "' --",
    ]
    for text in odd:
        assert get(kitchen, q=text)["status"] == "success", text
    raw = kitchen.get("/search?viewer=ana&q=%ff%fe%00")
    assert raw.status_code == 200
