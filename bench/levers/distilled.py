"""Whether vectors can be taught what the full score knows, so that the nearest posts are its best.

The feed fetches the posts nearest to a viewer (`feed.nearest`) before it scores them. The full
score of half of the users for all posts is regressed on their vectors (ridge, a constant too): what
comes out is a second vector for each post. Of the other half's ten best posts by the full score,
how many are among the nearest, by the vectors as they are and by those that were taught: what
distilling could bring the feed, as far as the users' vectors stay as they are.
"""

from collections.abc import Iterator

import numpy as np

from gnn.case import Case
from gnn.config import TrainConfig
from gnn.decoding import EmbeddingRanker, PartsRanker, Shown, fit_decoder
from gnn.directions import CHOOSING_USERS, directions, told_of
from gnn.inner import held_inside
from gnn.likelihood import Decoder
from gnn.matrices import Floats, blocks
from gnn.metrics import top
from gnn.vocabulary import Positions

USERS, BLOCK = 2000, 64
WANTED, FOUND = 10, (50, 200)
"""The best by the full score; among so many of the nearest (a feed fetches 200)."""
RIDGES = (10.0, 100.0, 1000.0, 10_000.0)
"""Times the mean square of a user's coordinate."""


def distilled(case: Case, config: TrainConfig) -> Iterator[tuple[str, float]]:
    """The share that is found, for each way and number (see the module)."""
    inner, outer = told_of(held_inside(case)), told_of(case)
    chosen = directions(inner, outer, config).directions
    before, after = (told.shown(told.spectrum(chosen), chosen.lambda_) for told in (inner, outer))
    decoder = fit_decoder(before, after, CHOOSING_USERS).decoder
    users = after.users(USERS)
    taught, judged = users[::2], users[1::2]
    best = _best(after, decoder, judged)
    as_it_is = EmbeddingRanker(after.table)
    nearest = [as_it_is.scores(user_pos) for user_pos in blocks(judged, BLOCK)]
    for found in FOUND:
        share = _share(case, judged, best, nearest, found)
        yield f"vectors as they are, of the best {WANTED} among {found}", share
    for ridge in RIDGES:
        table = _taught(after, decoder, taught, ridge)
        vectors = _with_constant(after.table.user_vectors)
        nearest = [vectors[user_pos] @ table.T for user_pos in blocks(judged, BLOCK)]
        for found in FOUND:
            share = _share(case, judged, best, nearest, found)
            yield f"taught, ridge {ridge:g}, of the best {WANTED} among {found}", share


def _best(shown: Shown, decoder: Decoder, users: Positions) -> Positions:
    """The unseen posts that the full score puts first; shape ``(len(users), WANTED)``."""
    ranker, found = PartsRanker(shown.known, shown.table, decoder), []
    for user_pos in blocks(users, BLOCK):
        found.append(top(_unseen(shown.case, user_pos, ranker.scores(user_pos)), WANTED))
    return np.concatenate(found)


def _share(
    case: Case, users: Positions, best: Positions, nearest: list[Floats], found: int
) -> float:
    shares, begun = [], 0
    for user_pos, scores in zip(blocks(users, BLOCK), nearest, strict=True):
        near = top(_unseen(case, user_pos, scores), found)
        here = best[begun : begun + len(user_pos)]
        begun += len(user_pos)
        shares += [np.isin(row[row >= 0], of).mean() for row, of in zip(here, near, strict=True)]
    return float(np.mean(shares))


def _unseen(case: Case, users: Positions, scores: Floats) -> Floats:
    seen = case.train[users].tocoo()
    left = scores.astype(np.float32)
    left[seen.row, seen.col] = -np.inf
    return left


def _with_constant(vectors: Floats) -> Floats:
    lengths = np.sqrt((vectors**2).mean())
    return np.concatenate([vectors / lengths, np.ones((len(vectors), 1), np.float32)], axis=1)


def _taught(shown: Shown, decoder: Decoder, users: Positions, ridge: float) -> Floats:
    """The posts' vectors; shape ``(num_posts, dim + 1)``."""
    ranker = PartsRanker(shown.known, shown.table, decoder)
    rows = _with_constant(shown.table.user_vectors)
    square = ridge * np.eye(rows.shape[1], dtype=np.float32)
    square[-1, -1] = 0.0
    told = np.zeros((rows.shape[1], len(shown.case.posts)), dtype=np.float32)
    for user_pos in blocks(users, BLOCK):
        own = rows[user_pos]
        square += own.T @ own
        told += own.T @ ranker.scores(user_pos)
    return np.asarray(np.linalg.solve(square, told).T, dtype=np.float32)
