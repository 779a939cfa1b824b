"""What share of their links a split's parts hold."""

import numpy as np
import pytest

from bench.shares import shares
from gnn.case import make_case
from village.world import plant


def test_shares_are_of_all_links_and_by_how_many_there_are() -> None:
    case = make_case(plant(users=80, posts=160, communities=4).tables, 0)
    total = case.train.nnz + case.valid.nnz + case.test.nnz
    for axis, many in ((0, len(case.posts)), (1, len(case.users))):
        found = shares(case, axis)
        assert found["links"].sum() == total and 0 < found["count"].sum() <= many
        assert (found["test"] * found["links"]).sum() == pytest.approx(case.test.nnz)
        assert (found["valid"] * found["links"]).sum() == pytest.approx(case.valid.nnz)
        bounds = np.array([*found.index, np.inf])
        means = found["links"] / found["count"]
        assert ((means > bounds[:-1]) & (means <= bounds[1:])).all()
