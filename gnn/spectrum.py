"""Where users and posts stand in the graph's main directions: coordinates that come from links.

A truncated, side-informed EASE. With X the links and C the posts' content as further rows (each
tag, category, mood and topic is as a user who engaged with its posts), the stacked matrix S = U
diag(s) V' gives EASE's weights in closed form, B_ij proportional to v_i' diag(f) v_j / (1 - v_j'
diag(f) v_j) with f = s^2 / (s^2 + lambda). Inductive: a user's coordinates are x V, the projection
of its links, so a new user has them as soon as it has a link, and a new post by its content.

What has many links speaks less loudly in each: rows and columns of S are divided by their degree to
the power of an `exponent`, and what a post's column was divided by its score is multiplied by. At 0
this is EASE, at 1/2 the symmetric normalisation of graph convolutions.

Sources: Steck, "Embarrassingly Shallow Autoencoders for Sparse Data", WWW 2019; rows of side
information from Jeunen, Van Balen and Goethals, "Closed-Form Models for Collaborative Filtering
with Side-Information", RecSys 2020; exponents between none and symmetric after Park, Yoon, Kim and
Lee, "Why is Normalization Necessary for Linear Recommenders?", SIGIR 2025 (theirs are one for each
side); the decomposition after Halko, Martinsson and Tropp, SIAM Review 53(2), 2011, algorithm 4.4.
"""

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from scipy import linalg, sparse

from gnn.matrices import Floats, edges, matrix
from gnn.parallel import side_by_side
from gnn.vocabulary import Vocabulary
from graph.machine import processors
from graph.model import Tables

CONTENT = ("tagged", "in_category", "evokes", "about")
OVERSAMPLE, POWER_STEPS = 32, 4
LEAST_GAP = 0.05
LEAST_TOLD = 1e-20
"""Of a filter: what is filtered by less is lost in rounding."""
OTHERS = (0.2, 5.0)
"""Ridges at which a score is told beside the chosen one, as multiples of it: a lower one keeps
more of what few people share, a higher one what many do."""


@dataclass(frozen=True)
class Spectrum:
    """The leading directions of one graph."""

    values: Floats
    """Singular values, largest first; shape ``(dim,)``."""
    basis: Floats
    """V; shape ``(num_posts, dim)``."""
    users: Floats
    """The users' links on the basis; shape ``(num_users, dim)``."""
    damping: "Damping"

    def leading(self, dim: int) -> "Spectrum":
        """The first `dim` directions alone."""
        return replace(
            self,
            values=self.values[:dim],
            basis=self.basis[:, :dim],
            users=self.users[:, :dim],
        )

    def post_table(self, lambda_: float) -> Floats:
        """Whose dot product with a user's coordinates is its EASE score; ``(num_posts, dim)``."""
        return post_table(self.basis, self.values, lambda_) * self.damping.posts[:, None]


@dataclass(frozen=True)
class Damping:
    """What rows and columns of S are divided by."""

    exponent: float
    scale: float
    """What all of S is multiplied by, so that a mean link of it weighs 1 whatever the exponent."""
    rows: Floats
    """Of the users; shape ``(num_users,)``."""
    posts: Floats
    """Shape ``(num_posts,)``."""


def damped(degrees: np.ndarray, exponent: float) -> Floats:
    """What links of nodes of these degrees are divided by; shape as `degrees`."""
    return np.asarray(np.maximum(degrees, 1.0) ** exponent, dtype=np.float32)


def post_table(rows: Floats, values: Floats, lambda_: float) -> Floats:
    """The posts' side of EASE's scores, by their rows of V, before damping; shape as `rows`."""
    filtered = rows * (values**2 / (values**2 + lambda_))
    return np.asarray(filtered / _gaps(rows, values, lambda_)[:, None], dtype=np.float32)


