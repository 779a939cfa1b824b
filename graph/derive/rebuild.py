"""The full rebuild of everything that is derived, from what the store holds now."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy import sparse

from graph.derive.champions import champions, ranked
from graph.derive.engagements import engagements
from graph.derive.popularity import freshness, popularity
from graph.derive.similar import similar_posts
from graph.frames import row_batches
from graph.model import Tables
from graph.queries.export import read_tables
from graph.store import GraphStore


def derive(store: GraphStore) -> Mapping[str, int]:
    """Rebuild `TOP`, `SIMILAR` and posts' popularity; the number of each, by name.

    Times decay from the latest engagement, not from the clock, so that a graph loaded from an old
    dump ranks as it did then, and a second run changes nothing.
    """
    tables = read_tables(store)
    pairs = engagements(tables)
    popular = popularity(pairs)
    public = public_posts(tables)
    scores = popular.reindex(public).fillna(0.0)
    created = tables["posts"].set_index("id")["created_at"].reindex(public)
    top = champions(tables, scores + freshness(created))
    similar = similar_edges(pairs[pairs["post_id"].isin(public)])
    store.run("load_charts", rows=[{"id": chart} for chart in sorted(set(top["Chart"]["source"]))])
    store.replace("TOP", top)
    store.replace("SIMILAR", {"Post": similar})
    stored = _store_popularity(store, popular, tables["posts"]["id"])
    edges = sum(len(frame) for frame in top.values())
    return {"TOP": edges, "SIMILAR": len(similar), "popularity": stored}


def public_posts(tables: Tables) -> pd.Index:
    """The ids of the posts that everybody may see: derived edges hold no others."""
    posts = tables["posts"].set_index("id")
    shown = (
        posts["privacy"].fillna("public").eq("public")
        & posts["available"].fillna(True).astype(bool)
        & ~posts["deleted"].fillna(False).astype(bool)
    )
    users = tables["users"].set_index("id")
    hidden = users.index[
        users["privacy"].fillna("public").ne("public") | ~users["active"].fillna(True).astype(bool)
    ]
    authored = tables["authored"]
    by_hidden = authored["target"][authored["source"].isin(hidden)]
    in_group = tables["posted_in"]["source"]
    return posts.index[shown].difference(pd.Index(by_hidden)).difference(pd.Index(in_group))


def similar_edges(pairs: pd.DataFrame) -> pd.DataFrame:
    """The `SIMILAR` edges of the posts in `pairs`, both ways scored on its own."""
    users, posts = (
        pd.factorize(pairs["user_id"], sort=True),
        pd.factorize(pairs["post_id"], sort=True),
    )
    shape = (len(users[1]), len(posts[1]))
    links = sparse.csr_array((np.ones(len(pairs)), (users[0], posts[0])), shape=shape)
    best = similar_posts(links)
    ids = posts[1].to_numpy()
    sources = np.repeat(ids, np.diff(best.indptr))
    targets, scores = ids[best.indices], best.data.astype(float)
    return ranked(pd.DataFrame({"source": sources, "target": targets, "score": scores}))


def _store_popularity(store: GraphStore, popular: pd.Series, ids: pd.Series) -> int:
    values = popular.reindex(ids).fillna(0.0)
    frame = pd.DataFrame({"id": values.index, "popularity": values.array})
    for rows in row_batches(frame, "popularity"):
        store.run("store_popularity", rows=rows)
    return len(frame)
