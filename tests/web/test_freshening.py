"""A server keeps derived edges up by itself: what people do is in the lists some seconds later."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import pandas as pd
import pytest
from apiflask import APIFlask
from asking import Asking
from flask.testing import FlaskClient
from test_metrics import samples, value

from graph.derive import lease
from graph.derive.fresh import Fresh
from graph.derive.rebuild import derive
from graph.errors import ConfigError, StatementFailed
from graph.ingest import ingest_tables
from graph.store import GraphStore
from village.world import NOW
from web import freshening, keeping
from web.config import WebConfig
from web.freshening import Freshening
from web.state import state_of
from web.turns import Queue

PATIENCE = 60.0
"""Seconds after which a test gives up; what it waits for takes well below one."""


@contextmanager
def kept_up(app: APIFlask) -> Iterator[FlaskClient]:
    state_of(app).freshening.start()
    try:
        yield app.test_client()
    finally:
        state_of(app).freshening.stop()


def until(so: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not so():
        assert time.monotonic() < end, "it never came to be"
        time.sleep(0.01)


@pytest.fixture
def bakers(any_store: GraphStore) -> GraphStore:
    """Of three loaves with one tag, ben's rye is liked, and derived so."""
    names, loaves = ["ana", "ben", "cat"], ["rye", "oat", "fig"]
    users = pd.DataFrame({"id": [f"u:{name}" for name in names], "username": names})
    posts = pd.DataFrame({"id": loaves, "title": loaves, "created_at": NOW - 100})
    tables = {
        "users": users,
        "posts": posts,
        "tags": pd.DataFrame({"id": ["bread"]}),
        "tagged": pd.DataFrame({"source": loaves, "target": "bread"}),
        "authored": pd.DataFrame({"source": "u:ben", "target": loaves}),
        "liked": pd.DataFrame({"source": ["u:cat"], "target": ["rye"], "at": [NOW - 50]}),
    }
    ingest_tables(any_store, tables)
    derive(any_store)
    return any_store


def champions(store: GraphStore) -> list[str]:
    return [row["post_id"] for row in store.run("by_tag", tag_id="bread")]


def app_of(asking: Asking, store: GraphStore) -> APIFlask:
    return asking.app(store, clock=lambda: float(NOW), fresh_seconds=0.01)


class As:
    """Somebody who acts with their own token."""

    def __init__(self, client: FlaskClient, asking: Asking, user_id: str):
        self._client, self._headers = client, asking.viewer(user_id)

    def does(self, method: str, path: str, body: object = None) -> object:
        answer = self._client.open(path, method=method, headers=self._headers, json=body)
        assert answer.status_code < 300, answer.text
        return answer.json


def test_a_like_changes_the_champions_of_its_tag_without_a_derive_and_a_hidden_post_goes(
    bakers: GraphStore, asking: Asking
) -> None:
    with kept_up(app_of(asking, bakers)) as client:
        ana, ben, cat = (As(client, asking, f"u:{name}") for name in ("ana", "ben", "cat"))
        assert champions(bakers) == ["rye", "fig", "oat"]
        for person in (ana, cat):
            person.does("PUT", "/posts/oat/likes/me")
        until(lambda: champions(bakers) == ["oat", "rye", "fig"])
        until(
            lambda: [r["post"] for r in bakers.run("similar_to", post_id="oat", limit=9)] == ["rye"]
        )
        until(
            lambda: [r["user_id"] for r in bakers.run("near_people", user_id="u:cat")] == ["u:ana"]
        )
        cat.does("DELETE", "/posts/oat/likes/me")
        ana.does("DELETE", "/posts/oat/likes/me")
        until(lambda: champions(bakers) == ["rye", "fig", "oat"])
        ben.does("PATCH", "/posts/rye", {"privacy": "private"})
        until(lambda: champions(bakers) == ["fig", "oat"])
        made = ben.does("POST", "/posts", {"title": "Spelt", "tags": ["bread"]})
        assert isinstance(made, dict)
        until(lambda: made["post"]["post_id"] in champions(bakers))


