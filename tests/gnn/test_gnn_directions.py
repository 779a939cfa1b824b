"""The spectrum's exponent, ridge and number of directions follow from valid, within their grids."""

from dataclasses import replace

import numpy as np
import pytest

from gnn.case import make_case, valid_ndcg
from gnn.config import TrainConfig
from gnn.decoding import EmbeddingRanker
from gnn.directions import PAYS, Told, directions, told_of
from gnn.inner import held_inside
from graph.errors import ConfigError
from graph.model import Tables


@pytest.fixture(scope="module")
def told(planted: Tables) -> tuple[Told, Told]:
    case = make_case(planted, 0)
    return told_of(held_inside(case)), told_of(case)


def test_what_is_chosen_is_of_the_grids(told: tuple[Told, Told], quick: TrainConfig) -> None:
    config = replace(quick, exponents=(0.0, 0.35), spectrum_dims=(2, 4), lambdas=(5.0, 60.0))
    found = directions(*told, config)
    assert found.exponent in config.exponents
    assert (found.dim, found.lambda_) in {(dim, each) for dim in (2, 4) for each in (5.0, 60.0)}
    assert directions(*told, config) == found


def test_directions_are_added_as_long_as_they_pay(
    told: tuple[Told, Told], quick: TrainConfig
) -> None:
    """Three communities want three directions or so; none pays beyond what the posts have."""
    inner, outer = told
    config = replace(quick, spectrum_dims=(1, 3, 60, 61))
    found = directions(inner, outer, config)
    value = {dim: _best(outer, dim, config) for dim in config.spectrum_dims}
    taken = [dim for dim in config.spectrum_dims if dim <= found.dim]
    steps = zip(taken, taken[1:], strict=False)
    assert all(value[more] >= PAYS * value[fewer] for fewer, more in steps)
    assert 3 <= found.dim < 61
    assert value[next(each for each in (3, 60, 61) if each > found.dim)] < PAYS * value[found.dim]


def _best(told: Told, dim: int, config: TrainConfig) -> float:
    found = told.spectrum(max(config.spectrum_dims), 0.0).leading(dim)
    shown = [told.shown(found, each) for each in config.lambdas]
    return max(valid_ndcg(told.case, EmbeddingRanker(each.table)) for each in shown)


def test_a_linear_table_scores_as_the_spectrum_does(told: tuple[Told, Told]) -> None:
    _, outer = told
    found = outer.spectrum(8, 0.2)
    table = outer.shown(found, 20.0).table
    products = table.products(table.user_vectors, table.post_vectors, table.spreads)
    expected = found.users @ found.post_table(20.0).T
    np.testing.assert_allclose(products[:, :, 2], expected, rtol=1e-4, atol=1e-5)
    assert not products[:, :, 0].any()


@pytest.mark.parametrize("exponents", [(), (-0.1,), (1.5,)])
def test_an_exponent_that_is_none_is_refused(exponents: tuple[float, ...]) -> None:
    with pytest.raises(ConfigError, match="exponents"):
        TrainConfig(exponents=exponents)
