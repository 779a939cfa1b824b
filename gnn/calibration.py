"""Whether what is predicted comes true: predicted beside observed shares of engaged pairs."""

from collections.abc import Sequence

import numpy as np
from scipy import special

from gnn.decoding import Shown, pairs
from gnn.likelihood import Decoder
from gnn.vocabulary import Positions

BINS = 10
Bin = tuple[float, float, int]
"""Mean predicted share, observed share, and how many pairs."""


def reliability(shown: Shown, decoder: Decoder, users: Positions) -> list[Bin]:
    """The filled ones of ten bins of equal width in log-odds, over all unseen pairs of `users`."""
    odds, engaged = pairs(shown, decoder, users)
    edges = np.linspace(odds.min(), odds.max() + 1e-9, BINS + 1)
    places = np.digitize(odds, edges[1:-1])
    predicted = special.expit(odds)
    return [
        (float(predicted[here].mean()), float(engaged[here].mean()), int(here.sum()))
        for here in (places == place for place in range(BINS))
        if here.any()
    ]


def calibration_error(bins: Sequence[Bin]) -> float | None:
    """The mean gap between predicted and observed share, over bins weighed by their pairs.

    None without any.
    """
    count = sum(each[2] for each in bins)
    gaps = (abs(predicted - seen) * n for predicted, seen, n in bins)
    return sum(gaps) / count if count else None
