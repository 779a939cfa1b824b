"""The embedded engine's four conditions, and the query forms that it must never be given."""

import os
import re
import resource
import signal
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from embedded import OPENING, python, tags

from graph.actions import leaving
from graph.actions.belongings import erase_posts
from graph.connections import MOST
from graph.cypher_files import CypherFiles
from graph.derive.rebuild import derive
from graph.errors import StatementFailed, StoreUnavailable
from graph.ingest import ingest_tables
from graph.ladybug_errors import translated
from graph.ladybug_store import LadybugStore
from graph.model import EDGES
from graph.store import Runs, open_store
from village.world import NOW, World

ROOT = Path(__file__).resolve().parents[2]
SERVING = ("people.cypher", "posts.cypher", "candidates.cypher", "near.cypher", "ties.cypher")
SERVING += (
    "around.cypher",
    "ladybug/around.cypher",
    "friendships.cypher",
    "ladybug/people.cypher",
    "ladybug/friendships.cypher",
)
SERVING += ("profiles.cypher", "groups.cypher", "ladybug/groups.cypher", "notices.cypher")
SAMPLES: dict[str, object] = {"user_id": "u0", "user_ids": ["u0", "u1"], "username": "name0"}
SAMPLES |= {"post_id": "p0", "post_ids": ["p0", "p1"], "known_ids": ["u0"], "tag_id": "t0"}
SAMPLES |= {"category_id": "c0", "mood_id": "m0", "chart_id": "popular", "topic_ids": ["x"]}
SAMPLES |= {"other_id": "u1", "word": "w", "id": "", "at": 2**62}
SAMPLES |= {"topic_id": "x", "group_id": "g0", "group_ids": ["g0"]}
SAMPLES |= {"inbox_id": "inbox u0", "ids": ["n0", "n1"], "kind": "reaction"}
SAMPLES |= {"category_ids": ["c0"], "tag_ids": ["t0"], "mood_ids": ["m0"]}
NUMBERS = 20


def test_a_graph_is_open_once_in_a_process(tmp_path: Path) -> None:
    with open_store(f"ladybug:{tmp_path / 'graph'}"):
        with pytest.raises(StoreUnavailable, match="open in this process already"):
            open_store(f"ladybug:{tmp_path / 'graph'}")
    open_store(f"ladybug:{tmp_path / 'graph'}").close()


def test_a_graph_that_another_process_holds_is_named_with_what_to_do(tmp_path: Path) -> None:
    url = f"ladybug:{tmp_path / 'graph'}"
    with open_store(url):
        other = python(OPENING, url)
    assert other.returncode == 1
    assert "is held open by another process; end that one" in other.stderr


def test_what_was_acknowledged_survives_kill_9(tmp_path: Path) -> None:
    url = f"ladybug:{tmp_path / 'graph'}"
    code = """
        import sys; from graph.store import open_store
        store = open_store(sys.argv[1])
        for number in range(100000):
            store.run("load_tags", rows=[{"id": f"tag {number}", "name": None}])
            print(number, flush=True)
    """
    command = [sys.executable, "-c", textwrap.dedent(code), url]
    writer = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert writer.stdout is not None
    acknowledged = [int(writer.stdout.readline()) for _ in range(25)]
    os.kill(writer.pid, signal.SIGKILL)
    acknowledged += [int(line) for line in writer.stdout.read().splitlines()]
    writer.wait()
    writer.stdout.close()
    with LadybugStore(tmp_path / "graph") as store:
        assert {f"tag {number}" for number in acknowledged} <= tags(store)


def test_a_torn_end_of_the_log_costs_the_last_writes_and_not_the_graph(tmp_path: Path) -> None:
    code = """
        import os, sys; from graph.store import open_store
        store = open_store(sys.argv[1])
        for number in range(20):
            store.run("load_tags", rows=[{"id": f"tag {number}", "name": None}])
        os._exit(0)
    """
    assert python(code, f"ladybug:{tmp_path / 'graph'}").returncode == 0
    log = tmp_path / "graph.wal"
    log.write_bytes(log.read_bytes()[:-7])
    with LadybugStore(tmp_path / "graph") as store:
        kept = tags(store)
        assert kept == {f"tag {number}" for number in range(len(kept))}
        assert len(kept) >= 18


