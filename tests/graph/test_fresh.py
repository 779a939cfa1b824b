"""Derived edges are kept up between full rebuilds, on both engines; no reader sees half of it."""

import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterable
from pathlib import Path

import neo4j
import pandas as pd
import pytest
from test_derive_lists import POSTS, Town, every_list

from graph.derive.champions import SOURCES
from graph.derive.clock import Clock, Rebuilt, begin
from graph.derive.fresh import BYTES, Fresh
from graph.derive.held import Ranked, Source
from graph.derive.rebuild import derive, derived, public_people, public_posts
from graph.derive.swap import drop, swap
from graph.ingest import ingest_tables
from graph.queries.derivation import derivation
from graph.queries.export import read_tables
from graph.queries.stats import stats
from graph.store import READ, GraphStore, open_store
from village.world import NOW, World

LATER = NOW + 3 * 86_400
"""Than what is derived is as of, and not so much that it is to be as of something later."""


def stored(
    store: GraphStore, sources: Iterable[Source]
) -> dict[Source, list[tuple[str, float, int]]]:
    """The lists as the graph has them, the best first."""
    found = {}
    for source in sources:
        name = f"derived_{source.edge.lower()}_{source.label.lower()}"
        rows = store.run(name, source=source.id)
        edges = [(row["target"], row["score"], row["rank"]) for row in rows]
        found[source] = sorted(edges, key=lambda each: each[2])
    return found


def brought_up(store: GraphStore, fresh: Fresh) -> int:
    """Have it do all that waits, also what follows from its own writes; the number of steps."""
    steps = 0
    while (able := fresh.look()) or fresh.waiting:
        while able:
            able = fresh.step()
            steps += able
            assert steps < 5_000
        if fresh.waiting:  # what is old of the last lists
            time.sleep(READ / 10)
    return steps


def swapped(store: GraphStore, source: Source, ranked: Ranked, run: str) -> None:
    """Another list in the place of a node's, and whoever reads meanwhile has ended."""
    old = swap(store, {source: ranked}, run).old
    if old[source]:
        time.sleep(READ)
        drop(store, old, run)


def ends(ranked: Ranked) -> set[str]:
    """Where a list leads."""
    return {target for target, _ in ranked}


def truth(store: GraphStore) -> dict[Source, list[tuple[str, float, int]]]:
    """What a full rebuild would make, as of the same moment."""
    known = derivation(store)
    assert known is not None
    clock = Clock(known.engaged_at, known.created_at)
    return every_list(derived(read_tables(store), clock))


def like(store: GraphStore, user_id: str, post_id: str, at: int = LATER) -> None:
    store.run("load_liked", rows=[{"source": user_id, "target": post_id, "at": at}])


def kept_up(store: GraphStore, village: World) -> Fresh:
    """The village, derived and looked at."""
    ingest_tables(store, village.tables)
    derive(store)
    fresh = Fresh(store)
    assert not fresh.look() or brought_up(store, fresh)
    return fresh


def rounded(lists: dict[Source, list[tuple[str, float, int]]]) -> dict[Source, object]:
    """Where scores that faded have another last digit than those of a rebuild."""
    return {
        source: [(target, float(f"{score:.9g}"), rank) for target, score, rank in rows]
        for source, rows in lists.items()
    }


def every_top(
    wanted: dict[Source, list[tuple[str, float, int]]],
) -> dict[Source, list[tuple[str, float, int]]]:
    return {source: rows for source, rows in wanted.items() if source.edge == "TOP"}


def borne_by(store: GraphStore, post_id: str) -> list[Source]:
    return [
        Source("TOP", label, row["target"])
        for label, file in SOURCES.items()
        for row in store.run(f"from_{file}", source=post_id)
    ]


