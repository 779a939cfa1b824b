"""Which of the spectrum's directions serve a graph, and how they are filtered: chosen on valid.

First the exponent, by a decoder over all parts but the network's: what is best alone need not be
what adds most to the rest. Then, where people engaged with some posts more strongly than with
others, what that counts, and how many directions, as long as they pay by their own score, and the
ridge. What is wider than `COMPARED` is decomposed for what was chosen alone, and only where
what is narrower paid. At last, where posts have content, what it counts, by a decoder again. Each
way is compared by the form of decoder that is best for it: one that is best for the first way makes
the others look worse than they are.
"""

from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import NamedTuple

import numpy as np
from scipy import sparse

from gnn.baselines.ranker import Factors
from gnn.case import Case, valid_ndcgs
from gnn.config import TrainConfig
from gnn.decoding import Shown, compared
from gnn.embeddings import EmbeddingTable
from gnn.features import Structure, structure
from gnn.spectrum import Spectrum, content_rows, ridges, spectrum, spreads
from gnn.strengths import counted_links
from graph.progress import progress

CHOOSING_USERS = 1000
"""Whose lists exponents are compared by, at most."""
COMPARED = 1024
"""Directions with which exponents are compared, at most."""
PAYS = 1.02
"""More directions are taken where NDCG grows so many times: memory and time grow with them."""
STRONGER = 1.01
"""Strengths count where NDCG grows so many times: less is chance in a small graph."""


@dataclass(frozen=True)
class Directions:
    """How a graph's spectrum is taken."""

    exponent: float
    """Of the degrees that its links are divided by."""
    dim: int
    """At most so many directions."""
    content: float
    """What a tag of weight 1 counts beside one user's engagement."""
    strength: float
    """Exponent of what a link counts by how strong it is (`gnn.strengths`); 0: all alike."""
    lambda_: float = 0.0
    """Ridge of the filter; 0 as long as it is not chosen."""

    def as_json(self) -> dict[str, float]:
        """As a report and a model's metadata tell it."""
        return {
            "exponent": self.exponent,
            "dim": self.dim,
            "lambda": self.lambda_,
            "content": self.content,
            "strength": self.strength,
        }


@dataclass(frozen=True)
class Told:
    """A case, and what is known where its valid is to be found."""

    case: Case
    known: Structure

    def spectrum(self, wanted: Directions) -> Spectrum:
        """Of the links and the content that are known."""
        rows = self.content.copy()
        rows.data *= np.float32(wanted.content)
        links = counted_links(self.known.strengths, wanted.strength)
        return spectrum(links, rows, wanted.dim, self.case.seed, wanted.exponent)

    @property
    def has_strengths(self) -> bool:
        """Whether anybody engaged with some posts more strongly than with others."""
        counted = counted_links(self.known.strengths, 1.0).data
        return bool(len(counted) and np.ptp(counted) > 0)

    @property
    def has_content(self) -> bool:
        """Whether any post has any."""
        return bool(self.content.nnz)

    @cached_property
    def content(self) -> sparse.csr_array:
        """The posts' content as rows (`gnn.spectrum`), where a tag of weight 1 counts 1."""
        return content_rows(self.case.tables, self.case.posts, 1.0)

    def shown(self, found: Spectrum, lambda_: float, factors: Factors | None = None) -> Shown:
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
        if factors is not None:
            table = table.with_factors(factors.users, factors.posts)
        return Shown(self.case, self.known, table)


def told_of(case: Case) -> Told:
    """A case, and what is known of it."""
    known = structure(case.tables, case.users, case.posts, case.split.cut)
    return Told(case, known)


class Taken(NamedTuple):
    """One way to take the spectrum, at the ridge with which its score alone is best."""

    directions: Directions
    spectrum: Spectrum
    """Of all of train."""
    ndcg: float
    """NDCG@10 of its score alone on valid."""
    inner: Spectrum | None = None
    """Of train without its own hold-out; None as long as no decoder asked for it."""


class Chosen(NamedTuple):
    """What serves best, and what it decomposes to: whoever needs that need not do it again."""

    directions: Directions
    outer: Spectrum
    """Of all of train."""
    inner: Spectrum
    """Of train without its own hold-out."""


