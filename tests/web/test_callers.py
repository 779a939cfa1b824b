"""Who asks, over HTTP: credentials of every shape, open servers, and for whom one acts."""

import json
import logging
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import pandas as pd
import pytest
from apiflask import APIBlueprint
from asking import SECRET, Asking, bearing
from filled_graphs import Filled
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

import web.app
from feed.memory import ViewerMemory
from graph.errors import AccessUndeclared, ConfigError
from graph.ingest import ingest_tables
from graph.store import GraphStore, open_store
from village.world import NOW
from web.access import ANOTHERS, SERVICE, VIEWER, caller, may_ask
from web.app import create_app
from web.callers import MALFORMED, MISSING, Callers, Service, Viewer
from web.config import WebConfig
from web.keys import Keys
from web.serve import serve, serving
from web.viewer_tokens import ViewerTokens
from web.viewers import acting_viewer

FEED = "/feed?username=ben"


def acts() -> APIBlueprint:
    """A route as blueprints of actions have them: it answers who acts."""
    blueprint = APIBlueprint("acts", __name__)

    @blueprint.post("/acts")
    @may_ask(VIEWER)
    def act() -> dict[str, object]:
        return {"who": acting_viewer(), "kind": type(caller()).__name__}

    @blueprint.post("/breaks")
    @may_ask(SERVICE)
    def breaks() -> dict[str, object]:
        raise KeyError("a bug")

    return blueprint


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GraphStore]:
    """Two Anas of two sources, one who left, and one whose name is another's id."""
    users = {
        "id": ["a:ana", "b:ana", "a:ben", "a:gone", "a:sly", "b:back", "a:back", "a:cy"],
        "username": ["ana", "ana", "ben", "gone", "a:ben", "back", "back", "cy"],
        "active": [True, True, True, False, True, True, False, True],
    }
    posts = {"id": ["p:a", "p:b"], "title": ["Of a", "Of b"], "privacy": ["friends", "friends"]}
    authors = ["a:ben", "a:sly"]
    with open_store(f"ladybug:{tmp_path_factory.mktemp('town') / 'graph'}") as store:
        ingest_tables(
            store,
            {
                "users": pd.DataFrame(users),
                "posts": pd.DataFrame(posts),
                "authored": pd.DataFrame({"source": authors, "target": ["p:a", "p:b"]}),
                "friend": pd.DataFrame({"source": ["a:ana", "b:ana"], "target": authors}),
            },
        )
        yield store


