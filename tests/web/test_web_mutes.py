"""``/mutes`` as a client meets it, and what the next feed leaves out."""

from typing import Any

import pandas as pd
import pytest
from filled_graphs import Filled
from flask.testing import FlaskClient

from graph.derive.rebuild import derive
from graph.ingest import ingest_tables
from graph.store import GraphStore
from social import mutes
from village.world import NOW
from web.app import create_app

JsonBody = dict[str, Any]


def fill_kitchen(store: GraphStore) -> None:
    """ben wrote of bread (tagged), cat of trains; dan is private."""
    users = pd.DataFrame(
        {
            "id": ["u:ana", "u:ben", "u:cat", "u:dan"],
            "username": ["ana", "ben", "cat", "dan"],
            "privacy": ["public", "public", "public", "private"],
        }
    )
    posts = pd.DataFrame(
        {"id": ["p:1", "p:2"], "title": ["Slow bread", "Night trains"], "created_at": NOW - 100}
    )
    written = pd.DataFrame({"source": ["u:ben", "u:cat"], "target": ["p:1", "p:2"]})
    tags = pd.DataFrame({"id": ["bread"], "name": ["bread"]})
    tagged = pd.DataFrame({"source": ["p:1"], "target": ["bread"]})
    tables = {"users": users, "posts": posts, "authored": written, "tags": tags, "tagged": tagged}
    ingest_tables(store, tables)
    derive(store)


@pytest.fixture
def kitchen(filled: Filled) -> FlaskClient:
    return create_app(filled(fill_kitchen), clock=lambda: float(NOW)).test_client()


def call(
    client: FlaskClient, method: str, path: str, status: int = 200, **query: object
) -> JsonBody:
    answer = client.open(path, method=method, query_string={"viewer": "ana", **query})
    assert answer.status_code == status, answer.get_data(as_text=True)
    body: JsonBody = answer.get_json()
    return body


def titles(client: FlaskClient) -> set[str]:
    posts = client.get("/feed", query_string={"username": "ana"}).get_json()["post"]
    return {post["title"] for post in posts}


@pytest.mark.parametrize("path", ["people/ben", "people/u:ben", "tags/%23Bread", "words/BREAD"])
def test_the_next_feed_leaves_out_what_was_muted_until_it_is_not(
    kitchen: FlaskClient, path: str
) -> None:
    assert titles(kitchen) == {"Slow bread", "Night trains"}
    for _ in range(2):
        assert call(kitchen, "PUT", f"/mutes/{path}")["mute"]["muted"] is True
        assert titles(kitchen) == {"Night trains"}
    for _ in range(2):
        assert call(kitchen, "DELETE", f"/mutes/{path}")["mute"]["muted"] is False
        assert titles(kitchen) == {"Slow bread", "Night trains"}


def test_each_list_has_its_own(kitchen: FlaskClient) -> None:
    for path in ("people/ben", "tags/jazz", "words/ice%20%20cream", "words/a/b"):
        assert call(kitchen, "PUT", f"/mutes/{path}")["mute"]["at"] == NOW
    (person,) = call(kitchen, "GET", "/mutes/people")["people"]
    assert (person["user_id"], person["user"]["username"]) == ("u:ben", "ben")
    assert call(kitchen, "GET", "/mutes/tags")["tags"] == [{"tag": "jazz", "at": NOW}]
    first = call(kitchen, "GET", "/mutes/words", page_size=1)
    rest = call(kitchen, "GET", "/mutes/words", page_size=1, cursor=first["next_cursor"])
    assert [each["word"] for each in first["words"] + rest["words"]] == ["a/b", "ice cream"]


def test_who_is_not_there_and_who_hides_look_alike(kitchen: FlaskClient) -> None:
    nobody = call(kitchen, "PUT", "/mutes/people/nobody", 404)
    assert call(kitchen, "PUT", "/mutes/people/u:dan", 404) == nobody
    assert call(kitchen, "DELETE", "/mutes/people/u:dan", 404) == nobody
    assert call(kitchen, "PUT", "/mutes/people/dan")["mute"]["user"] is None
    (hidden,) = call(kitchen, "GET", "/mutes/people")["people"]
    assert (hidden["user_id"], hidden["user"]) == ("u:dan", None)
    assert call(kitchen, "DELETE", "/mutes/people/u:dan")["mute"]["muted"] is False


def test_one_does_not_mute_oneself(kitchen: FlaskClient) -> None:
    assert "you are one" in call(kitchen, "PUT", "/mutes/people/ana", 409)["message"]


def test_there_is_a_most(kitchen: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mutes, "MOST", 2)
    for noun in ("tags", "words"):
        for each in ("a", "b", "a"):
            call(kitchen, "PUT", f"/mutes/{noun}/{each}")
        assert "the most" in call(kitchen, "PUT", f"/mutes/{noun}/c", 409)["message"]
        call(kitchen, "DELETE", f"/mutes/{noun}/b")
        call(kitchen, "PUT", f"/mutes/{noun}/c")


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("tags/%23", "tag"),
        ("tags/" + "x" * 101, "tag"),
        ("words/!%3F", "word"),
        ("words/" + "x" * 101, "word"),
        ("words/%00", "word"),
        ("people/%20", "user"),
    ],
)
def test_bad_input_names_its_field(kitchen: FlaskClient, path: str, field: str) -> None:
    for method in ("PUT", "DELETE"):
        assert set(call(kitchen, method, f"/mutes/{path}", 400)["errors"]) == {field}
