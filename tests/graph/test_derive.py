"""Derived edges on graphs small enough to work out by hand."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from graph.derive.champions import KEEP, ranked
from graph.derive.engagements import engagements
from graph.derive.popularity import HALF_LIFE, freshness, popularity
from graph.derive.rebuild import derive, public_posts
from graph.derive.similar import similar_posts
from graph.ingest import ingest_tables
from graph.model import Tables
from graph.queries.export import read_tables
from graph.store import GraphStore
from village.world import World

DAY = 86_400


def edges(*rows: tuple[object, ...], columns: str = "source target at") -> pd.DataFrame:
    return pd.DataFrame(rows, columns=columns.split()[: len(rows[0])])


def world() -> dict[str, pd.DataFrame]:
    posts = ["p1", "p2", "p3", "hidden", "gone", "grouped", "by_private"]
    return {
        "users": pd.DataFrame(
            {"id": ["a", "b", "c", "shy"], "privacy": [None, None, None, "private"]}
        ),
        "posts": pd.DataFrame(
            {
                "id": posts,
                "privacy": [None, "public", None, "friends", None, None, None],
                "deleted": [None, False, None, None, True, None, None],
                "created_at": [0, 0, HALF_LIFE, 0, 0, 0, 0],
            }
        ),
        "tags": pd.DataFrame({"id": ["jazz"]}),
        "groups": pd.DataFrame({"id": ["g"]}),
        "topics": pd.DataFrame({"id": ["t"], "project_code": ["flic"]}),
        "tagged": edges(*[(post, "jazz") for post in posts]),
        "about": edges(("p2", "t")),
        "posted_in": edges(("grouped", "g")),
        "authored": edges(("shy", "by_private")),
        "liked": edges(("a", "p1", 0), ("b", "p1", HALF_LIFE), ("a", "p2", HALF_LIFE)),
        "viewed": edges(("a", "p1", HALF_LIFE), ("c", "hidden", 0), ("a", "hidden", 0)),
    }


def test_engagement_is_the_union_of_signals_once_a_pair_at_its_earliest() -> None:
    assert engagements(world()).values.tolist() == [
        ["a", "hidden", 0],
        ["a", "p1", 0],
        ["a", "p2", HALF_LIFE],
        ["b", "p1", HALF_LIFE],
        ["c", "hidden", 0],
    ]


def test_a_graph_without_signals_has_no_engagements() -> None:
    assert engagements({}).empty


def test_an_engagement_counts_half_after_each_half_life_and_whole_without_a_time() -> None:
    pairs = pd.DataFrame(
        {
            "user_id": list("abcd"),
            "post_id": ["p", "p", "q", "q"],
            "at": pd.Series([0, 2 * HALF_LIFE, HALF_LIFE, None], dtype="Int64"),
        }
    )
    assert popularity(pairs).to_dict() == {"p": 1.25, "q": 1.5}


def test_a_new_post_starts_with_one_engagement_that_fades() -> None:
    created = pd.Series([0, HALF_LIFE, None], index=["old", "new", "unknown"], dtype="Int64")
    assert freshness(created).to_dict() == {"old": 0.5, "new": 1.0, "unknown": 0.0}


def test_only_what_everybody_may_see_is_derived() -> None:
    store_like: Tables = read_complete(world())
    assert list(public_posts(store_like)) == ["p1", "p2", "p3"]


def read_complete(tables: Tables) -> Tables:
    """The tables as `read_tables` gives them: every kind, every column."""
    from graph.frames import typed
    from graph.model import KINDS, key_columns

    empty = {file: pd.DataFrame(columns=list(key_columns(kind))) for file, kind in KINDS.items()}
    return {file: typed(kind, tables.get(file, empty[file])) for file, kind in KINDS.items()}


def test_champions_are_ranked_by_popularity_and_age_and_hold_public_posts_only(
    any_store: GraphStore,
) -> None:
    ingest_tables(any_store, world())
    derive(any_store)
    found = any_store.run("by_tag", tag_id="jazz", limit=10)
    # p1: 0.5 (a, a half-life ago) + 1 (b, now) + 0.5 (age); p2: 1 + 0.5; p3: 0 + 1 (new)
    assert [(row["post_id"], row["score"]) for row in found] == [
        ("p1", 2.0),
        ("p2", 1.5),
        ("p3", 1.0),
    ]
    for chart, posts in {
        "popular": ["p1", "p2", "p3"],
        "recent": ["p3", "p1", "p2"],
        "project:flic": ["p2"],
    }.items():
        rows = any_store.run("by_chart", chart_id=chart, limit=10)
        assert [row["post_id"] for row in rows] == posts
    assert any_store.run("post_cards", post_ids=["p1"])[0]["popularity"] == 1.5


def test_similar_posts_share_their_people_and_hold_public_posts_only(any_store: GraphStore) -> None:
    ingest_tables(any_store, world())
    derive(any_store)
    found = any_store.run("similar_to", post_id="p1", limit=10)
    assert [row["post"] for row in found] == ["p2"]
    assert any_store.run("similar_to", post_id="hidden", limit=10) == []


def test_deriving_twice_gives_the_same(store: GraphStore, village: World) -> None:
    ingest_tables(store, village.tables)
    first = derive(store)
    champions = store.run("by_chart", chart_id="popular", limit=50)
    assert derive(store) == first
    assert store.run("by_chart", chart_id="popular", limit=50) == champions


def test_what_became_private_is_gone_after_the_next_derive(store: GraphStore) -> None:
    ingest_tables(store, world())
    derive(store)
    ingest_tables(store, {"posts": pd.DataFrame({"id": ["p1"], "privacy": ["private"]})})
    derive(store)
    assert "p1" not in {row["post_id"] for row in store.run("by_tag", tag_id="jazz", limit=10)}


def test_an_empty_graph_derives_to_nothing(any_store: GraphStore) -> None:
    assert derive(any_store) == {"TOP": 0, "SIMILAR": 0, "popularity": 0}


def test_ranks_count_from_zero_and_ties_go_to_the_lower_id() -> None:
    frame = pd.DataFrame({"source": "t", "target": ["c", "a", "b"], "score": [1.0, 1.0, 2.0]})
    assert ranked(frame)[["target", "rank"]].values.tolist() == [["b", 0], ["a", 1], ["c", 2]]


def test_a_node_keeps_no_more_champions_than_its_bound() -> None:
    targets = [f"p{number:04}" for number in range(KEEP + 50)]
    frame = pd.DataFrame({"source": "t", "target": targets, "score": 1.0})
    assert len(ranked(frame)) == KEEP


def test_rp3beta_by_hand() -> None:
    """Two users like both p0 and p1, one likes p1 and p2: equations 3 to 5 worked out."""
    links = sparse.csr_array(np.array([[1, 1, 0], [1, 1, 0], [0, 1, 1]]))
    found = similar_posts(links, beta=1.0, keep=2).toarray()
    # p0 -> p1: two users, each 1/2 * 1/2, together 1/2; divided by p1's popularity 3
    # p1 -> p0: two of its three users, each 1/3 * 1/2, together 1/3; divided by 2
    # p1 -> p2: 1/3 * 1/2 = 1/6, divided by 1; p2 -> p1: 1/2, divided by 3
    wanted = [[0, 1 / 6, 0], [1 / 6, 0, 1 / 6], [0, 1 / 6, 0]]
    np.testing.assert_allclose(found, wanted, rtol=1e-6)


@settings(deadline=None, max_examples=40)
@given(
    links=st.lists(st.tuples(st.integers(0, 6), st.integers(0, 9)), max_size=30),
    keep=st.integers(1, 5),
    beta=st.sampled_from([0.0, 0.4, 1.0]),
)
def test_rp3beta_is_a_random_walk_whatever_the_graph(
    links: list[tuple[int, int]], keep: int, beta: float
) -> None:
    matrix = np.zeros((7, 10))
    for user, post in links:
        matrix[user, post] = 1.0
    found = similar_posts(sparse.csr_array(matrix), beta=beta, keep=keep).toarray()
    users, posts = matrix.sum(1), matrix.sum(0)
    for i in range(10):
        walk = np.zeros(10)
        for user in np.flatnonzero(matrix[:, i]):
            walk += matrix[user] / users[user] / posts[i]
        walk[i] = 0
        walk = np.divide(walk, posts**beta, out=np.zeros(10), where=posts > 0)
        best = np.sort(walk)[::-1][:keep]
        np.testing.assert_allclose(np.sort(found[i])[::-1][:keep], best, rtol=1e-5)
        assert (found[i] > 0).sum() <= keep


@pytest.mark.parametrize("shape", [(0, 0), (3, 0), (0, 3), (2, 2)])
def test_no_links_have_no_similar_posts(shape: tuple[int, int]) -> None:
    assert similar_posts(sparse.csr_array(shape)).nnz == 0


def test_the_graph_read_back_has_every_kind(store: GraphStore) -> None:
    tables = read_tables(store)
    assert all(frame.empty for frame in tables.values())
    assert {"users", "liked", "hid"} <= tables.keys()
