"""``/groups`` as a client meets it, and what its members read in the next feed."""

from typing import Any

import pandas as pd
import pytest
from filled_graphs import Filled
from flask.testing import FlaskClient

from graph.actions.groups import STAYS_PRIVATE
from graph.derive.rebuild import derive
from graph.ingest import ingest_tables
from graph.store import GraphStore
from village.world import NOW
from web.app import create_app
from web.errors import NOT_THERE

NAMES = ("ana", "ben", "cat", "dan", "eve")
JsonBody = dict[str, Any]


def fill_town(store: GraphStore) -> None:
    """ana to dan are public, eve is private; ben wrote p:1 in the band, whom he and dan are in."""
    privacy = ["private" if name == "eve" else "public" for name in NAMES]
    users = pd.DataFrame({"id": [f"u:{name}" for name in NAMES], "username": NAMES})
    ids = ["u:ben", "u:dan"]
    tables = {
        "users": users.assign(privacy=privacy),
        "groups": pd.DataFrame({"id": ["g:band"], "name": ["Band"], "privacy": ["private"]}),
        "member_of": pd.DataFrame({"source": ids, "target": "g:band", "role": ["admin", None]}),
        "posts": pd.DataFrame({"id": ["p:1"], "title": ["Rehearsal"], "created_at": [NOW - 100]}),
        "authored": pd.DataFrame({"source": ["u:ben"], "target": ["p:1"]}),
        "posted_in": pd.DataFrame({"source": ["p:1"], "target": ["g:band"]}),
    }
    ingest_tables(store, tables)
    derive(store)


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
    key: str = "",
    **query: object,
) -> JsonBody:
    told = {"viewer": who, **query}
    headers = {"Idempotency-Key": key} if key else {}
    answer = client.open(path, method=method, query_string=told, json=body, headers=headers)
    assert answer.status_code == status, answer.get_data(as_text=True)
    found: JsonBody = answer.get_json()
    return found


def made(client: FlaskClient, who: str = "ana", **fields: str) -> str:
    body = {"name": "Night bakers", **fields}
    group: JsonBody = call(client, who, "POST", "/groups", 201, body)["group"]
    return f"/groups/{group['group_id']}"


def role(told: JsonBody) -> str | None:
    found: str | None = (told["group"]["mine"] if "group" in told else told["membership"])["role"]
    return found


def titles(client: FlaskClient, who: str, **query: object) -> list[str]:
    posts = client.get("/feed", query_string={"username": who, **query}).get_json()["post"]
    return [post["title"] for post in posts]


def names(told: JsonBody) -> list[str]:
    return [each["user"]["username"] for each in told["members"]]


def test_a_group_from_its_making_to_its_end(town: FlaskClient) -> None:
    group = made(town, description="Bread.\nAt night.")
    page = call(town, "ben", "GET", group)["group"]
    assert (page["name"], page["description"]) == ("Night bakers", "Bread.\nAt night.")
    assert (page["privacy"], page["joining"], page["created_at"]) == ("public", "open", NOW)
    assert page["mine"] == {"role": None, "asked_at": None, "invited_at": None}
    for _ in range(2):
        assert role(call(town, "ben", "PUT", f"{group}/members/me")) == "member"
    assert names(call(town, "cat", "GET", f"{group}/members")) == ["ana", "ben"]
    call(town, "ben", "PATCH", group, 403, {"name": "Mine"})
    done = call(town, "ana", "PATCH", group, body={"name": "Bakers", "joining": "request"})
    assert done["group"]["name"] == "Bakers"
    for _ in range(2):
        assert call(town, "cat", "PUT", f"{group}/requests/me")["group"]["mine"]["asked_at"] == NOW
    assert call(town, "cat", "PUT", f"{group}/members/me", 409)["errors"] == {}
    call(town, "ben", "GET", f"{group}/requests", 403)
    assert names(call(town, "ana", "GET", f"{group}/requests")) == ["cat"]
    for _ in range(2):
        assert role(call(town, "ana", "PUT", f"{group}/requests/cat")) == "member"
    moderator = call(town, "ana", "PATCH", f"{group}/members/cat", body={"role": "moderator"})
    assert role(moderator) == "moderator"
    for _ in range(2):
        assert role(call(town, "cat", "DELETE", f"{group}/members/ben")) is None
    assert "keeps an owner" in call(town, "ana", "DELETE", f"{group}/members/me", 409)["message"]
    assert role(call(town, "ana", "PUT", f"{group}/owner", body={"user": "cat"})) == "owner"
    for _ in range(2):
        assert role(call(town, "ana", "DELETE", f"{group}/members/me")) is None
    assert call(town, "ana", "DELETE", group, 403)["message"].endswith("for owners.")
    assert call(town, "cat", "DELETE", group)["deleted"] is True
    for who, method in (("cat", "DELETE"), ("cat", "GET"), ("ana", "PATCH")):
        body = {"name": "x"} if method == "PATCH" else None
        assert call(town, who, method, group, 404, body)["message"] == NOT_THERE


