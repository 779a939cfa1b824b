"""How much a post is engaged with, forgotten by halves."""

import numpy as np
import numpy.typing as npt
import pandas as pd

HALF_LIFE = 7 * 86_400
"""Seconds after which an engagement counts half: a week, chosen with `bench.blend` and `bench.cold`
on planted villages, where 30 days are worse; docs/model.md has what else was tried."""

MOST = 900
"""Half-lives by which something is taken to be later than the moment that ages are taken from: a
sum of what counts 2 to the power of that is still a number."""


def popularity(pairs: pd.DataFrame, now: int | None = None) -> pd.Series:
    """The decayed number of users who engaged with each post, by ``post_id``.

    Args:
        pairs: `engagements`; each counts ``0.5 ** (age / HALF_LIFE)``, 1 where it has no time.
        now: from when ages are taken, Unix seconds; None: from the latest of all. What is later
            counts more than 1.
    """
    ages = (pairs["at"].max() if now is None else now) - pairs["at"]
    counts = decayed(ages.astype("Float64").fillna(0.0).to_numpy(float))
    posts, ids = pd.factorize(pairs["post_id"], sort=True)
    # Added in the order of the rows, whatever other posts there are: pandas' own sum by groups may
    # differ by a last digit, and what is made around one post must be what all of them give.
    sums = np.bincount(posts, counts, minlength=len(ids))
    return pd.Series(sums, pd.Index(ids, name="post_id"))


def freshness(created_at: pd.Series, now: int | None = None) -> pd.Series:
    """One engagement at the moment of creation, decayed alike: what gives a new post its chance."""
    ages = ((created_at.max() if now is None else now) - created_at).astype("Float64")
    counts = decayed(ages.to_numpy(float, na_value=np.nan))
    return pd.Series(np.nan_to_num(counts, nan=0.0), created_at.index)


def decayed(ages: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """What something counts at these ages, in seconds; not a number where the age is none."""
    return np.asarray(0.5 ** np.maximum(np.asarray(ages) / HALF_LIFE, -MOST), np.float64)