def test_a_like_changes_the_champions_and_what_is_similar_and_alike(
    any_store: GraphStore, village: World
) -> None:
    fresh = kept_up(any_store, village)
    users, posts = (village.tables[file]["id"].tolist() for file in ("users", "posts"))
    before = fresh.changed
    for number in range(6):
        like(any_store, users[number], posts[7], LATER + number)
        like(any_store, users[50 + number], posts[40 * number])
    any_store.run("erase_post", post_id=posts[3])
    brought_up(any_store, fresh)
    wanted = truth(any_store)
    assert stored(any_store, every_top(wanted)) == every_top(wanted)
    touched = [Source("SIMILAR", "Post", posts[40 * n]) for n in range(6)]
    touched += [Source("SIMILAR", "Post", each) for each in (posts[7], posts[3])]
    touched += [Source("NEAR", "User", users[n]) for n in (0, 1, 50, 51)]
    assert stored(any_store, touched) == {each: wanted.get(each, []) for each in touched}
    assert fresh.changed > before
    assert fresh.waiting == 0 and fresh.age == 0.0
    (card,) = any_store.run("post_cards", post_ids=[posts[7]])
    popular = derived(read_tables(any_store), _clock(any_store)).popular
    assert card["popularity"] == popular[posts[7]]


def _clock(store: GraphStore) -> Clock:
    known = derivation(store)
    assert known is not None
    return Clock(known.engaged_at, known.created_at)


def test_what_was_written_to_it_is_nothing_to_follow_itself(
    store: GraphStore, village: World
) -> None:
    fresh = kept_up(store, village)
    like(store, village.tables["users"]["id"][0], village.tables["posts"]["id"][0])
    assert fresh.look()
    while fresh.step():
        pass
    assert not fresh.look()
    changed, mark = fresh.changed, store.changes.mark()
    assert brought_up(store, fresh) == 0
    assert (fresh.changed, store.changes.mark()) == (changed, mark)


def leading_to(store: GraphStore, post_id: str) -> set[str]:
    """Everything from which a derived edge leads to the post."""
    found = set()
    for name in ("top_tag", "top_category", "top_mood", "top_topic", "top_chart", "similar"):
        frame = store.frame(f"export_{name}")
        found |= set(frame["source"][frame["target"] == post_id])
    return found


@pytest.mark.parametrize("how", ["private", "deleted", "author hides", "author leaves"])
def test_what_not_everybody_may_see_any_more_is_in_no_list_and_has_none(
    any_store: GraphStore, village: World, how: str
) -> None:
    fresh = kept_up(any_store, village)
    authored = village.tables["authored"]
    author, post_id = next(
        (row.source, row.target)
        for row in authored.itertuples()
        if len(leading_to(any_store, row.target)) > 5
        and any_store.run("similar_posts", post_id=row.target)
    )
    if how == "private":
        none = dict.fromkeys(("title", "text", "url", "details"))
        row = {"id": post_id, "privacy": "private", **none}
        any_store.run("change_posts", rows=[row])
    elif how == "deleted":
        any_store.run("erase_post", post_id=post_id)
    elif how == "author hides":
        ingest_tables(any_store, {"users": pd.DataFrame({"id": [author], "privacy": ["private"]})})
    else:
        any_store.run("erase_posts", ids=[post_id])
        any_store.run("erase_user", user_id=author)
    brought_up(any_store, fresh)
    assert leading_to(any_store, post_id) == set()
    assert any_store.run("similar_posts", post_id=post_id) == []
    if how in ("author hides", "author leaves"):
        near = any_store.frame("export_near")
        assert author not in set(near["target"])
    wanted = truth(any_store)
    assert stored(any_store, every_top(wanted)) == every_top(wanted)


def test_no_list_is_changed_while_a_rebuild_is_under_way_or_by_what_is_known_from_before_it(
    any_store: GraphStore, village: World
) -> None:
    fresh = kept_up(any_store, village)
    user, post = village.tables["users"]["id"][0], village.tables["posts"]["id"][0]
    like(any_store, user, post)
    assert fresh.look()
    begin(any_store)
    chart, run = Source("TOP", "Chart", "popular"), _known_run(any_store)
    other_list = [(post, 0.0)]
    with pytest.raises(Rebuilt):
        swap(any_store, {chart: other_list}, run)
    with pytest.raises(Rebuilt):
        drop(any_store, {chart: [post]}, run)
    while fresh.step():
        pass
    assert fresh.waiting == 0 and not fresh.look()
    derive(any_store)
    brought_up(any_store, fresh)
    wanted = truth(any_store)
    assert stored(any_store, every_top(wanted)) == every_top(wanted)


