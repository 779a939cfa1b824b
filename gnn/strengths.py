"""How strongly somebody engaged, and what their links count by it. Needs no torch.

A signal's weight is how often it was given (a rating's is percent / 50, so that half is as much as
once). A link's *strength* is the sum over its signals of log2(1 + weight): 1 for a single like. It
counts ``2 ^ (exponent * (strength - mean))`` beside the user's other links, where the mean is over
these: as a power of what was done, relative to what the user usually does, within bounds. At 0 all
links count alike. Relative, since people differ by far more than their links do: whoever plays
everything a thousand times likes nothing of it better than others like theirs.

Confidence in a link by how often was after Hu, Koren and Volinsky, "Collaborative Filtering for
Implicit Feedback Datasets", ICDM 2008; relative to the user is ours, chosen on valid
(docs/model.md).
"""

import numpy as np
import pandas as pd
from scipy import sparse

from gnn.matrices import Floats, edges, matrix
from gnn.vocabulary import Vocabulary
from graph.model import SIGNALS, Tables

HALF = 50.0
"""Percent of a rating that says as much as a single like."""
BOUND = 1.5
"""The logarithm (base 2) of what a link counts is from minus so much to so much."""


def strength(weights: np.ndarray) -> np.ndarray:
    """Of single signals, by their weights; shape as `weights`."""
    return np.asarray(np.log2(1.0 + np.maximum(weights, 0.0)))


def counts(strengths: np.ndarray, means: np.ndarray | float, exponent: float) -> Floats:
    """What links count; shape as `strengths`.

    Args:
        strengths: of the links.
        means: of the links of each one's user.
        exponent: 0: all alike.
    """
    told = np.clip(exponent * (strengths - means), -BOUND, BOUND)
    return np.asarray(2.0**told, dtype=np.float32)


def link_strengths(tables: Tables, users: Vocabulary, posts: Vocabulary) -> sparse.csr_array:
    """Who engaged how strongly with what; shape ``(num_users, num_posts)``.

    An entry for every link: one of strength 0 is stored too.
    """
    found = [_signal(edges(tables, kind.file), users, posts) for kind in SIGNALS]
    keys = np.concatenate([each.row * np.int64(len(posts)) + each.col for each in found])
    pairs, at = np.unique(keys, return_inverse=True)
    total = np.bincount(at, strength(np.concatenate([each.data for each in found])), len(pairs))
    return sparse.csr_array(
        (total, (pairs // max(len(posts), 1), pairs % max(len(posts), 1))),
        shape=(len(users), len(posts)),
    )


def linked(strengths: sparse.csr_array) -> sparse.csr_array:
    """Who engaged with what, however strongly; ones, shape as `strengths`."""
    ones = np.ones(strengths.nnz, dtype=np.float32)
    return sparse.csr_array((ones, strengths.indices, strengths.indptr), shape=strengths.shape)


def means(strengths: sparse.csr_array) -> Floats:
    """Of each user's links; 0 where there are none. Shape ``(num_users,)``."""
    number = np.diff(strengths.indptr)
    return np.asarray(strengths.sum(axis=1) / np.maximum(number, 1), dtype=np.float32)


def counted_links(strengths: sparse.csr_array, exponent: float) -> sparse.csr_array:
    """The links with what each counts; shape as `strengths`."""
    of_user = np.repeat(means(strengths), np.diff(strengths.indptr))
    data = counts(strengths.data, of_user, exponent)
    return sparse.csr_array((data, strengths.indices, strengths.indptr), shape=strengths.shape)


def _signal(frame: pd.DataFrame, users: Vocabulary, posts: Vocabulary) -> sparse.coo_array:
    """The weights of one signal's edges."""
    weights = pd.Series(1.0, index=frame.index)
    if "times" in frame:
        weights = frame["times"].astype("Float64").fillna(1.0)
    elif "percent" in frame:
        weights = frame["percent"].astype("Float64").fillna(HALF) / HALF
    return matrix(frame.assign(weight=weights), users, posts, weight="weight").tocoo()
