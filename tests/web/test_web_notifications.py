"""``/notifications`` as a client meets it, and its streams."""

import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any, cast

import pandas as pd
import pytest
import requests
from filled_graphs import Filled
from flask.testing import FlaskClient

from graph.actions import notices
from graph.actions.notices import News
from graph.ingest import ingest_tables
from graph.queries.notices import KINDS
from graph.store import GraphStore
from social.notices import MOMENT
from village.world import NOW
from web.app import create_app
from web.errors import NOT_THERE
from web.notifications_stream import LAST
from web.serve import serving
from web.streams import BEAT, MOST_EACH, RETRY, Followed, Streams, _following
from web.threads import ACTING, READING, WAITING

NAMES = ("ana", "ben", "cat", "eve")
JsonBody = dict[str, Any]
Event = dict[str, str]


def fill_told(store: GraphStore) -> None:
    """Four people with ids u:ana and so on, and a post of ana's; eve is private."""
    users = pd.DataFrame({"id": [f"u:{name}" for name in NAMES], "username": NAMES})
    users = users.assign(privacy=["private" if name == "eve" else "public" for name in NAMES])
    posts = pd.DataFrame({"id": ["app:post:1"], "title": ["Slow bread"]})
    authored = pd.DataFrame({"source": ["u:ana"], "target": ["app:post:1"]})
    ingest_tables(store, {"users": users, "posts": posts, "authored": authored})


@pytest.fixture
def told_store(filled: Filled) -> GraphStore:
    return filled(fill_told)


@pytest.fixture
def told_client(told_store: GraphStore) -> FlaskClient:
    return create_app(told_store, clock=lambda: float(NOW)).test_client()


def react(store: GraphStore, name: str) -> None:
    news = News("u:ana", "reaction", f"u:{name}", post_id="app:post:1")
    store.transact(lambda graph: notices.tell(graph, [news], NOW))


def call(
    client: FlaskClient,
    method: str,
    path: str,
    status: int = 200,
    body: object = None,
    **query: Any,
) -> JsonBody:
    asked = {"viewer": "ana", **query}
    answer = client.open(path, method=method, query_string=asked, json=body)
    assert answer.status_code == status, answer.get_data(as_text=True)
    told: JsonBody = answer.get_json()
    return told


def ids(client: FlaskClient) -> list[str]:
    return [each["id"] for each in call(client, "GET", "/notifications")["notifications"]]


def events(text: str) -> list[Event]:
    """The events of a stream's text, as a client reads them."""
    blocks = [block.split("\n") for block in text.split("\n\n") if block]
    fields = [dict(line.split(": ", 1) for line in block if line[0] != ":") for block in blocks]
    return [each for each in fields if "event" in each]


def stream(client: FlaskClient, last: str | None = None, **query: Any) -> list[Event]:
    headers = {} if last is None else {LAST: last}
    asked = {"viewer": "ana", "seconds": 0, **query}
    answer = client.get("/notifications/stream", query_string=asked, headers=headers)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    assert answer.mimetype == "text/event-stream"
    return events(answer.get_data(as_text=True))


def test_a_request_is_told_read_and_withdrawn(told_client: FlaskClient) -> None:
    client = told_client
    call(client, "POST", "/friendships/requests", 201, {"user": "ana"}, viewer="ben")
    (one,) = call(client, "GET", "/notifications")["notifications"]
    assert one["sentence"] == "ben would like to be your friend."
    assert (one["kind"], one["at"], one["read"], one["others"]) == ("friend_request", NOW, False, 0)
    assert [each["user_id"] for each in one["actors"]] == ["u:ben"]
    assert (one["post"], one["comment_id"], one["group"]) == (None, None, None)
    assert call(client, "GET", "/notifications/unread")["unread"] == 1
    for body in ({"id": one["id"]}, {"upto": one["id"]}):
        assert call(client, "PUT", "/notifications/read", 200, body)["unread"] == 0
    assert call(client, "GET", "/notifications")["notifications"][0]["read"] is True
    call(client, "DELETE", "/friendships/requests/outgoing/ana", viewer="ben")
    assert ids(client) == []
    gone = call(client, "PUT", "/notifications/read", 404, {"id": one["id"]})
    assert gone["message"] == NOT_THERE


