"""Factors by a softmax: torch's gradients and steps, the same bits again, and who belongs where."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from scipy import sparse

from gnn import softmax
from gnn.factors import SoftmaxSetting
from gnn.matrices import Floats
from gnn.softmax import (
    PASSES,
    _gradient,
    _Learned,
    _of_length,
    _units,
    _visited,
    softmax_factors,
)

SETTING = SoftmaxSetting(factors=8, steps=60)
GROUPS = 3


@pytest.fixture(scope="module")
def links() -> sparse.csr_array:
    """Of 45 users and 61 posts of three groups; the last user and the last post have none."""
    rng = np.random.default_rng(0)
    alike = np.arange(45)[:, None] % GROUPS == np.arange(61) % GROUPS
    table = (rng.random(alike.shape) < np.where(alike, 0.4, 0.02)).astype(np.float32)
    table[-1] = table[:, -1] = 0.0
    return sparse.csr_array(table)


def gap(posts: Floats) -> float:
    """By how much posts of one group are nearer to each other than to those of others."""
    posts = posts[:-1]
    alike = np.arange(len(posts))[:, None] % GROUPS == np.arange(len(posts)) % GROUPS
    cosines = posts @ posts.T
    return float(cosines[alike].mean() - cosines[~alike].mean())


def test_the_gradient_is_torchs(links: sparse.csr_array) -> None:
    """Of the mean cross-entropy of a link, written out in double precision."""
    rng = np.random.default_rng(1)
    users, posts = (rng.normal(size=(each, 8)).astype(np.float32) for each in links.shape)
    one, other = (
        torch.tensor(each, dtype=torch.float64, requires_grad=True) for each in (users, posts)
    )
    normed = (torch.nn.functional.normalize(each, dim=1) for each in (one, other))
    mine, theirs = normed
    chances = torch.log_softmax(mine @ theirs.T / 0.3, dim=1)
    (-(torch.tensor(links.toarray()) * chances).sum() / links.nnz).backward()
    (mine_, mine_long), (theirs_, theirs_long) = _units(users), _units(posts)
    wanted = _gradient(mine_, theirs_, links, 0.3)
    ours = _of_length(wanted @ theirs_, mine_, mine_long)
    of_posts = _of_length(wanted.T @ mine_, theirs_, theirs_long)
    for found, expected in ((ours, one.grad), (of_posts, other.grad)):
        assert expected is not None and expected.abs().max() > 1e-4
        np.testing.assert_allclose(found, expected.numpy(), rtol=1e-3, atol=1e-7)


def test_steps_are_torchs_adam_also_of_rows_that_wait() -> None:
    rng = np.random.default_rng(2)
    start = rng.normal(size=(5, 3)).astype(np.float32)
    ours, theirs = _Learned(start.copy()), torch.tensor(start, requires_grad=True)
    adam = torch.optim.Adam([theirs])
    for step in range(12):
        rows = None if step % 3 == 0 else np.array([step % 5, 4 - step % 4])
        rows = rows if rows is None else np.unique(rows)
        gradient = rng.normal(size=start.shape).astype(np.float32)
        if rows is not None:
            gradient[np.setdiff1d(np.arange(5), rows)] = 0.0
        adam.param_groups[0]["lr"] = rate = 0.1 / (step + 1)
        theirs.grad = torch.tensor(gradient)
        adam.step()
        ours.step(rate, gradient if rows is None else gradient[rows], rows)
        np.testing.assert_allclose(ours.table, theirs.detach().numpy(), rtol=1e-4, atol=1e-6)


def test_all_who_have_links_are_visited_as_often(links: sparse.csr_array) -> None:
    visited = _visited(links, 1_000, np.random.default_rng(0))
    assert len(visited) == PASSES * 9, "44 people, by 5 at a time"
    times = np.bincount(np.concatenate(visited), minlength=45)
    # Once less who ends one round and begins the next in the same step; the last round is cut.
    assert times[-1] == 0 and set(times[:-1].tolist()) <= {PASSES - 1, PASSES, PASSES + 1}
    assert all((np.diff(each) > 0).all() for each in visited)
    assert len(_visited(links, 7, np.random.default_rng(0))) == 7
    first, second = (np.concatenate(visited[at : at + 3]) for at in (0, 9))
    assert set(first.tolist()) != set(second.tolist()), "the order is drawn anew"


def test_steps_shrink_to_nothing_along_a_line(
    links: sparse.csr_array, monkeypatch: pytest.MonkeyPatch
) -> None:
    rates = []

    def step(self: _Learned, rate: float, gradient: Floats, rows: Floats | None) -> None:
        rates.append(rate)

    monkeypatch.setattr(_Learned, "step", step)
    softmax_factors(links, replace(SETTING, steps=4, rate=1.0), seed=0)
    assert rates == [1.0, 1.0, 0.75, 0.75, 0.5, 0.5, 0.25, 0.25]


def test_posts_of_the_same_people_are_near_each_other(links: sparse.csr_array) -> None:
    posts = softmax_factors(links, SETTING, seed=0)
    assert gap(posts) > 0.5
    np.testing.assert_allclose(np.linalg.norm(posts[:-1], axis=1), 1.0, rtol=1e-5)
    assert not posts[-1].any(), "of whom nothing is known nothing is said"


def test_so_they_are_where_each_step_is_about_some_users_and_some_posts(
    links: sparse.csr_array, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(softmax, "POSTS_AT_ONCE", 20)
    monkeypatch.setattr(softmax, "USERS_AT_ONCE", 10)
    assert gap(softmax_factors(links, replace(SETTING, steps=200), seed=0)) > 0.5


def test_they_are_learnt_where_the_start_tells_nothing(
    links: sparse.csr_array, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(softmax, "START_LENGTH", 0.0)
    few, many = (softmax_factors(links, replace(SETTING, steps=each), 0) for each in (1, 200))
    assert gap(few) < 0.3 < 0.5 < gap(many)


def test_factors_are_repeatable_and_of_the_seed(links: sparse.csr_array) -> None:
    one, again, other = (softmax_factors(links, SETTING, seed) for seed in (0, 0, 1))
    np.testing.assert_array_equal(one, again)
    assert (one != other).any()


@pytest.mark.parametrize("shape", [(1, 1), (3, 2), (2, 40)])
@pytest.mark.parametrize("share", [0.0, 1.0])
def test_small_graphs_have_factors_and_empty_ones_none(
    shape: tuple[int, int], share: float
) -> None:
    table = sparse.csr_array(np.full(shape, share, np.float32))
    table.eliminate_zeros()
    posts = softmax_factors(table, SETTING, seed=0)
    assert posts.shape[0] == shape[1] and 1 <= posts.shape[1] <= 8
    assert np.isfinite(posts).all() and posts.any() == bool(share)