def directions(inner: Told, outer: Told, config: TrainConfig) -> Chosen:
    """Those that serve best on the valid of `outer`; ties go to the first.

    Args:
        inner: train without its own hold-out, on which decoders are fitted.
        outer: all of train.
        config: the grids.
    """
    first, best = _with_exponent(inner, outer, config), list[Taken]()
    for dim in progress(sorted(config.spectrum_dims), "directions"):
        found = _as_wide(outer, first, dim, config)
        if best and found.ndcg < PAYS * best[-1].ndcg:
            break
        best.append(found)
    chosen = best[-1].directions
    # What was cut is not to the last digit what would be decomposed.
    known = best[-1] if chosen.dim >= first.directions.dim else None
    if len(config.contents) == 1 or not outer.has_content:
        return _decomposed(inner, known or Taken(chosen, outer.spectrum(chosen), 0.0))
    trials = list[Trial]()
    for content in progress(config.contents, "content"):
        trials.append(trial(inner, outer, replace(chosen, content=content), config, known))
    return _decomposed(inner, max(trials, key=_by_ndcg).taken)


def _decomposed(inner: Told, taken: Taken) -> Chosen:
    of_inner = taken.inner or inner.spectrum(taken.directions)
    return Chosen(taken.directions, taken.spectrum, of_inner)


def _as_wide(outer: Told, there: Taken, dim: int, config: TrainConfig) -> Taken:
    """The same with so many directions: the first of those that are there, or more."""
    wanted = replace(there.directions, dim=dim)
    if wanted == there.directions:
        return there
    if dim > there.directions.dim:
        return _taken(outer, wanted, config)
    return _taken(outer, wanted, config, there.spectrum.leading(dim))


def _with_exponent(inner: Told, outer: Told, config: TrainConfig) -> Taken:
    """The exponent that is best, with as many directions as are compared."""
    dim = min(max(config.spectrum_dims), COMPARED)
    wanted = Directions(config.exponents[0], dim, config.contents[0], config.strengths[0])
    if len(config.exponents) == 1:
        return _stronger(outer, _taken(outer, wanted, config), config)
    trials = list[Trial]()
    for exponent in progress(config.exponents, "exponents"):
        trials.append(trial(inner, outer, replace(wanted, exponent=exponent), config))
    return _stronger(outer, max(trials, key=_by_ndcg).taken, config)


def _stronger(outer: Told, best: Taken, config: TrainConfig) -> Taken:
    """This, or what is plainly better with what strengths count."""
    if len(config.strengths) == 1 or not outer.has_strengths:
        return best
    for strength in progress(config.strengths[1:], "strengths"):
        tried = _taken(outer, replace(best.directions, strength=strength), config)
        if tried.ndcg > STRONGER * best.ndcg:
            best = tried
    return best


class Trial(NamedTuple):
    """One way to take the spectrum, and how good it is."""

    ndcg: float
    """NDCG@10 on the valid of `outer` of a decoder over all parts but the network's."""
    taken: Taken


def _by_ndcg(tried: Trial) -> float:
    return tried.ndcg


def trial(
    inner: Told,
    outer: Told,
    wanted: Directions,
    config: TrainConfig,
    known: Taken | None = None,
) -> Trial:
    """Try these, at the ridge with which their score alone is best.

    Args:
        inner: as for `directions`.
        outer: likewise.
        wanted: how the spectrum is taken; its ridge is not read.
        config: the grid of ridges.
        known: what was taken before: its spectra serve where they are the ones that are wanted.
    """
    taken = known
    if taken is None or taken.directions != replace(wanted, lambda_=taken.directions.lambda_):
        taken = _taken(outer, wanted, config)
    lambda_ = taken.directions.lambda_
    of_inner = taken.inner or inner.spectrum(wanted)
    before = inner.shown(of_inner, lambda_)
    after = outer.shown(taken.spectrum, lambda_)
    best = compared(before, after, CHOOSING_USERS)
    return Trial(best.ndcg, taken._replace(inner=of_inner))


def _taken(
    outer: Told, wanted: Directions, config: TrainConfig, found: Spectrum | None = None
) -> Taken:
    spectrum = outer.spectrum(wanted) if found is None else found
    ndcg, lambda_ = alone(outer.case, spectrum, config)
    return Taken(replace(wanted, lambda_=lambda_), spectrum, ndcg)


def alone(case: Case, found: Spectrum, config: TrainConfig) -> tuple[float, float]:
    """NDCG on valid of the spectrum's score, and the ridge with which it is best.

    Looked for from the middle of the grid, upwards and else downwards, as long as it gets better.
    """
    grid = sorted(config.lambdas)

    @cache
    def ndcg(place: int) -> float:
        return _ndcg(case, Factors(found.users, found.post_table(grid[place])))

    best = (len(grid) - 1) // 2
    for step in (1, -1):
        while 0 <= best + step < len(grid) and ndcg(best + step) > ndcg(best):
            best += step
    return ndcg(best), grid[best]


def _ndcg(case: Case, ranker: Factors) -> float:
    (found,) = valid_ndcgs(case, lambda some: [ranker.scores(some)])
    return found
