"""What others wrote to the graph is found by reading it again, and is in the lists then."""

import random

import pandas as pd
import pytest
from test_derive_lists import Town
from test_fresh import like, stored_lists, truth, write

from graph.derive.around import read_around, read_whole
from graph.derive.fresh import LEAST, Fresh
from graph.derive.held import Held
from graph.derive.rebuild import derive
from graph.derive.unheard import unheard
from graph.ingest import ingest_tables
from graph.store import GraphStore, StoreConfig, open_store


@pytest.mark.parametrize("seed", range(2))
def test_whatever_was_written_is_found_and_once_it_was_looked_at_nothing_is(
    store: GraphStore, seed: int
) -> None:
    ingest_tables(store, Town().tables())
    held, drawn = Held(read_whole(store)), random.Random(seed)
    assert unheard(held, Held(read_whole(store), held.clock)) == set()
    for _ in range(5):
        for _ in range(drawn.randrange(1, 6)):
            write(store, drawn)
        found = unheard(held, Held(read_whole(store), held.clock))
        while found:
            ids = sorted(found)
            around = read_around(
                store,
                [each for each in ids if not each.startswith("u")],
                [each for each in ids if each.startswith("u")],
            )
            held.take(around)
            left = unheard(held, Held(read_whole(store), held.clock))
            assert not left & found
            found = left


@pytest.mark.neo4j
def test_what_another_server_wrote_is_in_the_lists_a_minute_later(
    neo4j_store: GraphStore, neo4j_config: StoreConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("graph.derive.fresh.REST", 0.0)  # however long this machine reads
    posts = ["rye", "oat", "fig"]
    tables = {
        "users": pd.DataFrame({"id": ["ann", "ben", "cat"]}),
        "posts": pd.DataFrame({"id": posts, "created_at": 1_000}),
        "tags": pd.DataFrame({"id": ["bread"]}),
        "tagged": pd.DataFrame({"source": posts, "target": "bread"}),
        "liked": pd.DataFrame({"source": ["ann", "ben"], "target": "rye", "at": 2_000}),
    }
    ingest_tables(neo4j_store, tables)
    derive(neo4j_store)
    now = [0.0]
    fresh = Fresh(neo4j_store, lambda: now[0])

    def keep() -> None:
        while fresh.look() or fresh.waiting:
            fresh.step()
            now[0] += 0.1

    keep()
    with open_store(neo4j_config) as other:
        like(other, "cat", "rye", 1_500)
        like(other, "cat", "oat", 1_500)
        other.run("drop_liked", source="ann", target="rye")
        none = dict.fromkeys(("title", "text", "url", "details"))
        other.run("change_posts", rows=[{"id": "fig", "privacy": "private", **none}])
        other.run("erase_user", user_id="ben")
    keep()
    assert fresh.changed == 0
    now[0] += LEAST
    keep()
    found, wanted = stored_lists(neo4j_store), truth(neo4j_store)
    assert found == {source: rows for source, rows in wanted.items() if rows}
