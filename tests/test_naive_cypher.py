"""The bench's naive recommender answers what it says, on each engine: else it is no peer."""

from collections import Counter, defaultdict

import pandas as pd
import pytest
from filled_graphs import Filled

from graph.ingest import ingest_tables
from graph.model import Tables
from graph.store import GraphStore
from village.world import World


def most_paths(tables: Tables, files: tuple[str, ...], viewer: str) -> list[tuple[str, int]]:
    """From the viewer over a post and whoever met it to their posts: an edge of a file is a way."""
    posts, people = defaultdict(list), defaultdict(list)
    ways = pd.concat([tables[file][["source", "target"]] for file in files])
    for user_id, post_id in ways.itertuples(index=False, name=None):
        posts[user_id].append(post_id)
        people[post_id].append(user_id)
    counts = Counter(
        far
        for post_id in posts[viewer]
        for user_id in people[post_id]
        for far in posts[user_id]
        if far not in set(posts[viewer])
    )
    return sorted(counts.items(), key=lambda found: (-found[1], found[0]))[:20]


@pytest.mark.parametrize(
    ("name", "files"),
    [
        ("naive_of_likes", ("liked",)),
        ("naive_of_engagements", ("viewed", "liked", "inspired", "rated")),
    ],
)
def test_it_counts_the_ways_to_each_post_that_is_new_to_the_viewer(
    any_filled: Filled, village: World, name: str, files: tuple[str, ...]
) -> None:
    def fill(store: GraphStore) -> None:
        ingest_tables(store, village.tables)

    store = any_filled(fill)
    answered = 0
    for viewer in village.tables["users"]["id"][:12]:
        rows = store.run(name, user_id=viewer)
        found = [(row["post_id"], row["score"]) for row in rows]
        assert found == most_paths(village.tables, files, viewer)
        answered += bool(found)
    assert answered >= 3
