"""``POST /events`` as an app meets it: who is let in, what is taken, and what a feed then shows."""

import json
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from werkzeug.test import Client, TestResponse

from graph.changes import Changes
from graph.errors import StoreUnavailable
from graph.events.intake import PIECE, EventIntake, EventsConfig, Refusal
from graph.events.schema import event_schema
from graph.events.states import State
from graph.store import GraphStore
from village.world import NOW
from web.app import create_app
from web.turns import Turns

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

START = NOW - 1000
NDJSON = "application/x-ndjson"
Event = dict[str, Any]


@pytest.fixture
def events_app(store: GraphStore) -> Iterator[APIFlask]:
    config = EventsConfig(max_bytes=20_000, max_lines=50)
    yield create_app(store, clock=lambda: float(NOW), events=config)


@pytest.fixture
def client(events_app: APIFlask) -> FlaskClient:
    return events_app.test_client()


def body_of(*events: Event) -> bytes:
    return b"".join(
        json.dumps({"id": str(each), "at": START} | each).encode() + b"\n" for each in events
    )


def send(
    client: FlaskClient,
    *events: Event,
    body: bytes | None = None,
    status: int = 200,
    content_type: str = NDJSON,
    encoding: str = "",
) -> dict[str, Any]:
    sent = {"Content-Type": content_type}
    sent |= {"Content-Encoding": encoding} if encoding else {}
    data = body_of(*events) if body is None else body
    answer = client.post("/events", data=data, headers=sent)
    assert answer.status_code == status, answer.get_data(as_text=True)
    told: dict[str, Any] = answer.get_json()
    if status != 200:
        assert set(told) == {"status", "message", "errors", "post", "request_id"}
    return told


def titles(client: FlaskClient, username: str) -> list[str]:
    answer = client.get("/feed", query_string={"username": username})
    return [post["title"] for post in answer.get_json()["post"]]


ANA: Event = {"type": "user", "user": 1, "username": "ana"}
BEN: Event = {"type": "user", "user": 2, "username": "ben"}
POST: Event = {"type": "post", "post": 7, "author": 1, "title": "Rye", "privacy": "friends"}
FRIEND: Event = {"type": "friend", "user": 1, "other": 2, "at": START + 1}
UNFRIEND: Event = {"type": "unfriend", "user": 2, "other": 1, "at": START + 2}


def test_the_answer_counts_every_line_and_names_the_refused_ones(client: FlaskClient) -> None:
    body = body_of(ANA, BEN) + b"\n{]\r\n" + body_of(ANA, {"type": "like", "user": 1, "post": 9})
    assert send(client, body=body) == {
        "status": "success",
        "read": 5,
        "new": 2,
        "changed": 0,
        "unchanged": 1,
        "refused": [
            {"line": 4, "reason": "not JSON in UTF-8 (key must be a string)"},
            {"line": 6, "reason": "unknown post"},
        ],
    }


def test_what_was_answered_is_in_the_very_next_feed(client: FlaskClient) -> None:
    send(client, ANA, BEN, POST)
    assert titles(client, "ben") == []
    send(client, FRIEND)
    assert titles(client, "ben") == ["Rye"]
    send(client, UNFRIEND)
    assert titles(client, "ben") == []
    send(client, FRIEND)
    assert titles(client, "ben") == []


@pytest.mark.parametrize(
    "hiding",
    [
        {"type": "post", "post": 7, "privacy": "private", "at": START + 5},
        {"type": "delete_post", "post": 7, "at": START + 5},
        {"type": "delete_user", "user": 1, "at": START + 5},
        {"type": "user", "user": 1, "privacy": "private", "at": START + 5},
        {"type": "block", "user": 1, "other": 2, "at": START + 5},
        {"type": "block", "user": 2, "other": 1, "at": START + 5},
        {"type": "hide", "user": 2, "post": 7, "at": START + 5},
        {"type": "mute", "user": 2, "other": 1, "at": START + 5},
        {"type": "mute", "user": 2, "tag": "bread", "at": START + 5},
        {"type": "post", "post": 7, "group": 3, "at": START + 5},
    ],
    ids=lambda event: f"{event['type']} {' '.join(map(str, event.values()))}",
)
def test_each_way_of_hiding_hides_at_once_and_whenever_it_is_told(
    client: FlaskClient, hiding: Event
) -> None:
    send(client, ANA, BEN, {"type": "group", "group": 3}, POST, FRIEND)
    send(client, {"type": "tag", "post": 7, "tag": "bread", "at": START + 2})
    assert titles(client, "ben") == ["Rye"]
    send(client, hiding)
    assert titles(client, "ben") == []
    older = POST | {"privacy": "public", "at": START + 3, "id": "older"}
    assert send(client, older)["refused"] == []
    assert titles(client, "ben") == []


