"""Which of the spectrum's directions serve a graph, and how they are filtered: chosen on valid.

First the exponent, by a decoder over all parts but the network's: what is best alone need not be
what adds most to the rest. Then how many directions, as long as more pay by their own score, and
the ridge. What is wider than `COMPARED` is decomposed for the one exponent alone, and only where
what is narrower paid.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from gnn.baselines.ranker import Factors
from gnn.case import Case, valid_ndcg
from gnn.config import TrainConfig
from gnn.decoding import Shown, fit_decoder
from gnn.embeddings import EmbeddingTable
from gnn.features import Structure, structure
from gnn.spectrum import Spectrum, content_rows, ridges, spectrum, spreads
from graph.progress import progress

CHOOSING_USERS = 1000
"""Whose lists exponents are compared by, at most."""
COMPARED = 1024
"""Directions with which exponents are compared, at most."""
PAYS = 1.02
"""More directions are taken where NDCG grows so many times: memory and time grow with them."""


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


def told_of(case: Case) -> Told:
    """A case, and what is known of it."""
    known = structure(case.tables, case.users, case.posts, case.split.cut)
    return Told(case, known)


def directions(inner: Told, outer: Told, config: TrainConfig) -> Directions:
    """Those that serve best on the valid of `outer`; ties go to the first.

    Args:
        inner: train without its own hold-out, on which decoders are fitted.
        outer: all of train.
        config: the grids.
    """
    best, chosen = -1.0, list[Directions]()
    exponent, found = _exponent(inner, outer, config)
    for dim in progress(sorted(config.spectrum_dims), "directions"):
        if dim > COMPARED:
            found = outer.spectrum(dim, exponent)
        value, lambda_ = alone(outer.case, found.leading(dim), config)
        if chosen and value < PAYS * best:
            break
        best = value
        chosen.append(Directions(exponent, dim, lambda_))
    return chosen[-1]


def _exponent(inner: Told, outer: Told, config: TrainConfig) -> tuple[float, Spectrum]:
    """The exponent that is best, and its spectrum with the most directions that are compared."""
    dim = min(max(config.spectrum_dims), COMPARED)
    if len(config.exponents) == 1:
        return config.exponents[0], outer.spectrum(dim, config.exponents[0])
    tried = list[tuple[float, float, Spectrum]]()
    for exponent in progress(config.exponents, "exponents"):
        found = outer.spectrum(dim, exponent)
        tried.append((together(inner, outer, found, config), exponent, found))
    _, exponent, found = max(tried, key=lambda each: each[0])
    return exponent, found


def together(inner: Told, outer: Told, found: Spectrum, config: TrainConfig) -> float:
    """NDCG@10 on the valid of `outer` of a decoder over all parts but the network's.

    Args:
        inner: as for `directions`.
        outer: likewise.
        found: the spectrum of `outer`.
        config: the grid of ridges.
    """
    _, lambda_ = alone(outer.case, found, config)
    before = inner.spectrum(len(found.values), found.damping.exponent)
    shown = inner.shown(before, lambda_), outer.shown(found, lambda_)
    return fit_decoder(*shown, CHOOSING_USERS).valid_ndcg


def alone(case: Case, found: Spectrum, config: TrainConfig) -> tuple[float, float]:
    """NDCG on valid of the spectrum's score, and the ridge with which it is best."""
    return max(_scored(case, found, config), key=lambda each: each[0])


def _scored(case: Case, found: Spectrum, config: TrainConfig) -> Iterator[tuple[float, float]]:
    """NDCG of every ridge on valid."""
    for lambda_ in config.lambdas:
        yield valid_ndcg(case, Factors(found.users, found.post_table(lambda_))), lambda_
