"""What becomes of a server whose disk, database or clock fails it, and after that."""

import json
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import textwrap
import time
from pathlib import Path

import pytest
from enduring import like, viewer_of
from filled_graphs import Filled, Prepared
from flask import Flask, g
from pytest import MonkeyPatch
from random_encoder import RandomTraining

from feed.cursors import LIFETIME
from feed.memory import ViewerMemory
from gnn.artifact import DIGEST, ENCODER, EVALUATION, METADATA, TABLE
from gnn.versions import Models
from graph.derive.fresh import LARGE, LEAST, Fresh
from graph.derive.lease import BEAT, LAPSE, Lease
from graph.derive.rebuild import derive
from graph.errors import ModelMismatch
from graph.ingest import ingest_tables
from graph.ladybug_store import LOG_LIMIT
from graph.soundness import faults
from graph.store import GraphStore, StoreConfig, open_store
from village.world import NOW, plant
from web.app import create_app
from web.callers import Service
from web.health import MENDED
from web.operating_openapi import STOPPED
from web.rates import Rates, limit_rates
from web.serve import bind, server_on
from web.shared_counts import SharedCounts

ROOT = Path(__file__).parents[2]
DAY = 86_400


def small(store: GraphStore) -> None:
    ingest_tables(store, plant(seed=0, users=20, posts=40, communities=1).tables)
    derive(store)


