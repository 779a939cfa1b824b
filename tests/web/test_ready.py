"""Whether requests should be sent here: not before what feeds rest on is read, nor at the end."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from graph.errors import StoreUnavailable
from graph.store import GraphStore
from web.app import create_app
from web.serve import make_ready, serving
from web.state import state_of
from web.streams import Streams


def test_a_server_is_ready_when_what_feeds_rest_on_is_read(village_store: GraphStore) -> None:
    app = create_app(village_store)
    client, filling = app.test_client(), state_of(app).recommender.filling()
    early = client.get("/ready")
    assert early.status_code == 503 and int(early.headers["Retry-After"]) > 0
    assert "has begun" in early.get_json()["message"]
    assert client.get("/health").status_code == 200
    filling.fill()
    assert client.get("/ready").get_json() == {"status": "ready"}


def test_an_application_that_reads_as_requests_need_is_ready_at_once(client: FlaskClient) -> None:
    assert client.get("/ready").status_code == 200


def test_a_server_that_ends_is_well_and_not_ready(village_store: GraphStore) -> None:
    streams = Streams()
    client = create_app(village_store, streams=streams).test_client()
    streams.end()
    assert client.get("/health").status_code == 200
    late = client.get("/ready")
    assert late.status_code == 503 and "ends" in late.get_json()["message"]


def test_a_server_whose_graph_does_not_answer_is_not_ready(
    village_store: GraphStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = create_app(village_store).test_client()

    def away(name: str, /, **params: object) -> object:
        raise StoreUnavailable("bolt://elsewhere")

    monkeypatch.setattr(village_store, "run", away)
    assert client.get("/ready").status_code == 503


def test_a_server_computes_in_the_thread_that_answers(
    village_store: GraphStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    monkeypatch.setattr("web.serve.calm_from_now_on", lambda: asked.append("calm"))
    make_ready(create_app(village_store))
    assert asked == ["calm"]


def test_the_container_is_healthy_as_long_as_its_server_is_ready(
    village_store: GraphStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = Path(__file__).resolve().parents[2] / "docker-compose.yml"
    web = file.read_text(encoding="utf-8").split("\n  web:\n")[1]
    (check,) = re.findall(r"- (import urllib\.request.*)", web)
    assert "restart: on-failure" in web

    def healthy(url: str) -> bool:
        told = check.replace("http://127.0.0.1:8000", url)
        assert told != check
        return subprocess.run([sys.executable, "-c", told], capture_output=True).returncode == 0

    with serving(create_app(village_store)) as url:
        assert healthy(url)

        def away(name: str, /, **params: object) -> object:
            raise StoreUnavailable("bolt://elsewhere")

        with monkeypatch.context() as patched:
            patched.setattr(village_store, "run", away)
            assert not healthy(url)
        assert healthy(url)
