"""The decoder's curves: what they find in lists that are made for them."""

import numpy as np
import pytest

from gnn.curves import SHAPES, Choice, Lists, curves
from gnn.decoding import Fit, embedding_alone
from gnn.features import PARTS

CURVED = SHAPES["curved"]


def lists(bend: bool, seed: int = 0, users: int = 400, size: int = 30) -> Lists:
    """Posts whose chance rises with `similar`; up to 1 only, with `bend`. `popular` is noise."""
    rng = np.random.default_rng(seed)
    parts = np.zeros((users * size, len(PARTS)), np.float32)
    parts[:, PARTS.index("similar")] = values = rng.uniform(0, 3, len(parts))
    parts[:, PARTS.index("popular")] = rng.normal(size=len(parts))
    odds = 2.0 * (np.minimum(values, 1.0) if bend else values)
    noise = rng.gumbel(size=len(parts))
    best = (odds + noise).reshape(users, size).argmax(axis=1)
    engaged = np.zeros((users, size))
    engaged[np.arange(users), best] = 1.0
    return Lists(parts, engaged.ravel(), np.repeat(np.arange(users), size))


def rise(given: Lists, quantiles: tuple[float, ...], low: float, high: float) -> float:
    rows = np.zeros((2, len(PARTS)))
    rows[:, PARTS.index("similar")] = low, high
    first, last = curves(given, quantiles, 1e-3).scores(rows)
    return float(last - first)


def test_a_straight_line_has_the_slope_that_made_the_choices() -> None:
    decoder = curves(lists(bend=False), (), 1e-3)
    assert decoder.slopes[PARTS.index("similar")] == pytest.approx(2.0, abs=0.3)
    assert abs(decoder.slopes[PARTS.index("popular")]) < 0.15
    assert decoder.bends == tuple(() for _ in PARTS)


def test_a_curve_flattens_where_more_says_no_more() -> None:
    given = lists(bend=True)
    early, late = rise(given, CURVED, 0.0, 1.0), rise(given, CURVED, 2.0, 3.0)
    assert early > 3 * abs(late)
    straight = rise(given, (), 0.0, 1.0), rise(given, (), 2.0, 3.0)
    assert straight[0] == pytest.approx(straight[1])


def test_a_rising_curve_falls_nowhere() -> None:
    """What speaks against a post where it is many says nothing there, or anywhere if it must."""
    given, place = lists(bend=True), PARTS.index("similar")
    given.parts[:, place] = np.abs(given.parts[:, place] - 1.0)  # the chance falls, then rises
    free = curves(given, CURVED, 1e-3)
    held = curves(given, CURVED, 1e-3, rising=(place,))
    for decoder, falls in ((free, True), (held, False)):
        slopes = np.cumsum([decoder.slopes[place], *decoder.bends[place]])
        assert bool(slopes.min() < -1e-9) is falls


def test_a_part_that_is_always_the_same_says_nothing() -> None:
    decoder = curves(lists(bend=True), CURVED, 1e-3)
    for part in set(PARTS) - {"similar", "popular"}:
        assert decoder.slopes[PARTS.index(part)] == 0.0 and not decoder.knots[PARTS.index(part)]


def test_without_a_part_the_decoder_does_not_read_it() -> None:
    given = lists(bend=False)
    alone = embedding_alone()
    less = Fit(alone, Choice("curved", 1e-3, against=True), alone, 0.0, given).without(["similar"])
    assert less.slopes[PARTS.index("similar")] == 0.0
    assert given.parts[:, PARTS.index("similar")].any()
