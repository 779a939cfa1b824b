"""The log: a JSON line a request, which names the route, the caller's kind, and nobody."""

import io
import json
import logging
from collections.abc import Callable

import pytest
from asking import Asking
from flask.testing import FlaskClient
from neo4j.exceptions import Neo4jError
from werkzeug.test import TestResponse

from graph import neo4j_store
from graph.errors import ConfigError, StatementFailed
from graph.ladybug_store import LadybugStore
from graph.store import GraphStore
from web.config import WebConfig
from web.json_log import logged_to
from web.request_ids import new_id

SECRETS = ("silentotter", "quiet-words", "sv:post:11")


def lines(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_request_is_one_line_that_names_its_route_and_nobody(
    asking: Asking, village_store: GraphStore
) -> None:
    client, stream = asking.app(village_store).test_client(), io.StringIO()
    query = {"viewer": "silentotter", "q": "quiet-words"}
    with logged_to(stream):
        client.get("/posts/sv:post:11", query_string=query, headers=asking.service)
    (line,) = lines(stream)
    assert line["rule"] == "/posts/<post>" and line["method"] == "GET" and line["status"] == 404
    assert (line["caller"], line["key"], line["level"]) == ("service", "backend", "info")
    assert isinstance(line["ms"], float) and str(line["time"]).endswith("+00:00")
    assert not any(secret in stream.getvalue() for secret in SECRETS)


def test_a_viewer_is_logged_by_kind_alone_and_whoever_is_refused_as_none(
    asking: Asking, village_store: GraphStore
) -> None:
    client, stream = asking.app(village_store).test_client(), io.StringIO()
    with logged_to(stream):
        client.get("/interests", headers=asking.viewer("sv:user:7"))
        client.get("/interests")
        client.get("/nowhere/silentotter")
    assert [(each["caller"], each["key"]) for each in lines(stream)] == [
        ("viewer", None),
        (None, None),
        (None, None),
    ]
    assert [each["rule"] for each in lines(stream)] == ["/interests", "/interests", None]
    assert "sv:user:7" not in stream.getvalue() and "silentotter" not in stream.getvalue()


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        ("9f1c2b7e4a6d4c0f8b3e5d7a1c9e0f2b", True),
        ("9F1C2B7E-4A6D-4C0F-8B3E-5D7A1C9E0F2B", True),
        ("silentotter", False),
        ("ana-maria_1984.silentotter", False),
        ("9f1c2b7e4a6d4c0f", False),
        ("4111111111111111", False),
        ("9f1c2b7e4a6d-4c0f8b3e5d7a1c9e-0f2b", False),
        ("a" * 33, False),
        ('a"b c\tdefgh', False),
    ],
)
def test_an_id_that_can_be_no_name_is_taken_and_any_other_replaced(
    client: FlaskClient, given: str, taken: bool
) -> None:
    stream = io.StringIO()
    with logged_to(stream):
        answer = client.get("/nope", headers={"X-Request-ID": given})
    assert (given in stream.getvalue()) is taken
    told = answer.headers["X-Request-ID"]
    assert answer.get_json()["request_id"] == told
    assert (told == given) is taken and len(told) >= 8


def test_no_two_requests_have_one_id() -> None:
    assert len({new_id() for _ in range(100)}) == 100


@pytest.fixture
def buggy(
    asking: Asking, village_store: GraphStore, monkeypatch: pytest.MonkeyPatch
) -> Callable[[], TestResponse]:
    """Asks for a post, where a bug says for whom."""
    client = asking.app(village_store).test_client()

    def broken(name: str, /, **params: object) -> object:
        raise KeyError("silentotter")

    monkeypatch.setattr(village_store, "run", broken)
    query = {"viewer": "silentotter"}
    return lambda: client.get("/posts/sv:post:11", query_string=query, headers=asking.service)