@pytest.fixture
def client(town: GraphStore, asking: Asking, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """A closed server, with the routes of `acts` in the place of the people's."""
    monkeypatch.setattr(web.app.people, "blueprint", acts())
    return asking.app(town, clock=lambda: float(NOW)).test_client()


def fill_twins(store: GraphStore) -> None:
    """Two Anas, and who bears one's id for a name; one back of two is active; neither gone is."""
    users = {
        "id": ["a:ana", "b:ana", "a:back", "b:back", "a:gone", "b:gone", "c:sly"],
        "username": ["ana", "ana", "back", "back", "gone", "gone", "a:ana"],
        "active": [True, True, False, True, False, False, True],
    }
    posts = {"id": ["p:1"], "title": ["One"], "privacy": ["public"]}
    ingest_tables(store, {"users": pd.DataFrame(users), "posts": pd.DataFrame(posts)})


@pytest.fixture
def twins(any_filled: Filled) -> Iterator[FlaskClient]:
    """An open server over them."""
    with ViewerMemory(None) as memory:
        app = create_app(any_filled(fill_twins), clock=lambda: float(NOW), memory=memory)
        yield app.test_client()


@pytest.mark.parametrize(
    ("header", "said"),
    [
        (None, MISSING),
        ("", MALFORMED),
        ("Bearer", MALFORMED),
        ("Bearer ", MALFORMED),
        ("Basic YW5hOmJlbg==", MALFORMED),
        ("Bearer a b", MALFORMED),
        ("Bearer a.b.c, Bearer a.b.c", MALFORMED),
        ("Bearer \u00e9.b.c", MALFORMED),
        ("Bearer \u00a0a.b.c", MALFORMED),
        ("Bearer\ta.b.c", MALFORMED),
        ("Bearer abc", "The token is malformed."),
        ("Bearer " + "a" * 9_000 + ".b.c", "The token is malformed."),
        ("Bearer rsk_", "The key is not known here."),
        ("Bearer rsk_0123456789ab", "The key is not known here."),
        ("Bearer RSK_0123456789ab_" + "x" * 43, "The token is malformed."),
    ],
)
def test_what_proves_nobody_is_a_401_that_says_why(
    client: FlaskClient, header: str | None, said: str
) -> None:
    answer = client.get(FEED, headers=None if header is None else {"Authorization": header})
    assert (answer.status_code, answer.get_json()["message"]) == (401, said)
    challenge = "Bearer" if said == MISSING else 'Bearer error="invalid_token"'
    assert answer.headers["WWW-Authenticate"] == challenge


@pytest.mark.parametrize("kind", ["Bearer", "bearer", "BEARER", "Bearer  "])
def test_the_word_bearer_may_be_written_as_one_likes(
    client: FlaskClient, asking: Asking, kind: str
) -> None:
    key = asking.service["Authorization"].split(" ")[1]
    assert client.get(FEED, headers={"Authorization": f"{kind} {key}"}).status_code == 200


def test_a_key_in_the_address_or_the_body_lets_nobody_in(
    client: FlaskClient, asking: Asking
) -> None:
    key = asking.service["Authorization"].split(" ")[1]
    for name in ("access_token", "token", "key", "authorization"):
        asked = {"username": "ana", name: key}
        assert client.get("/feed", query_string=asked).status_code == 401
        assert client.post("/acts", query_string={"viewer": "ben"}, data=asked).status_code == 401


def test_of_two_authorizations_neither_counts(town: GraphStore, asking: Asking) -> None:
    """The production server makes one header of them, and both are genuine."""
    with serving(asking.app(town)) as url:
        place = urlsplit(url)
        assert place.hostname and place.port
        for first, second in (
            (asking.service, asking.viewer("a:ben")),
            (asking.viewer("a:ben"), asking.service),
            (asking.service, asking.service),
        ):
            lines = [f"Authorization: {each['Authorization']}" for each in (first, second)]
            text = "\r\n".join([f"GET {FEED} HTTP/1.1", "Host: x", "Connection: close", *lines])
            with socket.create_connection((place.hostname, place.port), timeout=30) as sent:
                sent.sendall(f"{text}\r\n\r\n".encode())
                assert sent.makefile("rb").readline().split()[1] == b"401"


def test_a_refused_caller_learns_nothing_of_the_request(
    client: FlaskClient, asking: Asking
) -> None:
    """The credential comes before all: no parameter is read, no body, no graph."""
    for headers in ({}, bearing("a.b.c")):
        answers = [
            client.get("/feed", headers=headers),
            client.get("/feed?username=ana&page=x", headers=headers),
            client.get("/explain?username=nobody", headers=headers),
            client.post("/tokens", data=b"no JSON", headers=headers),
            client.post("/events", data=b"x" * 10_000, headers=headers),
        ]
        assert len({(each.status_code, each.data) for each in answers}) == 1
    assert client.get("/feed?page=x", headers=asking.viewer("a:ben")).status_code == 400


@pytest.mark.parametrize(("user_id", "title"), [("a:ana", "Of a"), ("b:ana", "Of b")])
def test_of_two_with_one_name_each_gets_their_own_feed(
    client: FlaskClient, asking: Asking, user_id: str, title: str
) -> None:
    for asked in ({}, {"username": "ana"}, {"username": user_id}):
        answer = client.get("/feed", query_string=asked, headers=asking.viewer(user_id))
        assert [post["title"] for post in answer.get_json()["post"]] == [title]


def test_whose_name_is_anothers_id_is_themself(client: FlaskClient, asking: Asking) -> None:
    """a:sly calls themself ``a:ben``: a token goes by the id, and so does a service's word."""
    ben, sly = asking.viewer("a:ben"), asking.viewer("a:sly")
    for headers, who in ((ben, "a:ben"), (sly, "a:sly")):
        answer = client.post("/acts?viewer=a:ben", headers=headers)
        assert answer.get_json() == {"who": who, "kind": "Viewer"}
    for name in ("a:ben", "ben"):
        acted = client.post(f"/acts?viewer={name}", headers=asking.service)
        assert acted.get_json() == {"who": "a:ben", "kind": "Service"}


def test_an_id_comes_before_a_name_where_somebody_reads(twins: FlaskClient) -> None:
    saved = twins.put("/steering?username=a:ana", json={"discovery": 1.0})
    assert saved.status_code == 200
    for name, discovery in (("a:ana", 1.0), ("c:sly", 0.0)):
        steers = twins.get("/steering", query_string={"username": name}).get_json()["steering"]
        assert steers["discovery"] == discovery


@pytest.mark.parametrize(
    ("method", "path", "more", "body"),
    [
        ("GET", "/feed", {}, None),
        ("GET", "/people", {}, None),
        ("GET", "/explain", {"post": "p:1"}, None),
        ("GET", "/steering", {}, None),
        ("PUT", "/steering", {}, {"discovery": 1.0}),
        ("DELETE", "/steering", {}, None),
        ("POST", "/steering/preview", {}, {"discovery": 1.0}),
    ],
)
def test_a_name_that_several_bear_is_nobodys_to_read_by(
    twins: FlaskClient, method: str, path: str, more: dict[str, str], body: object
) -> None:
    def ask(name: str) -> TestResponse:
        query = {"username": name, **more}
        return twins.open(path, method=method, query_string=query, json=body)

    for name, ids in (("ana", "a:ana, b:ana"), ("gone", "a:gone, b:gone")):
        told = ask(name)
        assert (told.status_code, told.get_json()["post"]) == (409, [])
        assert ids in told.get_json()["errors"]["username"]
    for name in ("a:ana", "b:ana", "back", "a:gone"):
        assert ask(name).status_code == 200


@pytest.mark.parametrize(
    ("query", "status", "told"),
    [
        ("viewer=ben", 200, "a:ben"),
        ("viewer=b:ana", 200, "b:ana"),
        ("viewer=%20ben%20", 200, "a:ben"),
        ("viewer=back", 200, "b:back"),
        ("viewer=ana", 409, "a:ana, b:ana"),
        ("viewer=gone", 404, "There is no such viewer."),
        ("viewer=a:gone", 404, "There is no such viewer."),
        ("viewer=nobody", 404, "There is no such viewer."),
        ("", 400, "viewer is missing"),
        ("username=ben", 400, "viewer is missing"),
        ("viewer=", 400, "printable"),
        ("viewer=ben&viewer=ana", 400, "once"),
        ("viewer=" + "x" * 201, 400, "printable"),
        ("viewer=a%00b", 400, "printable"),
    ],
)
def test_a_service_acts_for_whom_it_names(
    client: FlaskClient, asking: Asking, query: str, status: int, told: str
) -> None:
    for headers, kind in ((asking.service, "Service"), (asking.operator, "Operator")):
        answer = client.post(f"/acts?{query}", headers=headers)
        assert answer.status_code == status
        body = answer.get_json()
        if status == 200:
            assert body == {"who": told, "kind": kind}
        else:
            assert told in body["message"] and set(body["errors"]) == {"viewer"}


def test_a_viewer_acts_for_themself_alone(client: FlaskClient, asking: Asking) -> None:
    ben = asking.viewer("a:ben")
    for query in ("", "?viewer=ben", "?viewer=a:ben"):
        assert client.post(f"/acts{query}", headers=ben).get_json()["who"] == "a:ben"
    others = ("a:ana", "ana", "nobody", "a:gone", "", "BEN", "ben&viewer=ana", "ben&username=ana")
    for other in others:
        answer = client.post(f"/acts?viewer={other}", headers=ben)
        assert (answer.status_code, answer.get_json()["message"]) == (403, ANOTHERS)


def test_who_leaves_is_let_in_no_more(
    client: FlaskClient, town: GraphStore, asking: Asking
) -> None:
    cy = asking.viewer("a:cy")
    assert client.post("/acts", headers=cy).status_code == 200
    ingest_tables(town, {"users": pd.DataFrame({"id": ["a:cy"], "active": [False]})})
    assert client.post("/acts", headers=cy).status_code == 401


def test_a_minted_token_is_that_viewers_and_no_longer_than_asked(
    client: FlaskClient, asking: Asking
) -> None:
    body = {"user": "ben", "minutes": 5}
    answer = client.post("/tokens", json=body, headers=asking.service)
    told = answer.get_json()
    assert (answer.status_code, told["status"], told["user_id"]) == (200, "success", "a:ben")
    acted = client.post("/acts", headers=bearing(told["token"]))
    assert acted.get_json() == {"who": "a:ben", "kind": "Viewer"}
    minted = asking.tokens.mint("a:ben", 5).expires_at
    assert minted - 60 <= told["expires_at"] <= minted


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({}, 400, "user"),
        ({"user": ""}, 400, "user"),
        ({"user": "nobody"}, 404, "user"),
        ({"user": "gone"}, 404, "user"),
        ({"user": "ana"}, 409, "user"),
        ({"user": "ben", "minutes": 0}, 400, "minutes"),
        ({"user": "ben", "minutes": 1441}, 400, "minutes"),
        ({"user": "ben", "minutes": "5"}, 400, "minutes"),
        ({"user": "ben", "minutes": 1.5}, 400, "minutes"),
        ({"user": "ben", "admin": True}, 400, "admin"),
    ],
)
def test_a_token_that_cannot_be_minted_names_the_field(
    client: FlaskClient, asking: Asking, body: dict[str, object], status: int, field: str
) -> None:
    answer = client.post("/tokens", json=body, headers=asking.service)
    assert answer.status_code == status
    assert set(answer.get_json()["errors"]) == {field}