def _known_run(store: GraphStore) -> str:
    known = derivation(store)
    assert known is not None
    return known.run


def test_what_was_done_while_nobody_kept_them_up_is_found_by_its_time(
    store: GraphStore, village: World
) -> None:
    ingest_tables(store, village.tables)
    derive(store)
    post = village.tables["posts"]["id"][0]
    like(store, village.tables["users"]["id"][5], post)
    fresh = Fresh(store)
    brought_up(store, fresh)
    wanted = truth(store)
    assert stored(store, every_top(wanted)) == every_top(wanted)
    near = Source("NEAR", "User", village.tables["users"]["id"][5])
    assert stored(store, [near]) == {near: wanted[near]}
    (card,) = store.run("post_cards", post_ids=[post])
    assert card["popularity"] > 1.0


@pytest.mark.parametrize("when", [0, 2, 10])
def test_what_is_done_while_the_whole_graph_is_read_is_in_the_lists_whatever_its_time(
    store: GraphStore, village: World, when: int
) -> None:
    ingest_tables(store, village.tables)
    derive(store)
    user, post = village.tables["users"]["id"][5], village.tables["posts"]["id"][0]
    hidden = village.tables["posts"]["id"][9]
    assert leading_to(store, hidden)

    rests = list[float]()

    def rest(took: float) -> None:
        rests.append(took)
        if len(rests) == when + 1:
            like(store, user, post, 1_000)
            none = dict.fromkeys(("title", "text", "url", "details"))
            store.run("change_posts", rows=[{"id": hidden, "privacy": "private", **none}])

    fresh = Fresh(store, rest=rest)
    brought_up(store, fresh)
    assert len(rests) > when and min(rests) > 0.0
    wanted = truth(store)
    lists = [Source("NEAR", "User", user), Source("SIMILAR", "Post", post)]
    assert stored(store, lists) == {each: wanted[each] for each in lists}
    assert stored(store, every_top(wanted)) == every_top(wanted)
    assert not leading_to(store, hidden)


def test_a_graph_that_nobody_derived_gets_lists_as_people_act(store: GraphStore) -> None:
    fresh = Fresh(store, wall=lambda: 1_000_000.0)
    brought_up(store, fresh)
    ingest_tables(
        store,
        {
            "users": pd.DataFrame({"id": ["ann"]}),
            "posts": pd.DataFrame({"id": ["rye", "oats"]}),
            "tags": pd.DataFrame({"id": ["bread"]}),
            "tagged": pd.DataFrame({"source": ["rye", "oats"], "target": "bread"}),
        },
    )
    brought_up(store, fresh)
    like(store, "ann", "rye", 1_000_000)
    brought_up(store, fresh)
    found = store.run("by_tag", tag_id="bread")
    assert [(row["post_id"], row["score"]) for row in found] == [("rye", 1.0), ("oats", 0.0)]


def test_a_reader_sees_the_list_before_or_the_list_after(
    any_store: GraphStore, village: World
) -> None:
    """Or, on Neo4j, one of them and some of the other; their scores are apart."""
    kept_up(any_store, village)
    posts = sorted(village.tables["posts"]["id"])[:60]
    tag, run = Source("TOP", "Tag", village.tables["tags"]["id"][0]), _known_run(any_store)
    lists = [
        [(each, score) for each in some] for some, score in ((posts[:40], 1.0), (posts[20:], 2.0))
    ]
    swapped(any_store, tag, lists[0], run)
    ended, seen = threading.Event(), []

    def read() -> None:
        while not ended.is_set():
            seen.append(any_store.run("by_tag", tag_id=tag.id))

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(30 if any_store.isolates else 8):
        swapped(any_store, tag, lists[(number + 1) % 2], run)
    ended.set()
    reader.join()
    whole = [ends(each) for each in lists]
    assert len(seen) > 10
    for rows in seen:
        found = {row["post_id"] for row in rows}
        assert any(each <= found for each in whole)
        if any_store.isolates:
            assert {row["score"] for row in rows} in ({1.0}, {2.0})
            assert found in whole


