"""``/happenings`` as a client meets it: who may know of an event, and who is told who goes."""

from collections.abc import Callable
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

NAMES = ("ana", "ben", "cat", "eve")
UNTOLD = {
    **dict.fromkeys(("name", "description", "place"), ""),
    **dict.fromkeys(("at", "until", "group_id", "host")),
    "privacy": "private",
    "cancelled": False,
    "seen": False,
}
"""What is told of an event that one attends and may know of no more, beside its id."""
JsonBody = dict[str, Any]


def fill_town(store: GraphStore) -> None:
    """ana and ben are friends, cat is public, eve private; ana and cat are in the choir."""
    privacy = ["private" if name == "eve" else "public" for name in NAMES]
    users = pd.DataFrame({"id": [f"u:{name}" for name in NAMES], "username": NAMES})
    tables = {
        "users": users.assign(privacy=privacy),
        "friend": pd.DataFrame({"source": ["u:ana"], "target": ["u:ben"]}),
        "groups": pd.DataFrame({"id": ["g:choir"], "name": ["Choir"]}),
        "member_of": pd.DataFrame({"source": ["u:ana", "u:cat"], "target": "g:choir"}),
        "events": pd.DataFrame({"id": ["e:old"], "name": ["Old"], "privacy": ["friends"]}),
    }
    ingest_tables(store, tables)


@pytest.fixture
def town(filled: Filled) -> FlaskClient:
    return create_app(filled(fill_town), clock=lambda: float(NOW)).test_client()


@pytest.fixture
def any_town(any_filled: Filled) -> FlaskClient:
    """The same on each engine in turn."""
    return create_app(any_filled(fill_town), clock=lambda: float(NOW)).test_client()


def call(
    client: FlaskClient,
    who: str,
    method: str,
    path: str,
    status: int = 200,
    body: object = None,
    **query: object,
) -> JsonBody:
    answer = client.open(path, method=method, query_string={"viewer": who, **query}, json=body)
    assert answer.status_code == status, answer.get_data(as_text=True)
    found: JsonBody = answer.get_json()
    return found


def made(client: FlaskClient, who: str = "ana", **fields: object) -> str:
    body = {"name": "Ball", "at": NOW + 100, **fields}
    happening = call(client, who, "POST", "/happenings", 201, body)["happening"]
    assert (happening["host"]["username"], happening["answer"]) == (who, "host")
    return f"/happenings/{happening['event_id']}"


def listed(client: FlaskClient, who: str, path: str = "/happenings", **query: object) -> list[str]:
    told = call(client, who, "GET", path, **query)["happenings"]
    return [f"/happenings/{each['event_id']}" for each in told]


def going(client: FlaskClient, who: str, ball: str) -> dict[str, str]:
    told = call(client, who, "GET", f"{ball}/answers")["people"]
    return {each["user"]["username"]: each["answer"] for each in told}


def test_an_event_from_its_making_to_its_end(town: FlaskClient) -> None:
    ball = made(town, place="Hall", until=NOW + 200, description="Dress\nwell")
    told = call(town, "cat", "GET", ball)["happening"]
    assert (told["place"], told["at"], told["until"]) == ("Hall", NOW + 100, NOW + 200)
    for _ in range(2):
        done = call(town, "cat", "PUT", f"{ball}/answers/me", body={"answer": "maybe"})
        assert done["happening"]["answer"] == "maybe"
    call(town, "ben", "PUT", f"{ball}/answers/me", body={"answer": "going"})
    assert going(town, "cat", ball) == {"ana": "host", "ben": "going", "cat": "maybe"}
    assert listed(town, "cat", "/happenings/mine") == [ball]
    call(town, "cat", "PUT", f"{ball}/answers/me", body={"answer": "not_going"})
    assert listed(town, "cat", "/happenings/mine") == []
    call(town, "ana", "PUT", f"{ball}/answers/me", 409, {"answer": "not_going"})
    call(town, "ben", "PATCH", ball, 403, {"name": "Mine"})
    call(town, "ben", "DELETE", ball, 403)
    edited = call(town, "ana", "PATCH", ball, body={"until": None, "place": "Garden"})
    assert (edited["happening"]["until"], edited["happening"]["place"]) == (None, "Garden")
    for _ in range(2):
        assert call(town, "ana", "DELETE", ball)["happening"]["cancelled"] is True
    assert listed(town, "cat") == []
    assert listed(town, "ben", "/happenings/mine") == [ball]
    call(town, "cat", "PUT", f"{ball}/answers/me", 409, {"answer": "going"})
    call(town, "ben", "PUT", f"{ball}/answers/me", body={"answer": "not_going"})
    assert listed(town, "ben", "/happenings/mine") == []
    assert going(town, "cat", ball) == {"ana": "host"}


