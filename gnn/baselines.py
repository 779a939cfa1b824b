"""What any model must beat, tuned with the same care: each one's grid is judged on valid.

Each baseline is made from `links`, shape ``(num_users, num_posts)`` of ones, and scores all posts
for a block of users. None knows a data set by its name.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy import linalg, sparse

from gnn.matrices import Floats
from gnn.vocabulary import Positions
from graph.derive.similar import similar_posts

EASE_LIMIT = 16_000
"""EASE inverts a square matrix as wide as the fewer of users and posts; wider is left out."""
EASE_CELLS = 400_000_000
"""EASE keeps its scores of all users and posts at once: at most so many (4 bytes each)."""
SIMILAR_KEPT = 200
RECENT_DAYS = 30
DAY = 86_400


class Ranker(Protocol):
    """Scores every post for some users."""

    def scores(self, user_pos: Positions) -> Floats:
        """Higher is better, comparable within a row; shape ``(len(user_pos), num_posts)``."""


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


@dataclass(frozen=True)
class Dense:
    """Scores that were computed for every user at once."""

    table: Floats
    """Shape ``(num_users, num_posts)``."""

    def scores(self, user_pos: Positions) -> Floats:
        """These users' rows, copied."""
        return self.table[user_pos]


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


@dataclass(frozen=True)
class EaseFactors:
    """What EASE needs of the links once, whatever its lambda."""

    links: sparse.csr_array
    values: np.ndarray
    """Eigenvalues of the smaller Gram matrix, float64."""
    vectors: np.ndarray
    """Its eigenvectors in columns, float64."""

    @property
    def by_user(self) -> bool:
        """Whether the smaller Gram matrix is the users' (else the posts')."""
        return bool(self.links.shape[0] <= self.links.shape[1])


def ease_factors(links: sparse.csr_array) -> EaseFactors:
    """Decompose the smaller of the two Gram matrices; ``min(links.shape) <= EASE_LIMIT``."""
    wide = links.shape[0] <= links.shape[1]
    gram = (links @ links.T if wide else links.T @ links).toarray().astype(np.float64)
    values, vectors = linalg.eigh(gram, overwrite_a=True, check_finite=False)
    return EaseFactors(links, np.maximum(values, 0.0), vectors)


def ease(factors: EaseFactors, lambda_: float) -> Dense:
    """EASE's closed form: B = I - P diag(1 / diag P), with P the inverse of X'X + lambda I.

    Source: Steck, "Embarrassingly Shallow Autoencoders for Sparse Data", WWW 2019, equation 8.
    Where there are fewer users than posts, the same scores come from the users' side, exactly:
    X P = M X and diag P = (1 - diag(X'M X)) / lambda, with M the inverse of XX' + lambda I.
    """
    links = factors.links
    shrunk = factors.vectors / (factors.values + lambda_)
    if factors.by_user:
        smoothed = (links.T @ (shrunk @ factors.vectors.T)).T
        overlap = np.asarray(links.multiply(smoothed).sum(axis=0)).ravel()
        diagonal = (1.0 - overlap) / lambda_
    else:
        inverse = shrunk @ factors.vectors.T
        smoothed = links @ inverse
        diagonal = inverse.diagonal()
    scores = -smoothed / diagonal
    rows = np.repeat(np.arange(links.shape[0]), np.diff(links.indptr))
    scores[rows, links.indices] += 1.0
    return Dense(scores.astype(np.float32))


Score = Callable[[Ranker], float]


def chosen(makers: Mapping[float, Callable[[], Ranker]], score: Score) -> tuple[float, Ranker]:
    """The setting whose ranker scores best on valid; ties go to the first."""
    best: tuple[float, float, Ranker] | None = None
    for setting, make in makers.items():
        ranker = make()
        value = score(ranker)
        if best is None or value > best[0]:
            best = (value, setting, ranker)
    if best is None:
        raise ValueError("chosen() needs at least one setting")
    return best[1], best[2]
