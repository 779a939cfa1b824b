"""The full rebuild of everything that is derived, from what the store holds now."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse

from graph.derive.champions import champions, ranked
from graph.derive.clock import Clock, begin, clock_of, end
from graph.derive.engagements import engagements
from graph.derive.near import near_people
from graph.derive.popularity import freshness, popularity
from graph.derive.similar import similar_posts
from graph.frames import row_batches
from graph.model import Tables
from graph.queries.export import read_tables
from graph.store import GraphStore


def derive(store: GraphStore) -> Mapping[str, int]:
    """Rebuild `TOP`, `SIMILAR`, `NEAR` and posts' popularity; the number of each, by name.

    Times decay from the latest engagement, not from the clock, so that a graph loaded from an old
    dump ranks as it did then, and a second run changes nothing. That moment is kept in the graph.
    """
    run = begin(store)
    tables = read_tables(store)
    made = derived(tables)
    charts = sorted(set(made.top["Chart"]["source"]))
    store.run("load_charts", rows=[{"id": chart} for chart in charts])
    store.replace("TOP", made.top)
    store.replace("SIMILAR", {"Post": made.similar})
    store.replace("NEAR", {"User": made.near})
    stored = _store_popularity(store, made.popular, tables["posts"]["id"])
    _store_shares(store, tables["shares"])
    end(store, run, made.clock)
    edges = sum(len(frame) for frame in made.top.values())
    near, similar = len(made.near), len(made.similar)
    return {"TOP": edges, "SIMILAR": similar, "NEAR": near, "popularity": stored}


@dataclass(frozen=True, slots=True)
class Derived:
    """What follows from a graph's tables; edges are ``source``, ``target``, ``score``, ``rank``."""

    top: Mapping[str, pd.DataFrame]
    """`TOP`, by the label that the edges start from."""
    similar: pd.DataFrame
    near: pd.DataFrame
    popular: pd.Series
    """`popularity` of the posts that somebody engaged with, whoever may see them."""
    clock: Clock
    """What it is as of."""


def derived(tables: Tables, clock: Clock | None = None) -> Derived:
    """All that `derive` stores, from tables with every kind (`read_tables`).

    Args:
        tables: the graph.
        clock: from when ages are taken; None: from the latest in `tables`.
    """
    rests = Rests.of(tables, clock)
    popular = rests.popular[rests.popular.index.isin(rests.scores.index)]
    top = champions(tables, rests.scores, popular)
    near = near_edges(rests.public_pairs, tables)
    return Derived(top, similar_edges(rests.public_pairs), near, rests.popular, rests.clock)


@dataclass(frozen=True, slots=True)
class Rests:
    """What all derived edges rest on, of the posts in some tables."""

    pairs: pd.DataFrame
    """`engagements`."""
    popular: pd.Series
    """`popularity` of the posts in `pairs`."""
    scores: pd.Series
    """What champions are ranked by, of the `public_posts`."""
    clock: Clock
    latest: Clock
    """Of what there is in the tables."""

    @classmethod
    def of(cls, tables: Tables, clock: Clock | None = None) -> "Rests":
        """From the tables; arguments as for `derived`."""
        pairs, public = engagements(tables), public_posts(tables)
        created = tables["posts"].set_index("id")["created_at"].reindex(public)
        latest = clock_of(pairs, created)
        clock = clock or latest
        popular = popularity(pairs, clock.engaged_at)
        scores = popular.reindex(public).fillna(0.0) + freshness(created, clock.created_at)
        return cls(pairs, popular, scores, clock, latest)

    @property
    def lasting(self) -> pd.Series:
        """The part of `popular` that does not fade: of engagements without a time."""
        return popularity(self.pairs[self.pairs["at"].isna()])

    @property
    def public_pairs(self) -> pd.DataFrame:
        """Those of public posts: the others make nothing alike."""
        return self.pairs[self.pairs["post_id"].isin(self.scores.index)]


def public_posts(tables: Tables) -> pd.Index:
    """The ids of the posts that everybody may see: derived edges hold no others."""
    posts = tables["posts"].set_index("id")
    shown = (
        posts["privacy"].fillna("public").eq("public")
        & posts["available"].fillna(True).astype(bool)
        & ~posts["deleted"].fillna(False).astype(bool)
    )
    hidden = pd.Index(tables["users"]["id"]).difference(public_people(tables))
    authored = tables["authored"]
    by_hidden = authored["target"][authored["source"].isin(hidden)]
    in_group = tables["posted_in"]["source"]
    return posts.index[shown].difference(pd.Index(by_hidden)).difference(pd.Index(in_group))


def public_people(tables: Tables) -> pd.Index:
    """The ids of the active users with a public profile: derived edges lead to no others."""
    users = tables["users"].set_index("id")
    public = users["privacy"].fillna("public").eq("public")
    return users.index[public & users["active"].fillna(True).astype(bool)]


def similar_edges(pairs: pd.DataFrame) -> pd.DataFrame:
    """The `SIMILAR` edges of the posts in `pairs`, both ways scored on its own."""
    users, posts = (
        pd.factorize(pairs["user_id"], sort=True),
        pd.factorize(pairs["post_id"], sort=True),
    )
    shape = (len(users[1]), len(posts[1]))
    links = sparse.csr_array((np.ones(len(pairs)), (users[0], posts[0])), shape=shape)
    return _edges(similar_posts(links), posts[1])


def near_edges(pairs: pd.DataFrame, tables: Tables) -> pd.DataFrame:
    """The `NEAR` edges of every user, to `public_people`, by the engagements in `pairs`."""
    people = pd.Index(tables["users"]["id"]).sort_values()
    links = _ties(people, pairs["user_id"], pairs["post_id"])
    interested = tables["interested_in"]
    interests = _ties(people, interested["source"], interested["target"])
    shown = np.asarray(people.isin(public_people(tables)))
    return _edges(near_people(links, interests, shown), people)


def _ties(people: pd.Index, user_ids: pd.Series, others: pd.Series) -> sparse.csr_array:
    """Ones; shape ``(num_people, num_others)``, the others in the order of their ids."""
    columns, distinct = pd.factorize(others, sort=True)
    ends = (people.get_indexer(pd.Index(user_ids)), columns)
    ties = sparse.csr_array((np.ones(len(columns)), ends), shape=(len(people), len(distinct)))
    ties.data[:] = 1.0  # an edge that two writers made at once is there twice
    return ties


def _edges(best: sparse.csr_array, nodes: pd.Index) -> pd.DataFrame:
    """What a row of `best`, ``(num_nodes, num_nodes)``, holds, as ranked derived edges."""
    ids = nodes.to_numpy()
    sources = np.repeat(ids, np.diff(best.indptr))
    targets, scores = ids[best.indices], best.data.astype(float)
    return ranked(pd.DataFrame({"source": sources, "target": targets, "score": scores}))


def _store_popularity(store: GraphStore, popular: pd.Series, ids: pd.Series) -> int:
    values = popular.reindex(ids).fillna(0.0)
    frame = pd.DataFrame({"id": values.index, "popularity": values.array})
    for rows in row_batches(frame, "popularity"):
        store.run("store_popularity", rows=rows)
    return len(frame)


def _store_shares(store: GraphStore, shares: pd.DataFrame) -> None:
    """The copies that cards have of what posts share: graphs of earlier versions have none."""
    lowest = shares.groupby("source")["target"].min()
    frame = pd.DataFrame({"id": lowest.index, "shares_id": lowest.array})
    for rows in row_batches(frame, "shares"):
        store.run("store_shares", rows=rows)
