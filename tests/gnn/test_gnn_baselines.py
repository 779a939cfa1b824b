import numpy as np
import pytest
from scipy import sparse

from gnn import baselines
from gnn.case import make_case, valid_ndcg
from graph.derive.similar import similar_posts
from graph.model import Tables

LINKS = sparse.csr_array(np.array([[1, 1, 0, 0], [1, 1, 1, 0], [0, 1, 1, 1]], dtype=np.float32))
EVERYBODY = np.arange(3)


def test_popularity_is_the_same_order_for_everybody() -> None:
    scores = baselines.popularity(LINKS).scores(EVERYBODY)
    assert scores.tolist() == [[2, 3, 2, 1]] * 3


def test_item_knn_by_hand() -> None:
    scores = baselines.item_knn(LINKS, shrink=1.0).scores(np.array([0]))
    # user 0 has posts 0 and 1; post 2 shares 1 user with post 0 and 2 with post 1
    assert scores[0, 2] == pytest.approx(1 / (2 + 1) + 2 / (np.sqrt(6) + 1))
    assert scores[0, 0] == pytest.approx(2 / (np.sqrt(6) + 1))


def test_rp3beta_adds_up_the_similar_posts() -> None:
    scores = baselines.rp3beta(LINKS, beta=0.5).scores(EVERYBODY)
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
    found = baselines.ease(baselines.ease_factors(links), 3.0).scores(np.arange(shape[0]))
    np.testing.assert_allclose(found, by_definition(links.toarray(), 3.0), rtol=1e-4, atol=1e-5)


def test_the_best_on_valid_is_chosen_and_a_tie_goes_to_the_first() -> None:
    rankers = {each: baselines.Popular(np.full(2, each)) for each in (1.0, 3.0, 2.0)}
    makers = {each: lambda each=each: rankers[each] for each in rankers}
    assert baselines.chosen(makers, lambda ranker: ranker.scores(np.arange(1))[0, 0])[0] == 3.0
    assert baselines.chosen(makers, lambda ranker: 0.0)[0] == 1.0


def test_on_planted_communities_co_engagement_beats_popularity(planted: Tables) -> None:
    case = make_case(planted, seed=0)
    popular = valid_ndcg(case, baselines.popularity(case.train))
    for better in (
        baselines.item_knn(case.train, 0.0),
        baselines.rp3beta(case.train, 0.2),
        baselines.ease(baselines.ease_factors(case.train), 5.0),
    ):
        assert valid_ndcg(case, better) > popular + 0.1
