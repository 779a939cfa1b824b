"""The spectrum's exponent, ridge and number of directions follow from valid, within their grids."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from gnn.case import make_case, valid_ndcg
from gnn.config import TrainConfig
from gnn.decoding import EmbeddingRanker
from gnn.directions import PAYS, Directions, Told, directions, told_of, trial
from gnn.inner import held_inside
from gnn.spectrum import CONTENT, Spectrum
from graph.errors import ConfigError
from graph.model import Tables

WANTED = Directions(exponent=0.2, dim=8, content=0.8, strength=0.0)


@pytest.fixture(scope="module")
def told(planted: Tables) -> tuple[Told, Told]:
    case = make_case(planted, 0)
    return told_of(held_inside(case)), told_of(case)


def test_what_is_chosen_is_of_the_grids(told: tuple[Told, Told], quick: TrainConfig) -> None:
    config = replace(quick, exponents=(0.0, 0.35), spectrum_dims=(2, 4), lambdas=(5.0, 60.0))
    found = directions(*told, config).directions
    assert found.exponent in config.exponents
    assert (found.dim, found.lambda_) in {(dim, each) for dim in (2, 4) for each in (5.0, 60.0)}
    assert directions(*told, config).directions == found


def test_directions_are_added_as_long_as_they_pay(
    told: tuple[Told, Told], quick: TrainConfig
) -> None:
    """Three communities want three directions or so; none pays beyond what the posts have."""
    inner, outer = told
    config = replace(quick, spectrum_dims=(1, 3, 60, 61))
    found = directions(inner, outer, config).directions
    value = {dim: _best(outer, dim, config) for dim in config.spectrum_dims}
    taken = [dim for dim in config.spectrum_dims if dim <= found.dim]
    steps = zip(taken, taken[1:], strict=False)
    assert all(value[more] >= PAYS * value[fewer] for fewer, more in steps)
    assert 3 <= found.dim < 61
    assert value[next(each for each in (3, 60, 61) if each > found.dim)] < PAYS * value[found.dim]


def test_what_is_wider_than_what_is_compared_is_decomposed_and_taken_where_it_pays(
    told: tuple[Told, Told], quick: TrainConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gnn.directions.COMPARED", 1)
    config = replace(quick, spectrum_dims=(1, 3), exponents=(0.0, 0.2))
    found = directions(*told, config)
    assert found.directions.dim == 3
    assert len(found.outer.values) == 3


def _best(told: Told, dim: int, config: TrainConfig) -> float:
    found = told.spectrum(Directions(0.0, max(config.spectrum_dims), 0.8, 0.0)).leading(dim)
    shown = [told.shown(found, each) for each in config.lambdas]
    return max(valid_ndcg(told.case, EmbeddingRanker(each.table)) for each in shown)


def test_a_linear_table_scores_as_the_spectrum_does(told: tuple[Told, Told]) -> None:
    _, outer = told
    found = outer.spectrum(WANTED)
    table = outer.shown(found, 20.0).table
    products = table.products(table.users, table.posts)
    expected = found.users @ found.post_table(20.0).T
    np.testing.assert_allclose(products[2], expected, rtol=1e-4, atol=1e-5)
    assert not products[0].any()
    again = np.zeros_like(products)
    table.products(table.users, table.posts, out=again)
    np.testing.assert_array_equal(again, products)


@pytest.mark.parametrize("grid", [(), (-0.1,), (1.5,)])
def test_an_exponent_that_is_none_is_refused(grid: tuple[float, ...]) -> None:
    with pytest.raises(ConfigError, match="exponents"):
        TrainConfig(exponents=grid)
    with pytest.raises(ConfigError, match="strengths"):
        TrainConfig(strengths=grid)


@pytest.mark.parametrize("telling", [True, False])
def test_strengths_count_where_they_tell_what_one_likes(
    planted: Tables, quick: TrainConfig, telling: bool
) -> None:
    """Everybody also looked at posts of any community; more often, or less often, than at what
    they like of their own."""
    rng, liked = np.random.default_rng(0), planted["liked"]
    strange = liked.assign(target=rng.permutation(liked["target"].to_numpy()))
    times = [rng.integers(50, 100, len(liked)), rng.integers(1, 4, len(liked))]
    times = times if telling else times[::-1]
    viewed = pd.concat([liked.assign(times=times[0]), strange.assign(times=times[1])])
    case = make_case({**planted, "viewed": viewed.drop_duplicates(["source", "target"])}, 0)
    both = told_of(held_inside(case)), told_of(case)
    config = replace(quick, spectrum_dims=(8,), exponents=(0.2,), strengths=(0.0, 0.9))
    assert both[1].has_strengths
    assert directions(*both, config).directions.strength == (0.9 if telling else 0.0)


def test_where_all_links_are_as_strong_nothing_is_tried(
    told: tuple[Told, Told], quick: TrainConfig
) -> None:
    assert not told[1].has_strengths
    assert directions(*told, replace(quick, strengths=(0.9, 0.0))).directions.strength == 0.9


def test_what_content_counts_is_the_best_of_its_grid_and_of_no_matter_without_any(
    told: tuple[Told, Told], quick: TrainConfig
) -> None:
    inner, outer = told
    config = replace(quick, spectrum_dims=(8,), exponents=(0.2,), contents=(0.05, 3.0))
    found = directions(inner, outer, config).directions
    trials = [
        trial(inner, outer, replace(WANTED, content=each), config) for each in config.contents
    ]
    assert trials[0].ndcg != trials[1].ndcg
    assert found == max(trials, key=lambda each: each.ndcg).taken.directions
    bare = {file: frame for file, frame in outer.case.tables.items() if file not in CONTENT}
    plain = [Told(replace(each.case, tables=bare), each.known) for each in told]
    assert not plain[1].has_content and directions(*plain, config).directions.content == 0.05


def test_what_was_taken_before_is_not_taken_again(
    told: tuple[Told, Told], quick: TrainConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = trial(*told, WANTED, quick)
    taken, decompose = list[Told](), Told.spectrum

    def counted(told: Told, wanted: Directions) -> Spectrum:
        taken.append(told)
        return decompose(told, wanted)

    monkeypatch.setattr(Told, "spectrum", counted)
    assert trial(*told, WANTED, quick, first.taken).ndcg == first.ndcg
    assert taken == []
    other = trial(*told, replace(WANTED, content=0.1), quick, first.taken)
    assert other.taken.directions.content == 0.1 and taken == [told[1], told[0]]


@pytest.mark.parametrize("dims", [(8,), (3, 8)])
@pytest.mark.parametrize("contents", [(0.8,), (0.05, 3.0)])
@pytest.mark.parametrize("exponents", [(0.2,), (0.0, 0.35)])
def test_what_is_handed_on_is_what_would_be_decomposed_anew(
    told: tuple[Told, Told],
    quick: TrainConfig,
    monkeypatch: pytest.MonkeyPatch,
    contents: tuple[float, ...],
    exponents: tuple[float, ...],
    dims: tuple[int, ...],
) -> None:
    monkeypatch.setattr("gnn.directions.PAYS", 100.0)  # more never do: what was compared is cut
    config = replace(quick, spectrum_dims=dims, contents=contents, exponents=exponents)
    inner, outer = told
    chosen = directions(inner, outer, config)
    assert chosen.directions.dim == dims[0]
    for found, each in ((chosen.outer, outer), (chosen.inner, inner)):
        anew = each.spectrum(chosen.directions)
        for name in ("values", "basis", "users"):
            np.testing.assert_array_equal(getattr(found, name), getattr(anew, name))


def test_every_directions_largest_entry_is_positive(told: tuple[Told, Told]) -> None:
    basis = told[1].spectrum(WANTED).basis
    peaks = basis[np.abs(basis).argmax(axis=0), np.arange(basis.shape[1])]
    assert (peaks > 0).all()


def test_the_more_content_counts_the_more_its_posts_are_alike(told: tuple[Told, Told]) -> None:
    _, outer = told
    few, many = (outer.spectrum(replace(WANTED, content=each)).values[0] for each in (0.05, 3.0))
    assert many > few


@pytest.mark.parametrize("contents", [(), (0.0,), (-1.0, 0.8)])
def test_contents_that_count_nothing_are_refused(contents: tuple[float, ...]) -> None:
    with pytest.raises(ConfigError, match="contents"):
        TrainConfig(contents=contents)
