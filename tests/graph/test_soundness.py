"""`resonance doctor --deep`: whatever contradicts itself in a graph is named, and nothing else."""

from collections.abc import Callable

import pandas as pd
from filled_graphs import Fill, Filled

from graph.actions.notices import News, tell
from graph.soundness import faults
from graph.store import GraphStore
from village.world import NOW


def test_each_contradiction_is_told_by_what_it_is(filled: Filled, derived_village: Fill) -> None:
    store = filled(derived_village)
    users = store.frame("export_users")["id"].tolist()
    liked = store.frame("export_liked").head(1)
    post = store.frame("export_authored")["target"][0]
    store.transact(lambda graph: tell(graph, [News(users[2], "share", users[0], post)], NOW))
    assert list(faults(store)) == []

    broken: dict[str, Callable[[], object]] = {
        "liked: more than once": lambda: store.load("liked", pd.concat([liked] * 6_000), new=True),
        "friend: from a node to itself": lambda: befriend(store, users[3], users[3]),
        "friend: from the larger": lambda: befriend(store, *sorted(users[:2], reverse=True)),
        "author_id is not": lambda: store.run("drop_authored", **first(store, "authored")),
        "tags are not": lambda: store.run("drop_tagged", **first(store, "tagged")),
        "not found by their username": lambda: store.run("drop_naming", **first(store, "naming")),
        "kept is not": lambda: store.run(
            "count_notices", id=f"inbox {users[2]}", seq=1, kept=7, reactions=0
        ),
    }
    for spoil in broken.values():
        spoil()
    found = list(faults(store))
    assert [said for said in broken if not any(said in each for each in found)] == []
    assert [each for each in found if not any(said in each for said in broken)] == []


def first(store: GraphStore, file: str) -> dict[str, str]:
    row = store.frame(f"export_{file}").iloc[0]
    return {"source": str(row["source"]), "target": str(row["target"])}


def befriend(store: GraphStore, source: str, target: str) -> None:
    store.run("load_friend", rows=[{"source": source, "target": target, "since": None}])
