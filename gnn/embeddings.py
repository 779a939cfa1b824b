"""The embedding table: what training hands to serving. Needs numpy only.

A vector is a linear half (places on the spectrum's axes, filtered by one ridge for posts) beside a
learned one. The linear half's product is also told at a lower and a higher ridge: a user's half
times `ridges`, column by column, times the post's half, times the post's `spreads`. Beside the
vectors, and no part of their product, are the factors of `gnn.factors`.
"""

import zipfile
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO, NamedTuple

import numpy as np
import numpy.typing as npt

from graph.errors import ModelMismatch, ModelMissing
from graph.files import whole_file

Floats = npt.NDArray[np.float32]
RIDGES = 2
"""Ridges beside the chosen one: a lower, then a higher."""
TASTES = ("taste_fine", "taste", "taste_broad")
PRODUCTS = ("network", *TASTES, "factors")
"""What a table says of a user and a post: the learned half, the linear half at three ridges, and
the factors."""


class UserSide(NamedTuple):
    """What some users bring to their products with posts."""

    vectors: Floats
    """Shape ``(num_users, dim)``."""
    factors: Floats
    """Shape ``(num_users, num_factors)``."""


class PostSide(NamedTuple):
    """What some posts bring to their products with users."""

    vectors: Floats
    """Shape ``(num_posts, dim)``."""
    spreads: Floats
    """Shape ``(num_posts, RIDGES)``."""
    factors: Floats
    """Shape ``(num_posts, num_factors)``."""


@dataclass(frozen=True)
class EmbeddingTable:
    """A vector for every user and post; the dot product of two is their affinity."""

    user_ids: npt.NDArray[np.str_]
    """Shape ``(num_users,)``."""
    user_vectors: Floats
    """Shape ``(num_users, dim)``."""
    post_ids: npt.NDArray[np.str_]
    """Shape ``(num_posts,)``."""
    post_vectors: Floats
    """Shape ``(num_posts, dim)``."""
    ridges: Floats = field(default_factory=lambda: np.ones((RIDGES, 0), np.float32))
    """Shape ``(RIDGES, linear)``."""
    spreads: Floats = field(default_factory=lambda: np.ones((0, RIDGES), np.float32))
    """Shape ``(num_posts, RIDGES)``; without rows where there is no linear half."""
    user_factors: Floats = field(default_factory=lambda: np.zeros((0, 0), np.float32))
    """Shape ``(num_users, num_factors)``; without rows where there are no factors."""
    post_factors: Floats = field(default_factory=lambda: np.zeros((0, 0), np.float32))
    """Shape ``(num_posts, num_factors)``; likewise."""

    def __post_init__(self) -> None:
        users, posts = self.user_vectors.shape, self.post_vectors.shape
        if len(users) != 2 or len(posts) != 2 or users[1] != posts[1]:
            raise ModelMismatch(
                f"The embedding table holds vectors of shape {users} for users and {posts} for "
                "posts, expected two tables of one width: train again."
            )
        if users[0] != len(self.user_ids) or posts[0] != len(self.post_ids):
            raise ModelMismatch(
                f"The embedding table has {len(self.user_ids)} user ids for {users[0]} vectors "
                f"and {len(self.post_ids)} post ids for {posts[0]}: train again."
            )
        fits = self.ridges.shape == (RIDGES, self.linear) and self.linear <= users[1]
        if not fits or self.spreads.shape != (posts[0] if self.linear else 0, RIDGES):
            raise ModelMismatch(
                f"The embedding table's ridges {self.ridges.shape} and spreads "
                f"{self.spreads.shape} do not fit its linear half of {self.linear}: train again."
            )
        width, rows = self.post_factors.shape[-1], (users[0], posts[0])
        shapes = self.user_factors.shape, self.post_factors.shape
        if shapes != tuple((each if width else 0, width) for each in rows):
            raise ModelMismatch(
                f"The embedding table holds factors of shapes {shapes} for {users[0]} users and "
                f"{posts[0]} posts: train again."
            )
        vectors = self.user_vectors, self.post_vectors, self.user_factors, self.post_factors
        if not all(np.isfinite(each).all() for each in vectors):
            raise ModelMismatch(
                "The embedding table holds numbers that are not finite: train again."
            )

    @property
    def dim(self) -> int:
        """The width of every vector."""
        return int(self.user_vectors.shape[1])

    @property
    def linear(self) -> int:
        """How many leading columns are the linear half."""
        return int(self.ridges.shape[1])

    @property
    def users(self) -> UserSide:
        """All of them."""
        width = self.user_factors.shape[1]
        return UserSide(self.user_vectors, self.user_factors.reshape(len(self.user_ids), width))

    @property
    def posts(self) -> PostSide:
        """All of them."""
        spreads = self.spreads if self.linear else np.ones((len(self.post_ids), RIDGES), np.float32)
        width = self.post_factors.shape[1]
        return PostSide(
            self.post_vectors, spreads, self.post_factors.reshape(len(self.post_ids), width)
        )

    def with_factors(self, users: Floats, posts: Floats) -> "EmbeddingTable":
        """The table with these factors of its users and posts."""
        return replace(self, user_factors=users, post_factors=posts)

    def products(self, users: UserSide, posts: PostSide, out: Floats | None = None) -> Floats:
        """What the table says of some users and posts.

        Args:
            users: theirs.
            posts: theirs.
            out: contiguous zeros to write into; None: new ones.

        Returns:
            By the names of `PRODUCTS`; shape ``(len(PRODUCTS), num_users, num_posts)``.
        """
        shape = (len(PRODUCTS), len(users.vectors), len(posts.vectors))
        found = np.zeros(shape, dtype=np.float32) if out is None else out
        np.matmul(users.vectors[:, self.linear :], posts.vectors[:, self.linear :].T, out=found[0])
        np.matmul(users.factors, posts.factors.T, out=found[-1])
        if not self.linear:
            return found
        own, theirs = users.vectors[:, : self.linear], posts.vectors[:, : self.linear]
        stacked = np.concatenate([own, own * self.ridges[0], own * self.ridges[1]])
        found[2], lower, higher = np.split(stacked @ theirs.T, 3)
        np.multiply(lower, posts.spreads[:, 0], out=found[1])
        np.multiply(higher, posts.spreads[:, 1], out=found[3])
        return found

    def asked(self, user: UserSide) -> Floats:
        """What a feed asks posts' vectors of one user: products with these, and no more of them.

        Returns:
            Shape ``(len(PRODUCTS) - 1, dim)``: for each of `PRODUCTS` but the factors.
        """
        own, linear = user.vectors[0], self.linear
        asked = np.zeros((len(PRODUCTS) - 1, self.dim), np.float32)
        asked[0, linear:] = own[linear:]
        asked[1:, :linear] = own[:linear]
        asked[1, :linear] *= self.ridges[0]
        asked[3, :linear] *= self.ridges[1]
        return asked

    def told(self, answered: Floats, spreads: Floats, factors: Floats) -> Floats:
        """`products` of one user, from what some posts answered; one row a product.

        Args:
            answered: the posts' products with `asked`; shape ``(len(PRODUCTS) - 1, num_posts)``.
            spreads: the posts'.
            factors: their products with the user's.
        """
        found = np.concatenate([answered, factors[None]])
        found[1] *= spreads[:, 0]
        found[3] *= spreads[:, 1]
        return found

    def without(self, user_ids: Collection[str], post_ids: Collection[str]) -> "EmbeddingTable":
        """The table without these users and posts; itself where it has none of them."""
        users = ~np.isin(self.user_ids, list(user_ids))
        posts = ~np.isin(self.post_ids, list(post_ids))
        if users.all() and posts.all():
            return self
        return EmbeddingTable(
            self.user_ids[users],
            self.user_vectors[users],
            self.post_ids[posts],
            self.post_vectors[posts],
            self.ridges,
            self.spreads[posts] if self.linear else self.spreads,
            self.user_factors[users] if self.user_factors.size else self.user_factors,
            self.post_factors[posts] if self.post_factors.size else self.post_factors,
        )