@pytest.mark.parametrize(
    ("content_type", "encoding"), [("application/json", ""), ("", ""), (NDJSON, "gzip")]
)
def test_another_form_is_a_415_that_names_the_one(
    client: FlaskClient, content_type: str, encoding: str
) -> None:
    told = send(client, ANA, status=415, content_type=content_type, encoding=encoding)
    assert NDJSON in told["message"]


def test_a_body_that_is_too_large_is_a_413_and_nothing_of_it_is_taken(
    client: FlaskClient, store: GraphStore
) -> None:
    many = send(client, *[ANA | {"user": number} for number in range(51)], status=413)
    assert many["message"] == "There are 51 lines; send 50 at most at a time."
    large = send(client, body=body_of(ANA) + b" " * 20_000, status=413)
    assert large["message"] == "The body is larger than 20,000 bytes; send it in parts."
    assert store.run("export_users") == []
    assert send(client, *[ANA | {"user": number} for number in range(50)])["new"] == 50


@pytest.mark.parametrize("body", [b"", b"\n\n"])
def test_no_lines_are_no_error(client: FlaskClient, body: bytes) -> None:
    assert send(client, body=body)["read"] == 0


class Down:
    """A store whose server went away."""

    engine = "neo4j"
    changes = Changes(alone=False)

    def run(self, name: str, /, **params: object) -> list[dict[str, object]]:
        raise StoreUnavailable("bolt://secret-host")


def test_a_graph_that_does_not_answer_is_a_503_so_that_the_lines_are_sent_again() -> None:
    app = create_app(Down())  # type: ignore[arg-type]
    told = send(app.test_client(), ANA, status=503)
    assert "secret" not in json.dumps(told)


def test_the_openapi_document_holds_the_schema_of_an_event(client: FlaskClient) -> None:
    document = json.loads(client.get("/openapi.json").get_data())
    operation = document["paths"]["/events"]["post"]
    assert operation["summary"] and operation["security"] == [{"key": []}]
    body = operation["requestBody"]["content"][NDJSON]
    assert body["schema"] == {"$ref": "#/components/schemas/Event"}
    parts = document["components"]["schemas"]
    assert set(parts) >= {"Event", *event_schema()["$defs"]}
    for reference in json.dumps(parts["Event"]).split("#/components/schemas/")[1:]:
        assert reference.partition('"')[0] in parts
    for answer in operation["responses"].values():
        content = answer["content"]["application/json"]
        assert set(content["schema"]["required"]) <= set(content["example"])


def test_the_example_of_the_openapi_document_can_be_sent_as_it_is(client: FlaskClient) -> None:
    document = json.loads(client.get("/openapi.json").get_data())
    body = document["paths"]["/events"]["post"]["requestBody"]["content"][NDJSON]["example"]
    told = send(client, body=body.encode())
    assert (told["read"], told["new"], told["refused"]) == (3, 3, [])


def many(first: int, number: int) -> bytes:
    """So many users, each by an event of its own."""
    people = range(first, first + number)
    return body_of(*({**ANA, "id": f"user {n}", "user": n, "username": f"user{n}"} for n in people))


