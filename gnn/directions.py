"""Which of the spectrum's directions serve a graph, and how they are filtered: chosen on valid.

For each exponent the ridge, then as few directions as are about as good, by their own score. Then
the exponent by a decoder over all parts but the network's: what is best alone need not be what adds
most to the rest.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from gnn.baselines.ranker import Factors
from gnn.case import Case, valid_ndcg
from gnn.config import TrainConfig
from gnn.decoding import Shown, fit_decoder
from gnn.embeddings import EmbeddingTable
from gnn.features import Structure
from gnn.spectrum import Spectrum, content_rows, ridges, spectrum, spreads
from graph.progress import progress

ENOUGH = 0.99
"""Of the NDCG at the most directions: fewer are taken where they reach that, for memory's sake."""
CHOOSING_USERS = 1000
"""Whose lists choose the exponent, at most."""


@dataclass(frozen=True)
class Directions:
    """How a graph's spectrum is taken."""

    exponent: float
    """Of the degrees that its links are divided by."""
    dim: int
    """At most so many directions."""
    lambda_: float
    """Ridge of the filter."""

    def as_json(self) -> dict[str, float]:
        """As a report and a model's metadata tell it."""
        return {"exponent": self.exponent, "dim": self.dim, "lambda": self.lambda_}


@dataclass(frozen=True)
class Told:
    """A case, and what is known where its valid is to be found."""

    case: Case
    known: Structure

    def spectrum(self, dim: int, exponent: float) -> Spectrum:
        """Of the links and the content that are known."""
        content = content_rows(self.case.tables, self.case.posts)
        return spectrum(self.known.links, content, dim, self.case.seed, exponent)

    def shown(self, found: Spectrum, lambda_: float) -> Shown:
        """What a decoder is fitted on, with vectors that have a linear half alone."""
        users, posts = (
            np.array(each.ids, dtype=np.str_) for each in (self.case.users, self.case.posts)
        )
        table = EmbeddingTable(
            users,
            found.users,
            posts,
            found.post_table(lambda_),
            ridges(found.values, lambda_),
            spreads(found.basis, found.values, lambda_),
        )
        return Shown(self.case, self.known, table)


def directions(inner: Told, outer: Told, config: TrainConfig) -> Directions:
    """Those that serve best on the valid of `outer`; ties go to the first.

    Args:
        inner: train without its own hold-out, on which decoders are fitted.
        outer: all of train.
        config: the grids.
    """
    best: tuple[float, Directions] | None = None
    for exponent in progress(config.exponents, "directions"):
        widest = outer.spectrum(max(config.spectrum_dims), exponent)
        chosen = Directions(exponent, *_linear(outer.case, widest, config))
        if len(config.exponents) == 1:
            return chosen
        before = inner.spectrum(chosen.dim, exponent)
        fitted = fit_decoder(
            inner.shown(before, chosen.lambda_),
            outer.shown(widest.leading(chosen.dim), chosen.lambda_),
            CHOOSING_USERS,
        )
        if best is None or fitted.valid_ndcg > best[0]:
            best = (fitted.valid_ndcg, chosen)
    assert best is not None, "TrainConfig has an exponent at least"
    return best[1]


def _linear(case: Case, widest: Spectrum, config: TrainConfig) -> tuple[int, float]:
    """How many directions, and their ridge."""
    dims = sorted(config.spectrum_dims)
    best, ridge = max(_scored(case, widest, config), key=lambda each: each[0])
    for dim in dims[:-1]:
        value, at = max(_scored(case, widest.leading(dim), config), key=lambda each: each[0])
        if value >= ENOUGH * best:
            return dim, at
    return dims[-1], ridge


def _scored(case: Case, found: Spectrum, config: TrainConfig) -> Iterator[tuple[float, float]]:
    """NDCG of every ridge on valid."""
    for lambda_ in config.lambdas:
        yield valid_ndcg(case, Factors(found.users, found.post_table(lambda_))), lambda_
