"""The decoder is handed the same numbers online as in training."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest

from feed import sources
from feed.filling import Filling
from feed.pool import pool
from feed.remembered import Remembered
from feed.request import FeedRequest
from feed.score import parts
from feed.sources import Ask, gather
from feed.taste import tags_of
from feed.viewer import viewer_named
from gnn import features
from gnn.embeddings import PRODUCTS, EmbeddingTable
from gnn.features import PARTS, parts_block, structure
from gnn.split import as_of
from gnn.vocabulary import Vocabulary
from graph.derive.rebuild import derive
from graph.ingest import ingest_tables
from graph.model import KINDS, NODES, EdgeKind, Tables
from graph.queries import candidates, whole
from graph.store import GraphStore
from village.world import World, plant


@pytest.mark.parametrize("filled", [False, True], ids=["looked up", "whole tables"])
def test_the_feeds_parts_are_those_that_the_model_learns_from(
    store: GraphStore, village: World, filled: bool
) -> None:
    """On a village without secrets: derived edges hold public posts only, training sees all."""
    compared = held_against_training(store, open_to_all(village.tables), 10, filled)
    assert (compared[len(PRODUCTS) :] > 20).all()


@pytest.mark.parametrize(("seed", "share"), [(1, 1.0), (2, 0.3), (3, 0.1)])
def test_so_they_are_on_random_graphs_dense_or_sparse(
    store: GraphStore, seed: int, share: float
) -> None:
    """Anybody may have done anything, but for what is told of comments."""
    tables = open_to_all(plant(seed=seed, users=60, posts=120, communities=4).tables)
    compared = held_against_training(store, at_random(tables, seed, share), 1, filled=seed == 1)
    assert (compared[len(PRODUCTS) :] > 0).all()


@pytest.mark.parametrize("filled", [False, True], ids=["looked up", "whole tables"])
@pytest.mark.parametrize("timed", [True, False])
def test_so_they_are_where_people_did_more_than_a_feed_looks_at(
    store: GraphStore, timed: bool, filled: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    bounds = {"ENGAGED": 4, "HISTORY": 5, "CIRCLE_FRIENDS": 3, "SECOND_CIRCLE": 6}
    if filled:
        bounds["WRITTEN"] = 2  # a look-up has its limit in Cypher
    for module in (features, sources, candidates, whole):
        for name, bound in bounds.items():
            if hasattr(module, name):
                monkeypatch.setattr(module, name, bound)
    tables = open_to_all(plant(seed=4, users=60, posts=120, communities=4).tables)
    if not timed:
        tables = {file: frame.drop(columns="at", errors="ignore") for file, frame in tables.items()}
    users, posts = (Vocabulary(tables[file]["id"]) for file in ("users", "posts"))
    known = structure(tables, users, posts)
    for few, many in ((known.lately, known.links), (known.history, known.links)):
        assert few.nnz < many.nnz / 2
    assert np.diff(known.distant.indptr).max() == bounds["SECOND_CIRCLE"]
    assert np.diff(known.friends.indptr).max() > bounds["CIRCLE_FRIENDS"]
    held_against_training(store, tables, 3, filled)


def open_to_all(tables: Tables) -> Tables:
    """The same without secrets."""
    users = tables["users"].assign(privacy="public")
    posts = tables["posts"].assign(privacy="public", available=True)
    return {**tables, "users": users, "posts": posts}


def at_random(tables: Tables, seed: int, share: float) -> Tables:
    """The same nodes, and a share of the edges, each between any two that its kind may have."""
    rng = np.random.default_rng(seed)
    drawn, labels = dict(tables), {each.label: each.file for each in NODES}
    for file, frame in tables.items():
        kind = KINDS[file]
        if not isinstance(kind, EdgeKind) or file == "comment_on" or file == "wrote":
            continue
        kept = frame.sample(frac=1.0 if file == "authored" else share, random_state=seed)
        sources, targets = (
            rng.choice(tables[labels[label]]["id"].to_numpy(), len(kept))
            for label in (kind.source, kind.target)
        )
        if file == "authored":
            targets = kept["target"].to_numpy()
        if file == "friend":
            sources, targets = np.minimum(sources, targets), np.maximum(sources, targets)
        ends = kept.assign(source=sources, target=targets).drop_duplicates(["source", "target"])
        drawn[file] = ends[ends["source"] != ends["target"]].reset_index(drop=True)
    return drawn


def held_against_training(
    store: GraphStore, tables: Tables, every: int, filled: bool
) -> npt.NDArray[np.float64]:
    """Assert that what is shown has the numbers that training reads; how often each was not 0.

    It is asked at the moment from which training counts posts' ages.

    Args:
        store: empty; the graph is loaded into it.
        tables: the graph.
        every: so many users one is looked at.
        filled: whether everybody's lists are read before, as a ready server has them.
    """
    ingest_tables(store, tables)
    derive(store)
    users, posts = Vocabulary(tables["users"]["id"]), Vocabulary(tables["posts"]["id"])
    nothing = EmbeddingTable(
        np.array(users.ids),
        np.zeros((len(users), 1), np.float32),
        np.array(posts.ids),
        np.zeros((len(posts), 1), np.float32),
    )
    known = structure(tables, users, posts)
    names = tables["users"].set_index("id")["username"]
    compared, now = np.zeros(len(PARTS)), as_of(tables) or int(tables["posts"]["created_at"].max())
    remembered = Remembered(store)
    if filled:
        Filling(store, lambda: remembered).fill()
    for user_id in users.ids[::every]:
        viewer = viewer_named(store, names[user_id])
        ask = Ask(store, remembered, viewer, FeedRequest(viewer.username), None, now)
        ask = replace(ask, tags=tags_of(store, viewer, ask.history))
        with ThreadPoolExecutor(1) as workers:
            found = gather(ask, workers)
        places = np.unique(np.concatenate([hits.places for hits in found.by_source.values()]))
        shown = pool(remembered, places)
        shown = shown.only(~shown.having(viewer.engaged))
        online = parts(ask, shown, found)
        (block,) = parts_block(known, nothing, users.positions([user_id]))
        offline = block[posts.positions(shown.ids)]
        np.testing.assert_allclose(online, offline, rtol=1e-4, atol=1e-6)
        compared += (online != 0).sum(axis=0)
    return compared
