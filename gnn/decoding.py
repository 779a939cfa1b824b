"""Fitting the decoder: which part says how much, and what probability that makes.

Fitted on valid, which no embedding was trained on and from which no part was computed: half of its
users fit, the other half choose among `NEARS`, `LOSSES` and the embedding alone; then all of them
fit what was chosen. Test is not touched. (Not on an inner hold-out of train: where tags and
interests were derived from links, as in HetRec, an inner link would be told by its own tags.) Two
steps:

1. The direction: a logistic regression, or the softmax of each user's list, over the user's near
   posts, the best by embedding and the best by similar. The list is made without a look at what was
   engaged with, and an engaged post outside it teaches nothing; were it added, low scores would
   look like an advantage of positives.
2. The probability: a logistic regression with a positive slope on that one score, over *all* posts
   of a sample of users, so that no prior correction is due: it is the probability of a pair drawn
   from all that are not engaged yet, over a period as long as valid's.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from scipy import optimize, special

from gnn.case import Case
from gnn.embeddings import EmbeddingTable
from gnn.features import PARTS, Structure, parts_block
from gnn.likelihood import Decoder
from gnn.matrices import Floats, blocks
from gnn.metrics import hits_of, ndcg, top
from gnn.vocabulary import Positions

NEARS = (50, 150)
LOSSES = ("logistic", "softmax")
PENALTY = 1e-3
BLOCK = 64
FITTING_USERS = 4000
CALIBRATED_USERS = 300
BINS = 2000


@dataclass(frozen=True)
class Lists:
    """Fitting users' candidates, concatenated."""

    parts: np.ndarray
    """Shape ``(num_rows, len(PARTS))`` float64."""
    engaged: np.ndarray
    """Shape ``(num_rows,)`` of 0.0 and 1.0."""
    lists: np.ndarray
    """Which list a row is of; shape ``(num_rows,)``, ascending."""


@dataclass(frozen=True)
class Fit:
    """A decoder, and how it came about."""

    decoder: Decoder
    choice: str
    valid_ndcg: float
    """NDCG@10 on the choosing half of valid's users, fitted on the other half."""


@dataclass(frozen=True)
class PartsRanker:
    """Ranks by the decoder over the parts: the full model."""

    known: Structure
    table: EmbeddingTable
    decoder: Decoder

    def scores(self, user_pos: Positions) -> Floats:
        """Log-odds."""
        rows = [
            self.decoder.scores(parts_block(self.known, self.table, each)).astype(np.float32)
            for each in blocks(user_pos, BLOCK)
        ]
        return np.concatenate(rows)


@dataclass(frozen=True)
class EmbeddingRanker:
    """Ranks by the dot product alone."""

    table: EmbeddingTable

    def scores(self, user_pos: Positions) -> Floats:
        """Dot products."""
        return self.table.user_vectors[user_pos] @ self.table.post_vectors.T


def fit_decoder(case: Case, known: Structure, table: EmbeddingTable) -> Fit:
    """Fit and choose on valid, as the module says."""
    rng = np.random.default_rng(case.seed)
    users = rng.permutation(case.judged("valid"))[:FITTING_USERS]
    fitting, choosing = np.sort(users[::2]), np.sort(users[1::2])
    alone = embedding_alone(table)
    scored: list[tuple[float, str, Decoder]] = []
    scored.append((_ndcg(case, known, table, alone, choosing), "embedding alone", alone))
    for near in NEARS:
        halves = [candidates(case, known, table, half, near) for half in (fitting, choosing)]
        if min(len(half.engaged) for half in halves) == 0:
            continue
        both = Lists(
            np.concatenate([half.parts for half in halves]),
            np.concatenate([half.engaged for half in halves]),
            np.concatenate([halves[0].lists, halves[1].lists + halves[0].lists[-1] + 1]),
        )
        for loss in LOSSES:
            value = _ndcg(case, known, table, direction(halves[0], loss), choosing)
            scored.append((value, f"{loss} over {near} near", direction(both, loss)))
    value, choice, decoder = max(scored, key=lambda each: each[0])
    drawn = np.sort(rng.permutation(users)[:CALIBRATED_USERS])
    return Fit(calibrated(case, known, table, decoder, drawn), choice, value)


def embedding_alone(table: EmbeddingTable) -> Decoder:
    """The decoder that reads nothing but the embedding."""
    weights = (1.0, *[0.0] * (len(PARTS) - 1))
    return Decoder(PARTS, (0.0,) * len(PARTS), (1.0,) * len(PARTS), weights, 0.0)