def tagged_posts(store: GraphStore) -> tuple[Source, list[Ranked]]:
    """A tag of a graph that is derived, and two lists for it that share a half.

    Not more than 50 edges, with which Neo4j begins to store a node otherwise: who reads it in that
    moment is told to begin anew, as the driver does.
    """
    ids = [f"post {number:02}" for number in range(45)]
    tables = {
        "tags": pd.DataFrame({"id": ["rye"]}),
        "posts": pd.DataFrame({"id": ids, "created_at": 1_000}),
        "users": pd.DataFrame({"id": ["ann"]}),
    }
    ingest_tables(store, tables)
    derive(store)
    some = [ids[:30], ids[15:]]
    lists = [[(each, 1.0) for each in ids] for ids in some]
    return Source("TOP", "Tag", "rye"), lists


@pytest.mark.neo4j
def test_who_began_to_read_a_list_before_it_was_swapped_sees_all_of_one(
    neo4j_store: GraphStore, test_graph: neo4j.Driver
) -> None:
    """What is old is dropped when they have ended: they need not see what came after they began."""
    tag, lists = tagged_posts(neo4j_store)
    run = _known_run(neo4j_store)
    swapped(neo4j_store, tag, lists[0], run)
    text = "MATCH (:Tag {id: 'rye'})-[:TOP]->(p:Post) RETURN p.id AS id"
    with test_graph.session(fetch_size=1) as reading:
        rows = reading.run(text)
        seen = [next(rows)["id"]]
        old = swap(neo4j_store, {tag: lists[1]}, run).old
        seen += [row["id"] for row in rows]
    assert ends(lists[0]) <= set(seen)
    drop(neo4j_store, old, run)
    found = {row["post_id"] for row in neo4j_store.run("by_tag", tag_id="rye")}
    assert found == ends(lists[1])


@pytest.mark.neo4j
def test_what_is_old_of_a_list_is_dropped_later_and_by_whoever_comes_where_one_died(
    neo4j_store: GraphStore,
) -> None:
    tag, lists = tagged_posts(neo4j_store)
    run, now = _known_run(neo4j_store), [2_000.0]
    swapped(neo4j_store, tag, lists[0], run)

    def found() -> set[str]:
        rows = neo4j_store.run("by_tag", tag_id="rye")
        assert len({row["post_id"] for row in rows}) == len(rows)
        return {row["post_id"] for row in rows}

    fresh = Fresh(neo4j_store, lambda: now[0])
    fresh.look()
    while fresh.step():
        pass
    neo4j_store.run("load_tagged", rows=[{"source": "post 05", "target": "rye", "weight": None}])
    assert fresh.look()
    while fresh.step():
        pass
    assert found() == ends(lists[0]) and fresh.waiting == 1
    now[0] += READ / 2
    assert not fresh.look()
    now[0] += READ
    assert fresh.look() and not fresh.step()
    assert found() == {"post 05"} and fresh.waiting == 0 and not fresh.look()
    swap(neo4j_store, {tag: lists[0]}, run)
    swap(neo4j_store, {tag: lists[1]}, run)  # and dies
    assert found() == ends(lists[0]) | ends(lists[1])
    swapped(neo4j_store, tag, lists[1][-3:], run)
    assert found() == ends(lists[1][-3:])


