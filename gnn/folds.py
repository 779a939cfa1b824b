"""How train links are dealt into messages, which are seen, and supervision, which is predicted.

Never both at once: a link that is to be predicted passes no message, counts in no degree and bends
no coordinate of its own fold.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from gnn.split import TIMED_SHARE


@dataclass(frozen=True)
class Fold:
    """One way of dealing the links; frames of user_id, post_id and at."""

    messages: pd.DataFrame
    supervision: pd.DataFrame
    upto: int | None
    """Nothing later (Unix seconds) may be known in this fold; None where links have no time."""


def deal(links: pd.DataFrame, folds: int, seed: int) -> list[Fold]:
    """Deal links into folds; epochs take them in turn.

    With times, fold *k* supervises the *k*-th of `folds` windows that cut the latest half of the
    links into equal shares, and its messages are strictly older than its window: the past predicts
    the future, in training as in use. Without, each fold supervises a random share.
    """
    timed = links["at"].notna().to_numpy(dtype=bool)
    if len(links) and timed.mean() >= TIMED_SHARE:
        return _by_time(links[timed], folds) or _at_random(links, folds, seed)
    return _at_random(links, folds, seed)


def _at_random(links: pd.DataFrame, folds: int, seed: int) -> list[Fold]:
    turns = np.random.default_rng(seed).permutation(len(links)) % folds
    return [Fold(links[turns != turn], links[turns == turn], None) for turn in range(folds)]


def _by_time(links: pd.DataFrame, folds: int) -> list[Fold]:
    at = links["at"].to_numpy(dtype=np.int64)
    ends = np.quantile(at, np.linspace(0.5, 1.0, folds + 1), method="lower")
    dealt = [
        Fold(links[at <= start], links[(at > start) & (at <= end)], int(start))
        for start, end in zip(ends[:-1], ends[1:], strict=True)
    ]
    return [fold for fold in dealt if len(fold.supervision) and len(fold.messages)]
