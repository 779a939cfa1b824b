"""``GET /feed``: cursors, kinds, what was served, steering; as a client meets them."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from filled_graphs import Filled
from flask.testing import FlaskClient

from feed import sources
from feed.cursors import LIFETIME
from feed.hits import NOTHING, Hits
from feed.memory import ViewerMemory
from feed.sources import Ask
from graph.derive.rebuild import derive
from graph.errors import StatementFailed
from graph.ingest import ingest_tables
from graph.store import GraphStore
from village.world import NOW, World
from web.app import create_app

HOUR = 3_600


class Clock:
    def __init__(self) -> None:
        self.now = float(NOW)

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def remembering(village_store: GraphStore, tmp_path: Path, clock: Clock) -> Iterator[FlaskClient]:
    """An application that remembers what it served."""
    with ViewerMemory(tmp_path / "memory.db") as memory:
        yield create_app(village_store, clock=clock, memory=memory).test_client()


@pytest.fixture(scope="module")
def username(village: World) -> str:
    """The name of the user who did the most."""
    users = village.tables["users"].set_index("id")["username"]
    return str(users[village.tables["viewed"]["source"].mode()[0]])


def get(client: FlaskClient, status: int = 200, **query: object) -> dict[str, Any]:
    answer = client.get("/feed", query_string=query)
    assert answer.status_code == status, answer.get_data(as_text=True)
    body: dict[str, Any] = answer.get_json()
    return body


def ids(body: dict[str, Any]) -> list[int]:
    return [post["id"] for post in body["post"]]


def test_cursors_lead_through_the_whole_feed_without_repeating(
    remembering: FlaskClient, username: str
) -> None:
    page = get(remembering, username=username, page_size=7)
    shown, pages = ids(page), 1
    while page["next_cursor"] is not None:
        page = get(remembering, username=username, page_size=7, cursor=page["next_cursor"])
        shown += ids(page)
        pages += 1
    assert pages > 20 and len(shown) > 150
    assert len(shown) == len(set(shown))


def test_pages_by_number_are_of_the_slate_that_page_one_made(
    remembering: FlaskClient, clock: Clock, username: str
) -> None:
    first = get(remembering, username=username)
    by_cursor = get(remembering, username=username, cursor=first["next_cursor"])
    clock.now += 60
    assert ids(get(remembering, username=username, page=2)) == ids(by_cursor)
    assert not set(ids(first)) & set(ids(by_cursor))


def test_an_idle_viewer_meets_other_posts_an_hour_later(
    remembering: FlaskClient, clock: Clock, username: str
) -> None:
    first = ids(get(remembering, username=username))
    for hours in (1, 3, 24):
        clock.now = NOW + hours * HOUR
        assert len(set(first) & set(ids(get(remembering, username=username)))) <= 5
    stranger = [ids(get(remembering, username="a stranger")) for _ in range(2)]
    assert stranger[0] == stranger[1]


def test_a_page_of_what_was_just_shown_says_so_and_a_page_asked_for_twice_does_not(
    store: GraphStore, clock: Clock
) -> None:
    posts = pd.DataFrame({"id": [f"p{n:02}" for n in range(12)], "created_at": NOW})
    ingest_tables(store, {"posts": posts, "users": pd.DataFrame({"id": ["me"]})})
    derive(store)
    with ViewerMemory(None) as memory:
        client = create_app(store, clock=clock, memory=memory).test_client()
        first = get(client, username="me")
        cursor = first["next_cursor"]
        clock.now += 1
        later = [get(client, username="me", cursor=cursor) for _ in range(2)]
        clock.now += HOUR
        again = get(client, username="me")
        both = [get(client, username="me", include_seen=seen) for seen in (0, 1)]
    assert [page["seen_included"] for page in (first, *later)] == [False] * 3
    assert len(ids(again)) == 10 and set(ids(again)) <= {*ids(first), *ids(later[0])}
    assert again["seen_included"]
    assert "Nothing new is left" in again["message"]
    assert both[0]["seen_included"] and both[1]["seen_included"]


def test_who_asks_for_what_was_seen_gets_what_was_just_shown_among_the_others(
    remembering: FlaskClient, clock: Clock, username: str
) -> None:
    """One serving weighs against a post, and does not keep it out."""
    first = set(ids(get(remembering, username=username, page_size=100)))
    clock.now += 60
    other = set(ids(get(remembering, username=username, page_size=40)))
    clock.now += 60
    asked = get(remembering, username=username, page_size=40, include_seen=1)
    assert not first & other
    assert first & set(ids(asked)) and "message" not in asked


@pytest.mark.parametrize(
    ("change", "hint"),
    [
        ({"cursor": "x"}, "begin anew"),
        ({"username": "somebody else"}, "another viewer"),
        ({"mood": "calm"}, "other filters"),
        ({"discovery": "1"}, "other filters"),
        ({"page": "2"}, "not both"),
    ],
)
def test_a_cursor_that_does_not_fit_is_refused(
    remembering: FlaskClient, username: str, change: dict[str, str], hint: str
) -> None:
    cursor = get(remembering, username=username)["next_cursor"]
    body = get(remembering, 400, **{"username": username, "cursor": cursor} | change)
    assert hint in body["message"]
    assert set(body["errors"]) <= {"cursor", "page"}


def test_a_cursor_expires(remembering: FlaskClient, clock: Clock, username: str) -> None:
    cursor = get(remembering, username=username)["next_cursor"]
    clock.now += LIFETIME + 1
    assert "expired" in get(remembering, 400, username=username, cursor=cursor)["message"]


def test_steering_changes_the_order_and_is_told(client: FlaskClient, username: str) -> None:
    plain = get(client, username=username)
    assert plain["steering"]["discovery"] == 0.0
    tag = plain["post"][0]["tags"][0]
    less = get(client, username=username, less_tags=tag)
    assert less["steering"]["less_tags"] == [tag]
    having = [sum(tag in post["tags"] for post in body["post"]) for body in (plain, less)]
    assert having[1] < having[0]
    both = get(client, 400, username=username, less_tags=tag, more_tags=tag)
    assert tag in both["message"]


def test_scores_are_the_parts_of_the_log_odds(client: FlaskClient, username: str) -> None:
    for post in get(client, username=username, scores="1")["post"]:
        assert post["scores"] and all(post["scores"].values())
    assert "scores" not in get(client, username=username)["post"][0]


def test_what_is_excluded_does_not_come(client: FlaskClient, username: str) -> None:
    first = ids(get(client, username=username))
    excluded = ",".join(map(str, first[:3]))
    assert not set(first[:3]) & set(ids(get(client, username=username, exclude_ids=excluded)))


@pytest.fixture
def town(filled: Filled) -> FlaskClient:
    return create_app(filled(noisy), clock=lambda: float(NOW)).test_client()


def noisy(store: GraphStore) -> None:
    """Ana's friends: Loud, who posted nine times, and Quiet, who posted once; Ana liked one."""
    posts = [*(f"loud{n}" for n in range(9)), "quiet", "secret", "other"]
    ingest_tables(
        store,
        {
            "users": pd.DataFrame(
                {"id": (names := ["ana", "loud", "quiet_one", "you"]), "username": names}
            ),
            "posts": pd.DataFrame(
                {
                    "id": posts,
                    "created_at": [NOW - 60 * n for n in range(9)] + [NOW - HOUR, NOW, NOW],
                    "privacy": ["friends"] * 10 + ["private", "public"],
                }
            ),
            "authored": pd.DataFrame(
                {
                    "source": ["loud"] * 9 + ["quiet_one", "loud", "you"],
                    "target": posts,
                }
            ),
            "friend": pd.DataFrame({"source": ["ana", "ana"], "target": ["loud", "quiet_one"]}),
            "liked": pd.DataFrame(
                {"source": ["ana", "you", "you"], "target": ["loud0", "loud0", "other"], "at": NOW}
            ),
        },
    )
    derive(store)


