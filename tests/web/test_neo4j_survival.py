"""What becomes of a server whose Neo4j fails it, and after that."""

import re
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

import pytest
from enduring import like, viewer_of
from flask import Flask
from flask.testing import FlaskClient
from own_neo4j import OwnNeo4j
from proxy import Proxy
from pytest import MonkeyPatch

from graph import neo4j_patience
from graph import neo4j_store as neo4j_store_module
from graph.errors import StoreUnavailable
from graph.ingest import ingest_tables
from graph.queries.stats import stats
from graph.soundness import faults
from graph.store import GraphStore, StoreConfig, open_store
from village.world import plant
from web.app import create_app

ROOT = Path(__file__).parents[2]


@pytest.mark.neo4j
def test_a_database_that_goes_and_comes_or_is_slow_costs_answers_and_no_write(
    neo4j_store: GraphStore, neo4j_config: StoreConfig, monkeypatch: MonkeyPatch
) -> None:
    ingest_tables(neo4j_store, plant(seed=0, users=10, posts=10, communities=1).tables)
    monkeypatch.setattr(neo4j_store_module, "RETRY_SECONDS", 0.2)
    monkeypatch.setattr(neo4j_store_module, "CONNECT_SECONDS", 1.0)
    name, post = viewer_of(neo4j_store)
    server = urlsplit(neo4j_config.url)
    with Proxy(server.hostname or "", server.port or 0) as proxy:
        config = replace(neo4j_config, url=f"bolt://127.0.0.1:{proxy.port}")
        with open_store(config) as store:
            client = create_app(store).test_client()
            assert like(client, name, post) < 300
            proxy.stop()
            answer = client.get("/feed?username=nobody-yet")
            assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
            assert like(client, name, post, "DELETE") == 503
            proxy.start()
            told = client.get(f"/posts/{post}?viewer={name}").get_json()
            assert told["post"]["mine"]["liked"] is True
            assert like(client, name, post, "DELETE") < 300
            proxy.delay = 0.03
            page = client.get(f"/feed?username={name}&budget_ms=20")
            assert page.status_code == 200 and page.get_json()["degraded"]
            proxy.delay = 0.0
            assert client.get(f"/feed?username={name}").get_json()["degraded"] == []
    assert list(faults(neo4j_store)) == []


@pytest.mark.neo4j
def test_a_neo4j_that_answers_nothing_costs_one_wait_and_no_write_until_it_answers(
    neo4j_store: GraphStore, neo4j_config: StoreConfig, monkeypatch: MonkeyPatch
) -> None:
    ingest_tables(neo4j_store, plant(seed=0, users=10, posts=10, communities=1).tables)
    monkeypatch.setattr(neo4j_patience, "LOOK", 0.1)
    name, post = viewer_of(neo4j_store)
    server = urlsplit(neo4j_config.url)
    with Proxy(server.hostname or "", server.port or 0) as proxy:
        config = replace(neo4j_config, url=f"bolt://127.0.0.1:{proxy.port}", patience=4.0)
        with open_store(config) as store, ThreadPoolExecutor(4) as threads:
            client = create_app(store).test_client()
            assert like(client, name, post) < 300
            proxy.silent = True
            # Made one by one: werkzeug parses, which Python 3.11 cannot in several threads at once.
            one, other = (create_app(store).test_client() for _ in range(2))
            began = time.monotonic()
            waits = [
                threads.submit(lambda: one.get("/health").status_code),
                threads.submit(like, other, name, post, "DELETE"),
            ]
            assert [each.result(timeout=30) for each in waits] == [503, 503]
            assert 4.0 <= time.monotonic() - began < 20.0
            began = time.monotonic()
            for _ in range(5):
                answer = client.get(f"/feed?username={name}")
                assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
                assert like(client, name, post, "DELETE") == 503
            assert time.monotonic() - began < 3.5, "less than one more wait"
            proxy.silent = False
            wait_until_answered(client)
            told = client.get(f"/posts/{post}?viewer={name}").get_json()
            assert told["post"]["mine"]["liked"] is True
            assert like(client, name, post, "DELETE") < 300
    assert list(faults(neo4j_store)) == []


def wait_until_answered(client: FlaskClient) -> None:
    patience = time.monotonic() + 30
    while client.get("/health").status_code != 200:
        assert time.monotonic() < patience
        time.sleep(0.02)


@pytest.mark.neo4j
def test_what_reads_a_whole_table_is_waited_for_however_long_the_rest_may_take(
    neo4j_store: GraphStore, neo4j_config: StoreConfig
) -> None:
    server = urlsplit(neo4j_config.url)
    with Proxy(server.hostname or "", server.port or 0) as proxy:
        config = replace(neo4j_config, url=f"bolt://127.0.0.1:{proxy.port}", patience=1.5)
        with open_store(config) as store, open_store(replace(config, patience=None)) as patient:
            assert store.run("schema_version") == patient.run("schema_version")
            proxy.delay = 1.8
            assert store.frame("export_users").empty and not any(stats(store).values())
            with pytest.raises(StoreUnavailable, match="does not answer"):
                store.run("schema_version")
            assert patient.run("schema_version")