def test_a_full_disk_is_one_clear_sentence_and_loses_nothing(tmp_path: Path) -> None:
    code = """
        import resource, sys; from graph.store import open_store
        from graph.errors import StoreFull
        store = open_store(sys.argv[1])
        store.run("load_tags", rows=[{"id": "first", "name": None}])
        store.checkpoint()
        resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, resource.RLIM_INFINITY))
        try:
            for number in range(1000):
                rows = [{"id": f"{number} {row}", "name": "x" * 500} for row in range(100)]
                store.run("load_tags", rows=rows)
        except StoreFull as error:
            print(error, flush=True)
            import os; os._exit(3)
    """
    told = python(code, f"ladybug:{tmp_path / 'graph'}")
    assert told.returncode == 3, told.stderr
    assert "the disk is full; make room and run the same command again" in told.stdout
    with LadybugStore(tmp_path / "graph") as store:
        assert "first" in tags(store)
        store.run("load_tags", rows=[{"id": "last", "name": None}])
        assert "last" in tags(store)


def test_bulk_copies_that_fail_keep_no_reader_waiting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("graph.ladybug_store.BATCH", 1)
    found: list[set[str]] = []
    store = LadybugStore(tmp_path / "graph")
    store.load("tags", pd.DataFrame({"id": ["there"]}))
    for number in range(MOST):
        with pytest.raises(StatementFailed):
            store.load("tags", pd.DataFrame({"id": [f"tag {number}", "there"]}), new=True)
    store.checkpoint()  # from here on connections are made anew
    reader = threading.Thread(target=lambda: found.append(tags(store)), daemon=True)
    reader.start()
    reader.join(20)
    assert found == [{"there"}]
    store.close()  # only here: it would wait for a reader who waits


@pytest.mark.parametrize(
    "said",
    [
        "Runtime exception: Found duplicated primary key value IO exception: Cannot write to file",
        'Conversion exception: could not convert "No space left". Error: Read-only file system',
        "IO exception: Cannot open file /there/graph.lock: Too many open files",
    ],
)
def test_what_only_sounds_like_a_failed_disk_stops_no_writes(said: str) -> None:
    with pytest.raises(StatementFailed), translated("a write"):
        raise RuntimeError(said)


def test_who_ran_out_of_files_writes_again_once_there_are_some(tmp_path: Path) -> None:
    code = """
        import os, resource, sys
        from graph.errors import StatementFailed
        from graph.store import open_store
        with open_store(sys.argv[1]) as store:
            store.run("load_tags", rows=[{"id": "first", "name": None}])
            files = len(os.listdir("/proc/self/fd"))
            most = resource.getrlimit(resource.RLIMIT_NOFILE)
            resource.setrlimit(resource.RLIMIT_NOFILE, (files - 1, most[1]))
            try:
                store.fold()
            except StatementFailed:
                print("it failed")
            resource.setrlimit(resource.RLIMIT_NOFILE, most)
            store.fold()
            store.run("load_tags", rows=[{"id": "last", "name": None}])
            print(sorted(row["id"] for row in store.run("export_tags")))
    """
    told = python(code, f"ladybug:{tmp_path / 'graph'}")
    assert told.stdout.splitlines() == ["it failed", "['first', 'last']"], told.stderr


def test_what_was_closed_answers_nothing_and_keeps_nobody_out(tmp_path: Path) -> None:
    old = LadybugStore(tmp_path / "graph")
    old.close()
    with pytest.raises(StoreUnavailable, match="was closed; open it again"):
        tags(old)
    with LadybugStore(tmp_path / "graph") as store:
        with pytest.raises(StoreUnavailable, match="was closed"):
            old.run("load_tags", rows=[{"id": "rye", "name": None}])
        old.close()
        with pytest.raises(StoreUnavailable, match="open in this process already"):
            LadybugStore(tmp_path / "graph")
        assert tags(store) == set()
    assert python(OPENING, f"ladybug:{tmp_path / 'graph'}").returncode == 0


@pytest.mark.parametrize("where", ["ladybug.Database", "graph.ladybug_store.bring_up"])
def test_who_is_interrupted_while_it_is_opened_may_open_it_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    LadybugStore(tmp_path / "graph").close()

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(where, interrupted)
        LadybugStore(tmp_path / "graph")
    assert python(OPENING, f"ladybug:{tmp_path / 'graph'}").returncode == 0
    LadybugStore(tmp_path / "graph").close()


