"""How much a post is engaged with, forgotten by halves."""

import numpy as np
import pandas as pd

HALF_LIFE = 7 * 86_400
"""Seconds after which an engagement counts half. Chosen with `bench.blend` and on valid: a planted
village is ranked by a tenth better than with 30 days, and where years count (Ciao) nothing between
a week and a year differs."""


def popularity(pairs: pd.DataFrame) -> pd.Series:
    """The decayed number of users who engaged with each post, by ``post_id``.

    Args:
        pairs: `engagements`; each counts ``0.5 ** (age / HALF_LIFE)``, its age taken from the
            latest of all; 1 where it has no time.
    """
    ages = pairs["at"].max() - pairs["at"]
    counts = 0.5 ** (ages.astype("Float64").fillna(0.0).astype(float) / HALF_LIFE)
    counted: pd.Series = counts.groupby(pairs["post_id"]).sum()
    return counted


def freshness(created_at: pd.Series) -> pd.Series:
    """One engagement at the moment of creation, decayed alike: what gives a new post its chance."""
    ages = (created_at.max() - created_at).astype("Float64")
    return pd.Series(np.power(0.5, ages / HALF_LIFE), created_at.index).fillna(0.0).astype(float)