def test_where_no_requests_are_logged_a_bug_is_without_its_text_too(
    buggy: Callable[[], TestResponse], capfd: pytest.CaptureFixture[str]
) -> None:
    stream = io.StringIO()
    with logged_to(stream, requests=False):
        assert buggy().status_code == 500
    first, *rest = stream.getvalue().splitlines()
    assert first == "ERROR: web.app: a bug at GET /posts/<post>"
    assert rest[0] == "  KeyError" and "broken" in rest[1] and len(rest) == 2
    assert not any(secret in stream.getvalue() for secret in SECRETS)
    assert "silentotter" not in "".join(capfd.readouterr())


def test_a_bug_is_logged_with_its_place_and_request_and_without_its_text(
    buggy: Callable[[], TestResponse],
) -> None:
    stream = io.StringIO()
    with logged_to(stream):
        answer = buggy()
    bug, request = lines(stream)
    assert answer.status_code == 500 and request["level"] == bug["level"] == "error"
    assert bug["request_id"] == request["request_id"] == answer.headers["X-Request-ID"]
    assert bug["error"] == "KeyError" and "/posts/<post>" in str(bug["message"])
    assert "broken" in str(bug["trace"])
    assert not any(secret in stream.getvalue() for secret in SECRETS)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("CREATE (:Post {id: $post})", "Runtime exception: Found duplicated primary key"),
        ("RETURN cast($viewer AS INT64)", "Conversion exception: Cast failed. Could not convert"),
        ("RETURN date($words)", "Conversion exception: Error occurred during parsing date. Given"),
    ],
)
def test_what_the_engine_quotes_is_not_logged(
    text: str,
    said: str,
    asking: Asking,
    village_store: LadybugStore,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client, stream = asking.app(village_store).test_client(), io.StringIO()
    words = {"viewer": "silentotter", "words": "quiet-words", "post": "sv:post:11"}
    told = {name: value for name, value in words.items() if f"${name}" in text}
    with pytest.raises(StatementFailed) as failed:
        village_store._execute(text, told, "of_a_test (test.cypher:1)")
    assert any(secret in str(failed.value.__cause__) for secret in SECRETS)

    def failing(name: str, /, **params: object) -> object:
        raise failed.value

    monkeypatch.setattr(village_store, "run", failing)
    with logged_to(stream):
        query = {"viewer": "silentotter"}
        answer = client.get("/posts/sv:post:11", query_string=query, headers=asking.service)
    assert answer.status_code == 503
    assert lines(stream)[0]["message"] == f"a request failed: of_a_test (test.cypher:1): {said}"
    assert not any(secret in stream.getvalue() for secret in SECRETS)


@pytest.mark.parametrize(
    "told",
    [
        "Node(12) already exists with label `User` and property `id` = 'silentotter'",
        'Cannot treat value String("silentotter") as a number',
        "Failed to invoke `db.index.fulltext.queryNodes`: Caused by: Cannot parse silentotter",
        "Invalid input. 'silentotter' isn't a valid value. Must be a non-negative integer.",
    ],
)
def test_what_neo4j_quotes_is_not_in_the_error(told: str) -> None:
    code = "Neo.ClientError.Schema.ConstraintValidationFailed"
    failure = Neo4jError._hydrate_neo4j(code=code, message=told)
    with pytest.raises(StatementFailed) as failed, neo4j_store._translated("put (w.cypher:1)"):
        raise failure
    assert "silentotter" not in str(failed.value) and failed.value.__cause__ is failure
    assert str(failed.value).startswith(f"put (w.cypher:1): {code}: {told.split()[0]}")


def test_nothing_is_logged_where_no_log_is_kept(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    assert client.get("/health").status_code == 200
    assert caplog.records == []


def test_what_was_set_before_a_log_was_kept_is_set_after_it() -> None:
    root = logging.getLogger()
    before = list(root.handlers)
    with logged_to(io.StringIO()):
        assert len(root.handlers) == len(before) + 1
    assert root.handlers == before


def test_an_unknown_kind_of_log_is_refused() -> None:
    assert WebConfig.from_env({}).log == "json"
    with pytest.raises(ConfigError, match="RESONANCE_LOG"):
        WebConfig.from_env({"RESONANCE_LOG": "xml"})