def test_a_path_that_cannot_be_a_graph_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(StoreUnavailable, match="choose another --store"):
        LadybugStore(tmp_path / "file" / "graph")


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> LadybugStore:
    """2,000 users and posts, where a look-up touches some dozens; most edge types are empty."""
    store = LadybugStore(tmp_path_factory.mktemp("crowd") / "graph")
    size, random = 2_000, np.random.default_rng(0)
    names: dict[str, list[str]] = {
        "u": [f"u{number}" for number in range(size)],
        "p": [f"p{number}" for number in range(size)],
        "t": [f"t{number}" for number in range(50)],
    }

    def put(file: str, rows: list[dict[str, object]]) -> None:
        query = CypherFiles("ladybug")[f"load_{file}"]
        columns = query.parameters[0].columns
        store.run(f"load_{file}", rows=[{**dict.fromkeys(columns), **row} for row in rows])

    put("users", [{"id": id, "username": f"name{id[1:]}"} for id in names["u"]])
    put("posts", [{"id": id, "author_id": f"u{id[1:]}"} for id in names["p"]])
    put("tags", [{"id": id} for id in names["t"]])
    put("charts", [{"id": "popular"}])
    put("names", [{"id": f"name{id[1:]}"} for id in names["u"]])
    put("naming", [{"source": f"name{id[1:]}", "target": id} for id in names["u"]])
    put("authored", [{"source": f"u{id[1:]}", "target": id} for id in names["p"]])
    for file, ends in {
        "liked": "up",
        "viewed": "up",
        "friend": "uu",
        "interested_in": "ut",
    }.items():
        sources, targets = (random.choice(names[end], 3 * size) for end in ends)
        rows = {pair: None for pair in zip(sources.tolist(), targets.tolist(), strict=True)}
        put(file, [{"source": source, "target": target} for source, target in rows])
    near = [
        (id, f"p{(number + step) % size}")
        for number, id in enumerate(names["p"])
        for step in (1, 2)
    ]
    similar = pd.DataFrame(near, columns=["source", "target"]).assign(score=0.5, rank=0)
    top = pd.DataFrame({"source": names["t"], "target": names["p"][:50], "score": 1.0, "rank": 0})
    store.replace("SIMILAR", {"Post": similar})
    store.replace("TOP", {"Tag": top})
    return store


@pytest.mark.parametrize(
    "name",
    [query.name for query in CypherFiles("ladybug") if query.where.split(":")[0][5:] in SERVING],
)
def test_no_serving_query_scans_a_table(crowd: LadybugStore, name: str) -> None:
    """Counted, not timed: no operator of its plan puts out more than the answer's neighbourhood."""
    query = CypherFiles("ladybug")[name]
    params = {each.name: SAMPLES.get(each.name, NUMBERS) for each in query.parameters}
    query.check(params)
    # Each plan is profiled once: profiling a cached plan again crashes Ladybug 0.22.
    profile = str(crowd._execute(f"PROFILE {query.text}", params, name)[0])
    operators = [int(count) for count in re.findall(r"NumOutputTuples: (\d+)", profile)]
    assert operators, profile
    assert max(operators) < 500, profile


def test_the_scan_test_would_catch_a_scan(crowd: LadybugStore) -> None:
    scanning = "MATCH (p:Post) WHERE p.id IN $post_ids RETURN p.title"
    profile = str(crowd._execute(f"PROFILE {scanning}", {"post_ids": ["p0"]}, "scan")[0])
    assert max(int(count) for count in re.findall(r"NumOutputTuples: (\d+)", profile)) >= 2_000


def test_people_alike_are_no_scan_once_there_are_some(crowd: LadybugStore) -> None:
    """In `crowd` there are none; a plan is made anew for a table that has been filled."""
    people = [f"u{number}" for number in range(2_000)]
    near = pd.DataFrame({"source": people, "target": people[::-1], "score": 0.5, "rank": 0})
    crowd.replace("NEAR", {"User": near})
    params = {"user_id": "u0"}
    text = CypherFiles("ladybug")["near_people"].text
    profile = str(crowd._execute(f"PROFILE {text}", params, "near_people")[0])
    crowd.replace("NEAR", {})
    assert max(int(count) for count in re.findall(r"NumOutputTuples: (\d+)", profile)) == 1


def test_a_graph_of_before_a_derived_edge_opens_and_derives(tmp_path: Path) -> None:
    """Its schema is completed when it is opened: the tables of later versions are made, empty."""
    tables = {
        "users": pd.DataFrame({"id": ["ann", "ben"]}),
        "posts": pd.DataFrame({"id": ["p"]}),
        "liked": pd.DataFrame({"source": ["ann", "ben"], "target": "p"}),
    }
    with LadybugStore(tmp_path / "graph") as store:
        ingest_tables(store, tables)
        for table in ("NEAR", "Schema"):
            store._execute(f"DROP TABLE {table}", {}, "as it was before")
    with LadybugStore(tmp_path / "graph") as store:
        assert store.run("near_people", user_id="ann") == []
        assert derive(store)["NEAR"] == 2
        assert store.run("near_people", user_id="ann")[0]["user_id"] == "ben"


