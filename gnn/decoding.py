"""Fitting the decoder: what each part's curve is, and what probability the sum makes.

Its curves are fitted on links that were held out of train before anything was learned
(`gnn.inner`): what no embedding was trained on and no part was computed from. Valid chooses between
straight lines, curves and the embedding alone, and how free they are; then what was chosen is
fitted on both. Test is not touched.

Whether popularity may speak against a post is one of the things that valid chooses. Two steps:

1. The curves (`gnn.curves`): the softmax of each user's list, over the user's near posts: the best
   by embedding, by similar posts and by people alike. The list is made without a look at what was
   engaged with, and an engaged post outside it teaches nothing; were it added, low scores would
   look like an advantage of positives.
2. The probability: a logistic regression with a positive slope on the sum, over *all* posts of a
   sample of valid's users, so that no prior correction is due: it is the probability of a pair
   drawn from all that are not engaged yet, over a period as long as valid's.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from functools import partial
from itertools import product
from typing import NamedTuple, TypeVar

import numpy as np
from scipy import optimize, special

from gnn.case import Case, ndcgs_of
from gnn.curves import PENALTIES, SHAPES, Choice, Lists
from gnn.embeddings import EmbeddingTable
from gnn.features import PARTS, Structure, parts_block
from gnn.likelihood import Decoder, scores_of
from gnn.matrices import Floats, blocks
from gnn.metrics import top
from gnn.parallel import calm, side_by_side
from gnn.vocabulary import Positions

NEAR = 100
"""Posts of a user's list by each of its three orders."""
BLOCK = 64
FITTING_USERS = 4000
CALIBRATED_USERS = 300
CHOICES = tuple(map(Choice._make, product(SHAPES, PENALTIES, (False, True))))
BINS = 2000
Scored = Callable[[Floats], np.ndarray]
"""Parts in, shape ``(..., len(PARTS))``; the scores of several decoders out, ``(several, ...)``."""
Made = TypeVar("Made")
NETWORK, TASTE = (PARTS.index(each) for each in ("network", "taste"))


@dataclass(frozen=True)
class Shown:
    """A case as the decoder is fitted on it: its train is known, its valid is to be found."""

    case: Case
    known: Structure
    table: EmbeddingTable

    def users(self, most: int) -> Positions:
        """Those who have links to be found, at most so many, drawn by the case's seed."""
        judged = self.case.judged("valid")
        return np.sort(np.random.default_rng(self.case.seed).permutation(judged)[:most])


@dataclass(frozen=True)
class Fit:
    """A decoder, and how it came about."""

    decoder: Decoder
    choice: Choice | None
    """What was best on valid; None: the embedding alone."""
    before: Decoder
    """As it was fitted on the inner hold-out alone; not calibrated."""
    valid_ndcg: float
    """NDCG@10 on valid of `before`."""
    lists: Lists
    """What the decoder was fitted on."""

    def without(self, parts: Collection[str]) -> Decoder:
        """The decoder, fitted again as if these parts were always 0; not calibrated."""
        places = [PARTS.index(each) for each in parts]
        less = self.lists.parts.copy()
        less[:, places] = 0.0
        choice = self.choice or Choice("straight", PENALTIES[0], against=True)
        return choice.fit(replace(self.lists, parts=less))


@dataclass(frozen=True)
class PartsRanker:
    """Ranks by the decoder over the parts: the full model."""

    known: Structure
    table: EmbeddingTable
    decoder: Decoder

    def scores(self, user_pos: Positions) -> Floats:
        """Log-odds."""
        return np.concatenate(side_by_side(self._of_block, blocks(user_pos, BLOCK)))

    def _of_block(self, user_pos: Positions) -> Floats:
        parts = parts_block(self.known, self.table, user_pos)
        return self.decoder.scores(parts).astype(np.float32)


@dataclass(frozen=True)
class EmbeddingRanker:
    """Ranks by the dot product alone."""

    table: EmbeddingTable

    def scores(self, user_pos: Positions) -> Floats:
        """Dot products."""
        return self.table.user_vectors[user_pos] @ self.table.post_vectors.T


