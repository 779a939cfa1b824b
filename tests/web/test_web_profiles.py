"""``/profiles`` and ``/interests`` as a client meets them, and what the next feed makes of them."""

from typing import Any

import pandas as pd
import pytest
from filled_graphs import Filled
from flask.testing import FlaskClient

from feed.mood_now import FELT
from graph.derive.rebuild import derive
from graph.ingest import ingest_tables
from graph.store import GraphStore
from village.world import NOW
from web.app import create_app
from web.errors import NOT_THERE

JsonBody = dict[str, Any]


class Clock:
    """Still, but where a test moves it."""

    now = float(NOW)

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def fill_people(store: GraphStore) -> None:
    """ana, and ben, who wrote of bread (happy) and, later, of trains; eve is private."""
    users = pd.DataFrame(
        {
            "id": ["u:ana", "u:ben", "u:eve"],
            "username": ["ana", "ben", "eve"],
            "privacy": ["public", "public", "private"],
            "details": [None, '{"picture_url": "https://x/b.jpg", "bio": 7}', None],
        }
    )
    posts = pd.DataFrame(
        {"id": ["p:1", "p:2"], "title": ["Slow bread", "Night trains"], "created_at": NOW - 100}
    )
    tables = {
        "users": users,
        "posts": posts,
        "authored": pd.DataFrame({"source": ["u:ben"] * 2, "target": ["p:1", "p:2"]}),
        "moods": pd.DataFrame({"id": ["happy"], "name": ["happy"]}),
        "evokes": pd.DataFrame({"source": ["p:1"], "target": ["happy"], "weight": [1.0]}),
        "tags": pd.DataFrame({"id": ["trains"], "name": ["trains"]}),
        "tagged": pd.DataFrame({"source": ["p:2"], "target": ["trains"]}),
    }
    ingest_tables(store, tables)
    derive(store)


@pytest.fixture
def people(filled: Filled, clock: Clock) -> FlaskClient:
    return create_app(filled(fill_people), clock=clock).test_client()


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


def feed(client: FlaskClient, **query: object) -> JsonBody:
    found: JsonBody = client.get("/feed", query_string={"username": "ana", **query}).get_json()
    return found


def test_a_profile_is_edited_a_field_at_a_time(people: FlaskClient) -> None:
    told = {"bio": "Bakes.\nAt night.", "job": " baker ", "first_name": "Ana", "privacy": "friends"}
    mine = call(people, "ana", "PATCH", "/profiles/me", body=told)["profile"]
    assert (mine["bio"], mine["job"], mine["name"]) == ("Bakes.\nAt night.", "baker", "Ana")
    assert (mine["privacy"], mine["mood"], mine["location"]) == ("friends", None, "")
    mine = call(people, "ana", "PATCH", "/profiles/me", body={"bio": None, "location": "Graz"})
    assert mine["profile"]["bio"] == "" and mine["profile"]["job"] == "baker"
    assert call(people, "ana", "GET", "/profiles/me") == mine


def test_who_may_see_a_profile_changes_with_the_answer(people: FlaskClient) -> None:
    call(people, "ana", "PATCH", "/profiles/me", body={"bio": "x"})
    seen = call(people, "ben", "GET", "/profiles/ana")["profile"]
    assert seen["bio"] == "x" and not {"privacy", "mood"} & seen.keys()
    for privacy, status in (("private", 404), ("friends", 404), ("public", 200)):
        call(people, "ana", "PATCH", "/profiles/me", body={"privacy": privacy})
        call(people, "ben", "GET", "/profiles/ana", status)
        assert call(people, "ana", "GET", "/profiles/u:ana")["profile"]["bio"] == "x"


def test_posts_follow_their_authors_privacy_in_the_very_next_feed(people: FlaskClient) -> None:
    assert len(feed(people)["post"]) == 2
    call(people, "ben", "PATCH", "/profiles/me", body={"privacy": "private"})
    assert feed(people)["post"] == []


def test_who_hides_and_who_is_not_there_look_alike(people: FlaskClient) -> None:
    for told in ("nobody", "eve", "u:eve"):
        assert call(people, "ana", "GET", f"/profiles/{told}", 404)["message"] == NOT_THERE


def test_a_sources_field_of_another_type_is_no_text(people: FlaskClient) -> None:
    seen = call(people, "ana", "GET", "/profiles/ben")["profile"]
    assert (seen["bio"], seen["picture_url"]) == ("", "https://x/b.jpg")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("bio", "x" * 501),
        ("bio", "\ud800"),
        ("bio", ["x"]),
        ("location", "a\nb"),
        ("picture_url", "javascript:alert(1)"),
        ("picture_url", "https://"),
        ("picture_url", "//x.example/p.jpg"),
        ("picture_url", "https://somebody:hidden@x.example/p.jpg"),
        ("picture_url", "https://x.example:port/"),
        ("privacy", "secret"),
        ("username", "root"),
    ],
)
def test_what_no_profile_may_say_is_refused_by_field(
    people: FlaskClient, field: str, value: object
) -> None:
    told = call(people, "ana", "PATCH", "/profiles/me", 400, body={field: value, "job": "x"})
    assert set(told["errors"]) in ({field}, {field, "job"})
    assert call(people, "ana", "GET", "/profiles/me")["profile"]["job"] != "x"


