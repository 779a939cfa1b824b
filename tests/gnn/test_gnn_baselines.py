from dataclasses import dataclass, replace
from functools import partial
from typing import Any, cast

import numpy as np
import pytest
import torch
from scipy import sparse
from threadpoolctl import threadpool_limits
from torch_geometric.nn.models import LightGCN

from gnn.baselines import counted, lightgcn, tuned
from gnn.baselines.ease import ease, ease_factors
from gnn.baselines.factors import BprSetting, als, bpr
from gnn.baselines.ranker import Factors, Ranker, chosen, gone_on
from gnn.baselines.tuned import BASELINES, baselines
from gnn.case import make_case, valid_ndcg
from gnn.factors import AlsSetting
from gnn.matrices import Floats
from gnn.source import Source
from gnn.vocabulary import Positions
from graph.derive.similar import similar_posts
from graph.model import Tables

LINKS = sparse.csr_array(np.array([[1, 1, 0, 0], [1, 1, 1, 0], [0, 1, 1, 1]], dtype=np.float32))
EVERYBODY = np.arange(3)
SMALL = lightgcn.LightGcnSetting(dim=8, layers=2, batches=1, steps=60, check_every=10)


def test_popularity_is_the_same_order_for_everybody() -> None:
    scores = counted.popularity(LINKS).scores(EVERYBODY)
    assert scores.tolist() == [[2, 3, 2, 1]] * 3


def test_item_knn_by_hand() -> None:
    scores = counted.item_knn(LINKS, shrink=1.0).scores(np.array([0]))
    # user 0 has posts 0 and 1; post 2 shares 1 user with post 0 and 2 with post 1
    assert scores[0, 2] == pytest.approx(1 / (2 + 1) + 2 / (np.sqrt(6) + 1))
    assert scores[0, 0] == pytest.approx(2 / (np.sqrt(6) + 1))


def test_rp3beta_adds_up_the_similar_posts() -> None:
    scores = counted.rp3beta(LINKS, beta=0.5).scores(EVERYBODY)
    expected = LINKS @ similar_posts(LINKS, beta=0.5, keep=200)
    np.testing.assert_allclose(scores, expected.toarray(), rtol=1e-6)


def by_definition(links: np.ndarray, lambda_: float) -> np.ndarray:
    inverse = np.linalg.inv(links.T @ links + lambda_ * np.eye(links.shape[1]))
    weights = -inverse / np.diag(inverse)
    np.fill_diagonal(weights, 0.0)
    return np.asarray(links @ weights)