def test_events_come_the_soonest_first_in_pages(town: FlaskClient) -> None:
    late, soon = made(town, at=NOW + 900), made(town, at=NOW + 5)
    first = call(town, "cat", "GET", "/happenings", page_size=1)
    rest = call(town, "cat", "GET", "/happenings", page_size=1, cursor=first["next_cursor"])
    ids = [each["event_id"] for each in first["happenings"] + rest["happenings"]]
    assert [f"/happenings/{each}" for each in ids] == [soon, late]


def hidden(client: FlaskClient, who: str, ball: str) -> bool:
    """Whether nothing tells this viewer the event from none; else everything shows it."""
    asks = (
        ("GET", "", None),
        ("PATCH", "", {"name": "x"}),
        ("DELETE", "", None),
        ("PUT", "/answers/me", {"answer": "going"}),
        ("GET", "/answers", None),
    )
    if ball in listed(client, who):
        call(client, who, "GET", ball)
        return False
    for method, path, body in asks:
        assert call(client, who, method, ball + path, 404, body)["message"] == NOT_THERE
    return True


@pytest.mark.parametrize(
    ("fields", "hidden_from"),
    [
        ({}, ""),
        ({"privacy": "friends"}, "cat eve"),
        ({"privacy": "private"}, "ben cat eve"),
        ({"group": "g:choir"}, "ben eve"),
        ({"group": "g:choir", "privacy": "friends"}, "ben cat eve"),
    ],
)
def test_who_may_know_of_an_event(
    town: FlaskClient, fields: dict[str, object], hidden_from: str
) -> None:
    ball = made(town, **fields)
    assert [who for who in NAMES if hidden(town, who, ball)] == hidden_from.split()


def test_what_changes_who_may_see_it_holds_in_the_next_request(town: FlaskClient) -> None:
    ball = made(town, group="g:choir")
    call(town, "cat", "PUT", f"{ball}/answers/me", body={"answer": "going"})
    call(town, "cat", "DELETE", "/groups/g:choir/members/me")
    assert hidden(town, "cat", ball)
    open_ball = made(town)
    call(town, "ben", "PUT", f"{open_ball}/answers/me", body={"answer": "going"})
    call(town, "eve", "PUT", f"{open_ball}/answers/me", body={"answer": "going"})
    assert going(town, "cat", open_ball) == {"ana": "host", "ben": "going"}
    call(town, "ben", "PUT", "/blocks/cat", 201)
    assert going(town, "cat", open_ball) == {"ana": "host"}
    call(town, "ana", "PATCH", "/profiles/me", body={"privacy": "private"})
    assert hidden(town, "cat", open_ball)


def block(client: FlaskClient) -> None:
    call(client, "ana", "PUT", "/blocks/cat", 201)


def leave(client: FlaskClient) -> None:
    call(client, "cat", "DELETE", "/groups/g:choir/members/me")


def turn_private(client: FlaskClient) -> None:
    call(client, "ana", "PATCH", "/profiles/me", body={"privacy": "private"})


@pytest.mark.parametrize("act", [block, leave, turn_private])
def test_who_may_know_of_an_event_no_more_takes_back_that_they_go(
    any_town: FlaskClient, act: Callable[[FlaskClient], None]
) -> None:
    ball = made(any_town, group="g:choir", place="Hall", description="Dress well", until=NOW + 200)
    call(any_town, "cat", "PUT", f"{ball}/answers/me", body={"answer": "going"})
    act(any_town)
    assert hidden(any_town, "cat", ball)
    (mine,) = call(any_town, "cat", "GET", "/happenings/mine")["happenings"]
    assert mine == UNTOLD | {"event_id": ball.removeprefix("/happenings/")}
    back = call(any_town, "cat", "PUT", f"{ball}/answers/me", body={"answer": "not_going"})
    assert back["happening"] == mine | {"answer": None}
    assert going(any_town, "ana", ball) == {"ana": "host"}
    assert listed(any_town, "cat", "/happenings/mine") == []
    call(any_town, "cat", "PUT", f"{ball}/answers/me", 404, {"answer": "not_going"})