def test_reactions_come_as_one_with_the_post_and_in_pages(
    told_client: FlaskClient, told_store: GraphStore
) -> None:
    for name in ("ben", "eve", "cat"):
        react(told_store, name)
    call(told_client, "POST", "/friendships/requests", 201, {"user": "ana"}, viewer="cat")
    first = call(told_client, "GET", "/notifications", page_size=1)
    assert first["notifications"][0]["kind"] == "friend_request"
    cursor = first["next_cursor"]
    rest = call(told_client, "GET", "/notifications", page_size=1, cursor=cursor)
    (one,) = rest["notifications"]
    assert one["sentence"] == "cat and ben reacted to your post “Slow bread”."
    assert one["post"] == {"id": 1, "post_id": "app:post:1", "title": "Slow bread"}
    assert rest["next_cursor"] is None
    call(told_client, "GET", "/notifications", 400, cursor=cursor, viewer="ben")
    assert call(told_client, "GET", "/notifications", viewer="ben")["notifications"] == []


def test_preferences_are_said_by_kind_and_what_is_not_wanted_is_not_told(
    told_client: FlaskClient, told_store: GraphStore
) -> None:
    path = "/notifications/preferences"
    at_first = call(told_client, "GET", path)["preferences"]
    assert at_first == {kind: kind != "group_post" for kind in KINDS}
    saved = call(told_client, "PUT", path, 200, {"reaction": False})["preferences"]
    assert saved == {**at_first, "reaction": False} == call(told_client, "GET", path)["preferences"]
    react(told_store, "ben")
    assert ids(told_client) == []
    assert call(told_client, "GET", path, viewer="ben")["preferences"] == at_first


@pytest.mark.parametrize(
    ("method", "path", "body", "field"),
    [
        ("PUT", "/notifications/read", {}, "upto"),
        ("PUT", "/notifications/read", {"upto": "1", "id": "1"}, "upto"),
        ("PUT", "/notifications/read", {"upto": 1}, "upto"),
        ("PUT", "/notifications/read", {"id": "-1"}, "id"),
        ("PUT", "/notifications/read", {"all": True}, "all"),
        ("PUT", "/notifications/preferences", {"reaction": "yes"}, "reaction"),
        ("PUT", "/notifications/preferences", {"likes": True}, "likes"),
        ("GET", "/notifications/stream?seconds=26", None, "seconds"),
        ("GET", "/notifications/stream?after=x", None, "after"),
    ],
)
def test_bad_input_is_a_400_that_names_the_field(
    told_client: FlaskClient, method: str, path: str, body: object, field: str
) -> None:
    answer = told_client.open(
        f"{path}{'&' if '?' in path else '?'}viewer=ana", method=method, json=body
    )
    assert answer.status_code == 400, answer.get_data(as_text=True)
    assert field in answer.get_json()["errors"], answer.get_json()


def test_a_stream_that_forgets_where_it_was_is_a_400(told_client: FlaskClient) -> None:
    answer = told_client.get("/notifications/stream?viewer=ana", headers={LAST: "what?"})
    assert (answer.status_code, list(answer.get_json()["errors"])) == (400, [LAST])