def fit_decoder(inner: Shown, outer: Shown, most: int = FITTING_USERS) -> Fit:
    """Fit on what was held out of train, choose on valid, then fit on both.

    Args:
        inner: train without its own hold-out, which is to be found.
        outer: all of train; valid is to be found.
        most: users of either, at most.
    """
    with calm():
        best = compared(inner, outer, most, listed=True)
        choice, both = best.choice, _joined([best.taught, best.judged])
        decoder = embedding_alone() if choice is None else choice.fit(both)
        rng = np.random.default_rng(outer.case.seed)
        drawn = rng.permutation(outer.users(most))[:CALIBRATED_USERS]
        fitted = calibrated(outer, decoder, drawn)
    return Fit(fitted, choice, best.decoder, best.ndcg, both)


class Compared(NamedTuple):
    """What valid says of decoders that were fitted on the inner hold-out."""

    choice: Choice | None
    """The best; None: the embedding alone."""
    decoder: Decoder
    """Its."""
    ndcg: float
    """NDCG@10 of it on valid."""
    taught: Lists
    """What all were fitted on."""
    judged: Lists
    """What they can be fitted on, too, as those of valid were judged; none unless it was asked."""


def compared(
    inner: Shown,
    outer: Shown,
    most: int,
    listed: bool = False,
) -> Compared:
    """The first step of `fit_decoder`: the best of these, or the embedding alone.

    Args:
        inner: as there.
        outer: likewise.
        most: likewise.
        listed: whether to list the near posts of those, too, by whom it is judged.
    """
    with calm():
        taught = candidates(inner, inner.users(most), NEAR)
        fitted: dict[Choice | None, Decoder] = {None: embedding_alone()}
        if taught.engaged.any():
            curves = side_by_side(lambda each: each.fit(taught), CHOICES)
            fitted |= dict(zip(CHOICES, curves, strict=True))
        scored = partial(scores_of, list(fitted.values()))
        found, judged = _looked_at(outer, scored, outer.users(most), listed)
        values = dict(zip(fitted, found, strict=True))
    choice = max(values, key=lambda each: values[each].sum())
    ndcg = float(values[choice].mean()) if values[choice].size else 0.0
    return Compared(choice, fitted[choice], ndcg, taught, judged)


def unseeing(inner: Shown, fit: Fit) -> Decoder | None:
    """The decoder that valid may judge: fitted and calibrated on the inner hold-out alone.

    None where nothing is held out there.
    """
    users = inner.users(CALIBRATED_USERS)
    with calm():
        return calibrated(inner, fit.before, users) if len(users) else None


def embedding_alone() -> Decoder:
    """The decoder that reads nothing but the product of whole vectors."""
    slopes = tuple(float(place in (NETWORK, TASTE)) for place in range(len(PARTS)))
    return Decoder(PARTS, slopes, 0.0)


def ndcgs(shown: Shown, scored: Scored, users: Positions) -> np.ndarray:
    """NDCG@10 of some users on valid, by decoder.

    Args:
        shown: the case.
        scored: what several decoders say of parts, which are computed once for all of them.
        users: whom to look at.

    Returns:
        Shape ``(num_decoders, len(users))``.
    """
    return _looked_at(shown, scored, users, listed=False)[0]


def _looked_at(
    shown: Shown, scored: Scored, users: Positions, listed: bool
) -> tuple[np.ndarray, Lists]:
    """`ndcgs`, and these users' `candidates`, if they are wanted; parts are computed once."""

    def look(some: Positions, parts: Floats) -> tuple[np.ndarray, Lists | None]:
        lists = _near(shown.case, NEAR, some, parts) if listed else None
        return ndcgs_of(shown.case, scored(parts), some), lists

    found = _each(shown, users, look)
    lists = _joined(each for _, each in found if each is not None)
    if not found:
        return np.zeros((len(scored(np.zeros((0, len(PARTS)), np.float32))), 0)), lists
    return np.concatenate([each for each, _ in found], axis=1), lists


def candidates(shown: Shown, users: Positions, near: int) -> Lists:
    """Every user's near posts, of those users for whom any of them is engaged."""
    return _joined(_each(shown, users, partial(_near, shown.case, near)))


def _each(shown: Shown, users: Positions, step: Callable[[Positions, Floats], Made]) -> list[Made]:
    """What a step makes of some users and their parts, block by block."""

    def of_block(user_pos: Positions) -> Made:
        return step(user_pos, parts_block(shown.known, shown.table, user_pos))

    return side_by_side(of_block, blocks(users, BLOCK))


