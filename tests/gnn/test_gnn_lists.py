"""What lists are like beside being right, by hand-worked examples."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gnn.lists import authors_of, coverage, gini, novelty
from gnn.vocabulary import Vocabulary

RANKED = np.array([[0, 1], [0, 2], [0, -1]])


def test_a_worked_example() -> None:
    assert coverage(RANKED, 5) == 3 / 5
    # Of eight users, all met the first post, two the second, nobody the third.
    popularity = np.array([8, 2, 0, 1, 1])
    assert novelty(RANKED, popularity, 8) == pytest.approx((0 + 2 + 0 + 3 + 0) / 5)
    assert novelty(np.array([[-1]]), popularity, 8) == 0.0


def test_an_equal_share_is_0_and_one_who_has_all_nears_1() -> None:
    assert gini(np.array([2, 2, 2, 2])) == 0.0
    assert gini(np.array([0, 0, 0, 5])) == pytest.approx(3 / 4)
    assert gini(np.array([1, 3])) == pytest.approx(1 / 4)
    assert gini(np.zeros(3, dtype=np.int64)) == 0.0


@given(st.lists(st.integers(0, 50), min_size=1, max_size=8).filter(any))
def test_gini_is_half_the_relative_mean_difference(counts: list[int]) -> None:
    n, total = len(counts), sum(counts)
    apart = sum(abs(one - other) for one in counts for other in counts)
    assert gini(np.array(counts)) == pytest.approx(apart / (2 * n * total), abs=1e-12)


def test_posts_know_their_authors() -> None:
    authored = pd.DataFrame({"source": ["a", "b", "a"], "target": ["p", "q", "gone"]})
    authors, count = authors_of({"authored": authored}, Vocabulary(["p", "q", "r"]))
    assert (authors.tolist(), count) == ([0, 1, -1], 2)
    assert authors_of({}, Vocabulary(["p"]))[1] == 0
