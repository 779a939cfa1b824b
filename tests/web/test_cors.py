"""Pages of listed origins may read answers; without a list no answer says anything of origins."""

import pytest
from asking import Asking
from flask.testing import FlaskClient

from graph.errors import ConfigError
from graph.store import GraphStore
from web.app import create_app
from web.config import WebConfig

APP, FOREIGN = "https://app.example.com", "https://elsewhere.example.com"
LISTED = frozenset({APP, "http://localhost:5173"})


@pytest.fixture
def client(asking: Asking, village_store: GraphStore) -> FlaskClient:
    return asking.app(village_store, origins=LISTED).test_client()


def preflight(client: FlaskClient, path: str, origin: str, method: str = "POST"):  # type: ignore[no-untyped-def]
    asked = {"Origin": origin, "Access-Control-Request-Method": method}
    asked["Access-Control-Request-Headers"] = "authorization,content-type,idempotency-key"
    return client.options(path, headers=asked)


def cors_headers(answer) -> dict[str, str]:  # type: ignore[no-untyped-def]
    return {name: told for name, told in answer.headers if name.startswith("Access-Control-")}


def test_without_a_list_no_answer_says_anything_of_origins(
    asking: Asking, village_store: GraphStore
) -> None:
    client = asking.app(village_store).test_client()
    for answer in (
        client.get("/health", headers={"Origin": APP}),
        preflight(client, "/posts", APP),
    ):
        assert cors_headers(answer) == {} and "Origin" not in answer.headers.get("Vary", "")
    assert preflight(client, "/posts", APP).status_code == 401


def test_a_listed_page_reads_answers_with_its_viewers_token_and_by_no_cookie(
    asking: Asking, client: FlaskClient
) -> None:
    sent = {**asking.viewer("sv:user:7"), "Origin": APP}
    answer = client.get("/interests", headers=sent)
    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == APP
    assert "Retry-After" in answer.headers["Access-Control-Expose-Headers"]
    assert "Access-Control-Allow-Credentials" not in answer.headers


@pytest.mark.parametrize(("path", "status"), [("/interests", 401), ("/nope", 404)])
def test_a_listed_page_reads_errors_too(client: FlaskClient, path: str, status: int) -> None:
    answer = client.get(path, headers={"Origin": APP})
    assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (status, APP)


def test_no_other_page_reads_anything(asking: Asking, client: FlaskClient) -> None:
    foreign = (
        FOREIGN,
        "null",
        f"{APP}.evil.example",
        f"{APP}:8443",
        APP.upper(),
        "http:" + APP[6:],
    )
    for origin in foreign:
        answer = client.get("/interests", headers={**asking.viewer("sv:user:7"), "Origin": origin})
        assert answer.status_code == 200 and cors_headers(answer) == {}, origin
        before = preflight(client, "/posts", origin)
        assert before.status_code == 401 and cors_headers(before) == {}, origin


def test_what_lies_between_keeps_answers_to_different_origins_apart(client: FlaskClient) -> None:
    for sent in ({}, {"Origin": APP}, {"Origin": FOREIGN}):
        assert "Origin" in client.get("/health", headers=sent).vary
    assert {"Origin", "Accept"} <= set(client.get("/", headers={"Origin": APP}).vary)


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        ("/posts", {"POST"}),
        ("/interests", {"GET"}),
        ("/posts/sv:post:11/likes/me", {"PUT", "DELETE"}),
    ],
)
def test_a_listed_page_may_ask_before_it_acts_without_a_credential(
    client: FlaskClient, path: str, methods: set[str]
) -> None:
    answer = preflight(client, path, APP)
    assert (answer.status_code, answer.get_data()) == (204, b"")
    assert methods <= set(answer.headers["Access-Control-Allow-Methods"].split(", "))
    allowed = answer.headers["Access-Control-Allow-Headers"].lower().split(", ")
    assert {"authorization", "content-type", "idempotency-key"} <= set(allowed)
    assert answer.headers["Access-Control-Allow-Origin"] == APP
    assert int(answer.headers["Access-Control-Max-Age"]) > 0


def test_asking_before_acting_is_not_acting_nor_a_way_past_the_guard(client: FlaskClient) -> None:
    sent = {"Origin": APP, "Access-Control-Request-Method": "POST"}
    assert client.post("/posts", json={"title": "x"}, headers=sent).status_code == 401
    assert client.options("/posts", headers={"Origin": APP}).status_code == 401
    assert preflight(client, "/nope", APP).status_code == 404


def test_an_open_server_turns_listed_pages_away_all_the_same(village_store: GraphStore) -> None:
    client = create_app(village_store, origins=LISTED).test_client()
    answer = client.get("/feed?username=ana", headers={"Origin": APP})
    assert answer.status_code == 403


def test_origins_are_listed_with_commas() -> None:
    told = f" {APP} ,http://localhost:5173,, capacitor://localhost,http://[::1]:3000"
    found = WebConfig.from_env({"RESONANCE_CORS_ORIGINS": told}).origins
    assert found == {*LISTED, "capacitor://localhost", "http://[::1]:3000"}
    assert WebConfig.from_env({}).origins == frozenset()


@pytest.mark.parametrize(
    "told",
    [
        "*",
        "null",
        "app.example.com",
        "https://*.example.com",
        "https://app.example.com/",
        "https://app.example.com/feed",
        "https://App.example.com",
        "https://app.example.com:443",
        "http://app.example.com:80",
        "https://me@app.example.com",
        "https://a.example.com https://b.example.com",
        "https://app.example.com:port",
        "https://b\u00fccher.example",
    ],
)
def test_what_can_be_no_origin_refuses_to_start(told: str) -> None:
    with pytest.raises(ConfigError, match="RESONANCE_CORS_ORIGINS"):
        WebConfig.from_env({"RESONANCE_CORS_ORIGINS": f"{APP},{told}"})
