"""`resonance serve --workers 2`, over either engine: two processes answer as one would."""

import http.client
import json
import os
import re
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from two_workers import PER_MINUTE, Client, Server, started

from graph.derive.rebuild import derive
from graph.ingest import ingest_tables
from graph.store import StoreConfig, open_store
from village.world import World


@pytest.fixture(scope="module", params=["ladybug", pytest.param("neo4j", marks=pytest.mark.neo4j)])
def graph(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, village: World
) -> StoreConfig:
    """The village, in a graph that nobody has open."""
    if request.param == "ladybug":
        config = StoreConfig(f"ladybug:{tmp_path_factory.mktemp('graph') / 'graph'}")
    else:
        config = request.getfixturevalue("neo4j_config")
        opened = request.getfixturevalue("opened_neo4j")
        opened.run("export_users")  # that it is there
        with opened._session() as session:
            session.run("MATCH (n) WHERE NOT n:TestGraph DETACH DELETE n").consume()
    with open_store(config) as store:
        ingest_tables(store, village.tables)
        derive(store)
    return config


@pytest.fixture(scope="module")
def server(graph: StoreConfig, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with started(tmp_path_factory.mktemp("workers"), graph) as running:
        yield running


@pytest.fixture(autouse=True)
def hung_up(server: Server) -> Iterator[None]:
    yield
    server.hang_up()


@pytest.fixture
def public(village: World) -> list[str]:
    found: list[str] = village.tables["users"].query("privacy == 'public'")["id"].tolist()
    return found


def ids(feed: Any) -> list[str]:
    """Of the posts of a page; all are the village's."""
    return [f"sv:post:{post['id']}" for post in feed["post"]]


pytestmark = pytest.mark.skipif(
    not Path("/proc/net/tcp").exists(), reason="connections are seen in /proc"
)


def test_what_a_friend_likes_by_one_worker_is_in_the_next_feed_of_the_other(
    server: Server, public: list[str]
) -> None:
    one, other = server.pair(server.service)
    ann, ben, cleo = public[:3]
    for who, friend in ((ann, ben), (ben, ann)):
        one.ask("POST", f"/friendships/requests?viewer={who}", {"user": friend})
    assert other.get(f"/friendships/{ben}", viewer=ann)["friendship"]["state"] == "friends"
    for number in range(3):
        _, made, _ = one.ask("POST", f"/posts?viewer={cleo}", {"title": f"Of {number} herons"})
        post = made["post"]["post_id"]
        both = [each.get("/feed", username=ann) for each in (one, other)]
        assert all(feed["post"] for feed in both)  # both have the friend's list in memory by now
        status, _, _ = one.ask("PUT", f"/posts/{post}/likes/me?viewer={ben}")
        assert status in (200, 201)
        held = {"Authorization": f"Bearer {server.operator}"}
        _, told, _ = other.ask("GET", f"/explain?username={ann}&post={post}", headers=held)
        assert "friends_engaged" in told["found_by"], (number, told)


def test_a_like_by_one_worker_shows_in_the_own_next_feed_of_the_other(
    server: Server, public: list[str]
) -> None:
    one, other = server.pair(server.service)
    dora = public[3]
    first = ids(other.get("/feed", username=dora))
    one.ask("PUT", f"/posts/{first[0]}/likes/me?viewer={dora}")
    again = other.get("/feed", username=dora)
    assert first[0] not in ids(again)


def test_a_cursor_and_a_page_by_number_go_on_in_the_other_worker(
    server: Server, public: list[str]
) -> None:
    one, other = server.pair(server.service)
    feed = one.get("/feed", username=public[4])
    seen, cursor = ids(feed), feed["next_cursor"]
    for number, client in enumerate((other, one, other), start=2):
        by_cursor = client.get("/feed", username=public[4], cursor=cursor)
        by_number = client.get("/feed", username=public[4], page=number)
        assert ids(by_number) == ids(by_cursor)
        seen, cursor = seen + ids(by_cursor), by_cursor["next_cursor"]
    assert len(seen) == len(set(seen)) == 40


def test_a_write_that_is_sent_again_to_the_other_worker_is_done_once(
    server: Server, public: list[str]
) -> None:
    one, other = server.pair(server.service)
    asked = ("POST", f"/posts?viewer={public[5]}", {"title": "Once"}, {"Idempotency-Key": "k"})
    (_, first, _), (_, again, headers) = one.ask(*asked), other.ask(*asked)
    assert again == first and headers["Idempotent-Replayed"] == "true"


def test_no_event_is_lost_where_both_workers_take_some_at_once(server: Server) -> None:
    """Each counts one more, of what it has read of the edge just before."""

    def event(name: str, type: str, **more: object) -> str:
        return json.dumps({"id": name, "type": type, "at": "2026-11-20T10:00:00Z", **more}) + "\n"

    one, other = server.pair(server.service)
    said = event("u", "user", user="fan") + event("a", "user", user="star")
    said += event("p", "post", post="famous", author="star")
    told = [one.ask("POST", "/events", said)]

    def send(client: Client, name: str) -> None:
        for number in range(30):
            one_more = event(f"{name}{number}", "view", user="fan", post="famous")
            told.append(client.ask("POST", "/events", one_more))

    threads = [threading.Thread(target=send, args=each) for each in ((one, "a"), (other, "b"))]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert [each for each in told if each[0] != 200 or each[1]["refused"]] == []
    with server.reading() as store:
        viewed = store.run("export_viewed")
    (edge,) = [row for row in viewed if row["source"] == "app:user:fan"]
    assert edge["times"] == 60


def test_a_viewer_is_counted_by_both_workers_together(server: Server, public: list[str]) -> None:
    pair = server.pair(server.token(public[6]))
    told = [pair[number % 2].ask("GET", "/interests")[0] for number in range(PER_MINUTE + 4)]
    assert told == [200] * PER_MINUTE + [429] * 4


def test_either_worker_tells_the_metrics_of_both(server: Server) -> None:
    pair = server.pair(server.operator)

    def counted(client: Client) -> float:
        text = str(client.get("/metrics"))
        asked = r'^resonance_request_seconds_count\{.*rule="/ready",status="200".*\} ([\d.]+)$'
        found = re.search(asked, text, re.MULTILINE)
        assert found is not None, text
        return float(found.group(1))

    before = counted(pair[0])
    for client in pair:
        for _ in range(5):
            client.get("/ready")
    assert [counted(client) for client in pair] == [before + 10, before + 10]
    assert "resonance_streams_open 0.0" in str(pair[0].get("/metrics"))


def test_a_stream_of_one_worker_tells_what_was_done_by_the_other(
    server: Server, public: list[str]
) -> None:
    one, other = server.pair(server.service)
    gil, hal = public[7], public[8]
    _, made, _ = one.ask("POST", f"/posts?viewer={gil}", {"title": "Of a stream"})
    heard: list[str] = []

    def listen() -> None:
        heard.append(str(other.get("/notifications/stream", viewer=gil, seconds=5)))

    listening = threading.Thread(target=listen)
    listening.start()
    time.sleep(1)
    one.ask("PUT", f"/posts/{made['post']['post_id']}/likes/me?viewer={hal}")
    listening.join()
    assert "event: notification" in heard[0] and hal in heard[0]


def test_whoever_leaves_by_one_worker_is_gone_in_the_other(
    server: Server, public: list[str]
) -> None:
    one, other = server.pair(server.service)
    ivo, jan = public[10:12]
    one.ask("POST", f"/posts?viewer={ivo}", {"title": "Zymurgy at home"})
    for client in (one, other):  # both have read it, and know the word
        assert client.get("/search", q="zymurgy", viewer=jan)["posts"]
        assert client.ask("GET", f"/profiles/{ivo}?viewer={jan}")[0] == 200
    assert one.ask("DELETE", f"/profiles/me?viewer={ivo}", {"confirm": ivo})[0] == 200
    for client in (other, one):
        assert client.get("/search", q="zymurgy", viewer=jan)["posts"] == []
        assert client.ask("GET", f"/profiles/{ivo}?viewer={jan}")[0] == 404
        assert client.ask("GET", f"/feed?username={ivo}")[1]["cold_start"]


def test_a_process_beside_the_workers_keeps_derived_edges_up_and_is_replaced_when_it_dies(
    server: Server, public: list[str]
) -> None:
    one, other = server.pair(server.service)
    held = {"Authorization": f"Bearer {server.operator}"}

    def told(name: str) -> float:
        text = other.ask("GET", "/metrics", headers=held)[1]
        found = re.search(rf"^resonance_lists_{name} ([\d.]+)$", text, re.MULTILINE)
        return float(found.group(1)) if found is not None else 0.0

    until = time.monotonic() + 60
    while told("kept") < 1 and time.monotonic() < until:
        time.sleep(0.1)
    _, made, _ = one.ask("POST", f"/posts?viewer={public[4]}", {"title": "Of shrikes"})
    post = made["post"]["post_id"]
    assert one.ask("PUT", f"/posts/{post}/likes/me?viewer={public[5]}")[0] in (200, 201)
    with server.reading() as store:
        while time.monotonic() < until:
            if store.run("post_cards", post_ids=[post])[0]["popularity"]:
                break
            time.sleep(0.1)
        assert store.run("post_cards", post_ids=[post])[0]["popularity"] > 0
    (keeper,) = server.keepers
    answering = server.workers
    os.kill(keeper, signal.SIGKILL)
    while not server.keepers - {keeper} and time.monotonic() < until:
        assert other.ask("GET", f"/feed?username={public[9]}")[0] == 200
    assert len(server.keepers - {keeper}) == 1 and server.workers == answering


def test_a_worker_that_dies_is_replaced_and_the_other_answers_meanwhile(
    server: Server, public: list[str]
) -> None:
    one, other = server.pair(server.service)
    before = server.workers
    os.kill(one.pid, signal.SIGKILL)
    until = time.monotonic() + 30
    while len(server.workers - {one.pid}) < 2 and time.monotonic() < until:
        assert other.ask("GET", f"/feed?username={public[9]}")[0] == 200
    assert len(server.workers) == 2 and server.workers != before
    again, _ = server.pair(server.service)
    assert again.ask("GET", "/health")[0] == 200


def test_a_server_of_workers_that_is_told_to_end_answers_what_it_was_asked(
    server: Server, public: list[str]
) -> None:
    """The last that asks this server, which is gone after it."""
    written: list[str] = []

    def act(who: str) -> None:
        client = Client(server)
        client.headers = {"Authorization": f"Bearer {server.service}"}
        for number in range(10_000):
            try:
                body = {"title": f"{who} {number}"}
                status, told, _ = client.ask("POST", f"/posts?viewer={who}", body)
            except OSError:
                return  # refused, or closed before it was read: then it was not done either
            except http.client.HTTPException:
                return
            assert status == 201, told
            written.append(told["post"]["post_id"])

    with server.reading() as store:
        before = {row["id"] for row in store.run("export_posts")}
    people = [threading.Thread(target=act, args=(who,)) for who in public[:6]]
    for each in people:
        each.start()
    until = time.monotonic() + 20
    while len(written) < 30 and time.monotonic() < until:
        time.sleep(0.01)
    processes = server.workers | server.holders | server.keepers
    server.process.send_signal(signal.SIGTERM)
    for each in people:
        each.join(20)
    assert server.process.wait(20) == 0
    with open_store(server.graph) as store:
        kept = {row["id"] for row in store.run("export_posts")} - before
    assert kept == set(written) and len(written) >= 30
    assert all(not Path(f"/proc/{pid}").exists() for pid in processes)
    assert "Traceback" not in (server.folder / "log").read_text()


def test_workers_are_started_anew_when_asked_and_end_with_who_started_them(
    tmp_path: Path, graph: StoreConfig, public: list[str]
) -> None:
    with started(tmp_path, graph) as server:
        cursor = server.pair(server.service)[0].get("/feed", username=public[9])["next_cursor"]
        before, keepers = server.workers, server.keepers
        server.process.send_signal(signal.SIGHUP)
        until = time.monotonic() + 30

        def goes_on() -> bool:
            return bool(server.workers & before or server.keepers & keepers or not server.keepers)

        while goes_on() and time.monotonic() < until:
            answer = requests.get(f"http://127.0.0.1:{server.port}/health", timeout=30)
            assert answer.status_code == 200  # who asks meanwhile may wait, and is not refused
        one, other = server.pair(server.service)
        assert {one.pid, other.pid} == server.workers and not server.workers & before
        assert len(server.keepers) == 1 and not server.keepers & keepers
        assert one.get("/feed", username=public[9], cursor=cursor)["post"]
        processes = server.workers | server.holders | server.keepers
        server.process.kill()
        server.process.wait()
        until = time.monotonic() + 20
        while any(Path(f"/proc/{pid}").exists() for pid in processes) and time.monotonic() < until:
            time.sleep(0.1)
        assert not any(Path(f"/proc/{pid}").exists() for pid in processes)