def test_without_a_secret_no_token_is_minted(
    town: GraphStore, asking: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys_alone = Asking(asking.folder / "alone", WebConfig())
    client = keys_alone.app(town).test_client()
    answer = client.post("/tokens", json={"user": "ben"}, headers=keys_alone.service)
    assert answer.status_code == 403
    assert "RESONANCE_TOKEN_SECRET" in answer.get_json()["message"]
    answer = client.get("/feed", headers=asking.viewer("a:ben"))
    assert (answer.status_code, answer.get_json()["message"]) == (
        401,
        "Viewers' tokens are not taken here.",
    )


def test_credentials_are_in_no_log_and_no_error(
    client: FlaskClient, asking: Asking, caplog: pytest.LogCaptureFixture
) -> None:
    secrets = [
        headers["Authorization"].split(" ")[1]
        for headers in (asking.service, asking.operator, asking.viewer("a:ben"))
    ]
    said = []
    with caplog.at_level(logging.DEBUG):
        for secret in secrets:
            for header in (f"Bearer {secret}", f"Bearer {secret}x", f"Basic {secret}", secret):
                headers = {"Authorization": header}
                for path in ("/breaks", "/acts?viewer=nobody", "/tokens", "/nope"):
                    answer = client.post(path, headers=headers)
                    said.append(answer.get_data(as_text=True) + str(answer.headers))
    assert "a bug" in caplog.text, "the log was listened to"
    for text in (caplog.text, *said, repr(asking.callers(None))):  # type: ignore[arg-type]
        assert not any(secret in text or secret[-20:] in text for secret in secrets)
        assert SECRET not in text


def test_a_view_that_does_not_say_who_may_ask_makes_no_application(
    store: GraphStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    blueprint = APIBlueprint("silent", __name__)

    @blueprint.get("/silent")
    def silent() -> dict[str, object]:
        return {}

    monkeypatch.setattr(web.app.people, "blueprint", blueprint)
    with pytest.raises(AccessUndeclared, match="silent"):
        create_app(store)


def test_a_route_that_comes_after_the_guard_is_closed(store: GraphStore) -> None:
    app = create_app(store)
    app.add_url_rule("/late", view_func=lambda: {"late": True})
    assert app.test_client().get("/late").status_code == 500


def test_the_openapi_document_tells_who_may_ask_each_route(client: FlaskClient) -> None:
    document = json.loads(client.get("/openapi.json").get_data())
    key, token = {"key": []}, {"token": []}
    told = {
        (path, method): operation
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    }
    assert told["/health", "get"]["security"] == []
    assert told["/feed", "get"]["security"] == [token, key]
    assert told["/tokens", "post"]["security"] == [key]
    assert set(document["components"]["securitySchemes"]) == {"key", "token"}
    for operation in told.values():
        assert ({"401", "403"} <= set(operation["responses"])) == bool(operation["security"])
    (viewer,) = told["/acts", "post"]["parameters"]
    assert (viewer["name"], viewer["required"]) == ("viewer", False)
    assert "viewer" not in {each["name"] for each in told["/feed", "get"]["parameters"]}


# An open server.


@pytest.fixture
def opened(town: GraphStore) -> FlaskClient:
    return create_app(town, clock=lambda: float(NOW)).test_client()


def test_an_open_server_takes_anyone_as_a_service(opened: FlaskClient) -> None:
    assert opened.get(FEED).status_code == 200
    assert opened.get(FEED, headers=bearing("whatever")).status_code == 200
    assert opened.get("/feed").status_code == 400
    assert opened.put("/steering?username=nobody", json={}).status_code == 400


@pytest.mark.parametrize(
    ("headers", "base", "status"),
    [
        ({}, "http://127.0.0.1:8000", 200),
        ({}, "http://[::1]:8000", 200),
        ({}, "http://localhost", 200),
        ({"Origin": "http://localhost:8000"}, "http://localhost:8000", 200),
        ({}, "http://rebound.example:8000", 403),
        ({}, "http://192.168.0.5:8000", 403),
        ({"Host": "[::1"}, "http://localhost", 403),
        ({"Origin": "http://evil.example"}, "http://localhost:8000", 403),
        ({"Origin": "null"}, "http://localhost:8000", 403),
        ({"X-Forwarded-For": "10.0.0.1"}, "http://localhost:8000", 403),
        ({"Forwarded": "for=10.0.0.1"}, "http://localhost:8000", 403),
        ({"Via": "1.1 proxy"}, "http://localhost:8000", 403),
    ],
)
def test_an_open_server_is_for_this_machine_alone(
    opened: FlaskClient, headers: dict[str, str], base: str, status: int
) -> None:
    assert opened.get(FEED, headers=headers, base_url=base).status_code == status
    assert opened.get("/health", headers=headers, base_url=base).status_code == 200


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_an_open_server_does_not_listen_where_others_reach_it(town: GraphStore, host: str) -> None:
    with pytest.raises(ConfigError, match=r"resonance keys add NAME.*RESONANCE_TOKEN_SECRET"):
        serve(create_app(town), host, 0, lambda: pytest.fail("it does not"))
    with pytest.raises(ConfigError), serving(create_app(town), host):
        pass


def test_a_closed_server_listens_anywhere(town: GraphStore, asking: Asking) -> None:
    with serving(asking.app(town), "0.0.0.0"):
        pass


def test_what_closes_a_server(town: GraphStore, asking: Asking) -> None:
    """A key, or a token secret; and a key that was revoked, so that revoking opens nothing."""
    keys, nothing = Keys(asking.folder / "none.db"), ViewerTokens(WebConfig())
    assert Callers(town).open and Callers(town, keys, nothing).open
    assert not Callers(town, keys, asking.tokens).open
    keys.add("once")
    callers = Callers(town, keys, nothing)
    keys.revoke("once")
    assert not callers.open and not Callers(town, keys, nothing).open
    assert callers.of(f"Bearer {keys.add('twice')}") == Service("twice")


def test_a_viewer_without_a_username_is_called_by_id_alone() -> None:
    assert Viewer("a:ben", None).is_called("a:ben")
    assert not any(map(Viewer("a:ben", None).is_called, ("None", "", "ben")))