def undone(found: Spectrum, lambda_: float) -> tuple[Floats, Floats]:
    """What turns the rows of its `Spectrum.post_table` back into those of V.

    Returns:
        Factors of the posts and of the axes; shapes ``(num_posts,)`` and ``(dim,)``. That of an
        axis is 0 where nothing is told of it.
    """
    squares = found.values.astype(np.float64) ** 2
    told = squares > LEAST_TOLD * lambda_
    axes = np.where(told, (squares + lambda_) / np.where(told, squares, 1.0), 0.0)
    posts = _gaps(found.basis, found.values, lambda_) / found.damping.posts
    return np.asarray(posts, dtype=np.float32), np.asarray(axes, dtype=np.float32)


def ridges(values: Floats, lambda_: float) -> Floats:
    """What turns a filter at `lambda_` into those at `OTHERS`; shape ``(len(OTHERS), dim)``."""
    squares = values.astype(np.float64) ** 2
    found = [(squares + lambda_) / (squares + times * lambda_) for times in OTHERS]
    return np.asarray(found, dtype=np.float32)


def spreads(rows: Floats, values: Floats, lambda_: float) -> Floats:
    """What turns the posts' gaps likewise, by their rows of V; ``(num_posts, len(OTHERS))``."""
    here = _gaps(rows, values, lambda_)
    found = [here / _gaps(rows, values, times * lambda_) for times in OTHERS]
    return np.asarray(np.stack(found, axis=1), dtype=np.float32)


def _gaps(rows: Floats, values: Floats, lambda_: float) -> np.ndarray:
    """How little of a post its own links tell: the denominators of EASE's weights."""
    own = np.einsum("pd,d->p", rows**2, values**2 / (values**2 + lambda_))
    return np.asarray(np.maximum(1.0 - own, LEAST_GAP))


def content_rows(tables: Tables, posts: Vocabulary, weight: float) -> sparse.csr_array:
    """The posts' content as rows beside the users'; shape ``(num_nodes, num_posts)`` float32.

    Args:
        tables: the graph.
        posts: the columns.
        weight: what a tag of weight 1 counts beside one user's engagement.
    """
    rows = [sparse.csr_array((0, len(posts)), dtype=np.float32)]
    for file in CONTENT:
        frame = edges(tables, file)
        found = matrix(frame, posts, Vocabulary(frame["target"].unique()), weight="weight")
        found.data = counted(found.data, weight)
        rows.append(sparse.csr_array(found.T))
    return sparse.csr_array(sparse.vstack(rows, format="csr"), dtype=np.float32)


def counted(edges: Floats, weight: float) -> Floats:
    """What content counts whose edges have these weights."""
    return np.asarray(weight * np.log2(1.0 + np.maximum(edges, 0.0)), dtype=np.float32)


def spectrum(
    links: sparse.csr_array, content: sparse.csr_array, dim: int, seed: int, exponent: float = 0.0
) -> Spectrum:
    """Decompose links over content; at most `dim` directions, fewer in a small graph.

    Args:
        links: what each counts; shape ``(num_users, num_posts)``.
        content: shape ``(num_nodes, num_posts)``.
        dim: directions at most.
        seed: of the random start.
        exponent: of the degrees that rows and columns are divided by.
    """
    damping = _damping(links, exponent)
    known = _divided(links, damping.rows, damping.posts)
    told = _divided(content, damped(np.diff(content.indptr), exponent), damping.posts)
    stacked = sparse.csr_array(sparse.vstack([known, told]), dtype=np.float32) * damping.scale
    rank = max(1, min(dim, *stacked.shape))
    width = min(rank + OVERSAMPLE, *stacked.shape)
    rng = np.random.default_rng(seed)
    found = rng.standard_normal((stacked.shape[1], width)).astype(np.float32)
    by_post = stacked.T.tocsr()
    for _ in range(POWER_STEPS):
        found = _renewed(_product(by_post, _product(stacked, found)))
    found = _orthogonal(found)
    projected = _product(stacked, found)
    squares, turns = _gram(projected)
    basis = _signed(np.asarray(found @ turns[:, ::-1][:, :rank].astype(np.float32)))
    values = np.sqrt(np.maximum(squares[::-1][:rank], 0.0))
    users = np.asarray(_divided(links, None, damping.posts) @ basis, dtype=np.float32)
    return Spectrum(values.astype(np.float32), basis, users, damping)


