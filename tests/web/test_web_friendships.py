"""``/friendships`` and ``/blocks`` as a client meets them."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pandas as pd
import pytest
from filled_graphs import Filled
from flask.testing import FlaskClient

from graph.ingest import ingest_tables
from graph.store import GraphStore
from village.world import NOW
from web.app import create_app
from web.errors import NOT_THERE
from web.friendships_openapi import STATES
from web.idempotency import REPLAYED
from web.post_json import OWNER

NAMES = ("ana", "ben", "cat", "dan", "eve")
JsonBody = dict[str, Any]


def fill_friends_client(store: GraphStore) -> None:
    """ana to dan are public, eve is private; ids are u:ana and so on."""
    privacy = ["private" if name == "eve" else "public" for name in NAMES]
    users = pd.DataFrame({"id": [f"u:{name}" for name in NAMES], "username": NAMES})
    ingest_tables(store, {"users": users.assign(privacy=privacy)})


@pytest.fixture
def friends_client(filled: Filled) -> FlaskClient:
    return create_app(filled(fill_friends_client), clock=lambda: float(NOW)).test_client()


def call(
    client: FlaskClient,
    who: str,
    method: str,
    path: str,
    status: int = 200,
    body: object = None,
    key: str = "",
    **query: object,
) -> JsonBody:
    answer = client.open(
        path,
        method=method,
        query_string={"viewer": who, **query},
        json=body,
        headers={"Idempotency-Key": key} if key else {},
    )
    assert answer.status_code == status, answer.get_data(as_text=True)
    told: JsonBody = {**answer.get_json(), "replayed": answer.headers.get(REPLAYED)}
    return told


def state(body: JsonBody) -> tuple[str, str | None]:
    told = body["friendship"]
    assert told["state"] in STATES
    return told["state"], told["user"] and told["user"]["username"]


def befriend(client: FlaskClient, one: str, other: str) -> None:
    call(client, one, "POST", "/friendships/requests", 201, {"user": other})
    call(client, other, "PUT", f"/friendships/{one}")


def test_from_a_request_to_a_friendship_to_its_end(friends_client: FlaskClient) -> None:
    client = friends_client
    body = call(client, "ana", "POST", "/friendships/requests", 201, {"user": "ben"})
    assert state(body) == ("asked", "ben")
    assert body["friendship"]["user_id"] == "u:ben"
    assert body["friendship"]["at"] == NOW
    person = body["friendship"]["user"]
    assert set(person) == {"id", "user_id", "username", "user_type", *OWNER}
    again = call(client, "ana", "POST", "/friendships/requests", 200, {"user": "u:ben"})
    assert state(again) == ("asked", "ben")
    incoming = call(client, "ben", "GET", "/friendships/requests/incoming")
    assert [each["user"]["username"] for each in incoming["people"]] == ["ana"]
    outgoing = call(client, "ana", "GET", "/friendships/requests/outgoing")
    assert [each["user_id"] for each in outgoing["people"]] == ["u:ben"]
    assert state(call(client, "ben", "GET", "/friendships/ana")) == ("asks_you", "ana")
    for _ in range(2):
        assert state(call(client, "ben", "PUT", "/friendships/ana")) == ("friends", "ana")
    assert state(call(client, "ana", "GET", "/friendships/u:ben")) == ("friends", "ben")
    assert call(client, "ben", "GET", "/friendships/requests/incoming")["people"] == []
    for _ in range(2):
        assert state(call(client, "ana", "DELETE", "/friendships/ben")) == ("none", "ben")
    assert call(client, "ben", "GET", "/friendships")["people"] == []


def test_declined_withdrawn_and_asked_from_both_sides(friends_client: FlaskClient) -> None:
    client = friends_client
    asks = "/friendships/requests"
    call(client, "ana", "POST", asks, 201, {"user": "ben"})
    assert state(call(client, "ben", "DELETE", f"{asks}/incoming/ana"))[0] == "none"
    assert "have not asked you" in call(client, "ben", "PUT", "/friendships/ana", 409)["message"]
    call(client, "ana", "POST", asks, 201, {"user": "ben"})
    assert state(call(client, "ana", "DELETE", f"{asks}/outgoing/ben"))[0] == "none"
    call(client, "ana", "POST", asks, 201, {"user": "ben"})
    both = call(client, "ben", "POST", asks, 201, {"user": "ana"})
    assert state(both)[0] == "friends"
    assert state(call(client, "ana", "POST", asks, 200, {"user": "ben"}))[0] == "friends"


def test_a_block_hides_each_from_the_other_until_it_is_taken_back(
    friends_client: FlaskClient,
) -> None:
    client = friends_client
    befriend(client, "ana", "ben")
    assert state(call(client, "ana", "PUT", "/blocks/ben", 201)) == ("blocked", "ben")
    call(client, "ana", "PUT", "/blocks/ben", 200)
    blocked = call(client, "ana", "GET", "/blocks")["people"]
    assert [each["user"]["username"] for each in blocked] == ["ben"]
    missing = call(client, "ben", "GET", "/friendships/nobody-at-all", 404)
    for method, path in (
        ("GET", "/friendships/ana"),
        ("PUT", "/friendships/u:ana"),
        ("DELETE", "/friendships/ana"),
        ("PUT", "/blocks/ana"),
        ("GET", "/friendships/ana/mutual"),
    ):
        assert call(client, "ben", method, path, 404) == missing
    asked = call(client, "ben", "POST", "/friendships/requests", 404, {"user": "ana"})
    assert asked == missing
    assert missing["message"] == NOT_THERE
    assert state(call(client, "ana", "DELETE", "/blocks/ben")) == ("none", "ben")
    assert state(call(client, "ben", "GET", "/friendships/ana")) == ("none", "ana")


def test_somebody_private_is_asked_by_name_and_not_by_id(friends_client: FlaskClient) -> None:
    client = friends_client
    call(client, "ana", "POST", "/friendships/requests", 404, {"user": "u:eve"})
    body = call(client, "ana", "POST", "/friendships/requests", 201, {"user": "eve"})
    assert state(body) == ("asked", None)
    incoming = call(client, "eve", "GET", "/friendships/requests/incoming")
    assert [each["user"]["username"] for each in incoming["people"]] == ["ana"]


def test_oneself_and_a_blocked_one_are_a_409(friends_client: FlaskClient) -> None:
    client = friends_client
    body = call(client, "ana", "POST", "/friendships/requests", 409, {"user": "ana"})
    assert "you are one" in body["message"]
    call(client, "ana", "PUT", "/blocks/ben", 201)
    body = call(client, "ana", "POST", "/friendships/requests", 409, {"user": "ben"})
    assert "unblock them first" in body["message"]


def test_lists_are_paged_by_cursors_of_their_viewer_and_list(friends_client: FlaskClient) -> None:
    client = friends_client
    for name in ("ben", "cat", "dan"):
        befriend(client, "ana", name)
    first = call(client, "ana", "GET", "/friendships", page_size=2)
    assert len(first["people"]) == 2
    cursor = first["next_cursor"]
    last = call(client, "ana", "GET", "/friendships", page_size=2, cursor=cursor)
    names = [each["user"]["username"] for each in (*first["people"], *last["people"])]
    assert sorted(names) == ["ben", "cat", "dan"]
    assert last["next_cursor"] is None
    for who, path in (("ben", "/friendships"), ("ana", "/friendships/requests/outgoing")):
        refused = call(client, who, "GET", path, 400, cursor=cursor)
        assert set(refused["errors"]) == {"cursor"}
    assert (
        "cursor"
        in call(client, "ana", "GET", "/friendships", 400, of="ben", cursor=cursor)["errors"]
    )


def test_anothers_friends_and_mutual_ones(friends_client: FlaskClient) -> None:
    client = friends_client
    for one, other in (("ana", "cat"), ("ben", "cat"), ("ben", "dan"), ("ben", "eve")):
        befriend(client, one, other)
    theirs = call(client, "ana", "GET", "/friendships", of="ben")["people"]
    assert sorted(each["user"]["username"] for each in theirs) == ["cat", "dan"]
    assert {each["at"] for each in theirs} == {None}
    both = call(client, "ana", "GET", "/friendships/ben/mutual")["people"]
    assert [each["user"]["username"] for each in both] == ["cat"]
    call(client, "ana", "GET", "/friendships", 404, of="eve")


def test_a_request_that_is_sent_again_with_its_key_is_done_once(
    friends_client: FlaskClient,
) -> None:
    client = friends_client
    path, body = "/friendships/requests", {"user": "ben"}
    first = call(client, "ana", "POST", path, 201, body, key="one")
    call(client, "ana", "DELETE", "/friendships/requests/outgoing/ben")
    again = call(client, "ana", "POST", path, 201, body, key="one")
    assert (first.pop("replayed"), again.pop("replayed")) == (None, "true")
    assert again == first
    assert state(call(client, "ana", "GET", "/friendships/ben"))[0] == "none"
    other = call(client, "ana", "POST", path, 409, {"user": "cat"}, key="one")
    assert "another request" in other["message"]
    assert state(call(client, "cat", "POST", path, 201, body, key="one")) == ("asked", "ben")
    call(client, "ana", "PUT", "/blocks/ben", 201, key="one")
    call(client, "ana", "PUT", "/blocks/cat", 409, key="one")


def test_of_one_request_sent_many_times_at_once_one_acts(store: GraphStore) -> None:
    users = pd.DataFrame({"id": [f"u:{name}" for name in NAMES], "username": NAMES})
    ingest_tables(store, {"users": users})
    app = create_app(store, clock=lambda: float(NOW))

    def ask(_: int) -> tuple[str | None, str]:
        answer = app.test_client().post(
            "/friendships/requests?viewer=ana",
            json={"user": "ben"},
            headers={"Idempotency-Key": "one"},
        )
        return answer.headers.get(REPLAYED), f"{answer.status_code} {answer.get_data(as_text=True)}"

    with ThreadPoolExecutor(6) as people:
        answers = list(people.map(ask, range(6)))
    assert sorted(str(replayed) for replayed, _ in answers) == ["None", *["true"] * 5]
    assert len({told for _, told in answers}) == 1
    assert answers[0][1].startswith("201")


def test_an_error_is_not_kept_under_its_key(friends_client: FlaskClient) -> None:
    client = friends_client
    call(client, "ana", "PUT", "/friendships/ben", 409, key="k")
    call(client, "ben", "POST", "/friendships/requests", 201, {"user": "ana"})
    assert state(call(client, "ana", "PUT", "/friendships/ben", 200, key="k"))[0] == "friends"


@pytest.mark.parametrize("key", ["x" * 201, "caf\u00e9", "tab\there"])
def test_a_key_that_cannot_be_one_is_named(friends_client: FlaskClient, key: str) -> None:
    body = call(friends_client, "ana", "PUT", "/blocks/ben", 400, key=key)
    assert set(body["errors"]) == {"Idempotency-Key"}


@pytest.mark.parametrize(
    ("method", "path", "body", "field"),
    [
        ("POST", "/friendships/requests", {}, "user"),
        ("POST", "/friendships/requests", {"user": " "}, "user"),
        ("GET", "/friendships/%00", None, "user"),
        ("PUT", "/blocks/" + "x" * 201, None, "user"),
        ("GET", "/friendships?page_size=0", None, "page_size"),
        ("GET", "/friendships?cursor=made-up", None, "cursor"),
    ],
)
def test_bad_input_names_its_field(
    friends_client: FlaskClient, method: str, path: str, body: object, field: str
) -> None:
    sign = "&" if "?" in path else "?"
    answer = friends_client.open(f"{path}{sign}viewer=ana", method=method, json=body)
    assert answer.status_code == 400
    assert set(answer.get_json()["errors"]) == {field}