class Watched:
    """An application that notes whether each request had the turn of one who acts."""

    def __init__(self, app: APIFlask):
        self.turns = Turns(self._answered, acting=1, reading=1)
        self.client = Client(self.turns)
        self.acted: list[tuple[str, bool]] = []
        self._app = app

    def _answered(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        self.acted.append((environ["PATH_INFO"], self.turns.queue.acted_on))
        return self._app(environ, start_response)

    def tell(self, body: bytes) -> TestResponse:
        return self.client.post("/events", data=body, content_type=NDJSON)


def test_who_tells_many_events_stands_in_line_with_those_who_read(store: GraphStore) -> None:
    watched = Watched(create_app(store, clock=lambda: float(NOW)))
    for body in (body_of(ANA), many(10, 40)):
        assert watched.tell(body).status_code == 200
    watched.client.get("/health")
    assert watched.acted == [("/events", True), ("/events", False), ("/health", False)]


@pytest.mark.parametrize("first", [True, False])
def test_others_go_between_a_few_events_and_the_next(store: GraphStore, first: bool) -> None:
    """As many times as there are pieces; whoever else takes events in, and whoever leaves."""
    config = EventsConfig()
    events, goes = EventIntake(store, config, lambda: float(NOW)), list[int]()
    others = [ANA, BEN, {**POST, "privacy": "public"}]
    assert events.take(enumerate(body_of(*others).splitlines(), 1)).new == 3

    @contextmanager
    def aside() -> Iterator[None]:
        goes.append(len(store.frame("export_users")))
        if len(goes) == 2:
            told = body_of({**BEN, "user": 3, "username": "cy"})
            assert events.take(enumerate(told.splitlines(), 1)).new == 1
            store.run("erase_user", user_id="app:user:2")
        yield

    told = {"type": "like", "user": 2, "post": 7}, {**POST, "post": 8, "author": 2}
    lines = (many(10, 2 * PIECE - 1) + body_of(*told)).splitlines()
    lines.insert(0 if first else PIECE + 1, body_of({**BEN, "id": "again"}).strip())
    taken = events.take(enumerate(lines, 1), aside=aside)
    assert goes == [2, 2 + PIECE - first, 2 * PIECE + 1]
    late = [Refusal(2 * PIECE + 1 + at, "unknown user") for at in range(2)]
    back = [] if first else [Refusal(PIECE + 2, "it left while this was taken in")]
    assert taken.refused == back + late
    assert (taken.new, taken.unchanged) == (2 * PIECE - 1, first)
    assert "app:post:8" not in set(store.frame("export_posts")["id"])
    assert not len(store.frame("export_liked"))
    assert "app:user:2" not in set(store.frame("export_users")["id"])


@pytest.mark.parametrize("small", [True, False])
def test_an_act_and_an_event_about_one_fact_do_not_meet(
    store: GraphStore, monkeypatch: pytest.MonkeyPatch, small: bool
) -> None:
    """What an event of long ago says is not written over what was done while it was taken in."""
    watched, keep = Watched(create_app(store, clock=lambda: float(NOW))), EventIntake._keep
    told = [ANA, {**POST, "privacy": "public", "text": "Rye", "at": START}]
    assert watched.tell(body_of(*told)).json is not None

    def hide() -> TestResponse:
        return watched.client.patch("/posts/app:post:7?viewer=ana", json={"privacy": "private"})

    with ThreadPoolExecutor(1) as people:
        hidden = list[Future[TestResponse]]()

        def kept(intake: EventIntake, states: Mapping[str, State]) -> None:
            """The states were read that are written now."""
            if not hidden:
                hidden.append(people.submit(hide))
                wait(hidden, 0.3)
            keep(intake, states)

        monkeypatch.setattr(EventIntake, "_keep", kept)
        late = body_of({**POST, "privacy": "public", "title": "Oats", "at": START + 10})
        assert watched.tell(late + (b"" if small else many(10, 20))).status_code == 200
        assert hidden[0].result(60).status_code == 200
    (card,) = store.run("post_cards", post_ids=["app:post:7"])
    assert card["privacy"] == "private"


def test_many_who_tell_act_read_and_leave_at_once_wait_for_nobody_for_ever(
    store: GraphStore,
) -> None:
    """A turn is kept by nobody who waits for another that waits for one."""
    watched = Watched(create_app(store, clock=lambda: float(NOW)))
    assert watched.tell(many(0, 20)).status_code == 200
    began, rounds = threading.Barrier(9), 4

    def each(act: Callable[[int], TestResponse]) -> list[int]:
        began.wait(60)
        return [act(number).status_code for number in range(rounds)]

    def told(number: int) -> TestResponse:
        return watched.tell(many(100 + 200 * number, 150))

    def told_one(number: int) -> TestResponse:
        return watched.tell(many(5_000 + number, 1))

    def posted(number: int) -> TestResponse:
        return watched.client.post("/posts?viewer=user19", json={"text": str(number)})

    def read(number: int) -> TestResponse:
        return watched.client.get("/feed", query_string={"username": "user18"})

    def left(number: int) -> TestResponse:
        name = f"user{number}"
        return watched.client.delete(f"/profiles/me?viewer={name}", json={"confirm": name})

    with ThreadPoolExecutor(9) as people:
        acts = [told, told, told_one, told_one, posted, posted, read, read, left]
        found = [people.submit(each, act) for act in acts]
        codes = [each.result(120) for each in found]
    assert codes == [[200] * rounds] * 4 + [[201] * rounds] * 2 + [[200] * rounds] * 3
    names = set(store.frame("export_users")["username"])
    assert len(names) == 20 + 150 * rounds  # as many left as came one by one
    assert not names & {f"user{number}" for number in range(rounds)}
    assert sum(watched.turns.queue.waiting) == 0 and not watched.turns.queue.acted_on