@pytest.mark.parametrize("shape", [(6, 15), (15, 6), (8, 8)])
def test_ease_is_its_closed_form_from_either_side(shape: tuple[int, int]) -> None:
    rng = np.random.default_rng(0)
    links = sparse.csr_array((rng.random(shape) < 0.4).astype(np.float32))
    found = ease(ease_factors(links), 3.0).scores(np.arange(shape[0]))
    np.testing.assert_allclose(found, by_definition(links.toarray(), 3.0), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("shape", [(200, 500), (500, 200)])
def test_ease_is_the_same_to_the_bit_however_many_threads_blas_has(shape: tuple[int, int]) -> None:
    rng = np.random.default_rng(0)
    apart = np.equal.outer(*(np.arange(each) % 2 for each in shape))  # two circles: scores of 0
    links = sparse.csr_array(((rng.random(shape) < 0.1) & apart).astype(np.float32))
    found = []
    for threads in (1, 2):
        with threadpool_limits(threads, "blas"):
            found.append(ease(ease_factors(links), 3.0).scores(np.arange(shape[0])))
    np.testing.assert_array_equal(*found)


def test_the_best_on_valid_is_chosen_and_a_tie_goes_to_the_first() -> None:
    rankers = {each: counted.Popular(np.full(2, each)) for each in (1.0, 3.0, 2.0)}
    makers = {each: lambda each=each: rankers[each] for each in rankers}
    assert chosen(makers, lambda ranker: ranker.scores(np.arange(1))[0, 0])[0] == 3.0
    assert chosen(makers, lambda ranker: 0.0)[0] == 1.0


def test_on_planted_communities_co_engagement_beats_popularity(planted: Tables) -> None:
    case = make_case(planted, seed=0)
    popular = valid_ndcg(case, counted.popularity(case.train))
    for better in (
        counted.item_knn(case.train, 0.0),
        counted.rp3beta(case.train, 0.2),
        ease(ease_factors(case.train), 5.0),
        bpr(case.train, BprSetting(factors=8, iterations=200, learning_rate=0.05), seed=0),
        als(case.train, AlsSetting(factors=8, regularization=1.0), seed=0),
        lightgcn.lightgcn(case.train, SMALL, 0, partial(valid_ndcg, case)).ranker,
    ):
        assert valid_ndcg(case, better) > popular + 0.1


def learned(seed: int) -> list[Factors]:
    links = sparse.csr_array((np.random.default_rng(1).random((30, 20)) < 0.3).astype(np.float32))
    return [
        bpr(links, BprSetting(factors=4, iterations=5), seed),
        als(links, AlsSetting(factors=4, iterations=2), seed),
        lightgcn.lightgcn(links, replace(SMALL, steps=10), seed, lambda ranker: 0.0).ranker,
    ]


def test_what_is_learned_is_the_same_each_time_and_another_with_another_seed() -> None:
    first, again, other = learned(0), learned(0), learned(1)
    for one, same, different in zip(first, again, other, strict=True):
        assert np.array_equal(one.users, same.users) and np.array_equal(one.posts, same.posts)
        assert not np.array_equal(one.users, different.users)


def test_als_solves_its_own_equations() -> None:
    """Equation 4 of Hu et al.: a post's vector, given the users', is a weighed ridge regression.

    The library solves by conjugate gradients; after many rounds they end where the equations do.
    """
    setting = AlsSetting(factors=2, iterations=200, alpha=4.0, regularization=3.0)
    found = als(LINKS, setting, seed=0)
    links, users = LINKS.toarray(), found.users
    assert np.abs(found.posts).max() > 0.1
    for post in range(links.shape[1]):
        weight = np.where(links[:, post] > 0, setting.alpha, 1.0)
        left = users.T @ (weight[:, None] * users) + setting.regularization * np.eye(2)
        right = users.T @ (weight * links[:, post])
        np.testing.assert_allclose(found.posts[post], np.linalg.solve(left, right), atol=1e-4)


def test_lightgcn_propagates_as_the_paper_says() -> None:
    links = LINKS.toarray()
    both = np.block([[np.zeros((3, 3)), links], [links.T, np.zeros((4, 4))]])
    roots = np.sqrt(both.sum(axis=0))
    expected = both / roots[:, None] / roots[None]
    np.testing.assert_allclose(lightgcn._adjacency(LINKS).to_dense().numpy(), expected, rtol=1e-6)


def test_lightgcn_s_loss_is_pyg_s() -> None:
    torch.manual_seed(0)
    model, adjacency = LightGCN(7, 4, 2, normalize=False), lightgcn._adjacency(LINKS)
    drawn = lightgcn._draw(LINKS, 1, np.random.default_rng(0))
    vectors = model.get_embedding(adjacency)
    better = (vectors[drawn[0]] * vectors[drawn[1]]).sum(dim=1)
    worse = (vectors[drawn[0]] * vectors[drawn[2]]).sum(dim=1)
    expected = model.recommendation_loss(better, worse, torch.cat(drawn), lambda_reg=0.3)
    found = lightgcn._loss(model, adjacency, drawn, 0.3)
    assert len(drawn[0]) and found.item() == pytest.approx(expected.item(), rel=1e-5)


def test_lightgcn_draws_a_link_and_a_post_that_the_user_has_not() -> None:
    user, post, other = lightgcn._draw(LINKS, 1, np.random.default_rng(0))
    links = LINKS.toarray()
    assert len(user) and (links[user, post - 3] == 1).all() and (links[user, other - 3] == 0).all()


def test_lightgcn_keeps_the_best_look_and_ends_when_valid_no_longer_rises() -> None:
    values = iter([0.1, 0.3, 0.2, 0.3, 0.1, 0.9])
    looked: list[Ranker] = []

    def score(ranker: Ranker) -> float:
        looked.append(ranker)
        return next(values)

    setting = replace(SMALL, patience=3)
    found = lightgcn.lightgcn(LINKS, setting, 0, score)
    assert (found.value, found.step, found.bounded) == (0.3, 20, False)
    assert found.ranker is looked[1] and len(looked) == 5
    bounded = lightgcn.lightgcn(LINKS, setting, 0, partial(growing, []))
    assert bounded.step == setting.steps and bounded.bounded


def growing(looked: list[Ranker], ranker: Ranker) -> float:
    looked.append(ranker)
    return float(len(looked))


def test_only_what_is_wanted_is_made_in_the_order_of_the_table(planted: Tables) -> None:
    case, notes = make_case(planted, seed=0), list[str]()
    made = baselines(case, {"rp3beta", "popularity", "popularity_recent"}, notes.append)
    assert [each.name for each in made] == ["popularity", "rp3beta"]
    assert notes == ["popularity_recent is left out: the links carry no time."]
    assert set(BASELINES) >= {"bpr", "als", "lightgcn"}


def test_where_valid_is_known_at_test_baselines_are_fitted_again_as_valid_chose_them(
    planted: Tables, monkeypatch: pytest.MonkeyPatch
) -> None:
    for grid, few in (
        ("BPRS", [BprSetting(factors=4, iterations=5)]),
        ("ALSES", [AlsSetting(factors=4, iterations=2)]),
        ("LIGHTGCNS", [SMALL]),
    ):
        monkeypatch.setattr(f"gnn.baselines.tuned.{grid}", few)
    case = make_case(planted, seed=0)
    known = make_case(Source(planted, valid_is_known_at_test=True), seed=0)
    before = list(baselines(case, BASELINES, lambda note: None))
    after = list(baselines(known, BASELINES, lambda note: None))
    assert [(each.name, each.setting) for each in after] == [
        (each.name, each.setting) for each in before
    ]
    links, settings = known.at_test().train, {each.name: each.setting for each in after}
    again: dict[str, Ranker] = {
        "popularity": counted.popularity(links),
        "itemknn": counted.item_knn(links, **settings["itemknn"]),
        "rp3beta": counted.rp3beta(links, **settings["rp3beta"]),
        "ease": ease(ease_factors(links), settings["ease"]["lambda"]),
        "bpr": bpr(links, BprSetting(**settings["bpr"]), 0),
        "als": als(links, AlsSetting(**settings["als"]), 0),
        "lightgcn": lightgcn.lightgcn(
            links,
            replace(lightgcn.LightGcnSetting(**settings["lightgcn"]), check_every=1, patience=99),
            0,
            partial(growing, []),
        ).ranker,
    }
    everybody = np.arange(len(case.users))
    assert [each.name for each in after] == list(again)
    for one, other in zip(before, after, strict=True):
        found = other.ranker.scores(everybody)
        np.testing.assert_array_equal(found, again[other.name].scores(everybody))
        assert not np.array_equal(found, one.ranker.scores(everybody))


@dataclass(frozen=True)
class Hill:
    """Two numbers, and how good they are together."""

    one: int
    other: int

    def scores(self, user_pos: Positions) -> Floats:
        return -np.float32([[(self.one - 40) ** 2 + (self.other - 3) ** 2]])


def test_the_best_of_a_grid_is_looked_for_beyond_its_end_as_long_as_it_gets_better() -> None:
    fitted = list[Hill]()

    def fit(at: Hill) -> Hill:
        fitted.append(at)
        return at

    start = Hill(8, 8)
    steps = [lambda at: replace(at, one=2 * at.one), lambda at: replace(at, other=at.other - 1)]
    found = gone_on(start, start, steps, fit, lambda at: float(at.scores(np.arange(1))[0, 0]))
    assert found == (Hill(32, 5), Hill(32, 5))  # 64 is worse; and three steps are the most
    assert fitted == [Hill(16, 8), Hill(32, 8), Hill(64, 8), *(Hill(32, n) for n in (7, 6, 5))]
    assert gone_on(start, start, [], fit, lambda at: 0.0) == (start, start)


@pytest.mark.parametrize(
    ("best", "beyond"),
    [
        (BprSetting(iterations=120, regularization=0.01), [(240, 0.01)]),
        (BprSetting(iterations=120, regularization=0.001), [(240, 0.001), (120, 0.0001)]),
        (BprSetting(iterations=40, regularization=0.03), [(40, 0.09)]),
        (BprSetting(iterations=70, regularization=0.01), []),
    ],
)
def test_bpr_goes_on_from_the_ends_of_its_grid(
    best: BprSetting, beyond: list[tuple[int, float]]
) -> None:
    farther = [step(best) for step in tuned._beyond_bprs(best)]
    found = [(each.iterations, pytest.approx(each.regularization)) for each in farther]
    assert found == beyond


@pytest.mark.parametrize(
    ("best", "beyond"),
    [
        ((30.0, 30.0, 64), [(90.0, 90.0, 64), (30.0, 15.0, 64), (30.0, 30.0, 128)]),
        ((3.0, 24.0, 64), [(1.0, 8.0, 64), (3.0, 48.0, 64), (3.0, 24.0, 128)]),
        ((10.0, 50.0, 64), [(10.0, 50.0, 128)]),
    ],
)
def test_als_goes_on_from_the_ends_of_its_grid(
    best: tuple[float, float, int], beyond: list[tuple[float, float, int]]
) -> None:
    alpha, ridge, factors = best
    setting = AlsSetting(factors=factors, alpha=alpha, regularization=ridge)
    farther = [step(setting) for step in tuned._beyond_alses(setting)]
    found = [(each.alpha, each.regularization, each.factors) for each in farther]
    assert found == [pytest.approx(each) for each in beyond]


def test_als_is_as_good_on_valid_as_any_of_its_grid_and_as_the_next_step(
    planted: Tables, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, grid = make_case(planted, seed=0), [AlsSetting(factors=4, alpha=a) for a in (3.0, 30.0)]
    monkeypatch.setattr("gnn.baselines.tuned.ALSES", grid)
    (made,) = baselines(case, {"als"}, lambda note: None)

    def value(setting: AlsSetting) -> float:
        return valid_ndcg(case, als(case.train, setting, case.seed))

    taken = AlsSetting(**cast(dict[str, Any], made.setting))
    beyond = [replace(taken, factors=2 * taken.factors)] if taken.factors < 32 else []
    assert taken.factors > 4 and all(value(taken) >= value(each) for each in (*grid, *beyond))


def test_ease_is_left_out_where_its_matrices_are_too_large(
    planted: Tables, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gnn.baselines.tuned.EASE_LIMIT", 44)
    notes = list[str]()
    assert not list(baselines(make_case(planted, seed=0), {"ease"}, notes.append))
    assert notes and notes[0].startswith("ease is left out: 45 users by 60 posts pass its limits")
