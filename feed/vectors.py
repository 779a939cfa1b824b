"""Vectors at the moment of a request: the viewer's, and those of posts that came after training."""

import logging

import numpy as np

from feed.nearest import FeedModel
from feed.pool import Pool
from feed.sources import Ask
from gnn.embeddings import UserSide
from gnn.inductive import Around
from graph.errors import StoreError
from graph.queries.around import around_posts, around_user
from graph.queries.people import ViewerContext
from graph.store import GraphStore

log = logging.getLogger(__name__)

LEARNT_A_REQUEST = 8
"""Posts that are learnt at most when posts are scored, which a request does once, or a few times
where posts are few: some milliseconds; the next feed has the next ones."""


def viewer_vectors(store: GraphStore, model: FeedModel, viewer: ViewerContext) -> UserSide | None:
    """The vector and factors of who asks, by what they did until now.

    Raises:
        StoreError: what they did cannot be read.
    """
    around = around_viewer(store, viewer)
    return None if around is None else model.vectors(around)


def around_viewer(store: GraphStore, viewer: ViewerContext) -> Around | None:
    """What the viewer's vector is made of; None of a newcomer.

    Raises:
        StoreError: it cannot be read.
    """
    if viewer.user_id is None:
        return None
    ends, born_at = around_user(store, viewer.user_id)
    friends, interests = (dict.fromkeys(ids, 1.0) for ids in (viewer.friends, viewer.interests))
    told = ends | {"friend": friends, "interested_in": interests}
    return Around(viewer.user_id, told, born_at=born_at)


def learn_posts(ask: Ask, posts: Pool) -> None:
    """Give some of the posts that came after training a vector, the newest first."""
    assert ask.model is not None
    wanted = frozenset(ask.model.unlearnt(ask.remembered, posts.places, ask.now))
    if not wanted:
        return
    newest = np.argsort(-np.nan_to_num(posts.cards.created_at), kind="stable").tolist()
    some = [posts.ids[at] for at in newest if posts.ids[at] in wanted][:LEARNT_A_REQUEST]
    try:
        found = around_posts(ask.store, some)
    except StoreError as error:
        log.warning("posts that came after training are not learnt: %s", error)
        return
    arounds = (Around(each.post_id, each.ends, each.text, each.born_at) for each in found)
    ask.model.learn(arounds, ask.now)