def test_a_stream_goes_on_where_it_was_also_in_another_process_that_serves(
    told_client: FlaskClient, told_store: GraphStore
) -> None:
    react(told_store, "ben")
    (ready,) = stream(told_client)
    assert (ready["event"], [ready["id"]]) == ("ready", ids(told_client))
    assert stream(told_client, ready["id"]) == []
    react(told_store, "cat")
    call(told_client, "POST", "/friendships/requests", 201, {"user": "ana"}, viewer="cat")
    restarted = create_app(told_store, clock=lambda: float(NOW)).test_client()
    missed = stream(restarted, ready["id"])
    assert [json.loads(each["data"])["kind"] for each in missed] == ["reaction", "friend_request"]
    assert [each["id"] for each in missed] == ids(told_client)[::-1]
    assert stream(restarted, missed[0]["id"]) == missed[1:]
    assert stream(restarted, missed[1]["id"]) == []
    assert stream(restarted, after=ready["id"]) == missed
    assert stream(restarted, missed[1]["id"], after="0") == []


def test_what_may_not_be_seen_any_more_is_not_pushed(
    told_client: FlaskClient, told_store: GraphStore
) -> None:
    react(told_store, "eve")
    react(told_store, "ben")
    assert len(stream(told_client, "0")) == 1
    call(told_client, "PUT", "/blocks/ana", 201, viewer="ben")
    assert stream(told_client, "0") == []
    (ready,) = stream(told_client)
    assert ready["id"] == "0"


def test_a_stream_begins_with_how_soon_to_come_again_and_lets_nobody_keep_it(
    told_client: FlaskClient,
) -> None:
    answer = told_client.get("/notifications/stream?viewer=ana&seconds=0")
    assert answer.get_data(as_text=True).startswith(f"retry: {RETRY}\n\n")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Accel-Buffering"] == "no"


class Reading:
    """A client of one stream, in a thread of its own."""

    def __init__(self, base: str, seconds: int, viewer: str = "ana", last: str | None = None):
        headers = {} if last is None else {LAST: last}
        asked = {"viewer": viewer, "seconds": str(seconds)}
        self.answer = requests.get(
            f"{base}/notifications/stream", asked, headers=headers, stream=True, timeout=30
        )
        self.text = ""
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        for part in self.answer.iter_content(None, decode_unicode=True):
            self.text += part

    def event(self, number: int) -> Event:
        """The event of that number, from 0; waits for it."""
        until = time.monotonic() + 20
        while len(found := events(self.text)) <= number:
            assert time.monotonic() < until, self.text
            time.sleep(0.005)
        return found[number]

    def ended(self) -> list[Event]:
        """All that came, once the stream has ended."""
        self._thread.join(30)
        assert not self._thread.is_alive()
        return events(self.text)


@pytest.fixture
def served(told_store: GraphStore) -> Iterator[str]:
    """A server with places for six streams."""
    app = create_app(told_store, clock=lambda: float(NOW), streams=Streams(6))
    with serving(app) as base:
        yield base


def ask(base: str, who: str, whom: str) -> None:
    path = f"{base}/friendships/requests?viewer={who}"
    assert requests.post(path, json={"user": whom}, timeout=20).status_code == 201


def test_an_action_is_told_down_an_open_stream_and_only_to_whom_it_concerns(served: str) -> None:
    mine, others = Reading(served, 25), Reading(served, 25, "cat")
    assert mine.event(0)["event"] == others.event(0)["event"] == "ready"
    ask(served, "ben", "ana")
    told = mine.event(1)
    assert json.loads(told["data"])["sentence"] == "ben would like to be your friend."
    requests.delete(f"{served}/friendships/requests/outgoing/ana?viewer=ben", timeout=20)
    ask(served, "cat", "ana")
    assert json.loads(mine.event(2)["data"])["actors"][0]["user_id"] == "u:cat"
    assert len(events(others.text)) == 1