def _damping(links: sparse.csr_array, exponent: float) -> Damping:
    rows = damped(np.diff(links.indptr), exponent)
    posts = damped(np.bincount(links.indices, minlength=links.shape[1]), exponent)
    energy = float((_divided(links, rows, posts).data.astype(np.float64) ** 2).sum())
    scale = np.sqrt(links.nnz / energy) if links.nnz else 1.0
    return Damping(exponent, float(scale), rows, posts)


def _divided(rows: sparse.csr_array, by_row: Floats | None, by_post: Floats) -> sparse.csr_array:
    data = rows.data.astype(np.float32) / by_post[rows.indices]
    if by_row is not None:
        data /= np.repeat(by_row, np.diff(rows.indptr))
    return sparse.csr_array((data, rows.indices, rows.indptr), shape=rows.shape)


def _product(rows: sparse.csr_array, columns: np.ndarray) -> np.ndarray:
    """Sparse rows times dense columns, as many rows in each thread's reach as its share of links.

    The same sums as of one thread: a row's is made by one.
    """
    columns = np.ascontiguousarray(columns)
    cuts = np.searchsorted(rows.indptr, np.linspace(0, rows.nnz, processors() + 1)[1:-1])
    parts = [rows[start:end] for start, end in pairwise([0, *cuts.tolist(), rows.shape[0]])]
    return np.concatenate(side_by_side(lambda each: each @ columns, parts))


def _renewed(columns: np.ndarray) -> np.ndarray:
    """The same span along axes that are far from each other: the lower half of LU's."""
    lower, _ = linalg.lu(columns, permute_l=True, overwrite_a=True, check_finite=False)
    return np.asarray(lower)


def _gram(columns: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Eigenvalues (ascending) and eigenvectors of the columns' Gram matrix, in float64."""
    square = linalg.blas.dsyrk(1.0, columns.T.astype(np.float64, order="F"), lower=True)
    values, vectors = linalg.eigh(square, lower=True, overwrite_a=True, check_finite=False)
    return values, vectors


def _orthogonal(columns: np.ndarray) -> np.ndarray:
    """The same span along orthonormal axes; a direction that is lost in rounding becomes zero.

    By way of the small Gram matrix: far less work than QR of a tall one.
    """
    values, vectors = _gram(columns)
    kept = values > 1e-10 * values[-1]
    turned = vectors * np.where(kept, 1.0 / np.sqrt(np.where(kept, values, 1.0)), 0.0)
    return np.asarray(columns @ turned.astype(np.float32))


def _signed(basis: Floats) -> Floats:
    """Each direction's largest entry is made positive: a decomposition leaves its sign open."""
    high, low = basis.max(axis=0), basis.min(axis=0)
    # Of two that are as large the first speaks; to look for it everywhere would take far longer.
    tied = np.flatnonzero(high == -low)
    high[tied] = basis[np.abs(basis[:, tied]).argmax(axis=0), tied]
    basis *= np.where(high < -low, np.float32(-1), np.float32(1))
    return basis


def aligned(basis: Floats, reference: Floats) -> Floats:
    """The rotation that turns `basis` nearest to `reference`; shape ``(dim, dim)``.

    Two graphs that differ by a few links span nearly the same space along other axes; a network
    reads coordinates of both only along common ones (orthogonal Procrustes).
    """
    left, _, right = linalg.svd(basis.T @ reference, check_finite=False)
    return np.asarray(left @ right, dtype=np.float32)
