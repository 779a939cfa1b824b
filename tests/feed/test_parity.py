"""The decoder is handed the same numbers online as in training."""

import numpy as np

from feed.cards import visible_posts
from feed.recommend import viewer_named
from feed.request import FeedRequest
from feed.score import parts
from feed.sources import Ask, gather
from gnn.embeddings import EmbeddingTable
from gnn.features import PARTS, parts_block, structure
from gnn.vocabulary import Vocabulary
from graph.derive.rebuild import derive
from graph.ingest import ingest_tables
from graph.store import GraphStore
from village.world import World


def test_the_feeds_parts_are_those_that_the_model_learns_from(
    store: GraphStore, village: World
) -> None:
    """On a village without secrets: derived edges hold public posts only, training sees all."""
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
    for user_id in users.ids[::10]:
        viewer = viewer_named(store, names[user_id])
        found = gather(Ask(store, viewer, FeedRequest(viewer.username), None))
        ids = [post for post in found.post_ids(200) if post not in viewer.engaged]
        shown = visible_posts(store, viewer, ids)
        online = parts(viewer, shown, found, None)
        (block,) = parts_block(known, nothing, users.positions([user_id]))
        offline = block[posts.positions(post.card.post_id for post in shown)]
        np.testing.assert_allclose(online, offline, rtol=1e-4, atol=1e-6)
        compared += (online > 0).sum(axis=0)
    assert (compared[1:] > 20).all()
