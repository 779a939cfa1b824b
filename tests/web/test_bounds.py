"""What answers bear for browsers, and bodies that are too large."""

import http.client
import json
from collections.abc import Iterator
from io import BytesIO

import pytest
from apiflask import APIFlask
from asking import Asking
from flask import Response
from flask.testing import FlaskClient

from graph.store import GraphStore
from web.access import PUBLIC, may_ask
from web.app import create_app
from web.body_limit import BODY_BYTES
from web.headers import UNLESS_SAID
from web.serve import BODY_LIMIT, serving

FORM = {"status", "message", "errors", "post", "request_id"}


@pytest.fixture(scope="module")
def address(village_store: GraphStore) -> Iterator[str]:
    with serving(create_app(village_store)) as url:
        yield url.removeprefix("http://")


@pytest.mark.parametrize("path", ["/health", "/openapi.json", "/nope", "/feed?username=ana"])
def test_answers_and_errors_let_a_browser_run_and_frame_nothing(
    client: FlaskClient, path: str
) -> None:
    headers = client.get(path).headers
    assert {name: headers[name] for name in UNLESS_SAID} == dict(UNLESS_SAID)
    assert headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"


def test_a_view_that_says_otherwise_is_left_as_it_is(
    village_store: GraphStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = create_app(village_store)
    policy = "default-src 'self'"

    @may_ask(PUBLIC)
    def page() -> Response:
        return Response("<p>", headers={"Content-Security-Policy": policy})

    monkeypatch.setitem(app.view_functions, "health.health", page)
    headers = app.test_client().get("/health").headers
    assert headers.getlist("Content-Security-Policy") == [policy]
    assert headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/posts"), ("GET", "/health"), ("DELETE", "/nope")]
)
def test_a_large_body_is_a_413_wherever_it_is_sent_and_whoever_sends_it(
    asking: Asking, village_store: GraphStore, method: str, path: str
) -> None:
    client = asking.app(village_store).test_client()
    answer = client.open(path, method=method, data=b"x" * (BODY_BYTES + 1))
    assert answer.status_code == 413
    assert (
        answer.get_json()["message"] == "The body is larger than 1,048,576 bytes; send it in parts."
    )
    assert client.open(path, method=method, data=b"x" * BODY_BYTES).status_code != 413


def test_a_body_of_untold_length_is_measured_as_it_is_read(app: APIFlask) -> None:
    answer = app.test_client().post(
        "/posts?viewer=ana",
        input_stream=BytesIO(b" " * (BODY_BYTES + 1)),
        content_type="application/json",
        environ_overrides={"wsgi.input_terminated": True},
    )
    assert answer.status_code == 413 and set(answer.get_json()) == FORM


@pytest.mark.parametrize(
    ("header", "value", "status"),
    [
        ("Content-Length", str(BODY_LIMIT + 1), 413),
        ("Content-Length", "many", 400),
        ("X-Much", "x" * 300_000, 431),
        ("Transfer-Encoding", "gzip", 501),
    ],
)
def test_what_the_server_itself_refuses_has_the_form_of_all_errors(
    address: str, header: str, value: str, status: int
) -> None:
    connection = http.client.HTTPConnection(address, timeout=20)
    connection.putrequest("POST", "/posts")
    connection.putheader(header, value)
    connection.endheaders()
    answer = connection.getresponse()
    body = json.load(answer)
    connection.close()
    assert answer.status == status and set(body) == FORM
    assert body["request_id"] == answer.headers["X-Request-ID"]
    assert answer.headers["Content-Security-Policy"] == UNLESS_SAID["Content-Security-Policy"]