def _ndcg(
    case: Case, known: Structure, table: EmbeddingTable, decoder: Decoder, users: Positions
) -> float:
    """Mean NDCG@10 of some users on valid."""
    if not len(users):
        return 0.0
    ranker = PartsRanker(known, table, decoder)
    values = []
    for user_pos in blocks(users, BLOCK):
        scores = ranker.scores(user_pos)
        seen = case.train[user_pos].tocoo()
        scores[seen.row, seen.col] = -np.inf
        relevant = case.valid[user_pos]
        counts = np.diff(relevant.indptr).astype(np.int64)
        values.append(ndcg(hits_of(top(scores, 10), relevant), counts, 10))
    return float(np.concatenate(values).mean())


def candidates(
    case: Case, known: Structure, table: EmbeddingTable, users: Positions, near: int
) -> Lists:
    """Every user's near posts, of those users for whom any of them is engaged."""
    parts, engaged, lists = [np.zeros((0, len(PARTS)))], [np.zeros(0)], [np.zeros(0, dtype=int)]
    for user_pos in blocks(users, BLOCK):
        block = parts_block(known, table, user_pos)
        seen = case.train[user_pos].tocoo()
        wanted = case.valid[user_pos].toarray() > 0
        scores = block[:, :, :2].copy()
        scores[seen.row, seen.col] = -np.inf
        nearest = np.concatenate([top(scores[:, :, place], near) for place in (0, 1)], axis=1)
        for row, user in enumerate(user_pos):
            chosen = np.unique(nearest[row][nearest[row] >= 0])
            if wanted[row, chosen].any():
                parts.append(block[row, chosen].astype(np.float64))
                engaged.append(wanted[row, chosen].astype(np.float64))
                lists.append(np.full(len(chosen), user))
    codes = np.unique(np.concatenate(lists), return_inverse=True)[1]
    return Lists(np.concatenate(parts), np.concatenate(engaged), codes)


Loss = Callable[[np.ndarray], tuple[float, np.ndarray]]


def _logistic(rows: np.ndarray, given: Lists, penalty: float) -> Loss:
    """Mean cross-entropy; the last weight is the intercept."""

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        odds = rows @ weights[:-1] + weights[-1]
        value = np.mean(np.logaddexp(0.0, odds) - given.engaged * odds)
        slope = (special.expit(odds) - given.engaged) / len(odds)
        gradient = np.append(rows.T @ slope + 2 * penalty * weights[:-1], slope.sum())
        return float(value + penalty * (weights[:-1] @ weights[:-1])), gradient

    return loss


def _softmax(rows: np.ndarray, given: Lists, penalty: float) -> Loss:
    """Mean over positives of minus the log of their share of their own list."""
    starts = np.flatnonzero(np.diff(given.lists, prepend=-1))
    positives = np.add.reduceat(given.engaged, starts)
    total = given.engaged.sum()

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        odds = rows @ weights[:-1]
        odds = odds - np.maximum.reduceat(odds, starts)[given.lists]
        grown = np.exp(odds)
        sums = np.add.reduceat(grown, starts)
        value = (positives @ np.log(sums) - given.engaged @ odds) / total
        shares = (positives / sums)[given.lists] * grown
        gradient = rows.T @ (shares - given.engaged) / total + 2 * penalty * weights[:-1]
        return float(value + penalty * (weights[:-1] @ weights[:-1])), np.append(gradient, 0.0)

    return loss


def direction(given: Lists, loss: str) -> Decoder:
    """Step 1: the weights of the standardised parts."""
    means = given.parts.mean(axis=0)
    scales = given.parts.std(axis=0)
    scales = np.where(scales > 1e-9, scales, 1.0)
    rows = (given.parts - means) / scales
    objective = (_logistic if loss == "logistic" else _softmax)(rows, given, PENALTY)
    start = np.zeros(rows.shape[1] + 1)
    found = optimize.minimize(objective, start, jac=True, method="L-BFGS-B").x
    return Decoder(PARTS, _plain(means), _plain(scales), _plain(found[:-1]), float(found[-1]))


def _plain(values: np.ndarray) -> tuple[float, ...]:
    return tuple(float(each) for each in values)


def calibrated(
    case: Case, known: Structure, table: EmbeddingTable, decoder: Decoder, users: Positions
) -> Decoder:
    """Step 2: the same order, with log-odds that are true on average."""
    scores, engaged = pairs(case, known, table, decoder, users)
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
    bias = slope * (decoder.bias - centre) + float(found[1])
    return replace(decoder, weights=tuple(slope * each for each in decoder.weights), bias=bias)


def pairs(
    case: Case, known: Structure, table: EmbeddingTable, decoder: Decoder, users: Positions
) -> tuple[np.ndarray, np.ndarray]:
    """The score of every pair of these users and posts not in train; whether it is in valid."""
    ranker, scores, engaged = PartsRanker(known, table, decoder), [], []
    for user_pos in blocks(users, BLOCK):
        unseen = case.train[user_pos].toarray() == 0
        scores.append(ranker.scores(user_pos)[unseen].astype(np.float64))
        engaged.append(case.valid[user_pos].toarray()[unseen] > 0)
    return np.concatenate(scores), np.concatenate(engaged)


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