def test_a_failure_is_counted_and_logged_and_serving_goes_on(
    store: GraphStore,
    asking: Asking,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fails(fresh: Fresh) -> bool:
        raise StatementFailed("the disk is wet")

    monkeypatch.setattr(Fresh, "look", fails)
    monkeypatch.setattr(freshening, "AGAIN", 0.01)
    with kept_up(app_of(asking, store)) as client:

        def failed() -> float:
            text = client.get("/metrics", headers=asking.operator).text
            return value(samples(text), "resonance_lists_failed_total")

        until(lambda: failed() > 1)
        answer = client.get("/feed", query_string={"username": "ana"}, headers=asking.service)
        assert answer.status_code == 200
    assert "derived edges are not kept up: the disk is wet" in caplog.text


def test_what_waits_is_told_and_nothing_begins_where_it_is_turned_off(
    bakers: GraphStore, asking: Asking
) -> None:
    app = asking.app(bakers, clock=lambda: float(NOW))
    with kept_up(app) as client:
        As(client, asking, "u:ana").does("PUT", "/posts/oat/likes/me")
        found = samples(client.get("/metrics", headers=asking.operator).text)
        for name in ("waiting", "waiting_seconds", "kept", "changed_total", "failed_total"):
            assert value(found, f"resonance_lists_{name}") == 0
    assert champions(bakers) == ["rye", "fig", "oat"]


def test_after_a_step_others_go_before_for_longer_and_less_so_where_something_waits_long() -> None:
    assert freshening.pause_after(0.02, freshening.LATE, False) == pytest.approx(0.18)
    assert freshening.pause_after(0.02, freshening.LATE + 0.1, False) == pytest.approx(0.04)
    assert freshening.pause_after(0.02, freshening.LATE + 0.1, True) == pytest.approx(0.38)


def test_who_acts_goes_before() -> None:
    queue = Queue(acting=1, reading=1)
    with queue.turn(acts=False):
        assert not queue.acted_on
    with queue.turn(acts=True):
        assert queue.acted_on


def test_an_embedded_graph_is_folded_when_nobody_asks_for_anything(
    store: GraphStore, asking: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("graph.ladybug_store.SET_LIMIT", 10)
    monkeypatch.setattr(freshening, "IDLE", 0.05)
    app, queue, looks = app_of(asking, store), Queue(acting=1, reading=1), list[bool]()
    state_of(app).freshening.watch(queue)
    look = Fresh.look

    def seen(fresh: Fresh) -> bool:
        looks.append(True)
        return look(fresh)

    monkeypatch.setattr(Fresh, "look", seen)
    for number in range(6):
        store.run("load_tags", rows=[{"id": "rye", "name": f"Rye {number}"}])
    assert store.unfolded >= 0.6
    with ExitStack() as stack:
        with queue.turn(acts=False):
            stack.enter_context(kept_up(app))
            until(lambda: len(looks) > 9)
            assert store.unfolded >= 0.6
        until(lambda: store.unfolded < freshening.FOLDED)


@pytest.mark.parametrize("seldom", [0.0, 60.0])
def test_what_was_read_whole_is_let_go_of_while_others_ask_and_seldom(
    store: GraphStore, asking: Asking, monkeypatch: pytest.MonkeyPatch, seldom: float
) -> None:
    monkeypatch.setattr("graph.ladybug_store.WHOLE", 1)
    monkeypatch.setattr(freshening, "SELDOM", seldom)
    app, queue, asked, folded = app_of(asking, store), Queue(1, 1), list[bool](), list[bool]()
    state_of(app).freshening.watch(queue)
    fold_in_quiet, fold = Freshening._fold_in_quiet, store.fold

    def seen(freshening: Freshening) -> None:
        fold_in_quiet(freshening)
        asked.append(True)

    def counted() -> None:
        fold()
        folded.append(True)

    monkeypatch.setattr(Freshening, "_fold_in_quiet", seen)
    monkeypatch.setattr(store, "fold", counted)
    store.run("load_tags", rows=[{"id": "rye", "name": None}])
    store.frame("export_tags")
    assert store.unfolded == 1.0
    with queue.turn(acts=False), kept_up(app):
        until(lambda: bool(folded))
        store.frame("export_tags")
        begun = len(asked)
        until(lambda: len(asked) > begun + 3)
        assert (len(folded) > 1) == (store.unfolded < 1.0) == (seldom == 0.0)


def test_the_whole_graph_is_read_at_once_only_when_nobody_asks_for_anything(
    bakers: GraphStore, asking: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(freshening, "IDLE", 0.2)
    monkeypatch.setattr(freshening, "SHARE", 1e9)
    rests, rest = list[float](), Freshening._rest

    def counted(self: Freshening, took: float) -> None:
        rests.append(took)
        rest(self, took)

    monkeypatch.setattr(Freshening, "_rest", counted)
    app, queue = app_of(asking, bakers), Queue(acting=1, reading=1)
    state_of(app).freshening.watch(queue)
    with ExitStack() as stack:
        with queue.turn(acts=False):
            client = stack.enter_context(kept_up(app))
            until(lambda: len(rests) == 1)
            time.sleep(0.5)
            assert len(rests) == 1 and kept(client, asking) == 0
        until(lambda: kept(client, asking) == 1)
        assert len(rests) > 9


def test_a_server_ends_in_the_middle_of_reading_the_whole_graph(
    bakers: GraphStore, asking: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(freshening, "SHARE", 1e9)
    app, queue = app_of(asking, bakers), Queue(acting=1, reading=1)
    state_of(app).freshening.watch(queue)
    reads, frame = list[str](), type(bakers).frame

    def read(store: GraphStore, name: str, /, **params: object) -> pd.DataFrame:
        reads.append(name)
        return frame(store, name, **params)

    monkeypatch.setattr(type(bakers), "frame", read)
    with queue.turn(acts=False), kept_up(app):
        until(lambda: "whole_cards" in reads)
    assert not state_of(app).freshening.lives


def kept(client: FlaskClient, asking: Asking) -> float:
    """Whether this server keeps lists up, as it tells its operator."""
    text = client.get("/metrics", headers=asking.operator).text
    return value(samples(text), "resonance_lists_kept")


def test_of_two_servers_one_keeps_them_up_and_when_it_dies_or_ends_the_other(
    bakers: GraphStore, asking: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "BEAT", 0.02)
    monkeypatch.setattr(lease, "LAPSE", 0.5)
    apps = [app_of(asking, bakers) for _ in range(3)]
    dies, other, third = (app.test_client() for app in apps)
    state_of(apps[0]).freshening.start()
    until(lambda: kept(dies, asking) == 1)
    with kept_up(apps[1]):
        As(other, asking, "u:ana").does("PUT", "/posts/oat/likes/me")
        As(other, asking, "u:cat").does("PUT", "/posts/oat/likes/me")
        until(lambda: champions(bakers) == ["oat", "rye", "fig"])
        assert (kept(dies, asking), kept(other, asking)) == (1, 0)
        with monkeypatch.context() as dying:  # it lets nothing go
            dying.setattr(lease.Lease, "let_go", lambda _: None)
            state_of(apps[0]).freshening.stop()
        until(lambda: kept(other, asking) == 1)
        As(other, asking, "u:ana").does("DELETE", "/posts/oat/likes/me")
        As(other, asking, "u:cat").does("DELETE", "/posts/oat/likes/me")
        until(lambda: champions(bakers) == ["rye", "fig", "oat"])
        monkeypatch.setattr(lease, "LAPSE", PATIENCE)
        state_of(apps[2]).freshening.start()
        time.sleep(0.1)
        assert kept(third, asking) == 0
    until(lambda: kept(third, asking) == 1)
    state_of(apps[2]).freshening.stop()


def test_who_lost_the_lease_stops_and_takes_it_again_when_it_is_free(
    bakers: GraphStore, asking: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "BEAT", 0.02)
    with kept_up(app_of(asking, bakers)) as client:
        until(lambda: kept(client, asking) == 1)
        beat = bakers.run("keeper")[0]["beat"]
        bakers.run("become_keeper", name="another", beat=beat + 100)
        As(client, asking, "u:ana").does("PUT", "/posts/fig/likes/me")
        until(lambda: kept(client, asking) == 0)
        assert champions(bakers) == ["rye", "fig", "oat"]
        bakers.run("become_keeper", name="", beat=beat + 101)
        until(lambda: bakers.run("post_cards", post_ids=["fig"])[0]["popularity"] > 0)


@pytest.mark.parametrize("told", ["soon", "-1", "1e9", "nan", "١"])
def test_no_number_of_seconds_is_refused_by_name(told: str) -> None:
    with pytest.raises(ConfigError, match="RESONANCE_FRESH_SECONDS"):
        WebConfig.from_env({"RESONANCE_FRESH_SECONDS": told})
    assert WebConfig.from_env({"RESONANCE_FRESH_SECONDS": "0.5"}).seconds_between_looks == 0.5
    assert WebConfig.from_env({}).seconds_between_looks == 1.0
    assert WebConfig.from_env({"RESONANCE_FRESH_SECONDS": "0"}).seconds_between_looks == 0.0