def test_the_friends_feed_is_by_time_and_keeps_what_was_seen(town: FlaskClient) -> None:
    body = get(town, username="ana", kind="friends", page_size=20)
    assert ids(body) == [*(f"loud{n}" for n in range(9)), "quiet"]
    assert "message" not in body


def test_catching_up_leaves_the_quiet_ones_their_place(town: FlaskClient) -> None:
    body = get(town, username="ana", kind="catch_up", page_size=20)
    assert ids(body) == ["loud1", "quiet", *(f"loud{n}" for n in range(2, 9))]


def test_like_a_post_is_for_those_who_may_see_that_post(
    client: FlaskClient, town: FlaskClient, username: str
) -> None:
    post = get(client, username=username)["post"][0]["id"]
    alike = get(client, username=username, kind="similar", similar_to=post)
    assert len(alike["post"]) > 3 and post not in ids(alike)
    assert all(each["reasons"][0]["source"] for each in alike["post"])
    for hidden in ("secret", "no-such"):
        body = get(town, username="ana", kind="similar", similar_to=hidden)
        assert (ids(body), body["message"]) == ([], "There are no posts here yet.")
    get(town, 400, username="ana", kind="similar")
    get(town, 400, username="ana", similar_to="other")


def test_a_tag_is_a_feed(client: FlaskClient, username: str) -> None:
    tag = get(client, username=username)["post"][0]["tags"][0]
    found = get(client, username=username, tag=tag)["post"]
    assert len(found) == 10 and all(tag in post["tags"] for post in found)


