"""Products that are read where they lie are numpy's, and a feed's are those of training."""

import numpy as np
import pytest

from feed.vector_index import PIECE, Positions, inner_products
from gnn.embeddings import EmbeddingTable, UserSide

RNG = np.random.default_rng(0)
TABLE = EmbeddingTable(
    np.array(["ana", "ben"]),
    RNG.standard_normal((2, 7)).astype(np.float32),
    np.array([f"p{number}" for number in range(40)]),
    RNG.standard_normal((40, 7)).astype(np.float32),
    RNG.random((2, 5)).astype(np.float32),
    RNG.random((40, 2)).astype(np.float32),
    RNG.standard_normal((2, 3)).astype(np.float32),
    RNG.standard_normal((40, 3)).astype(np.float32),
)
"""Five linear columns, two learned ones, three factors."""
SOME: Positions = np.array([7, 0, 39, 7])


@pytest.mark.parametrize("piece", [1, 256, PIECE])
@pytest.mark.parametrize("queries", [1, 4])
@pytest.mark.parametrize("width", [1, 7, 33])
def test_they_are_numpys(
    queries: int, width: int, piece: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("feed.vector_index.PIECE", piece)
    asked = RNG.standard_normal((width, queries)).astype(np.float32).T  # with gaps
    vectors = RNG.standard_normal((40, width)).astype(np.float32)
    found = inner_products(asked, vectors, SOME)
    np.testing.assert_allclose(found, asked @ vectors[SOME].T, rtol=1e-5, atol=1e-5)
    assert found.dtype == np.float32


def test_of_nothing_there_is_nothing() -> None:
    vectors, none = TABLE.post_vectors, np.empty(0, np.int64)
    assert inner_products(TABLE.user_vectors, vectors, none).shape == (2, 0)
    assert not inner_products(TABLE.user_vectors[:, :0], vectors[:, :0], SOME).any()
    assert inner_products(TABLE.user_vectors, vectors[:0], none).shape == (2, 0)


@pytest.mark.parametrize("wrong", [-1, 40])
def test_what_is_not_there_is_refused(wrong: int) -> None:
    with pytest.raises(IndexError, match="40"):
        inner_products(TABLE.user_vectors, TABLE.post_vectors, np.array([3, wrong]))


@pytest.mark.parametrize("width", [0, 3, 6])
def test_another_width_is_refused(width: int) -> None:
    with pytest.raises(ValueError, match=f"{width} columns, where vectors have 7"):
        inner_products(TABLE.user_vectors[:, :width], TABLE.post_vectors, SOME)
    with pytest.raises(ValueError, match="7 columns"):
        inner_products(TABLE.user_vectors, TABLE.post_vectors[:, :width], SOME)


@pytest.mark.parametrize("linear", [5, 0])
@pytest.mark.parametrize("factors", [3, 0])
def test_what_one_user_asks_of_posts_is_what_the_table_says_of_both(
    linear: int, factors: int
) -> None:
    mine, theirs = TABLE.user_factors, TABLE.post_factors
    table = EmbeddingTable(
        TABLE.user_ids,
        TABLE.user_vectors,
        TABLE.post_ids,
        TABLE.post_vectors,
        TABLE.ridges[:, :linear],
        TABLE.spreads if linear else TABLE.spreads[:0],
        mine if factors else mine[:0, :0],
        theirs if factors else theirs[:0, :0],
    )
    ben = UserSide(*(each[1:] for each in table.users))
    answered = inner_products(table.asked(ben), table.post_vectors, SOME)
    by_factors = inner_products(ben.factors, table.posts.factors, SOME)[0]
    told = table.told(answered, table.posts.spreads[SOME], by_factors)
    wanted = table.products(ben, table.posts)[:, 0, SOME]
    np.testing.assert_allclose(told, wanted, rtol=1e-5, atol=1e-5)
    assert wanted[0].any() and wanted[1].any() == (linear > 0)
    assert wanted[-1].any() == (factors > 0)
