"""What lists are like beside being right: which posts and authors they reach, how novel they are.

Every function takes `ranked`: post positions, best first, -1 where a list ended; shape
``(num_users, k)``.
"""

import numpy as np
import numpy.typing as npt
import pandas as pd

from gnn.case import Case
from gnn.matrices import edges
from gnn.vocabulary import Positions, Vocabulary
from graph.model import Tables

K = 10


def coverage(ranked: Positions, num_posts: int) -> float:
    """The share of all posts that are in anybody's list."""
    return len(np.unique(ranked[ranked >= 0])) / num_posts


def novelty(ranked: Positions, popularity: npt.NDArray[np.int64], num_users: int) -> float:
    """Mean self-information of what is listed, in bits: -log2 of the share of users who met it.

    Source: Vargas and Castells, "Rank and relevance in novelty and diversity metrics for
    recommender systems", RecSys 2011, section 4.1. A post that nobody met counts as met by one.
    """
    met = np.maximum(popularity[ranked[ranked >= 0]], 1)
    return float(np.mean(np.log2(num_users / met))) if len(met) else 0.0


def gini(counts: npt.NDArray[np.int64]) -> float:
    """How unequally something is dealt: 0 where all have the same, towards 1 where one has all.

    >>> gini(np.array([3, 3, 3])), round(gini(np.array([0, 0, 9])), 3)
    (0.0, 0.667)
    """
    total = counts.sum()
    if not total:
        return 0.0
    n = len(counts)
    places = np.arange(1, n + 1)
    return float(2 * (places @ np.sort(counts)) / (n * total) - (n + 1) / n)


def authors_of(tables: Tables, posts: Vocabulary) -> tuple[Positions, int]:
    """Each post's author by number, -1 without one; and how many authors there are."""
    frame = edges(tables, "authored")
    codes, names = pd.factorize(frame["source"])
    found = np.full(len(posts), -1, dtype=np.int64)
    at = posts.positions(frame["target"], unknown="minus_one")
    found[at[at >= 0]] = codes[at >= 0]
    return found, len(names)


def measured(case: Case, ranked: Positions) -> dict[str, float]:
    """All of it for everybody's first `K` posts; authors' share only where posts have authors."""
    first = ranked[:, :K]
    popularity = np.diff(case.train.tocsc().indptr)
    found = {
        f"coverage@{K}": coverage(first, len(case.posts)),
        f"novelty@{K}": novelty(first, popularity, len(case.users)),
    }
    authors, count = authors_of(case.tables, case.posts)
    if count:
        listed = authors[first[first >= 0]]
        exposed = np.bincount(listed[listed >= 0], minlength=count)
        found[f"gini_authors@{K}"] = gini(exposed)
    return found
