"""Baselines that count: popularity, ItemKNN and RP3beta."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from gnn.matrices import Floats
from gnn.vocabulary import Positions
from graph.derive.similar import similar_posts

SIMILAR_KEPT = 200


@dataclass(frozen=True)
class Popular:
    """The same order for everybody: by how many engaged."""

    counts: Floats
    """Shape ``(num_posts,)``."""

    def scores(self, user_pos: Positions) -> Floats:
        """The counts, once a user."""
        return np.tile(self.counts, (len(user_pos), 1))


@dataclass(frozen=True)
class Neighbours:
    """A user's score for a post: the sum of its similarity over the posts the user engaged with."""

    links: sparse.csr_array
    similar: sparse.csr_array
    """Shape ``(num_posts, num_posts)``; row: the engaged post, column: the scored one."""

    def scores(self, user_pos: Positions) -> Floats:
        """The sum of similarities."""
        return np.asarray((self.links[user_pos] @ self.similar).toarray(), dtype=np.float32)


def popularity(links: sparse.csr_array) -> Popular:
    """Rank by the number of users who engaged."""
    return Popular(np.asarray(links.sum(axis=0), dtype=np.float32).ravel())


def item_knn(links: sparse.csr_array, shrink: float, keep: int = SIMILAR_KEPT) -> Neighbours:
    """Cosine similarity with a shrunk denominator: common / (sqrt(n_i n_j) + shrink).

    Source: Ferrari Dacrema et al., "Are We Really Making Much Progress?", RecSys 2019, section 3.2.
    """
    common = sparse.csr_array(links.T @ links)
    norms = np.sqrt(np.asarray(links.sum(axis=0), dtype=np.float64).ravel())
    rows = np.repeat(np.arange(common.shape[0]), np.diff(common.indptr))
    common.data = common.data / (norms[rows] * norms[common.indices] + shrink)
    common.data[rows == common.indices] = 0
    return Neighbours(links, _strongest(common, keep))


def _strongest(similar: sparse.csr_array, keep: int) -> sparse.csr_array:
    """Each row's `keep` largest entries; ties go to the lower column."""
    rows = np.repeat(np.arange(similar.shape[0]), np.diff(similar.indptr))
    order = np.lexsort((similar.indices, -similar.data, rows))
    order = order[np.arange(len(order)) - similar.indptr[rows[order]] < keep]
    values = similar.data[order].astype(np.float32)
    return sparse.csr_array((values, (rows[order], similar.indices[order])), shape=similar.shape)


def rp3beta(links: sparse.csr_array, beta: float, keep: int = SIMILAR_KEPT) -> Neighbours:
    """The walk of `graph.derive.similar`, from every post the user engaged with."""
    return Neighbours(links, similar_posts(links, beta=beta, keep=keep))