def test_a_group_that_is_made_again_with_its_key_is_one(town: FlaskClient) -> None:
    body = {"name": "Choir"}
    first = call(town, "ana", "POST", "/groups", 201, body, key="k")
    assert call(town, "ana", "POST", "/groups", 201, body, key="k") == first
    assert [each["name"] for each in call(town, "ana", "GET", "/groups")["groups"]] == ["Choir"]


def test_nobody_outside_is_told_of_a_private_group(town: FlaskClient) -> None:
    secret = made(town, privacy="private", joining="open")
    nowhere = "/groups/g:nowhere"
    asks = (
        ("GET", "", None),
        ("PATCH", "", {"name": "x"}),
        ("DELETE", "", None),
        ("GET", "/members", None),
        ("PUT", "/members/me", None),
        ("DELETE", "/members/me", None),
        ("PATCH", "/members/ana", {"role": "member"}),
        ("DELETE", "/members/ana", None),
        ("PUT", "/owner", {"user": "ana"}),
        ("GET", "/requests", None),
        ("PUT", "/requests/me", None),
        ("DELETE", "/requests/me", None),
        ("PUT", "/requests/ana", None),
        ("DELETE", "/requests/ana", None),
        ("GET", "/invitations", None),
        ("PUT", "/invitations/ana", None),
        ("DELETE", "/invitations/ana", None),
        ("DELETE", "/invitations/me", None),
    )
    for method, path, body in asks:
        hidden = call(town, "ben", method, secret + path, 404, body)
        assert hidden == call(town, "ben", method, nowhere + path, 404, body)
    assert call(town, "ben", "GET", "/groups", of="ana")["groups"] == []
    assert len(call(town, "ana", "GET", "/groups")["groups"]) == 1


def test_an_invitation_shows_a_private_group_until_it_ends(town: FlaskClient) -> None:
    secret = made(town, privacy="private", joining="invitation")
    for _ in range(2):
        invited = call(town, "ana", "PUT", f"{secret}/invitations/ben")["membership"]
        assert (invited["role"], invited["invited_at"]) == (None, NOW)
    assert names(call(town, "ana", "GET", f"{secret}/invitations")) == ["ben"]
    (shown,) = call(town, "ben", "GET", "/groups/invitations")["groups"]
    assert f"/groups/{shown['group_id']}" == secret
    assert call(town, "ben", "GET", secret)["group"]["mine"]["invited_at"] == NOW
    call(town, "ben", "DELETE", f"{secret}/invitations/me")
    call(town, "ben", "GET", secret, 404)
    call(town, "ana", "PUT", f"{secret}/invitations/ben")
    call(town, "ana", "DELETE", f"{secret}/invitations/ben")
    call(town, "ben", "PUT", f"{secret}/members/me", 404)
    call(town, "ana", "PUT", f"{secret}/invitations/ben")
    assert role(call(town, "ben", "PUT", f"{secret}/members/me")) == "member"
    assert call(town, "ben", "GET", "/groups/invitations")["groups"] == []


def test_a_private_group_stays_private_and_its_members_unseen(any_town: FlaskClient) -> None:
    public = {"privacy": "public", "name": "Everybody's"}
    refused = call(any_town, "ben", "PATCH", "/groups/g:band", 409, public)
    assert refused["message"] == STAYS_PRIVATE
    for path in ("/groups/g:band", "/groups/g:band/members"):
        call(any_town, "cat", "GET", path, 404)
    call(any_town, "dan", "PATCH", "/groups/g:band", 403, public)
    left = call(any_town, "dan", "GET", "/groups/g:band")["group"]
    assert (left["name"], left["privacy"]) == ("Band", "private")
    call(any_town, "ben", "PATCH", "/groups/g:band", body={"privacy": "private", "name": "Ours"})
    group = made(any_town)
    for privacy in ("public", "private"):
        edited = call(any_town, "ana", "PATCH", group, body={"privacy": privacy})["group"]
        assert edited["privacy"] == privacy
    call(any_town, "ana", "PATCH", group, 409, public)


def test_inviting_tells_a_member_nothing_of_who_is_invited_or_asks(any_town: FlaskClient) -> None:
    group = made(any_town, joining="request")
    call(any_town, "dan", "PUT", f"{group}/requests/me")
    call(any_town, "ana", "PUT", f"{group}/invitations/cat")
    call(any_town, "ana", "PATCH", group, body={"joining": "open"})
    call(any_town, "ben", "PUT", f"{group}/members/me")
    assert names(call(any_town, "ben", "GET", f"{group}/members")) == ["ana", "ben", "dan"]
    new = made(any_town, joining="open")
    call(any_town, "ben", "PUT", f"{new}/members/me")
    answers = [
        call(any_town, "ben", "PUT", f"{where}/invitations/cat") for where in (group, new, new)
    ]
    assert answers[0] == answers[1] == answers[2]
    told = answers[0]["membership"]
    assert (told["role"], told["asked_at"], told["invited_at"]) == (None, None, None)
    assert role(call(any_town, "ben", "PUT", f"{group}/invitations/dan")) == "member"
    invited = call(any_town, "ana", "PUT", f"{new}/invitations/cat")["membership"]
    assert invited["invited_at"] == NOW
    assert role(call(any_town, "cat", "PUT", f"{new}/members/me")) == "member"


