"""What a link counts by how strongly somebody engaged."""

import numpy as np
import pandas as pd
import pytest

from gnn.strengths import counted_links, counts, link_strengths, means
from gnn.vocabulary import Vocabulary
from graph.model import Tables

USERS, POSTS = Vocabulary(["ana", "bo", "cy"]), Vocabulary(["p1", "p2", "p3"])


def edges(*rows: tuple[str, str], **columns: list[int | None]) -> pd.DataFrame:
    told = {name: pd.array(values, dtype="Int64") for name, values in columns.items()}
    return pd.DataFrame(list(rows), columns=["source", "target"]).assign(**told)


@pytest.fixture
def tables() -> Tables:
    """Ana views one post seven times and likes it, views one, rates one; Bo rates at nothing."""
    return {
        "users": pd.DataFrame({"id": list(USERS.ids)}),
        "posts": pd.DataFrame({"id": list(POSTS.ids)}),
        "viewed": edges(("ana", "p1"), ("ana", "p2"), times=[7, None]),
        "liked": edges(("ana", "p1")),
        "rated": edges(("ana", "p3"), ("bo", "p1"), percent=[50, 0]),
    }


def test_strengths_add_up_over_signals_and_a_link_of_none_stays_a_link(tables: Tables) -> None:
    found = link_strengths(tables, USERS, POSTS)
    assert found.nnz == 4
    np.testing.assert_allclose(found.toarray(), [[4.0, 1.0, 1.0], [0.0, 0.0, 0.0], [0.0] * 3])
    np.testing.assert_allclose(means(found), [2.0, 0.0, 0.0])


def test_a_link_counts_beside_the_users_others_and_within_bounds(tables: Tables) -> None:
    found = link_strengths(tables, USERS, POSTS)
    counted = counted_links(found, 0.5)
    np.testing.assert_allclose(
        counted.toarray(), [[2.0, 2**-0.5, 2**-0.5], [1.0, 0, 0], [0] * 3], rtol=1e-6
    )
    assert counted_links(found, 0.0).data.tolist() == [1.0] * 4
    assert counts(np.array([90.0, -90.0]), 0.0, 1.0).tolist() == pytest.approx([2**1.5, 2**-1.5])


def test_nobody_and_nothing_have_no_strengths() -> None:
    for users, posts in ((USERS, POSTS), (Vocabulary([]), Vocabulary([]))):
        found = link_strengths({}, users, posts)
        assert found.shape == (len(users), len(posts)) and found.nnz == 0
        assert counted_links(found, 0.25).nnz == 0
