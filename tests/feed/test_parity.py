"""The decoder is handed the same numbers online as in training."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from feed import sources
from feed.pool import pool
from feed.remembered import Remembered
from feed.request import FeedRequest
from feed.score import parts
from feed.sources import Ask, gather
from feed.taste import tags_of
from feed.viewer import viewer_named
from gnn.embeddings import PRODUCTS, EmbeddingTable
from gnn.features import PARTS, parts_block, structure
from gnn.vocabulary import Vocabulary
from graph.derive.rebuild import derive
from graph.ingest import ingest_tables
from graph.queries import candidates
from graph.store import GraphStore
from village.world import NOW, World


def test_the_feeds_parts_are_those_that_the_model_learns_from(
    store: GraphStore, village: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a village without secrets: derived edges hold public posts only, training sees all.

    Without the bounds, too: a person's older engagements, and distant people, count in training.
    """
    monkeypatch.setattr(sources, "SECOND_CIRCLE", 1_000)
    monkeypatch.setattr(candidates, "ENGAGED", 1_000)
    tables = dict(village.tables)
    tables["users"] = tables["users"].assign(privacy="public")
    tables["posts"] = tables["posts"].assign(privacy="public", available=True)
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
    compared = np.zeros(len(PARTS))
    remembered = Remembered(store)
    for user_id in users.ids[::10]:
        viewer = viewer_named(store, names[user_id])
        ask = Ask(store, remembered, viewer, FeedRequest(viewer.username), None, NOW)
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
        compared += (online > 0).sum(axis=0)
    assert (compared[len(PRODUCTS) :] > 20).all()