def _near(case: Case, near: int, user_pos: Positions, block: Floats) -> Lists:
    """The near posts of a block's users."""
    parts, engaged = [np.zeros((0, len(PARTS)), np.float32)], [np.zeros(0)]
    lists = [np.zeros(0, dtype=np.int64)]
    seen = case.train[user_pos].tocoo()
    wanted = case.valid[user_pos].toarray() > 0
    orders = (
        block[:, :, NETWORK] + block[:, :, TASTE],
        block[:, :, PARTS.index("similar")].copy(),
        block[:, :, PARTS.index("near")].copy(),
    )
    for scores in orders:
        scores[seen.row, seen.col] = -np.inf
    nearest = np.concatenate([top(scores, near) for scores in orders], axis=1)
    for row, user in enumerate(user_pos):
        chosen = np.unique(nearest[row][nearest[row] >= 0])
        if wanted[row, chosen].any():
            parts.append(block[row, chosen])
            engaged.append(wanted[row, chosen].astype(np.float64))
            lists.append(np.full(len(chosen), user))
    return Lists(np.concatenate(parts), np.concatenate(engaged), np.concatenate(lists))


def _joined(several: Iterable[Lists]) -> Lists:
    """The lists of all, numbered anew from 0."""
    nobody = Lists(np.zeros((0, len(PARTS)), np.float32), np.zeros(0), np.zeros(0, np.int64))
    every, numbers, first = [nobody, *several], [], 0
    for each in every:
        codes = np.unique(each.lists, return_inverse=True)[1] + first
        numbers.append(codes)
        first = int(codes.max(initial=first - 1)) + 1
    return Lists(
        np.concatenate([each.parts for each in every]),
        np.concatenate([each.engaged for each in every]),
        np.concatenate(numbers),
    )


def calibrated(shown: Shown, decoder: Decoder, users: Positions) -> Decoder:
    """Step 2: the same order, with log-odds that are true on average."""
    scores, engaged = pairs(shown, decoder, np.sort(users))
    centres, counts, positives = binned(scores, engaged, BINS)
    scale = float(scores.std()) or 1.0
    centre = float(scores.mean())
    reads = (centres - centre) / scale

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        slope = np.exp(weights[0])
        odds = slope * reads + weights[1]
        value = counts @ np.logaddexp(0.0, odds) - positives @ odds
        error = counts * special.expit(odds) - positives
        pull = 1e-3 * weights[0]
        gradient = np.array([slope * (error @ reads) + 2 * pull, error.sum()])
        return float(value + pull * weights[0]), gradient

    base = np.log((positives.sum() + 0.5) / (counts.sum() - positives.sum() + 0.5))
    found = optimize.minimize(loss, np.array([0.0, base]), jac=True, method="L-BFGS-B").x
    slope = float(np.exp(found[0])) / scale
    return replace(
        decoder,
        slopes=tuple(slope * each for each in decoder.slopes),
        bends=tuple(tuple(slope * each for each in bends) for bends in decoder.bends),
        bias=slope * (decoder.bias - centre) + float(found[1]),
    )


def pairs(shown: Shown, decoder: Decoder, users: Positions) -> tuple[np.ndarray, np.ndarray]:
    """The score of every pair of these users and posts not in train; whether it is in valid."""
    found = _each(shown, users, partial(_pairs, shown.case, decoder))
    scores, engaged = zip(*found, strict=True)
    return np.concatenate(scores), np.concatenate(engaged)


def _pairs(
    case: Case, decoder: Decoder, user_pos: Positions, block: Floats
) -> tuple[np.ndarray, np.ndarray]:
    unseen = case.train[user_pos].toarray() == 0
    scores = decoder.scores(block).astype(np.float32)
    return scores[unseen].astype(np.float64), case.valid[user_pos].toarray()[unseen] > 0


def binned(
    scores: np.ndarray, engaged: np.ndarray, bins: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Bins of equal score range: mean score, pairs and engaged pairs of each filled one."""
    low, high = float(scores.min()), float(scores.max())
    places = ((scores - low) / max(high - low, 1e-12) * (bins - 1)).astype(np.int64)
    counts = np.bincount(places, minlength=bins)
    sums = np.bincount(places, scores, minlength=bins)
    positives = np.bincount(places, engaged.astype(np.float64), minlength=bins)
    filled = counts > 0
    return sums[filled] / counts[filled], counts[filled].astype(np.float64), positives[filled]