def one_way(store: LadybugStore, edge: str) -> bool:
    try:
        store._execute(f"MATCH (a)-[e:{edge}]-(b) RETURN count(*)", {}, "both ways")
    except StatementFailed as error:
        assert "Undirected rel pattern" in str(error)
        return True
    return False


def test_lists_are_stored_by_where_they_begin_from_the_next_derive_on(
    tmp_path: Path, village: World
) -> None:
    tops = ", ".join(
        f"FROM {each} TO Post" for each in ("Tag", "Category", "Mood", "Topic", "Chart")
    )
    tables = {"TOP": tops, "SIMILAR": "FROM Post TO Post", "NEAR": "FROM User TO User"}
    with LadybugStore(tmp_path / "graph") as store:
        assert all(one_way(store, table) for table in tables)
        ingest_tables(store, village.tables)
        for table, ends in tables.items():
            store._execute(f"DROP TABLE {table}", {}, "as it was before")
            made = f"CREATE REL TABLE {table}({ends}, score DOUBLE, rank INT64)"
            store._execute(made, {}, "as it was before")
    with LadybugStore(tmp_path / "graph") as store:
        assert not any(one_way(store, table) for table in tables)
        derive(store)
        assert all(one_way(store, table) for table in tables)
        near, similar = store.frame("export_near"), store.frame("export_similar")
    with LadybugStore(tmp_path / "graph") as store:
        user, post = near["target"].mode()[0], similar["target"].mode()[0]
        told = store.run("near_leading_to", user_id=user)
        assert {row["source"] for row in told} == set(near[near["target"] == user]["source"])
        told = store.run("similar_leading_to", post_id=post)
        assert {row["source"] for row in told} == set(similar[similar["target"] == post]["source"])


def test_an_erased_node_leaves_no_half_of_an_edge(
    tmp_path: Path, village: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of edges stored by where they begin the engine keeps those that led to it, unseen."""

    def unseen(store: LadybugStore) -> int:
        texts = ("MATCH ()-[e:TOP|SIMILAR|NEAR]->() RETURN count(*) AS n",)
        texts += ("MATCH (a)-[e:TOP|SIMILAR|NEAR]->(b) WHERE b.id <> '' RETURN count(*) AS n",)
        all_of_them, seen = (int(store._execute(each, {}, "count")[0]["n"]) for each in texts)
        return all_of_them - seen

    transact = LadybugStore.transact

    def late(store: LadybugStore, work: Callable[[Runs], object]) -> object:
        """As when a list that was made before is put in place just now."""
        rows = [{"target": users[0], "score": 0.5, "rank": 50}]
        store.run("set_near_user", source=users[2], rows=rows)
        return transact(store, work)

    with LadybugStore(tmp_path / "graph") as store:
        ingest_tables(store, village.tables)
        derive(store)
        users = store.frame("export_near")["target"].value_counts().index[:3].tolist()
        posts = store.frame("export_similar")["target"].value_counts().index[:3].tolist()
        erase_posts(store, posts[:2])
        for user_id in users[:2]:
            leaving.mark(store, user_id)
            leaving.erase(store, user_id, NOW)
            with monkeypatch.context() as patched:
                patched.setattr(LadybugStore, "transact", late)
                leaving.remove(store, user_id, NOW)
        assert not set(posts[:2]) & set(store.frame("export_posts")["id"])
        assert not set(users[:2]) & set(store.frame("export_users")["id"])
        assert unseen(store) == 0
        store.fold()
        assert unseen(store) == 0
        store.run("erase_posts", ids=[posts[2]])
        store.run("erase_user", user_id=users[2])
        assert unseen(store) > 0


def test_every_edge_type_can_be_written_and_read_while_empty(tmp_path: Path) -> None:
    with LadybugStore(tmp_path / "graph") as store:
        for edge in EDGES:
            assert store.run(f"export_{edge.file}") == []


def test_the_buffer_pool_is_bounded(tmp_path: Path) -> None:
    """The engine's own default takes 80 % of the machine's memory."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with LadybugStore(tmp_path / "graph") as store:
        store.run(
            "load_tags", rows=[{"id": f"{number}", "name": "x" * 100} for number in range(5000)]
        )
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 400_000  # KiB
