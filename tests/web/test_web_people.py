"""``GET /people``: people with honest reasons, as a client meets them."""

from typing import Any

import pandas as pd
import pytest
from filled_graphs import Filled
from flask.testing import FlaskClient

from feed.recommend import Recommender
from graph.errors import StoreUnavailable
from graph.ingest import ingest_tables
from graph.store import GraphStore
from village.world import NOW, World
from web.app import create_app
from web.people import PeopleQuery
from web.post_json import OWNER


def get(client: FlaskClient, status: int = 200, **query: object) -> dict[str, Any]:
    answer = client.get("/people", query_string=query)
    assert answer.status_code == status, answer.get_data(as_text=True)
    body: dict[str, Any] = answer.get_json()
    return body


def fill_circle(store: GraphStore) -> None:
    """I know Bo, who knows Cy; nobody knows Di."""
    friends = pd.DataFrame({"source": ["bo", "bo"], "target": ["me", "cy"]})
    users = pd.DataFrame(
        {
            "id": ["me", "bo", "cy", "di"],
            "username": ["me", "bo", "cy", "di"],
            "details": [None, None, '{"name": "Cy C.", "is_viewed": true}', None],
        }
    )
    ingest_tables(store, {"users": users, "friend": friends})


@pytest.fixture
def circle(filled: Filled) -> FlaskClient:
    return create_app(filled(fill_circle), clock=lambda: float(NOW)).test_client()


def test_a_friend_of_a_friend_is_suggested_with_the_way_there(circle: FlaskClient) -> None:
    body = get(circle, username="me")
    assert (body["status"], body["page_size"], body["degraded"]) == ("success", 10, [])
    (person,) = body["people"]
    assert set(person) == {"id", "user_id", "username", "user_type", "reasons", *OWNER}
    assert (person["id"], person["username"], person["name"]) == ("cy", "cy", "Cy C.")
    (reason,) = person["reasons"]
    assert reason["source"] == "mutual_friends"
    assert reason["sentence"] == "You both know bo."
    assert [node["id"] for node in reason["path"]] == ["me", "bo", "cy"]
    assert reason["cypher"]["parameters"] == {
        "user_id": "me",
        "friend_id": "bo",
        "person_id": "cy",
    }
    assert "$person_id" in reason["cypher"]["text"]
    assert "message" not in body


def test_who_has_nobody_is_told_what_would_help(circle: FlaskClient) -> None:
    body = get(circle, username="di")
    assert body["people"] == []
    assert "picking tags (interests)" in body["message"]
    assert "nobody to suggest" in body["message"]


def test_a_name_that_nobody_bears_gets_popular_authors(client: FlaskClient, village: World) -> None:
    body = get(client, username="nobody of that name", page_size=3)
    assert len(body["people"]) == 3
    assert {r["source"] for each in body["people"] for r in each["reasons"]} == {"popular_authors"}
    assert "nobody of that name" in body["message"]


def test_everybody_in_the_village_gets_a_page_of_others(
    client: FlaskClient, village: World
) -> None:
    users = village.tables["users"]
    names = dict(zip(users["username"], users["privacy"], strict=True))
    for username in list(names)[::10]:
        people = [each["username"] for each in get(client, username=username)["people"]]
        assert len(people) == len(set(people)) == 10
        assert username not in people
        assert {names[person] for person in people} == {"public"}


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({}, "username"),
        ({"username": " "}, "username"),
        ({"username": "me", "page_size": "0"}, "page_size"),
        ({"username": "me", "page_size": "51"}, "page_size"),
        ({"username": "me", "page_size": "ten"}, "page_size"),
    ],
)
def test_bad_input_names_its_field(client: FlaskClient, query: dict[str, str], field: str) -> None:
    body = get(client, 400, **query)
    assert set(body["errors"]) == {field}
    assert body["message"]


def test_a_graph_that_does_not_answer_is_a_503(
    circle: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*_: object) -> None:
        raise StoreUnavailable("gone")

    monkeypatch.setattr(Recommender, "asking", down)
    answer = circle.get("/people", query_string={"username": "me"})
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")


def test_the_openapi_document_tells_its_parameters(client: FlaskClient) -> None:
    operation = client.get("/openapi.json").get_json()["paths"]["/people"]["get"]
    assert {each["name"] for each in operation["parameters"]} == set(PeopleQuery().fields)
    assert {"200", "400", "503"} <= set(operation["responses"])
