"""The application around the feed: health, index, errors, the OpenAPI document."""

import json
import re
from collections.abc import Sequence
from urllib.request import urlopen

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from graph.changes import Changes
from graph.errors import ConfigError, StatementFailed, StoreUnavailable
from graph.model import Row
from graph.store import Call, GraphStore
from web.app import create_app
from web.parse import FeedQuery
from web.serve import serve, serving


class Down:
    """A store whose server went away."""

    engine = "neo4j"
    changes = Changes(alone=False)

    def __init__(self, error: Exception):
        self._error = error

    def run(self, name: str, /, **params: object) -> list[Row]:
        raise self._error

    def run_all(self, calls: Sequence[Call]) -> list[list[Row]]:
        raise self._error


@pytest.mark.parametrize(
    "path", ["/health", "/feed?username=ana", "/feed?username=a&category_id=2"]
)
@pytest.mark.parametrize(
    "error", [StoreUnavailable("bolt://secret-host"), StatementFailed("MATCH")]
)
def test_a_store_that_does_not_answer_is_a_503_with_retry_after(
    path: str, error: Exception
) -> None:
    answer = create_app(Down(error)).test_client().get(path)  # type: ignore[arg-type]
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert answer.get_json() == {
        "status": "error",
        "message": "The graph does not answer at the moment; ask again in a few seconds.",
        "errors": {},
        "post": [],
        "request_id": answer.headers["X-Request-ID"],
    }


def test_health_names_the_engine_and_the_model(client: FlaskClient) -> None:
    assert client.get("/health").get_json() == {
        "status": "ok",
        "engine": "ladybug",
        "model": None,
    }


def test_the_index_names_every_address(app: APIFlask, client: FlaskClient) -> None:
    told = set(client.get("/").get_json()["endpoints"])
    routes = {rule.rule for rule in app.url_map.iter_rules() if "static" not in rule.rule}
    assert told == routes - {"/"}


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/nope", 404), ("POST", "/feed", 405)]
)
def test_every_error_is_json_in_one_form(
    client: FlaskClient, method: str, path: str, status: int
) -> None:
    answer = client.open(path, method=method)
    assert answer.status_code == status
    body = answer.get_json()
    assert set(body) == {"status", "message", "errors", "post", "request_id"}
    assert body["message"].endswith(".")


def test_a_bug_is_a_500_without_a_trace() -> None:
    answer = create_app(Down(KeyError("secret"))).test_client().get("/health")  # type: ignore[arg-type]
    assert answer.status_code == 500
    text = answer.get_data(as_text=True)
    assert "secret" not in text and "Traceback" not in text
    assert answer.get_json()["status"] == "error"


def test_the_openapi_document_names_every_route_with_an_example(
    app: APIFlask, client: FlaskClient
) -> None:
    document = json.loads(client.get("/openapi.json").get_data())
    routes = {rule.rule for rule in app.url_map.iter_rules() if "static" not in rule.rule}
    described = {re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", route) for route in routes}
    assert set(document["paths"]) == described - {"/openapi.json"}
    assert document["openapi"].startswith("3.")
    for path in document["paths"].values():
        for operation in path.values():
            assert operation["summary"]
            for response in operation["responses"].values():
                ((media, content),) = response["content"].items()
                if media == "text/event-stream":
                    assert "data:" in content["example"]
                    continue
                if media == "text/plain":
                    assert content["example"].startswith("# HELP resonance_")
                    continue
                if media == "text/html":
                    assert content["example"].startswith("<!doctype html>")
                    continue
                if media == "application/zip":
                    assert content["schema"]["format"] == "binary"
                    continue
                assert media == "application/json"
                assert set(content["schema"]["required"]) <= set(content["example"])
    named = {each["name"] for each in document["paths"]["/feed"]["get"]["parameters"]}
    assert named == set(FeedQuery().fields)
    assert {"200", "400", "503"} <= set(document["paths"]["/feed"]["get"]["responses"])


def test_nothing_is_loaded_from_a_foreign_host(client: FlaskClient) -> None:
    assert client.get("/docs").status_code == 404


def test_the_production_server_answers_and_refuses_a_taken_port(village_store: GraphStore) -> None:
    with serving(create_app(village_store)) as url:
        with urlopen(f"{url}/health", timeout=30) as answer:
            assert json.load(answer)["status"] == "ok"
        port = int(url.rpartition(":")[2])
        with pytest.raises(ConfigError, match=f"127.0.0.1:{port}"):
            serve(create_app(village_store), "127.0.0.1", port, lambda: pytest.fail("it does not"))