def test_a_host_who_is_no_member_any_more_edits_and_cancels_their_event(
    any_town: FlaskClient,
) -> None:
    ball = made(any_town, "cat", group="g:choir", place="Cat's home")
    call(any_town, "cat", "DELETE", "/groups/g:choir/members/me")
    call(any_town, "cat", "GET", ball, 404)
    call(any_town, "cat", "GET", f"{ball}/answers", 404)
    (mine,) = call(any_town, "cat", "GET", "/happenings/mine")["happenings"]
    assert (mine["place"], mine["host"]["username"], mine["seen"]) == ("Cat's home", "cat", False)
    edited = call(any_town, "cat", "PATCH", ball, body={"place": ""})["happening"]
    assert (edited["place"], edited["answer"], edited["seen"]) == ("", "host", False)
    assert call(any_town, "ana", "GET", ball)["happening"]["place"] == ""
    assert call(any_town, "cat", "DELETE", ball)["happening"]["cancelled"] is True
    assert call(any_town, "ana", "GET", ball)["happening"]["cancelled"] is True
    call(any_town, "cat", "PUT", f"{ball}/answers/me", 409, {"answer": "not_going"})


def test_a_host_takes_away_what_a_cancelled_event_says_and_says_nothing_new(
    town: FlaskClient,
) -> None:
    ball = made(town, place="Ana's home", description="Ring twice")
    call(town, "ana", "DELETE", ball)
    call(town, "ana", "PATCH", ball, 409, {"place": "", "description": "Ring once"})
    call(town, "ana", "PATCH", ball, body={"place": "", "description": ""})
    told = call(town, "cat", "GET", ball)["happening"]
    assert (told["place"], told["description"], told["cancelled"]) == ("", "", True)


def test_events_of_a_group_are_its_members_to_list(town: FlaskClient) -> None:
    ball = made(town, group="g:choir")
    made(town)
    assert listed(town, "cat", group="g:choir") == [ball]
    assert listed(town, "ben", group="g:choir") == []
    assert call(town, "ben", "GET", "/happenings", 404, group="g:no")["message"] == NOT_THERE
    body = {"name": "x", "at": NOW + 1, "group": "g:choir"}
    call(town, "ben", "POST", "/happenings", 403, body)
    call(town, "ben", "POST", "/happenings", 404, {**body, "group": "g:no"})


def test_a_sources_event_without_a_host_is_shown_only_if_it_is_public(town: FlaskClient) -> None:
    call(town, "ana", "GET", "/happenings/e:old", 404)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": "x"}, "at"),
        ({"at": NOW + 1}, "name"),
        ({"name": "x", "at": NOW - 1}, "at"),
        ({"name": "x", "at": "soon"}, "at"),
        ({"name": "x", "at": True}, "at"),
        ({"name": "x", "at": NOW + 1, "privacy": "secret"}, "privacy"),
        ({"name": "x", "at": NOW + 1, "host": "ben"}, "host"),
    ],
)
def test_what_no_event_may_be_is_refused_by_field(
    town: FlaskClient, body: JsonBody, field: str
) -> None:
    assert set(call(town, "ana", "POST", "/happenings", 400, body)["errors"]) == {field}
    call(town, "ana", "POST", "/happenings", 409, {"name": "x", "at": NOW + 9, "until": NOW + 8})
    assert listed(town, "ana") == []


def test_nobody_fills_the_first_page_with_events_that_others_may_not_know_of(
    filled: Filled,
) -> None:
    store = filled(fill_town)
    client = create_app(store, clock=lambda: float(NOW)).test_client()
    made(client, name="Fair")
    ids = pd.Series([f"e:{n}" for n in range(2_200)])
    events = pd.DataFrame({"id": ids, "name": "x", "at": NOW + 50})
    hidden = events.assign(host_id="u:eve", privacy="public")
    hidden.loc[:1_099, ["host_id", "privacy"]] = ["u:cat", "private"]
    ingest_tables(store, {"events": hidden})
    told = call(client, "ben", "GET", "/happenings")
    names = [each["name"] for each in told["happenings"]]
    assert (names, told["next_cursor"]) == (["Fair"], None)
