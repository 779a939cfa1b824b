"""A decoder's curves: what each part says, so that engaged posts stand out in their users' lists.

Each is a sum of ramps, a slope for every stretch between its knots; so a part that may never speak
against a post is one whose slopes are bound to be 0 or more.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from scipy import optimize

from gnn.features import PARTS
from gnn.likelihood import Decoder
from gnn.matrices import Floats

SHAPES = {"straight": (), "curved": (0.5, 0.75, 0.9)}
"""Where a part's line may bend: at these quantiles of its values that are not 0."""
PENALTIES = (1e-3, 1e-2, 1e-1)
"""On the squares of standardised weights: small graphs want more of it."""
STEPS = 300
POPULAR = PARTS.index("popular")


@dataclass(frozen=True)
class Lists:
    """Fitting users' candidates, concatenated."""

    parts: Floats
    """Shape ``(num_rows, len(PARTS))``."""
    engaged: np.ndarray
    """Shape ``(num_rows,)`` of 0.0 and 1.0."""
    lists: np.ndarray
    """Which list a row is of; shape ``(num_rows,)``, ascending."""


class Choice(NamedTuple):
    """How free the curves are."""

    shape: str
    """One of `SHAPES`."""
    penalty: float
    """One of `PENALTIES`."""
    against: bool
    """Whether popularity may speak against a post."""

    def fit(self, given: Lists) -> Decoder:
        """The curves, so free."""
        rising = () if self.against else (POPULAR,)
        return curves(given, SHAPES[self.shape], self.penalty, rising)


def curves(
    given: Lists, quantiles: Sequence[float], penalty: float, rising: Collection[int] = ()
) -> Decoder:
    """The curves that make the engaged posts likely among each user's own list.

    The loss is the mean, over engaged posts, of minus the log of their share of the softmax of
    their list, with a penalty on the squares of standardised slopes.

    Args:
        given: the lists.
        quantiles: where a part's line may bend, between the quantiles of its values that are not 0.
        penalty: on the squares.
        rising: places of parts whose curves fall nowhere.
    """
    knots = [_knots(given.parts[:, place], quantiles) for place in range(len(PARTS))]
    columns, lowest = list[np.ndarray](), list[float]()
    for place, bending in enumerate(knots):
        columns += _ramps(given.parts[:, place], bending)
        lowest += [0.0 if place in rising else -np.inf] * (len(bending) + 1)
    rows = np.stack(columns, axis=1)
    scales = rows.std(axis=0, dtype=np.float64)
    scales = np.where(scales > 1e-9, scales, np.inf)
    rows = np.asarray((rows - rows.mean(axis=0, dtype=np.float64)) / scales, dtype=np.float32)
    weights = iter(_softmax_weights(rows, given, penalty, lowest) / scales)
    slopes, bends = [], []
    for bending in knots:
        steps = [float(next(weights)) for _ in range(len(bending) + 1)]
        slopes.append(steps[0])
        bends.append(tuple(after - before for before, after in pairwise(steps)))
    return Decoder(PARTS, tuple(slopes), 0.0, tuple(knots), tuple(bends))


def _ramps(values: Floats, bending: Sequence[float]) -> list[Floats]:
    """How far the values come into each stretch between the knots: a slope's reach by stretch."""
    ends = [np.float32(each) for each in (*bending, np.inf)]
    reach = [np.minimum(values, ends[0])]
    reach += [np.clip(values, low, high) - low for low, high in pairwise(ends)]
    return reach


def _knots(values: Floats, quantiles: Sequence[float]) -> tuple[float, ...]:
    """The quantiles of the values that are not 0, inside their range, each once."""
    there = values[values != 0]
    if not len(quantiles) or not len(there):
        return ()
    found = np.unique(np.quantile(there, quantiles).astype(np.float32))
    inside = (found > values.min()) & (found < values.max())
    return tuple(float(each) for each in found[inside])


def _softmax_weights(
    rows: Floats, given: Lists, penalty: float, lowest: Sequence[float]
) -> np.ndarray:
    """The weights, each no lower than its own bound."""
    starts = np.flatnonzero(np.diff(given.lists, prepend=-1))
    engaged = given.engaged.astype(np.float32)
    positives = np.add.reduceat(given.engaged, starts)
    total = float(given.engaged.sum())

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        odds = (rows @ weights.astype(np.float32)).astype(np.float64)
        odds -= np.maximum.reduceat(odds, starts)[given.lists]
        grown = np.exp(odds)
        sums = np.add.reduceat(grown, starts)
        value = (positives @ np.log(sums) - given.engaged @ odds) / total
        shares = ((positives / sums)[given.lists] * grown).astype(np.float32)
        gradient = ((shares - engaged) @ rows).astype(np.float64) / total
        return float(value + penalty * (weights @ weights)), gradient + 2 * penalty * weights

    start, most = np.zeros(rows.shape[1]), {"maxiter": STEPS}
    bounds = optimize.Bounds(lowest, np.inf)
    found = optimize.minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options=most)
    return np.asarray(found.x)