def test_a_source_that_is_late_is_named_and_the_feed_comes(
    client: FlaskClient, username: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_time = get(client, username=username, budget_ms=60_000)
    assert (len(in_time["post"]), in_time["degraded"]) == (10, [])
    ends = threading.Event()

    def late(ask: Ask) -> Hits:
        ends.wait(60)
        return NOTHING

    def broken(ask: Ask) -> Hits:
        raise StatementFailed("in this test")

    monkeypatch.setitem(sources.PERSONAL, "near", late)  # type: ignore[arg-type]
    monkeypatch.setitem(sources.COMMON, "recent", broken)  # type: ignore[arg-type]
    try:
        body = get(client, username=username, budget_ms=1_000)
    finally:
        ends.set()
    assert len(body["post"]) == 10
    assert {"near", "recent"} <= set(body["degraded"])
    get(client, 400, username=username, budget_ms=0)


@pytest.mark.parametrize("filter", ["topic_id", "category_id"])
def test_a_topic_is_a_feed_as_a_category_is(
    client: FlaskClient, village: World, username: str, filter: str
) -> None:
    edges = village.tables["about" if filter == "topic_id" else "in_category"]
    asked = str(edges["target"].mode()[0])
    name = filter.removesuffix("_id")
    found = get(client, username=username, **{filter: asked})["post"]
    assert len(found) == 10
    assert {f"sv:{name}:{post[name]['id']}" for post in found} == {asked}


def test_steering_is_kept_for_a_viewer_merged_and_reset(
    remembering: FlaskClient, clock: Clock, username: str
) -> None:
    viewer = {"username": username}
    path = "/steering"
    assert remembering.get(path, query_string=viewer).get_json()["steering"]["discovery"] == 0.0
    remembering.put(path, query_string=viewer, json={"discovery": 0.5, "more_tags": ["Jazz"]})
    saved = remembering.put(path, query_string=viewer, json={"freshness": -1}).get_json()
    assert saved["steering"] | {"less_tags": []} == {
        "discovery": 0.5,
        "freshness": -1.0,
        "variety": 0.0,
        "more_tags": ["jazz"],
        "less_tags": [],
    }
    assert get(remembering, username=username)["steering"] == saved["steering"]
    asked = get(remembering, username=username, discovery="-1")["steering"]
    assert (asked["discovery"], asked["freshness"]) == (-1.0, -1.0)
    remembering.delete(path, query_string=viewer)
    assert get(remembering, username=username)["steering"]["discovery"] == 0.0


def test_a_steering_that_cannot_be_is_refused(
    remembering: FlaskClient, client: FlaskClient, username: str
) -> None:
    def put(viewer: str, body: dict[str, object]) -> Any:
        return remembering.put("/steering", query_string={"username": viewer}, json=body)

    for viewer, body, hint in (
        ("nobody at all", {"discovery": 1}, "nobody"),
        (username, {"discovery": 2}, "from -1 to 1"),
        (username, {"discovry": 1}, "nknown"),
        (username, {"more_tags": ["a"], "less_tags": ["a"]}, "less_tags"),
    ):
        answer = put(viewer, body)
        assert answer.status_code == 400
        assert hint in answer.get_json()["message"]
    kept_nowhere = client.get("/steering", query_string={"username": username})
    assert kept_nowhere.status_code == 503
    assert int(kept_nowhere.headers["Retry-After"]) > 0


def test_a_page_whose_posts_have_all_gone_still_leads_on(store: GraphStore) -> None:
    posts = pd.DataFrame({"id": [f"p{n:02}" for n in range(40)], "created_at": NOW})
    ingest_tables(store, {"posts": posts, "users": pd.DataFrame({"id": ["me"]})})
    derive(store)
    client = create_app(store, clock=lambda: float(NOW)).test_client()
    first = get(client, username="me")
    second = get(client, username="me", cursor=first["next_cursor"])
    gone = pd.DataFrame({"id": ids(second), "deleted": True})
    ingest_tables(store, {"posts": gone})
    again = get(client, username="me", cursor=first["next_cursor"])
    assert ids(again) == [] and again["next_cursor"] is not None
    assert again["message"].endswith("The next page has more.")
    third = get(client, username="me", cursor=again["next_cursor"])
    assert len(third["post"]) == 10
    assert not set(ids(third)) & {*ids(first), *ids(second)}