def python(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", textwrap.dedent(code), *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)


def test_on_a_full_disk_writes_are_503_reads_go_on_and_nothing_acknowledged_is_lost(
    prepared: Prepared, tmp_path: Path, mounting: list[str]
) -> None:
    served = """
        import os, subprocess, sys
        from pathlib import Path
        from feed.memory import ViewerMemory
        from graph.store import open_store
        from web.app import create_app
        store = open_store("ladybug:" + sys.argv[1] + "/copy/graph")
        memory = ViewerMemory(Path(sys.argv[1]) / "memory.db")
        client = create_app(store, memory=memory).test_client()
        name = store.frame("export_users")["username"][0]

        def write():
            answer = client.post(f"/posts?viewer={name}", json={"text": "x" * 5_000})
            return answer, (answer.get_json()["post"] or {"post_id": ""})["post_id"]

        done = []
        for number in range(2_000):
            answer, post = write()
            if answer.status_code != 201:
                break
            done.append(post)
        feed = client.get(f"/feed?username={name}")
        print(answer.status_code, answer.headers.get("Retry-After"), feed.status_code)
        subprocess.run(["mount", "-o", "remount,size=64m", sys.argv[1]], check=True)
        answer, post = write()
        print(answer.status_code, client.get(f"/feed?username={name}").status_code)
        print(*done, flush=True)
        os._exit(0)
    """
    opened = """
        import sys
        from graph.soundness import faults
        from graph.store import open_store
        with open_store("ladybug:" + sys.argv[1] + "/copy/graph") as store:
            store.run("load_tags", rows=[{"id": "last", "name": None}])
            print(*store.frame("export_posts")["id"])
            print(list(faults(store)))
    """
    (disk := tmp_path / "disk").mkdir()
    script = """
        mount -t tmpfs -o size=5m tmpfs "$1"
        cp -r "$2" "$1/copy"
        "$3" -c "$4" "$1"
        "$3" -c "$5" "$1"
    """
    codes = [textwrap.dedent(code) for code in (served, opened)]
    told = subprocess.run(
        [*mounting, script, "sh", disk, prepared.folder(small), sys.executable, *codes],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    full, roomy, done, posts, found = told.stdout.splitlines()
    assert full == "503 5 200", told.stderr
    assert roomy == "503 200", "what it wrote now would be lost"
    assert len(done.split()) > 2 and set(done.split()) <= set(posts.split())
    assert found == "[]"


FAILS = {
    "read-only": """
        for held in Path("/proc/self/fd").iterdir():
            if str(held.resolve()).startswith(sys.argv[1]):
                # Else the system would not let go of the disk.
                os.dup2(os.open(held.resolve(), os.O_RDONLY), int(held.name))
        subprocess.run(["mount", "-o", "remount,ro", sys.argv[1]], check=True)
    """,
    "no write succeeds": """
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
    """,
}
"""How a disk fails that was well."""


@pytest.mark.parametrize(
    ("how", "first"), [("read-only", "a fold"), ("no write succeeds", "a write")]
)
def test_a_disk_that_fails_under_a_server_costs_its_writes_and_nothing_that_was_acknowledged(
    prepared: Prepared, tmp_path: Path, how: str, first: str, request: pytest.FixtureRequest
) -> None:
    served = """
        import os, resource, subprocess, sys
        from pathlib import Path
        from graph.errors import StoreFull
        from graph.store import open_store
        from web.app import create_app
        with open_store("ladybug:" + sys.argv[1] + "/copy/graph") as store:
            client = create_app(store).test_client()
            name = store.frame("export_users")["username"][0]

            def write():
                return client.post(f"/posts?viewer={name}", json={"text": "Bread"})

            print(write().get_json()["post"]["post_id"])
            exec(sys.argv[2])
            if sys.argv[3] == "a fold":
                try:
                    store.fold()
                except StoreFull as error:
                    print(error)
            for _ in range(2):
                answer, feed = write(), client.get(f"/feed?username={name}")
                print(answer.status_code, answer.headers.get("Retry-After"), feed.status_code)
    """
    opened = """
        import sys
        from graph.soundness import faults
        from graph.store import open_store
        with open_store("ladybug:" + sys.argv[1] + "/copy/graph") as store:
            print(sys.argv[2] in set(store.frame("export_posts")["id"]), list(faults(store)))
    """
    (disk := tmp_path / "disk").mkdir()
    shutil.copytree(prepared.folder(small), tmp_path / "before")
    mounts: list[str] = request.getfixturevalue("mounting") if how == "read-only" else ["sh", "-ec"]
    script = """
        if [ "$5" = read-only ]; then mount -t tmpfs -o size=64m tmpfs "$1"; fi
        cp -r "$2" "$1/copy"
        said=$("$3" -c "$4" "$1" "$6" "$7")
        echo "$said"
        if [ "$5" = read-only ]; then mount -o remount,rw "$1"; fi
        "$3" -c "$8" "$1" $(echo "$said" | head -1)
    """
    codes = [textwrap.dedent(code) for code in (served, opened, FAILS[how])]
    words = [disk, tmp_path / "before", sys.executable, codes[0], how, codes[2], first, codes[1]]
    told = subprocess.run(
        [*mounts, script, "sh", *words], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    _, *said, found = told.stdout.splitlines()
    folded = ["checkpoint: the disk takes no writes; mend it, and run it again"]
    assert said == [*(folded if first == "a fold" else []), *["503 5 200"] * 2], told.stderr
    assert found == "True []"


def test_a_server_that_can_write_no_more_says_so_and_when_a_restart_would_help(
    prepared: Prepared, tmp_path: Path
) -> None:
    code = """
        import os, re, resource, sys
        from graph.store import open_store
        from web.app import create_app
        from web.state import state_of
        store = open_store("ladybug:" + sys.argv[1] + "/graph")
        app = create_app(store)
        client = app.test_client()
        name = store.frame("export_users")["username"][0]

        def told():
            metrics = state_of(app).metrics.text()
            gauge = re.search(r"^resonance_writes_refused (.*)$", metrics, re.M)
            seen = [client.get(each) for each in ("/ready", "/health", f"/feed?username={name}")]
            print(*(each.status_code for each in seen), gauge and gauge[1])
            print(seen[0].get_json().get("message"), seen[1].get_json().get("message"))

        told()
        most = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, most[1]))
        print(client.post(f"/posts?viewer={name}", json={"text": "Bread"}).status_code)
        told()
        resource.setrlimit(resource.RLIMIT_FSIZE, most)
        told()
        sys.stdout.flush()
        os._exit(0)
    """
    shutil.copytree(prepared.folder(small), tmp_path / "copy")
    told = python(code, str(tmp_path / "copy"))
    assert told.stdout.splitlines() == [
        *("200 200 200 0.0", "None None"),
        "503",
        *("503 200 200 1.0", f"{STOPPED} None"),
        *("503 503 200 1.0", f"{STOPPED} {MENDED}"),
    ], told.stderr


def test_a_disk_without_room_for_what_a_restart_writes_is_not_well(
    tmp_path: Path, monkeypatch: MonkeyPatch
) -> None:
    with open_store(f"ladybug:{tmp_path / 'graph'}") as store:
        assert store.mended and not store.stopped
        little = shutil.disk_usage(tmp_path)._replace(free=LOG_LIMIT - 1)
        monkeypatch.setattr(shutil, "disk_usage", lambda path: little)
        assert not store.mended


def test_a_graph_on_a_read_only_disk_is_one_sentence(prepared: Prepared) -> None:
    """As nobody, whom a root's own rights do not help."""
    code = """
        import os, sys
        import graph.ladybug_store
        from graph.errors import StoreUnavailable
        if os.getuid() == 0:
            os.setuid(65534)
        try:
            graph.ladybug_store.LadybugStore(graph.ladybug_store.Path(sys.argv[1]))
        except StoreUnavailable as error:
            print(error)
    """
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(prepared.folder(small), Path(folder) / "copy")
        for path in (Path(folder) / "copy", Path(folder)):
            path.chmod(0o555)
        (Path(folder) / "copy" / "graph").chmod(0o444)
        told = python(code, f"{folder}/copy/graph")
        for path in (Path(folder), Path(folder) / "copy"):
            path.chmod(0o755)
    assert "cannot be opened" in told.stdout, told.stderr


def test_a_clock_that_jumps_ends_cursors_and_nothing_else(filled: Filled) -> None:
    now = [float(NOW)]
    store = filled(small)
    client = create_app(store, clock=lambda: now[0]).test_client()
    name, post = viewer_of(store)
    assert like(client, name, post) < 300
    page = client.get(f"/feed?username={name}&page_size=3").get_json()
    for jump, cursor in ((-30 * DAY, 200), (LIFETIME + 1, 400), (-365 * DAY, 200)):
        now[0] = NOW + jump
        asked = f"/feed?username={name}&page_size=3&cursor={page['next_cursor']}"
        answer = client.get(asked)
        assert answer.status_code == cursor, answer.text
        assert client.get(f"/feed?username={name}").status_code == 200
        # The word that was heard last counts, whatever the clock said of it.
        for method, liked in (("DELETE", False), ("PUT", True)):
            assert like(client, name, post, method) < 300
            told = client.get(f"/posts/{post}?viewer={name}").get_json()
            assert told["post"]["mine"]["liked"] is liked
    assert list(faults(store)) == []


class Clocks:
    """The system's, both: the one that is set, and the one that nobody sets."""

    def __init__(self, monkeypatch: MonkeyPatch):
        """As they are."""
        self.set_by, self.passed = 0.0, 0.0
        wall, steady = time.time, time.monotonic
        monkeypatch.setattr(time, "time", lambda: wall() + self.passed + self.set_by)
        monkeypatch.setattr(time, "monotonic", lambda: steady() + self.passed)
        set_now = {wall: time.time, steady: time.monotonic}
        for made in (Fresh.__init__, Lease.__init__):  # which have one of them by default
            defaults = tuple(set_now.get(each, each) for each in made.__defaults__ or ())
            monkeypatch.setattr(made, "__defaults__", defaults)


@pytest.fixture
def clocks(monkeypatch: MonkeyPatch) -> Clocks:
    return Clocks(monkeypatch)


JUMPS = [300 * DAY, -3_600]


def some_more(store: GraphStore) -> None:
    ingest_tables(store, plant(seed=0, users=20, posts=300, communities=1).tables)
    derive(store)


@pytest.mark.parametrize("wrong", JUMPS)
def test_a_feed_shows_other_posts_at_each_visit_while_the_clock_is_wrong_and_when_it_is_put_right(
    filled: Filled, tmp_path: Path, wrong: int, monkeypatch: MonkeyPatch
) -> None:
    monkeypatch.setattr("feed.memory.SERVINGS", 40)
    now, store = [float(NOW)], filled(some_more)
    name, _ = viewer_of(store)
    with ViewerMemory(tmp_path / "memory.db") as memory:
        client = create_app(store, memory=memory, clock=lambda: now[0]).test_client()

        def visit() -> set[str]:
            now[0] += 60
            page = client.get(f"/feed?username={name}&page_size=20").get_json()
            assert len(page["post"]) == 20 and not page["degraded"]
            return {post["id"] for post in page["post"]}

        for by in (0, wrong, -wrong):
            now[0] += by
            for _ in range(2):
                before, after = visit(), visit()
                assert not before & after


@pytest.mark.parametrize("wrong", JUMPS)
@pytest.mark.parametrize("together", [True, False])
def test_who_asked_too_often_waits_as_long_as_before_whatever_the_clock_says(
    clocks: Clocks, wrong: int, together: bool
) -> None:
    app, counts = Flask(__name__), SharedCounts() if together else None
    app.before_request(lambda: setattr(g, "caller", Service("app")))
    app.add_url_rule("/", view_func=lambda: "well")
    limit_rates(app, Rates(keys="2/minute"), counts)
    client = app.test_client()
    assert [client.get("/").status_code for _ in range(2)] == [200, 200]
    for by in (wrong, -wrong):
        clocks.set_by += by
        answer = client.get("/")
        assert answer.status_code == 429
        assert 1 <= int(answer.headers["Retry-After"]) <= 61
    clocks.set_by += wrong
    clocks.passed += 61
    assert client.get("/").status_code == 200
    if counts is not None:
        counts.close()


@pytest.mark.parametrize("wrong", JUMPS)
def test_one_keeps_lists_up_and_another_once_it_died_whatever_the_clock_says(
    any_store: GraphStore, clocks: Clocks, wrong: int
) -> None:
    one, other = Lease(any_store), Lease(any_store)
    assert one.look() and not other.look()
    for by in (wrong, -wrong):
        clocks.set_by += by
        assert not other.look() and one.look()
        clocks.passed += BEAT
    clocks.set_by += wrong
    assert not other.look()
    clocks.passed += LAPSE
    assert other.look() and not one.look()


@pytest.mark.parametrize("wrong", JUMPS)
def test_a_graph_that_was_too_large_is_counted_again_whatever_the_clock_says(
    filled: Filled, clocks: Clocks, wrong: int, monkeypatch: MonkeyPatch
) -> None:
    monkeypatch.setattr("graph.derive.fresh.memory", lambda: 0)
    monkeypatch.setattr("graph.derive.fresh.MOST", 10)
    fresh = Fresh(filled(small))
    assert not fresh.look() and not fresh.holds
    monkeypatch.setattr("graph.derive.fresh.MOST", 1_000_000)
    clocks.set_by += wrong
    fresh.look()
    assert not fresh.holds, "it is not looked at all the time"
    clocks.passed += LARGE
    fresh.look()
    assert fresh.holds


@pytest.mark.parametrize("wrong", JUMPS)
def test_how_long_lists_wait_is_what_has_passed_whatever_the_clock_says(
    filled: Filled, clocks: Clocks, wrong: int
) -> None:
    store = filled(small)
    fresh, post = Fresh(store), viewer_of(store)[1]
    while fresh.look():
        fresh.step()
    like(create_app(store).test_client(), viewer_of(store)[0], post)
    fresh.look()
    clocks.set_by += wrong
    clocks.passed += 30
    assert 30 <= fresh.age < 90
    clocks.set_by -= wrong
    assert 30 <= fresh.age < 90


@pytest.mark.neo4j
@pytest.mark.parametrize("wrong", JUMPS)
def test_lists_follow_what_another_server_wrote_a_minute_later_whatever_the_clock_says(
    neo4j_store: GraphStore,
    neo4j_config: StoreConfig,
    clocks: Clocks,
    wrong: int,
    monkeypatch: MonkeyPatch,
) -> None:
    monkeypatch.setattr("graph.derive.fresh.REST", 0.0)  # else the longer, the longer that takes
    small(neo4j_store)
    people, fresh = neo4j_store.frame("export_users"), Fresh(neo4j_store)
    names = people["username"][people["privacy"] == "public"][:5]  # most of whom were elsewhere
    post = neo4j_store.frame("export_top_tag")["target"].iloc[0]

    def keep() -> None:
        while fresh.look() or fresh.waiting:
            fresh.step()
            clocks.passed += 0.1

    keep()
    with open_store(neo4j_config) as other:
        client = create_app(other).test_client()
        for by, method in ((wrong, "PUT"), (-wrong, "DELETE")):
            assert {like(client, name, post, method) for name in names} <= {200, 201}
            before, clocks.set_by = fresh.changed, clocks.set_by + by
            keep()
            assert fresh.changed == before
            clocks.passed += LEAST
            keep()
            assert fresh.changed > before


@pytest.mark.parametrize("wrong", JUMPS)
def test_silent_connections_are_closed_as_before_whatever_the_clock_says(
    filled: Filled, clocks: Clocks, wrong: int
) -> None:
    """Else those that the server takes at once would be taken by who says nothing."""
    server = server_on(create_app(filled(small)), bind("127.0.0.1", 0, True))
    try:
        with socket.create_connection(("127.0.0.1", server.effective_port)) as silent:
            server.asyncore.loop(timeout=5, count=1, map=server._map)
            assert len(server.active_channels) == 1
            clocks.set_by += wrong
            clocks.passed += server.limits.asking / 2
            server.asyncore.loop(timeout=0, count=2, map=server._map)
            assert len(server.active_channels) == 1
            clocks.passed += server.limits.asking
            server.asyncore.loop(timeout=0, count=2, map=server._map)
            assert not server.active_channels and silent.recv(1) == b""
    finally:
        server.task_dispatcher.shutdown()
        server.close()


def test_a_cursor_that_was_half_written_is_a_400(filled: Filled) -> None:
    store = filled(small)
    client = create_app(store, clock=lambda: float(NOW)).test_client()
    name, _ = viewer_of(store)
    asked = f"/feed?username={name}&page_size=3&cursor="
    whole = client.get(asked.removesuffix("&cursor=")).get_json()["next_cursor"]
    ends = range(1, len(whole), len(whole) // 20)
    assert {client.get(asked + whole[:end]).status_code for end in ends} == {400}
    assert client.get(asked + whole).status_code == 200


def without_decoder(metadata: bytes) -> bytes:
    return json.dumps(json.loads(metadata) | {"decoder": None}).encode()


def test_a_server_does_not_begin_with_half_a_model_and_goes_back_to_the_one_before(
    filled: Filled, tmp_path: Path
) -> None:
    from commands.serving import model_of

    store, models = filled(small), Models(tmp_path / "model")
    people, posts = (store.frame(f"export_{each}")["id"].tolist() for each in ("users", "posts"))
    before, served = (
        models.add(RandomTraining(people, posts, {"judged_users": each})) for each in (1, 2)
    )
    files = sorted((models.root / served).iterdir())
    assert {file.name for file in files} == {METADATA, DIGEST, TABLE, ENCODER, EVALUATION}
    for file in files:
        whole = file.read_bytes()
        cut = [b"", whole[: len(whole) // 2]]
        for damaged in [*cut, without_decoder(whole)] if file.name == METADATA else cut:
            file.write_bytes(damaged)
            with pytest.raises(ModelMismatch, match=f"^{re.escape(str(file))} "):
                model_of(models.root, store)
            assert models.roll_back() == before
            opened = model_of(models.root, store)
            assert opened is not None and opened.name == before
            file.write_bytes(whole)
            models.promote(served)
