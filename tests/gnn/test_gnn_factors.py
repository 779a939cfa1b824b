"""Factors follow from links in closed form, as the library's do, and are taken where they pay."""

from types import SimpleNamespace

import numpy as np
import pytest
from implicit.cpu.als import AlternatingLeastSquares
from scipy import sparse

from gnn import factoring
from gnn.case import make_case
from gnn.config import TrainConfig
from gnn.decoding import Shown
from gnn.directions import Chosen, Directions, Told, told_of
from gnn.factoring import factored, factoring_of, settings
from gnn.factors import AlsSetting, SoftmaxSetting, as_json, folded, gram
from gnn.inner import held_inside
from gnn.softmax import softmax_factors
from graph.errors import ConfigError
from graph.model import Tables

SETTING = AlsSetting(factors=6, alpha=5.0, regularization=2.0)


@pytest.fixture(scope="module")
def links() -> sparse.csr_array:
    """Of 40 users and 60 posts; the last user and the last post have none."""
    table = np.random.default_rng(0).random((40, 60)) < 0.15
    table[-1] = table[:, -1] = False
    return sparse.csr_array(table.astype(np.float32))


def test_folded_factors_are_the_minimum_over_all_posts() -> None:
    """Equation 4 of the paper with its matrices written out."""
    rng = np.random.default_rng(1)
    posts, mine = rng.normal(size=(30, 4)).astype(np.float32), np.array([2, 3, 19])
    confidence, wanted = np.ones(30), np.zeros(30)
    confidence[mine], wanted[mine] = 7.0, 1.0
    square = posts.T @ (confidence[:, None] * posts) + 3.0 * np.eye(4)
    expected = np.linalg.solve(square, posts.T @ (confidence * wanted))
    np.testing.assert_allclose(folded(gram(posts), posts[mine], 7.0, 3.0), expected, rtol=1e-4)


def test_users_have_the_factors_that_the_library_gives_one_of_now(
    links: sparse.csr_array,
) -> None:
    found = factored(links, SETTING, seed=0)
    library = AlternatingLeastSquares(**vars(SETTING), num_threads=1)
    library.item_factors, library.user_factors = found.posts, found.users
    table = sparse.csr_matrix(links)
    theirs = library.recalculate_user(np.arange(40), table)
    np.testing.assert_allclose(found.users, theirs, rtol=1e-3, atol=1e-5)
    assert not found.users[-1].any() and not found.posts[-1].any()
    assert found.users[:-1].any(axis=1).all()


def test_a_post_folds_in_by_its_users_near_where_the_library_had_it(
    links: sparse.csr_array,
) -> None:
    found = factored(links, AlsSetting(6, 60, SETTING.alpha, SETTING.regularization), seed=0)
    by_post, of_all = links.T.tocsr(), gram(found.users)
    for post in range(59):
        mine = found.users[by_post[[post]].indices]
        ours = folded(of_all, mine, SETTING.alpha, SETTING.regularization)
        np.testing.assert_allclose(ours, found.posts[post], atol=0.02)


def test_factors_are_repeatable_and_of_the_seed(links: sparse.csr_array) -> None:
    one, again, other = (factored(links, SETTING, seed) for seed in (0, 0, 1))
    np.testing.assert_array_equal(one.users, again.users)
    np.testing.assert_array_equal(one.posts, again.posts)
    assert (one.posts != other.posts).any()


def test_whatever_posts_are_learnt_by_users_follow_from_their_links(
    links: sparse.csr_array,
) -> None:
    setting = SoftmaxSetting(6, 40, alpha=50.0, regularization=5.0)
    found = factored(links, setting, seed=0)
    np.testing.assert_array_equal(found.posts, softmax_factors(links, setting, seed=0))
    of_all = gram(found.posts)
    for user in range(40):
        mine = found.posts[links[[user]].indices]
        np.testing.assert_allclose(
            found.users[user], folded(of_all, mine, 50.0, 5.0), rtol=1e-5, atol=1e-6
        )
    assert not found.users[-1].any() and found.users[:-1].any(axis=1).all()


def test_what_is_tried_is_as_the_config_says() -> None:
    config = TrainConfig(
        factors=4,
        alpha=7.0,
        factor_ridges=(1.0, 3.0),
        softmax_steps=5,
        temperature=0.3,
        softmax_alpha=11.0,
        softmax_ridge=2.0,
    )
    one, other, softmax = settings(config)
    assert one == AlsSetting(4, alpha=7.0, regularization=7.0)
    assert other == AlsSetting(4, alpha=7.0, regularization=21.0)
    assert softmax == SoftmaxSetting(4, 5, 0.3, alpha=11.0, regularization=22.0)
    assert softmax.post_regularization == 2.2 and other.post_regularization == 21.0


def test_a_setting_says_what_it_is_of() -> None:
    assert as_json(SETTING)["by"] == "als" and as_json(SETTING)["alpha"] == 5.0
    assert as_json(SoftmaxSetting(steps=7)) == {**vars(SoftmaxSetting(steps=7)), "by": "softmax"}


@pytest.fixture(scope="module")
def told(planted: Tables) -> tuple[Told, Told]:
    case = make_case(planted, 0)
    return told_of(held_inside(case)), told_of(case)


@pytest.mark.parametrize(
    ("ndcgs", "best"),
    [
        ((1.0, 1.005, 1.009, 1.009), None),
        ((1.0, 1.02, 1.05, 1.04), 1),
        ((1.0, 1.02, 1.05, 1.06), 2),
    ],
)
def test_factors_are_taken_where_they_pay_beside_the_rest(
    told: tuple[Told, Told],
    quick: TrainConfig,
    monkeypatch: pytest.MonkeyPatch,
    ndcgs: tuple[float, ...],
    best: int | None,
) -> None:
    widths, found = [], iter(ndcgs)

    def compared(inner: Shown, outer: Shown, most: int) -> SimpleNamespace:
        widths.append((inner.table.users.factors.shape[1], outer.table.posts.factors.shape[1]))
        return SimpleNamespace(ndcg=next(found))

    monkeypatch.setattr(factoring, "compared", compared)
    config = TrainConfig(**{**vars(quick), "factors": 4, "factor_ridges": (1.0, 3.0)})
    wanted = Directions(0.0, 8, 0.8, 0.0, 60.0)
    chosen = Chosen(wanted, *(each.spectrum(wanted) for each in reversed(told)))
    made = factoring_of(*told, chosen, config)
    assert widths == [(0, 0), *[(4, 4)] * 3]
    if best is None:
        assert made == (None, None, None)
        return
    assert made.setting == settings(config)[best] and made.outer is not None
    inner, outer = told
    expected = factored(outer.known.links, settings(config)[best], outer.case.seed)
    np.testing.assert_array_equal(made.outer.posts, expected.posts)
    assert made.inner is not None and (made.inner.posts != made.outer.posts).any()


@pytest.mark.parametrize("grid", [(), (0.0,), (-1.0, 5.0)])
def test_a_grid_that_holds_no_weight_is_refused(grid: tuple[float, ...]) -> None:
    with pytest.raises(ConfigError, match="factor_ridges"):
        TrainConfig(factor_ridges=grid)


@pytest.mark.parametrize("alpha", [0.5, -2.0, float("nan")])
@pytest.mark.parametrize("name", ["alpha", "softmax_alpha"])
def test_a_link_weighs_as_much_as_none_or_more(name: str, alpha: float) -> None:
    with pytest.raises(ConfigError, match=rf"\.{name} "):
        TrainConfig(**{name: alpha})
