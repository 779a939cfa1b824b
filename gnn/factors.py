"""Factors: what links are factored to. Needs numpy and scipy only.

Posts' are learned by alternating least squares, or by a softmax (`gnn.softmax`). A user's are the
minimum of squared errors over all posts, those of the user's links weighed more, with the posts'
factors held still: they follow from the links of the moment in closed form, so that a new user has
some as soon as it has a link; and a new post, by who engaged with it. `gnn.factoring` makes those
of a whole graph.

Source: Hu, Koren and Volinsky, "Collaborative Filtering for Implicit Feedback Datasets", ICDM 2008,
equations 4 and 5.
"""

from dataclasses import dataclass

import numpy as np
from scipy import linalg

from gnn.matrices import Floats


@dataclass(frozen=True)
class AlsSetting:
    """How to fit ALS: squared errors over all cells, those of links weighed more."""

    factors: int = 64
    iterations: int = 15
    alpha: float = 10.0
    """A link's weight; a cell without one weighs 1."""
    regularization: float = 50.0

    @property
    def post_regularization(self) -> float:
        """What is used when a later post's factors are solved for: the same."""
        return self.regularization


@dataclass(frozen=True)
class SoftmaxSetting:
    """How to fit posts' factors by a softmax (`gnn.softmax`), and to solve for users' after it."""

    factors: int = 128
    steps: int = 600
    """At most; each of some users against all posts, or some of very many."""
    temperature: float = 0.15
    """What cosines are divided by."""
    rate: float = 0.01
    """Of the first step."""
    alpha: float = 1000.0
    """As of ALS, when a user's factors are solved for."""
    regularization: float = 300.0

    @property
    def post_regularization(self) -> float:
        """When a later post's are solved for: a tenth.

        Posts' own were learnt by another loss; so later ones come among the first about as often
        as their like that were learnt.
        """
        return self.regularization / 10


Setting = AlsSetting | SoftmaxSetting


def as_json(setting: Setting) -> dict[str, object]:
    """The setting as plain JSON values, and what it is of."""
    return {"by": "als" if isinstance(setting, AlsSetting) else "softmax", **vars(setting)}


def gram(factors: Floats) -> Floats:
    """The sum over nodes of the products of their factors; shape ``(num_factors, num_factors)``."""
    return np.asarray(factors.T @ factors, dtype=np.float32)


def folded(of_all: Floats, linked: Floats, alpha: float, ridge: float) -> Floats:
    """The factors of one node, by those at the other ends of its links.

    Args:
        of_all: the `gram` of all that it could link to.
        linked: the factors of those that it links to; shape ``(num_links, num_factors)``.
        alpha: what the error at a link weighs; it is 1 elsewhere.
        ridge: what squared factors weigh.

    Returns:
        Shape ``(num_factors,)``; zeros without a link.
    """
    if not linked.size:
        return np.zeros(linked.shape[1], dtype=np.float32)
    square = of_all + np.float32(alpha - 1.0) * (linked.T @ linked)
    square.flat[:: len(square) + 1] += np.float32(ridge)
    _, found, _ = linalg.lapack.sposv(square, np.float32(alpha) * linked.sum(axis=0))
    return np.asarray(found, dtype=np.float32)