@pytest.mark.parametrize("seed", range(6))
def test_whatever_is_written_and_however_far_it_came_the_lists_end_as_those_of_a_rebuild(
    store: GraphStore, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """Likes, likes taken back, posts deleted or narrowed, people who hide or leave."""
    for module in ("champions", "lists"):
        monkeypatch.setattr(f"graph.derive.{module}.KEEP", 3)
    monkeypatch.setattr("graph.derive.swap.ROWS", 1 if seed % 2 else 10)
    ingest_tables(store, Town().tables())
    derive(store)
    fresh, drawn = Fresh(store), random.Random(seed)
    brought_up(store, fresh)
    for _ in range(25):
        write(store, drawn)
        if drawn.random() < 0.3 and fresh.look():
            for _ in range(drawn.randrange(8)):
                fresh.step()
    brought_up(store, fresh)
    tables, wanted = read_tables(store), truth(store)
    assert rounded(every_top(stored_lists(store))) == rounded(every_top(wanted))
    shown, people = set(public_posts(tables)), set(public_people(tables))
    for (edge, label, id), rows in stored_lists(store).items():
        assert edge == "NEAR" or {target for target, *_ in rows} <= shown, (label, id)
        assert edge != "NEAR" or {target for target, *_ in rows} <= people, id
        assert edge != "SIMILAR" or id in shown, id


def write(store: GraphStore, drawn: random.Random) -> None:
    users = store.frame("whole_people")["user_id"].tolist()
    user, post = drawn.choice(users), drawn.choice(POSTS[:6])
    kind = drawn.choice(["like", "like", "take back", "delete", "narrow", "hide", "leave"])
    if kind == "like":
        like(store, user, post, 3_000_000 + drawn.randrange(5_000_000))
    elif kind == "take back":
        store.run("drop_liked", source=user, target=post)
    elif kind == "delete" and drawn.random() < 0.4:
        store.run("erase_post", post_id=post)
    elif kind == "narrow":
        none = dict.fromkeys(("title", "text", "url", "details"))
        privacy = drawn.choice(["private", "public"])
        store.run("change_posts", rows=[{"id": post, "privacy": privacy, **none}])
    elif kind == "hide":
        privacy = drawn.choice(["friends", "public"])
        told = pd.DataFrame({"id": [user], "privacy": [privacy]})
        ingest_tables(store, {"users": told})
    elif kind == "leave" and len(users) > 3:
        authored = store.frame("export_authored")
        ids = authored["target"][authored["source"] == user].tolist()
        store.run("erase_posts", ids=ids)
        store.run("erase_user", user_id=user)


def stored_lists(store: GraphStore) -> dict[Source, list[tuple[str, float, int]]]:
    """All that the graph has."""
    names = {f"top_{label.lower()}": ("TOP", label) for label in [*SOURCES, "Chart"]}
    names |= {"similar": ("SIMILAR", "Post"), "near": ("NEAR", "User")}
    sources = {
        Source(edge, label, id)
        for name, (edge, label) in names.items()
        for id in store.frame(f"export_{name}")["source"]
    }
    return stored(store, sources)


def test_a_transaction_takes_lists_until_many_edges_differ(any_store: GraphStore) -> None:
    posts, tags = [f"post {number:02}" for number in range(80)], ["bun", "oat", "rye", "tea"]
    tables = {
        "tags": pd.DataFrame({"id": tags}),
        "categories": pd.DataFrame({"id": ["c"]}),
        "posts": pd.DataFrame({"id": posts, "created_at": 1_000}),
        "users": pd.DataFrame({"id": ["ann"]}),
    }
    ingest_tables(any_store, tables)
    derive(any_store)
    run = _known_run(any_store)
    sources = [*(Source("TOP", "Tag", tag) for tag in tags), Source("TOP", "Category", "c")]

    def lead_to(some: list[str]) -> dict[Source, Ranked]:
        return {source: [(post, 1.0) for post in some] for source in sources}

    def many() -> list[int]:
        return [len(edges) for edges in stored(any_store, sources).values()]

    assert swap(any_store, lead_to(posts[:60]), run)[:3] == (2, 2, 1)
    assert many() == [60, 60, 0, 0, 0]
    # What Neo4j swaps at once is of one kind, so that it plans few texts.
    assert swap(any_store, lead_to(posts[:60]), run)[:3] == (4, 2, 1)
    assert many() == [60, 60, 60, 60, 0]
    left = swap(any_store, lead_to(posts[:60]), run)
    assert left[:3] == ((5, 1, 1) if any_store.isolates else (4, 0, 0))
    swapped = swap(any_store, lead_to(posts[60:]), run)
    if any_store.isolates:
        assert swapped == (2, 2, 1, {sources[0]: [], sources[1]: []})
        return
    old = {source: sorted(targets) for source, targets in swapped.old.items()}
    assert swapped[:3] == (2, 2, 1) and old == dict.fromkeys(sources[:2], posts[:60])
    assert many()[:3] == [80, 80, 60]
    given = {**old, sources[2]: posts[:60], sources[4]: posts[:60]}
    assert drop(any_store, given, run) == 2
    assert many()[:3] == [20, 20, 60]
    assert drop(any_store, {sources[2]: posts[:10], sources[4]: []}, run) == 1
    assert many()[:3] == [20, 20, 50]


SWAPS = """
import sys
from graph.derive.held import Source
from graph.derive.swap import swap
from graph.queries.derivation import derivation
from graph.store import open_store

with open_store(sys.argv[1]) as store:
    posts = sorted(store.frame("whole_posts")["post_id"])[:60]
    lists = [
        [(each, score) for each in some]
        for some, score in ((posts[:40], 1.0), (posts[20:], 2.0))
    ]
    number = 0
    while True:
        next_ones = {Source("TOP", "Tag", each): lists[number % 2] for each in sys.argv[2:]}
        swap(store, next_ones, derivation(store).run)
        number += 1
        if number == 3:
            print("swapping", flush=True)
"""


def test_a_kill_while_lists_are_swapped_leaves_whole_ones(tmp_path: Path, village: World) -> None:
    """And all that were swapped in one transaction, or none of them."""
    url, tags = f"ladybug:{tmp_path / 'graph'}", village.tables["tags"]["id"][:2].tolist()
    with open_store(url) as store:
        ingest_tables(store, village.tables)
        derive(store)
    posts = sorted(village.tables["posts"]["id"])[:60]
    whole = [
        [(each, score, rank) for rank, each in enumerate(some)]
        for some, score in ((posts[:40], 1.0), (posts[20:], 2.0))
    ]
    for _ in range(4):
        with subprocess.Popen(
            [sys.executable, "-c", SWAPS, url, *tags], stdout=subprocess.PIPE, text=True
        ) as swapping:
            assert swapping.stdout is not None and swapping.stdout.readline() == "swapping\n"
            swapping.send_signal(signal.SIGKILL)
        with open_store(url) as store:
            one, other = stored(store, [Source("TOP", "Tag", tag) for tag in tags]).values()
            assert one == other and one in whole


def test_a_graph_that_is_too_large_is_counted_now_and_then_and_not_held(
    store: GraphStore, village: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    ingest_tables(store, village.tables)
    derive(store)
    now, counted = [1_000.0], list[float]()

    def counts(graph: GraphStore) -> dict[str, int]:
        counted.append(now[0])
        return stats(graph)

    monkeypatch.setattr("graph.derive.fresh.stats", counts)
    monkeypatch.setattr("graph.derive.fresh.MOST", 10)
    most = max(stats(store).values())
    monkeypatch.setattr("graph.derive.fresh.memory", lambda: BYTES * most - 1)
    fresh = Fresh(store, lambda: now[0])
    like(store, village.tables["users"]["id"][0], village.tables["posts"]["id"][0])
    assert not fresh.look() and not fresh.look()
    monkeypatch.setattr("graph.derive.fresh.memory", lambda: BYTES * (most + 1))
    assert not fresh.look()
    now[0] += 600.0
    assert fresh.look()
    assert counted == [1_000.0, 1_600.0]


def test_changed_lists_leave_the_engines_pool_to_others(
    tmp_path: Path, village: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is folded: edges that are set, and not put anew, fill the pool."""
    monkeypatch.setattr("graph.ladybug_file.BUFFER_POOL", 48 << 20)
    posts = sorted(village.tables["posts"]["id"])[:5]
    with open_store(f"ladybug:{tmp_path / 'graph'}") as store:
        ingest_tables(store, village.tables)
        derive(store)
        monkeypatch.setattr(store, "fold", lambda: pytest.fail("it was folded"))
        run, sources = _known_run(store), sorted(village.tables["posts"]["id"])[50:80]
        for number in range(500):
            edges = [(post, float(number)) for post in posts]
            source = Source("SIMILAR", "Post", sources[number % len(sources)])
            assert swap(store, {source: edges}, run).writes == 1
        wanted = [(post, float(number), rank) for rank, post in enumerate(posts)]
        assert stored(store, [source]) == {source: wanted}