def test_members_lists_show_whom_the_viewer_may_see(town: FlaskClient) -> None:
    group = made(town)
    for who in ("ben", "eve"):
        call(town, who, "PUT", f"{group}/members/me")
    assert names(call(town, "cat", "GET", f"{group}/members")) == ["ana", "ben"]
    assert names(call(town, "eve", "GET", f"{group}/members")) == ["ana", "ben", "eve"]
    call(town, "ben", "PUT", "/blocks/cat", 201)
    assert names(call(town, "cat", "GET", f"{group}/members")) == ["ana"]
    first = call(town, "ana", "GET", f"{group}/members", page_size=1)
    rest = call(town, "ana", "GET", f"{group}/members", cursor=first["next_cursor"])
    assert names(first) + names(rest) == ["ana", "ben"]


def test_anothers_groups_are_told_where_both_may_be_seen(town: FlaskClient) -> None:
    made(town, "ben", name="Choir")
    told = call(town, "ana", "GET", "/groups", of="ben")["groups"]
    assert [each["name"] for each in told] == ["Choir"]
    told = call(town, "dan", "GET", "/groups", of="u:ben")["groups"]
    assert [each["name"] for each in told] == ["Choir", "Band"]
    call(town, "ana", "GET", "/groups", 404, of="eve")


def test_who_governs_names_a_hiding_member_by_name_and_nobody_by_a_guessed_id(
    town: FlaskClient,
) -> None:
    group = made(town)
    call(town, "eve", "PUT", f"{group}/members/me")
    call(town, "ana", "DELETE", f"{group}/members/u:eve", 404)
    call(town, "ana", "PUT", f"{group}/invitations/eve", 404)
    out = call(town, "ana", "DELETE", f"{group}/members/eve")["membership"]
    assert (out["user"], out["role"]) == (None, None)
    call(town, "ana", "DELETE", f"{group}/members/eve", 404)  # and is nobody again


def test_who_asks_to_join_shows_themself_to_who_may_let_them_in(town: FlaskClient) -> None:
    group = made(town, joining="request")
    call(town, "eve", "PUT", f"{group}/requests/me")
    (asker,) = call(town, "ana", "GET", f"{group}/requests")["members"]
    assert asker["user"]["username"] == "eve"
    assert role(call(town, "ana", "PUT", f"{group}/requests/{asker['user_id']}")) == "member"
    call(town, "ana", "DELETE", f"{group}/members/u:eve", 404)


def test_a_blocked_moderator_can_still_put_a_member_out_by_name(town: FlaskClient) -> None:
    group = made(town)
    call(town, "ben", "PUT", f"{group}/members/me")
    call(town, "ben", "PUT", "/blocks/ana", 201)
    assert role(call(town, "ana", "DELETE", f"{group}/members/ben")) is None


def test_the_next_feed_shows_a_groups_posts_to_its_members_alone(town: FlaskClient) -> None:
    assert titles(town, "dan") == ["Rehearsal"]
    assert titles(town, "dan", group_id="g:band") == ["Rehearsal"]
    for who in ("ana", "nobody"):
        assert titles(town, who) == []
        told = town.get("/feed", query_string={"username": who, "group_id": "g:band"})
        none = town.get("/feed", query_string={"username": who, "group_id": "g:nowhere"})
        assert told.status_code == none.status_code == 404
        assert told.get_json() == none.get_json()
    call(town, "ben", "PUT", "/groups/g:band/invitations/ana")
    assert titles(town, "ana") == []
    call(town, "ana", "PUT", "/groups/g:band/members/me")
    assert titles(town, "ana") == titles(town, "ana", group_id="g:band") == ["Rehearsal"]
    call(town, "ana", "DELETE", "/groups/g:band/members/me")
    assert titles(town, "ana") == []
    # A group that everybody may know of keeps its posts for its members.
    public = made(town, "ben")
    notes = {"title": "Notes", "group": public.removeprefix("/groups/")}
    call(town, "ben", "POST", "/posts", 201, notes)
    call(town, "ana", "GET", public)
    assert titles(town, "ana") == []
    call(town, "ana", "PUT", f"{public}/members/me")
    assert titles(town, "ana") == ["Notes"]
    call(town, "ben", "DELETE", "/groups/g:band")
    assert titles(town, "dan") == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "name"),
        ({"name": " "}, "name"),
        ({"name": None}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"name": "x", "privacy": "friends"}, "privacy"),
        ({"name": "x", "joining": "door"}, "joining"),
        ({"name": "x", "owner": "ben"}, "owner"),
    ],
)
def test_what_no_group_may_be_is_refused_by_field(
    town: FlaskClient, body: JsonBody, field: str
) -> None:
    assert set(call(town, "ana", "POST", "/groups", 400, body)["errors"]) == {field}
    assert call(town, "ana", "GET", "/groups")["groups"] == []


def test_a_role_that_there_is_not_is_refused(town: FlaskClient) -> None:
    told = call(town, "ben", "PATCH", "/groups/g:band/members/dan", 400, {"role": "king"})
    assert set(told["errors"]) == {"role"}
