"""The lists of everybody, read at once, are those that are read around each node."""

from collections.abc import Callable

import pytest

from graph.derive.rebuild import derive
from graph.ingest import ingest_tables
from graph.queries import candidates
from graph.queries.candidates import Listed
from graph.queries.whole import MORTAL, WHOLE, Lists, befriended, engaged, written
from graph.store import GraphStore
from village.world import World

NODES = {
    candidates.engaged_by: "users",
    candidates.written_by: "users",
    candidates.friends_of: "users",
    candidates.near_people: "users",
    candidates.similar_to: "posts",
    candidates.posted_in: "groups",
    candidates.by_tag: "tags",
    candidates.by_category: "categories",
    candidates.by_topic: "topics",
    candidates.by_mood: "moods",
}


def listed(lists: Lists, key: str) -> Listed:
    if key not in lists.keys:
        return Listed([], [])
    start, end = lists.starts[lists.keys.index(key) :][:2].tolist()
    ids = [lists.targets[code] for code in lists.codes[start:end].tolist()]
    return Listed(ids, lists.scores[start:end].tolist())


def test_they_are_those_around_each_node(any_store: GraphStore, village: World) -> None:
    ingest_tables(any_store, village.tables)
    derive(any_store)
    compared = 0
    for read, file in NODES.items():
        ids = village.tables[file]["id"].tolist() if file in village.tables else []
        lists = WHOLE[read](any_store)
        for node_id, each in zip(ids, read(any_store, ids), strict=True):
            whole = listed(lists, node_id)
            if isinstance(each, Listed):
                assert whole == each, (file, node_id)
            else:
                assert tuple(whole.ids) == each, (file, node_id)
            compared += len(whole.ids)
    assert compared > 5_000
    charts = WHOLE[candidates.by_chart](any_store)
    assert {"popular", "recent"} <= set(charts.keys)
    assert [listed(charts, each) for each in charts.keys] == candidates.by_chart(
        any_store, charts.keys
    )


def test_they_have_one_object_for_an_id_and_none_for_scores_of_nothing(
    any_store: GraphStore, village: World
) -> None:
    ingest_tables(any_store, village.tables)
    friends, liked = befriended(any_store), engaged(any_store)
    assert friends.codes.nbytes == 4 * len(friends.scores) > 0 and friends.scores.base.nbytes == 8
    people = {each: each for each in liked.keys}
    one = [each is people[each] for each in friends.targets]
    assert one and all(same == MORTAL for same in one)


@pytest.mark.parametrize("read", [engaged, written, befriended])
def test_who_did_nothing_has_an_empty_list(
    store: GraphStore, read: Callable[[GraphStore], Lists]
) -> None:
    store.run("load_users", rows=[USER | {"id": "a:user:1"}])
    lists = read(store)
    assert lists.keys == ["a:user:1"]
    assert listed(lists, "a:user:1") == Listed([], [])


USER: dict[str, object] = {
    "username": "one",
    "joined_at": None,
    "privacy": None,
    "active": None,
    "details": None,
}


def test_an_empty_graph_has_no_lists(any_store: GraphStore) -> None:
    assert all(read(any_store).keys == [] for read in WHOLE.values())
