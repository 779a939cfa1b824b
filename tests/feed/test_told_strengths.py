"""How strongly somebody engaged is the same to serving, from the graph, as to training."""

import pandas as pd

from gnn.inductive import Around
from gnn.strengths import link_strengths
from gnn.vocabulary import Vocabulary
from graph.ingest import ingest_tables
from graph.queries.around import around_posts, around_user
from graph.store import GraphStore

USERS, POSTS = Vocabulary(["ana", "bo"]), Vocabulary(["p1", "p2", "p3"])


def test_the_graph_tells_the_same_from_either_end(any_store: GraphStore) -> None:
    times = pd.array([7, None], dtype="Int64")
    tables = {
        "users": pd.DataFrame({"id": list(USERS.ids)}),
        "posts": pd.DataFrame({"id": list(POSTS.ids)}),
        "viewed": pd.DataFrame({"source": "ana", "target": ["p1", "p2"], "times": times}),
        "liked": pd.DataFrame({"source": ["ana"], "target": "p1"}),
        "rated": pd.DataFrame(
            {"source": ["ana", "bo"], "target": ["p3", "p1"], "percent": [50, 0]}
        ),
    }
    ingest_tables(any_store, tables)
    found = link_strengths(tables, USERS, POSTS).toarray()
    assert found.tolist() == [[4.0, 1.0, 1.0], [0.0, 0.0, 0.0]]
    for row, user_id in enumerate(USERS.ids):
        ends, _ = around_user(any_store, user_id)
        told = Around(user_id, ends).links()
        assert [told.get(each, 0.0) for each in POSTS.ids] == found[row].tolist()
    for column, post in enumerate(around_posts(any_store, list(POSTS.ids))):
        told = Around(post.post_id, post.ends).links()
        assert [told.get(each, 0.0) for each in USERS.ids] == found[:, column].tolist()
