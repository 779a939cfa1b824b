"""EASE, in closed form, from the smaller side of the links."""

from dataclasses import dataclass

import numpy as np
from scipy import linalg, sparse

from gnn.baselines.ranker import Dense
from gnn.parallel import calm

EASE_LIMIT = 16_000
"""EASE inverts a square matrix as wide as the fewer of users and posts; wider is left out."""
EASE_CELLS = 400_000_000
"""EASE keeps its scores of all users and posts at once: at most so many (4 bytes each)."""


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
    with calm():
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
    with calm():  # where posts are all alike to a user, the last digit says which comes first
        inverse = shrunk @ factors.vectors.T
    if factors.by_user:
        smoothed = (links.T @ inverse).T
        overlap = np.asarray(links.multiply(smoothed).sum(axis=0)).ravel()
        diagonal = (1.0 - overlap) / lambda_
    else:
        smoothed = links @ inverse
        diagonal = inverse.diagonal()
    scores = -smoothed / diagonal
    rows = np.repeat(np.arange(links.shape[0]), np.diff(links.indptr))
    scores[rows, links.indices] += 1.0
    return Dense(scores.astype(np.float32))
