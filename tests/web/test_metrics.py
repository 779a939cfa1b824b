"""What an operator watches: times and counts that name nobody, each application's own."""

import io
import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from asking import Asking
from prometheus_client.parser import text_string_to_metric_families
from werkzeug.test import Client

from feed.nearest import FeedModel
from feed.sources import COMMON
from graph.errors import StatementFailed
from graph.store import GraphStore
from village.world import NOW
from web.app import create_app
from web.json_log import logged_to
from web.metrics import Metrics
from web.state import state_of
from web.streams import Streams
from web.turns import Queue, Turns

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


def samples(text: str) -> Samples:
    return {
        (each.name, frozenset(each.labels.items())): each.value
        for family in text_string_to_metric_families(text)
        for each in family.samples
    }


def value(found: Samples, name: str, **labels: str) -> float:
    return found[name, frozenset(labels.items())]


def made(model_name: str | None = None) -> Metrics:
    return Metrics(Streams(), model_name, lambda: float(NOW))


def test_requests_are_timed_by_route_and_sources_by_name_and_nobody_is_named(
    asking: Asking, village_store: GraphStore
) -> None:
    client = asking.app(village_store, clock=lambda: float(NOW)).test_client()
    for name in ("silentotter", "silentotter", "nobody-at-all"):
        client.get("/feed", query_string={"username": name}, headers=asking.service)
    client.get("/posts/sv:post:11", query_string={"viewer": "silentotter"}, headers=asking.service)
    client.open("/secret-address", method="BREW")
    answer = client.get("/metrics", headers=asking.operator)
    assert answer.content_type == "text/plain; version=0.0.4; charset=utf-8"
    found, count = samples(answer.text), "resonance_request_seconds_count"
    assert value(found, count, method="GET", rule="/feed", status="200") == 3
    assert value(found, count, method="GET", rule="/posts/<post>", status="404") == 1
    assert value(found, count, method="", rule="", status="404") == 1
    assert value(found, "resonance_source_seconds_count", source="popular") == 3
    not_asked_for = "resonance_source_seconds_count", frozenset({("source", "mood")})
    assert not_asked_for not in found
    assert value(found, "resonance_streams_open") == 0
    for secret in ("silentotter", "nobody-at-all", "sv:post:11", "secret-address", "BREW"):
        assert secret not in answer.text


def test_a_source_that_is_left_out_is_counted(
    asking: Asking, village_store: GraphStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(ask: object) -> FeedModel:
        raise StatementFailed("by_chart")

    monkeypatch.setitem(COMMON, "debuts", broken)  # type: ignore[arg-type]
    client = asking.app(village_store, clock=lambda: float(NOW)).test_client()
    told = client.get("/feed", query_string={"username": "cy"}, headers=asking.service).get_json()
    assert told["degraded"] == ["debuts"]
    found = samples(client.get("/metrics", headers=asking.operator).text)
    assert value(found, "resonance_degraded_total", source="debuts") == 1
    assert value(found, "resonance_source_seconds_count", source="debuts") == 1


def test_who_wait_for_a_turn_are_counted_while_they_wait() -> None:
    metrics, queue, over = made(), Queue(acting=1, reading=1), threading.Event()
    metrics.watch(queue)

    def go() -> None:
        with queue.turn(acts=True):
            over.wait(20)

    actors = [threading.Thread(target=go) for _ in range(3)]
    for each in actors:
        each.start()
    until = time.monotonic() + 20
    while queue.waiting != (2, 0) and time.monotonic() < until:
        time.sleep(0.01)
    during = samples(metrics.text())
    over.set()
    for each in actors:
        each.join(20)
    after = samples(metrics.text())
    assert value(during, "resonance_requests_waiting", turn="act") == 2
    assert value(during, "resonance_requests_waiting", turn="read") == 0
    assert value(after, "resonance_requests_waiting", turn="act") == 0


def test_the_wait_for_a_turn_is_told_beside_the_time_of_the_answer(
    village_store: GraphStore,
) -> None:
    app = create_app(village_store)
    turns, stream = Turns(app, acting=1, reading=1), io.StringIO()
    with logged_to(stream), ThreadPoolExecutor(1) as other:
        with turns.queue.turn(acts=True):
            late = other.submit(Client(turns).post, "/nowhere")
            until = time.monotonic() + 20
            while turns.queue.waiting != (1, 0) and time.monotonic() < until:
                time.sleep(0.01)
            time.sleep(0.2)
        assert late.result(20).status_code == 404
        Client(turns).get("/nowhere")
        app.test_client().get("/nowhere")
    found = samples(state_of(app).metrics.text())
    assert value(found, "resonance_turn_wait_seconds_sum", turn="act") >= 0.2
    counts = [
        value(found, "resonance_turn_wait_seconds_count", turn=turn) for turn in ("act", "read")
    ]
    assert counts == [1, 1]
    acted, read, unturned = [json.loads(line)["wait_ms"] for line in stream.getvalue().splitlines()]
    assert acted >= 200 and read >= 0 and unturned is None


def test_the_model_has_a_version_and_an_age() -> None:
    ended = time.strftime("%Y%m%d-%H%M%S", time.gmtime(NOW - 90))
    found = samples(made(f"{ended}.2").text())
    assert value(found, "resonance_model_info", version=f"{ended}.2") == 1
    assert value(found, "resonance_model_age_seconds") == 90
    assert "resonance_model" not in made().text()


def test_each_application_counts_for_itself() -> None:
    one, other = made(), made()
    one.left_out(["near"])
    assert 'source="near"' in one.text() and 'source="near"' not in other.text()