@pytest.mark.neo4j
def test_a_full_disk_under_neo4j_costs_answers_until_it_is_restarted_and_nothing_acknowledged(
    tmp_path: Path, mounting: list[str]
) -> None:
    code = """
        import os, sys
        from pathlib import Path
        sys.path.append("tests")
        from own_neo4j import OwnNeo4j
        from graph.errors import StoreUnavailable
        from graph.ingest import ingest_tables
        from graph.soundness import faults
        from graph.store import open_store
        from village.world import plant
        from web.app import create_app
        disk = Path(sys.argv[1])
        server = OwnNeo4j(disk)
        # Else it lays out 512 MB, and writes a long time before it wants more.
        logs = ("db.tx_log.preallocate=false", "db.tx_log.rotation.size=256k")
        try:
            with open_store(server.start(*logs)) as store:
                ingest_tables(store, plant(seed=0, users=10, posts=10, communities=1).tables)
                client = create_app(store).test_client()
                name, done = store.frame("export_users")["username"][0], []
                left = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
                with open(disk / "filler", "wb") as filler:
                    os.posix_fallocate(filler.fileno(), 0, left - (1 << 19))

                def write():
                    return client.post(f"/posts?viewer={name}", json={"text": "x" * 5_000})

                for _ in range(2_000):
                    answer = write()
                    if answer.status_code != 201:
                        break
                    done.append(answer.get_json()["post"]["post_id"])
                asked = [write(), *map(client.get, (f"/feed?username={name}", "/ready"))]
                print(*[each.status_code for each in (answer, *asked)])
                print(*[each.headers.get("Retry-After") for each in (answer, *asked[:2])])
                try:
                    store.frame("export_posts")
                except StoreUnavailable as error:
                    print(str(error).partition(" ")[2])
                (disk / "filler").unlink()
                server.kill()
                server.start(*logs)
                while client.get("/health").status_code != 200:
                    pass
                print(write().status_code, client.get(f"/feed?username={name}").status_code)
                kept = set(store.frame("export_posts")["id"])
                print(len(done) > 2, set(done) <= kept, list(faults(store)))
        finally:
            server.kill()
    """
    (disk := tmp_path / "disk").mkdir()
    script = 'mount -t tmpfs -o size=64m tmpfs "$1"; "$2" -c "$3" "$1"'
    told = subprocess.run(
        [*mounting, script, "sh", disk, sys.executable, textwrap.dedent(code)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert told.returncode == 0, told.stderr
    statuses, after, said, again, found = told.stdout.splitlines()
    assert statuses == "503 503 503 503"
    assert after == "5 5 5"
    assert re.fullmatch(r"cannot begin or commit transactions \(Neo\.\S+\); .*restart Neo4j", said)
    assert again == "201 200"
    assert found == "True True []"


class Load:
    """People who post, and read feeds, each as soon as they were answered."""

    def __init__(self, app: Flask, names: Sequence[str]):
        """Who, in turn: one writes, the next one reads."""
        self.made, self.statuses = list[str](), Counter[int]()
        self._ended = threading.Event()
        does = (self._write, self._read)
        self._threads = [
            threading.Thread(target=self._go_on, args=(does[place % 2], app.test_client(), name))
            for place, name in enumerate(names)
        ]

    def until(self, status: int, times: int = 4) -> None:
        """Wait until so many more answers are of that status."""
        wanted, patience = self.statuses[status] + times, time.monotonic() + 120
        while self.statuses[status] < wanted:
            assert time.monotonic() < patience, f"no {status} any more: {self.statuses}"
            assert all(each.is_alive() for each in self._threads)
            time.sleep(0.02)

    def __enter__(self) -> Self:
        for each in self._threads:
            each.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        for each in self._threads:
            each.join(timeout=60)
        assert not any(each.is_alive() for each in self._threads)

    def _go_on(self, do: Callable[[FlaskClient, str], int], client: FlaskClient, name: str) -> None:
        while not self._ended.is_set():
            self.statuses[do(client, name)] += 1

    def _write(self, client: FlaskClient, name: str) -> int:
        answer = client.post(f"/posts?viewer={name}", json={"text": "still there?"})
        if answer.status_code == 201:
            self.made.append(answer.get_json()["post"]["post_id"])
        return answer.status_code

    def _read(self, client: FlaskClient, name: str) -> int:
        return client.get(f"/feed?username={name}").status_code


@pytest.mark.neo4j
def test_a_neo4j_that_is_stopped_killed_and_held_up_under_load_costs_answers_and_no_write(
    tmp_path: Path, monkeypatch: MonkeyPatch
) -> None:
    """A server of its own; the program that asks it runs on."""
    monkeypatch.setattr(neo4j_store_module, "RETRY_SECONDS", 0.2)
    monkeypatch.setattr(neo4j_store_module, "CONNECT_SECONDS", 1.0)
    own = OwnNeo4j(tmp_path)
    try:
        with open_store(replace(own.start(), patience=3.0)) as store:
            ingest_tables(store, plant(seed=0, users=10, posts=10, communities=1).tables)
            names = store.frame("export_users")["username"][:4].tolist()
            with Load(create_app(store), names) as load:
                load.until(201)
                for end in (own.stop, own.kill):
                    end()
                    load.until(503)
                    own.start()
                    load.until(201)
                    load.until(200)
                own.send(signal.SIGSTOP)
                load.until(503)
                own.send(signal.SIGCONT)
                load.until(201)
                load.until(200)
            assert set(load.statuses) == {200, 201, 503}
            posts = store.frame("export_posts")["id"]
            assert load.made and set(load.made) <= set(posts)
            assert list(faults(store)) == []
    finally:
        own.kill()