def save_embeddings(table: EmbeddingTable, path: Path) -> None:
    """Write the table as ``.npz`` without pickle, whole or not at all."""
    with whole_file(path) as file:
        write_embeddings(table, file)


def write_embeddings(table: EmbeddingTable, file: BinaryIO) -> None:
    """The same into an open file; the same bytes for the same table."""
    with_fields = {
        "user_ids": np.asarray(table.user_ids, dtype=np.str_),
        "user_vectors": table.user_vectors,
        "post_ids": np.asarray(table.post_ids, dtype=np.str_),
        "post_vectors": table.post_vectors,
        "ridges": table.ridges,
        "spreads": table.spreads,
        "user_factors": table.user_factors,
        "post_factors": table.post_factors,
    }
    np.savez(file, allow_pickle=False, **with_fields)


def load_embeddings(path: Path) -> EmbeddingTable:
    """Read what `save_embeddings` wrote.

    Raises:
        ModelMissing: there is no such file.
        ModelMismatch: the file is no embedding table, or a damaged one.
    """
    try:
        # np.load leaves a file that it opened itself open when it is damaged.
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            return EmbeddingTable(
                arrays["user_ids"],
                arrays["user_vectors"].astype(np.float32, copy=False),
                arrays["post_ids"],
                arrays["post_vectors"].astype(np.float32, copy=False),
                arrays["ridges"],
                arrays["spreads"],
                arrays["user_factors"],
                arrays["post_factors"],
            )
    except FileNotFoundError as error:
        raise ModelMissing(
            f"There is no embedding table at {path}: train a model first."
        ) from error
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise ModelMismatch(
            f"{path} is not a readable embedding table: run `resonance train` again, or `resonance"
            " models rollback`."
        ) from error
