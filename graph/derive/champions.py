"""The best posts of every tag, category, mood and topic, and of the graph as a whole.

A champion's score is its popularity with decay, times the weight of the edge that ties it to the
node, where it has one. The charts are nodes of their own, so that "popular" and "recent" are
bounded traversals like everything else.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from graph.model import Tables

KEEP = 200
"""Champions a node: twenty pages of ten."""

SOURCES: Mapping[str, str] = {
    "Tag": "tagged",
    "Category": "in_category",
    "Mood": "evokes",
    "Topic": "about",
}
"""Which label's champions come from which edges (of posts to that label)."""

POPULAR, RECENT, DEBUTS, PROJECT = "popular", "recent", "debuts", "project:"
"""The ids of the charts; a project's is the prefix and its code."""
AUDIENCE = 1.0
"""The popularity of all public posts of an author together from which on they have an audience."""
DEBUT_POSTS = 3
"""Of each author without one: their newest."""


def champions(tables: Tables, scores: pd.Series, popular: pd.Series) -> dict[str, pd.DataFrame]:
    """The `TOP` edges, by the label that they start from.

    Args:
        tables: the graph.
        scores: a score for every post that may be shown to everybody, by post id.
        popular: the popularity of posts that may be shown to everybody, by post id; 0 where one is
            missing. Of no others: who has an audience is told to everybody.
    """
    return {**borne(tables, scores), "Chart": ranked(charts(tables, scores, popular))}


def borne(tables: Tables, scores: pd.Series) -> dict[str, pd.DataFrame]:
    """The same but for charts."""
    return {
        label: ranked(_weighted(tables[file], scores))
        for label, file in SOURCES.items()
        if file in tables
    }


def charts(tables: Tables, scores: pd.Series, popular: pd.Series) -> pd.DataFrame:
    """The charts' posts, unranked: popular, recent (by creation), debuts, and each project's."""
    best = pd.DataFrame({"source": POPULAR, "target": scores.index, "score": scores.array})
    created = tables["posts"].set_index("id")["created_at"].reindex(scores.index)
    created = created.dropna().astype(float)
    recent = pd.DataFrame({"source": RECENT, "target": created.index, "score": created.array})
    debuts = _debuts(tables["authored"], recent, popular)
    return pd.concat([best, recent, debuts, _projects(tables, scores)], ignore_index=True)


def _debuts(authored: pd.DataFrame, recent: pd.DataFrame, popular: pd.Series) -> pd.DataFrame:
    """The newest posts of authors who have no audience yet, in the form of `recent`."""
    has = authored["target"].map(popular).fillna(0.0).groupby(authored["source"]).transform("sum")
    author = authored[has < AUDIENCE].drop_duplicates("target").set_index("target")["source"]
    theirs = recent.assign(source=recent["target"].map(author)).dropna(subset=["source"])
    newest = theirs.sort_values(["score", "target"], ascending=[False, True])
    turns = newest.groupby("source").cumcount()
    return newest[turns < DEBUT_POSTS].assign(source=DEBUTS)


def ranked(edges: pd.DataFrame) -> pd.DataFrame:
    """Each source's `KEEP` best with their ``rank`` from 0; ties go to the lower id."""
    source, target = (pd.factorize(edges[end], sort=True)[0] for end in ("source", "target"))
    order = np.lexsort((target, -edges["score"].to_numpy(float), source))
    source, places = source[order], np.arange(len(order))
    rank = places - np.searchsorted(source, source)
    kept = rank < KEEP
    return edges.iloc[order[kept]].assign(rank=rank[kept]).reset_index(drop=True)


def _weighted(edges: pd.DataFrame, scores: pd.Series) -> pd.DataFrame:
    weights = edges["weight"].fillna(1.0).astype(float) if "weight" in edges else 1.0
    scored = edges["source"].map(scores).astype(float) * weights
    found = pd.DataFrame({"source": edges["target"], "target": edges["source"], "score": scored})
    return found[scored.notna()]


def _projects(tables: Tables, scores: pd.Series) -> pd.DataFrame:
    if "about" not in tables or "topics" not in tables:
        return pd.DataFrame()
    topics = _weighted(tables["about"], scores)
    codes = tables["topics"].set_index("id")["project_code"].dropna()
    named = topics.assign(source=topics["source"].map(codes)).dropna(subset=["source"])
    best: pd.DataFrame = named.groupby(["source", "target"], as_index=False).agg({"score": "max"})
    return best.assign(source=PROJECT + best["source"].astype(str))
