"""A hold-out inside train: links that nothing is learned from, for the decoder to be fitted on."""

from dataclasses import replace

import numpy as np
import pandas as pd
from scipy import sparse

from gnn.case import Case
from gnn.matrices import matrix
from gnn.split import TIMED_SHARE, Split, hold_out

SHARE = 8
"""One link of so many is held out."""


def held_inside(case: Case) -> Case:
    """The case with an eighth of its train as valid, and nothing of it known.

    By the rule of the case's own split: the latest by one cut, each user's latest, or each user's
    at random where links carry no time. A user's only link is never held out but by the one cut.
    """
    links, cut = case.split.train, case.split.cut
    timed = bool(len(links)) and float(links["at"].notna().mean()) >= TIMED_SHARE
    if case.split.rule == "time" and timed:
        at = links["at"].astype("float64").to_numpy(na_value=-np.inf)
        cut = int(np.quantile(at[np.isfinite(at)], 1 - 1 / SHARE, method="lower"))
        held = at > cut
    else:
        held = _by_user(links, timed, case.seed)
    kept, taken = links[~held], links[held]
    nothing = links.iloc[:0]
    return replace(
        case,
        tables=hold_out(case.without(taken), kept, cut),
        split=Split(kept, taken, nothing, case.split.rule, cut),
        train=_links(case, kept),
        valid=_links(case, taken),
        test=_links(case, nothing),
    )


def _by_user(links: pd.DataFrame, timed: bool, seed: int) -> np.ndarray:
    """An eighth of each user's links, rounded by a draw: the latest, or any where none is timed."""
    rng = np.random.default_rng(seed)
    users = pd.factorize(links["user_id"])[0]
    draws = rng.random(len(links))
    at = links["at"].astype("float64").to_numpy(na_value=-np.inf) if timed else np.zeros(len(links))
    order = np.lexsort((draws, -at, users))
    first = np.searchsorted(users[order], users[order], side="left")
    places = np.arange(len(order)) - first
    counts = np.bincount(users) if len(users) else np.zeros(0, dtype=np.int64)
    wanted = np.floor(counts / SHARE + rng.random(len(counts)))
    held = np.zeros(len(links), dtype=bool)
    held[order] = places < np.minimum(wanted, counts - 1)[users[order]]
    return held


def _links(case: Case, links: pd.DataFrame) -> sparse.csr_array:
    return matrix(links, case.users, case.posts, row="user_id", column="post_id")
