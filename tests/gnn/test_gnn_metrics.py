import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse
from sklearn.metrics import average_precision_score, ndcg_score, top_k_accuracy_score
from torch_geometric.metrics import (
    LinkPredHitRatio,
    LinkPredMAP,
    LinkPredMRR,
    LinkPredNDCG,
    LinkPredRecall,
)

from gnn.metrics import hits_of, measure, top


def test_a_worked_example() -> None:
    relevant = sparse.csr_array(np.array([[1, 0, 1, 0, 1], [0, 1, 0, 0, 0]]))
    ranked = np.array([[1, 0, 3, 2], [0, 2, 3, 4]])  # the first user's hits: ranks 2 and 4
    found = measure(ranked, relevant, (2, 4))
    assert found["recall@2"] == pytest.approx([1 / 3, 0])
    assert found["recall@4"] == pytest.approx([2 / 3, 0])
    ideal = 1 + 1 / math.log2(3) + 1 / 2
    assert found["ndcg@4"] == pytest.approx([(1 / math.log2(3) + 1 / math.log2(5)) / ideal, 0])
    assert found["ndcg@2"] == pytest.approx([(1 / math.log2(3)) / (1 + 1 / math.log2(3)), 0])
    assert found["mrr@4"] == pytest.approx([0.5, 0])
    assert found["hit@2"] == pytest.approx([1, 0])
    assert found["map@4"] == pytest.approx([(1 / 2 + 2 / 4) / 3, 0])
    assert found["map@2"] == pytest.approx([(1 / 2) / 2, 0])


def test_a_list_shorter_than_k_is_no_error_and_its_end_is_no_hit() -> None:
    relevant = sparse.csr_array(np.array([[1, 0, 1]]))
    found = measure(np.array([[0, -1]]), relevant, (10,))
    assert found["recall@10"] == pytest.approx([0.5])
    assert found["ndcg@10"] == pytest.approx([1 / (1 + 1 / math.log2(3))])


def test_a_perfect_ranking_has_ndcg_one_even_with_more_relevant_than_k() -> None:
    relevant = sparse.csr_array(np.ones((1, 20)))
    assert measure(np.arange(10)[None], relevant, (10,))["ndcg@10"] == pytest.approx([1.0])


def test_ties_go_to_the_lower_position_and_minus_infinity_is_never_ranked() -> None:
    scores = np.array([[1.0, 2.0, 2.0, -np.inf, 2.0], [-np.inf, -np.inf, 0.0, -np.inf, 0.0]])
    assert top(scores, 3).tolist() == [[1, 2, 4], [2, 4, -1]]


def test_more_wanted_than_there_are_gives_all() -> None:
    assert top(np.array([[0.5, 1.0]]), 9).tolist() == [[1, 0]]
    assert top(np.zeros((2, 0)), 3).shape == (2, 0)


def naive(ranked: list[int], relevant: set[int], k: int) -> dict[str, float]:
    flags = [post in relevant for post in ranked[:k]]
    gain = sum(1 / math.log2(place + 2) for place, flag in enumerate(flags) if flag)
    ideal = sum(1 / math.log2(place + 2) for place in range(min(k, len(relevant))))
    first = next((place + 1 for place, flag in enumerate(flags) if flag), 0)
    return {
        f"recall@{k}": sum(flags) / len(relevant),
        f"ndcg@{k}": gain / ideal,
        f"mrr@{k}": 1 / first if first else 0.0,
        f"hit@{k}": float(any(flags)),
        f"map@{k}": sum(sum(flags[: at + 1]) / (at + 1) for at, flag in enumerate(flags) if flag)
        / min(k, len(relevant)),
    }


@given(
    st.lists(st.sets(st.integers(0, 11), min_size=1), min_size=1, max_size=5),
    st.lists(st.permutations(range(12)), min_size=5, max_size=5),
    st.integers(1, 12),
)
def test_the_vectors_agree_with_a_loop(
    relevant: list[set[int]], orders: list[list[int]], k: int
) -> None:
    matrix = np.zeros((len(relevant), 12))
    for row, posts in enumerate(relevant):
        matrix[row, list(posts)] = 1
    ranked = np.array(orders[: len(relevant)])
    found = measure(ranked, sparse.csr_array(matrix), (k,))
    for row, posts in enumerate(relevant):
        for name, value in naive(orders[row], posts, k).items():
            assert found[name][row] == pytest.approx(value)


@given(st.lists(st.lists(st.integers(0, 3), min_size=6, max_size=6), min_size=1, max_size=4))
def test_top_is_a_stable_sort(rows: list[list[int]]) -> None:
    scores = np.array(rows, dtype=np.float64)
    expected = [sorted(range(6), key=lambda column: (-row[column], column))[:4] for row in rows]
    assert top(scores, 4).tolist() == expected


def test_a_stored_zero_is_not_relevant() -> None:
    relevant = sparse.csr_array((np.array([0.0, 1.0]), ([0, 0], [0, 1])), shape=(1, 2))
    assert hits_of(np.array([[0, 1]]), relevant).tolist() == [[False, True]]


@pytest.mark.parametrize("seed", range(5))
def test_the_metrics_agree_with_pyg_s(seed: int) -> None:
    scores, flags = random_truth(seed)
    ranked, relevant = top(scores, 7), sparse.csr_array(flags.astype(np.float32))
    found = measure(ranked, relevant, (7,))
    links = torch.from_numpy(np.stack(np.nonzero(flags)))
    for name, theirs in (
        ("recall", LinkPredRecall(7)),
        ("ndcg", LinkPredNDCG(7)),
        ("map", LinkPredMAP(7)),
        ("mrr", LinkPredMRR(7)),
        ("hit", LinkPredHitRatio(7)),
    ):
        theirs.update(torch.from_numpy(ranked), links)
        assert found[f"{name}@7"].mean() == pytest.approx(float(theirs.compute()), abs=1e-6), name


def random_truth(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Scores without ties, and who engaged with what; everybody with something."""
    rng = np.random.default_rng(seed)
    flags = rng.random((20, 30)) < 0.15
    flags[:, 0] |= ~flags.any(axis=1)
    return rng.random((20, 30)), flags


@pytest.mark.parametrize("seed", range(5))
def test_the_metrics_agree_with_scikit_learn_s(seed: int) -> None:
    """NDCG at any K; average precision over the whole list, where the two definitions are one.

    With one relevant post a user, a hit is its top-k accuracy.
    """
    scores, flags = random_truth(seed)
    relevant = sparse.csr_array(flags.astype(np.float32))
    found = measure(top(scores, 30), relevant, (1, 7, 30))
    for k in (1, 7, 30):
        assert found[f"ndcg@{k}"].mean() == pytest.approx(ndcg_score(flags, scores, k=k))
    for row, value in enumerate(found["map@30"]):
        assert value == pytest.approx(average_precision_score(flags[row], scores[row]))
    wanted = np.random.default_rng(seed).integers(30, size=20)
    one = sparse.csr_array((np.ones(20), (np.arange(20), wanted)), shape=(20, 30))
    hits = measure(top(scores, 7), one, (7,))["hit@7"]
    assert hits.mean() == pytest.approx(
        top_k_accuracy_score(wanted, scores, k=7, labels=np.arange(30))
    )