def test_an_interest_is_a_reason_in_the_next_feed(people: FlaskClient) -> None:
    for _ in range(2):
        done = call(people, "ana", "PUT", "/interests/%23Trains")
        assert done["interest"] == {"tag": "trains", "picked": True}
    call(people, "ana", "PUT", "/interests/a/b")
    first = call(people, "ana", "GET", "/interests", page_size=1)
    rest = call(people, "ana", "GET", "/interests", page_size=1, cursor=first["next_cursor"])
    assert first["interests"] + rest["interests"] == ["a/b", "trains"]
    post = feed(people)["post"][0]
    assert post["title"] == "Night trains"
    assert post["reasons"][0]["source"] == "interests"
    for _ in range(2):
        assert call(people, "ana", "DELETE", "/interests/trains")["interest"]["picked"] is False
    assert call(people, "ana", "GET", "/interests")["interests"] == ["a/b"]
    assert "tag" in call(people, "ana", "PUT", "/interests/%23", 400)["errors"]


def test_no_more_interests_than_a_feed_can_read(
    people: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("social.profiles.MOST", 1)
    call(people, "ana", "PUT", "/interests/a")
    assert "the most" in call(people, "ana", "PUT", "/interests/b", 409)["message"]
    call(people, "ana", "PUT", "/interests/a")


def test_a_feed_is_in_the_mood_that_the_viewer_feels_for_twelve_hours(
    people: FlaskClient, clock: Clock
) -> None:
    assert (feed(people)["mood"], feed(people)["mood_now"]) == (None, False)
    told = call(people, "ana", "PUT", "/profiles/me/mood", body={"mood": "HAPY"})["mood"]
    assert told == {"mood": "happy", "at": NOW, "until": NOW + FELT}
    clock.now = NOW + FELT - 1.0
    page = feed(people, page_size=1)
    assert (page["mood"], page["mood_now"]) == ("happy", True)
    assert page["post"][0]["title"] == "Slow bread"
    sentences = [each["sentence"] for each in page["post"][0]["reasons"]]
    assert "Evokes the mood that you feel: happy." in sentences
    asked = feed(people, mood="calm")
    assert (asked["mood"], asked["mood_now"]) == ("calm", False)
    clock.now = float(NOW + FELT)
    assert feed(people)["mood"] is None
    # A page goes on where the one before it ended, though the mood is over.
    more = feed(people, page_size=1, cursor=page["next_cursor"])
    assert [post["title"] for post in more["post"]] == ["Night trains"]
    assert call(people, "ana", "GET", "/profiles/me/mood")["mood"] is None


def test_a_mood_of_a_clock_that_went_ahead_does_not_last_until_then(
    people: FlaskClient, clock: Clock
) -> None:
    clock.now = float(NOW + 300 * 86_400)
    call(people, "ana", "PUT", "/profiles/me/mood", body={"mood": "happy"})
    clock.now = float(NOW)
    assert feed(people)["mood"] is None
    assert call(people, "ana", "GET", "/profiles/me/mood")["mood"] is None
    call(people, "ana", "PUT", "/profiles/me/mood", body={"mood": "happy"})
    clock.now = NOW - 5.0
    assert feed(people)["mood"] == "happy"


def test_a_mood_is_taken_back_and_is_nobody_elses_to_know(people: FlaskClient) -> None:
    call(people, "ana", "PUT", "/profiles/me/mood", body={"mood": "happy"})
    assert call(people, "ana", "GET", "/profiles/me")["profile"]["mood"]["mood"] == "happy"
    assert call(people, "ben", "GET", "/profiles/me/mood")["mood"] is None
    for _ in range(2):
        assert call(people, "ana", "DELETE", "/profiles/me/mood")["mood"] is None
    assert feed(people)["mood"] is None


def test_an_unknown_mood_is_answered_with_the_nearest(people: FlaskClient) -> None:
    told = call(people, "ana", "PUT", "/profiles/me/mood", 400, body={"mood": "hipy"})
    assert "did you mean happy" in told["errors"]["mood"]
    assert "mood" in call(people, "ana", "PUT", "/profiles/me/mood", 400, body={})["errors"]


def test_an_edit_that_is_sent_again_is_done_once(people: FlaskClient) -> None:
    first = call(people, "ana", "PATCH", "/profiles/me", body={"bio": "1"}, key="k")
    call(people, "ana", "PATCH", "/profiles/me", body={"bio": "2"})
    assert call(people, "ana", "PATCH", "/profiles/me", body={"bio": "1"}, key="k") == first
    assert call(people, "ana", "GET", "/profiles/me")["profile"]["bio"] == "2"
