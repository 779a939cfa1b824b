"""How good a ranking is: Recall, NDCG, MAP, MRR and Hit at K, one number a user.

Every function takes `hits`, shape ``(num_users, depth)`` bool: whether the post at that rank is
one the user really engaged with; and `num_relevant`, shape ``(num_users,)``: how many there were
to find (at least one each). Report the mean over the users.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy import sparse

Hits = npt.NDArray[np.bool_]
Counts = npt.NDArray[np.int64]
Values = npt.NDArray[np.float64]
NAMES = ("recall", "ndcg", "mrr", "hit", "map")


def recall(hits: Hits, num_relevant: Counts, k: int) -> Values:
    """The share of a user's relevant posts among the first `k` (not capped at `k`)."""
    return np.asarray(hits[:, :k].sum(axis=1) / num_relevant, dtype=np.float64)


def ndcg(hits: Hits, num_relevant: Counts, k: int) -> Values:
    """Discounted gain, 1 / log2(rank + 1) a hit, over the best possible within `k` ranks.

    Source: Jarvelin and Kekalainen, "Cumulated gain-based evaluation of IR techniques", ACM TOIS
    20(4), 2002; the ideal list has ``min(k, num_relevant)`` hits.
    """
    discounts = 1.0 / np.log2(np.arange(2, k + 2))
    gain = hits[:, :k] @ discounts[: hits[:, :k].shape[1]]
    ideal = np.cumsum(discounts)[np.minimum(num_relevant, k) - 1]
    return np.asarray(gain / ideal, dtype=np.float64)


def mrr(hits: Hits, num_relevant: Counts, k: int) -> Values:
    """One over the rank of the first hit within `k`; 0 where there is none."""
    head = hits[:, :k]
    if head.shape[1] == 0:
        return np.zeros(len(head))
    ranks = np.asarray(head.argmax(axis=1) + 1, dtype=np.float64)
    return np.asarray(head.any(axis=1) / ranks, dtype=np.float64)


def hit(hits: Hits, num_relevant: Counts, k: int) -> Values:
    """1 where any of the first `k` is relevant, else 0."""
    return np.asarray(hits[:, :k].any(axis=1), dtype=np.float64)


def average_precision(hits: Hits, num_relevant: Counts, k: int) -> Values:
    """The mean of the precision at each hit's rank, over the most hits that `k` ranks may have.

    The mean over users is MAP at `k`; the divisor is ``min(k, num_relevant)``.
    """
    head = hits[:, :k]
    precision = np.cumsum(head, axis=1) / np.arange(1, head.shape[1] + 1)
    return np.asarray((precision * head).sum(axis=1) / np.minimum(num_relevant, k))


STRETCHES = 8
"""For each post that is wanted: the more there are, the fewer posts are looked at in vain."""

METRICS = {"recall": recall, "ndcg": ndcg, "mrr": mrr, "hit": hit, "map": average_precision}


def hits_of(ranked: npt.NDArray[np.int64], relevant: sparse.csr_array) -> Hits:
    """Which ranked posts are relevant.

    Args:
        ranked: post positions, best first, -1 where a list ended; shape ``(num_users, depth)``.
        relevant: shape ``(num_users, num_posts)``, any stored positive value is relevant.
    """
    num_posts = relevant.shape[1]
    rows = np.repeat(np.arange(relevant.shape[0]), np.diff(relevant.indptr))
    keys = (rows * num_posts + relevant.indices)[relevant.data > 0]
    asked = np.arange(len(ranked))[:, None] * num_posts + ranked
    return np.isin(asked, keys) & (ranked >= 0)


def measure(
    ranked: npt.NDArray[np.int64], relevant: sparse.csr_array, ks: Sequence[int]
) -> dict[str, Values]:
    """Every metric at every K, as ``{"ndcg@10": (num_users,)}``; every row has a relevant post."""
    hits = hits_of(ranked, relevant)
    num_relevant = np.asarray((relevant > 0).sum(axis=1), dtype=np.int64).ravel()
    return {f"{name}@{k}": METRICS[name](hits, num_relevant, k) for k in ks for name in METRICS}


def _low(scores: npt.NDArray[np.floating], k: int) -> npt.NDArray[np.floating]:
    """No more than each row's k-th best score, and close to it: few are as good.

    Of a row cut into stretches, the best of at least `k` of them are as good as the k-th best of
    those; to look for that is much less work than to partition the row.
    """
    width = max(1, scores.shape[1] // (STRETCHES * k))
    whole = scores.shape[1] // width * width
    best = scores[:, :whole].reshape(len(scores), -1, width).max(axis=2)
    place = best.shape[1] - k
    return np.partition(best, place, axis=1)[:, place]


def top(scores: npt.NDArray[np.floating], k: int) -> npt.NDArray[np.int64]:
    """The `k` best columns of each row, best first; ties go to the lower column.

    A score of -inf is never ranked: where a row has fewer finite scores than `k`, -1 fills it.
    """
    k = min(k, scores.shape[1])
    ranked = np.full((len(scores), k), -1, dtype=np.int64)
    if k == 0 or len(scores) == 0:
        return ranked
    rows, columns = np.nonzero((scores >= _low(scores, k)[:, None]) & (scores > -np.inf))
    order = np.lexsort((columns, -scores[rows, columns], rows))
    rows, columns = rows[order], columns[order]
    places = np.arange(len(rows)) - np.searchsorted(rows, rows, side="left")
    kept = places < k
    ranked[rows[kept], places[kept]] = columns[kept]
    return ranked