def test_feeds_are_served_while_more_streams_are_asked_for_than_there_are_threads(
    told_store: GraphStore,
) -> None:
    most = 6
    app = create_app(told_store, clock=lambda: float(NOW), streams=Streams(most, most))
    with serving(app) as base:
        held = [Reading(base, 25) for _ in range(most)]
        for each in held:
            each.event(0)
        wanted = most + max(ACTING.values()) + max(READING.values()) + WAITING + 6
        with ThreadPoolExecutor(wanted) as pool:
            path = f"{base}/notifications/stream?viewer=cat"
            refused = list(pool.map(lambda _: requests.get(path, timeout=20), range(wanted)))
            feeds = list(
                pool.map(
                    lambda _: requests.get(f"{base}/feed?username=ana", timeout=20), range(wanted)
                )
            )
        assert {each.status_code for each in refused} == {503}
        assert {each.headers["Retry-After"] for each in refused} == {"5"}
        assert {each.status_code for each in feeds} == {200}
        assert not any(each.answer.raw.closed for each in held)
    assert [len(each.ended()) for each in held] == [1] * most  # the server's end is theirs


def test_a_viewer_has_few_streams_and_one_that_ended_makes_room(served: str) -> None:
    path = f"{served}/notifications/stream?viewer=ana&seconds="
    held = [Reading(served, 2) for _ in range(MOST_EACH)]
    for each in held:
        each.event(0)
    refused = requests.get(f"{path}0", timeout=20)
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "5")
    assert f"{MOST_EACH} streams" in refused.json()["message"]
    assert requests.get(f"{served}/notifications/stream?viewer=cat&seconds=0", timeout=20).ok
    assert [len(each.ended()) for each in held] == [1] * MOST_EACH
    assert requests.get(f"{path}0", timeout=20).ok


def test_nothing_is_lost_nor_told_twice_by_who_comes_again_and_again(
    served: str, told_store: GraphStore
) -> None:
    """A client of short streams, while somebody acts all the time; at moments of their own."""
    told = [
        News("u:ana", "comment", "u:ben", post_id="app:post:1", comment_id=f"c{n}")
        for n in range(40)
    ]
    comments = pd.DataFrame({"id": [each.comment_id for each in told], "text": "so"})
    ingest_tables(told_store, {"comments": comments})

    def act() -> None:
        for at, each in enumerate(told, NOW // MOMENT - len(told)):
            told_store.transact(
                lambda graph, each=each, at=at: notices.tell(graph, [each], at * MOMENT)
            )
            time.sleep(0.02)

    came: list[Event] = []
    acting = threading.Thread(target=act)
    acting.start()
    for _ in range(60):
        if not acting.is_alive() and len(came) == len(told):
            break
        last = came[-1]["id"] if came else "0"
        came += Reading(served, 1, last=last).ended()
    acting.join()
    said = [json.loads(each["data"])["comment_id"] for each in came]
    assert said == [each.comment_id for each in told]


@pytest.mark.parametrize("wakes", [[], [2.3, 2.9, 4.999, 6.1, 12.0]])
def test_when_a_stream_is_said_to_be_there_tells_of_nothing_that_is_not_told(
    monkeypatch: pytest.MonkeyPatch, wakes: list[float]
) -> None:
    """Somebody hidden wakes it, and there is no news."""
    now, beats = [0.0], list[float]()

    class Woken:
        def clear(self) -> None:
            """It is not woken any more."""

        def wait(self, seconds: float) -> bool:
            came = [each for each in wakes if now[0] < each < now[0] + seconds]
            now[0] = min([*came, now[0] + seconds])
            return bool(came)

    monkeypatch.setattr("web.streams.time", SimpleNamespace(monotonic=lambda: now[0]))
    alone = SimpleNamespace(changes=SimpleNamespace(alone=True))
    followed = SimpleNamespace(store=alone, user_id="ana", news=lambda after: ())
    woken, streams = cast(threading.Event, Woken()), cast(Streams, SimpleNamespace(ended=False))
    for said in _following(cast(Followed, followed), 0, 25.0, woken, streams):
        assert said == ": still here\n\n"
        beats.append(now[0])
    assert beats == pytest.approx([BEAT, 2 * BEAT, 3 * BEAT, 4 * BEAT, 5 * BEAT])
