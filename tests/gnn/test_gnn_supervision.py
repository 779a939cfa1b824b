"""The network's loss and its own derivative are those of the plain formula."""

import numpy as np
import pytest
import torch
from torch import Tensor

from gnn.supervision import NEVER, Sample, loss_of

USERS, POSTS, WIDTH = 70, 90, 5


def plainly(sample: Sample, vectors: dict[str, Tensor], weight: Tensor) -> Tensor:
    logits = weight * sample.spectral
    logits = logits + vectors["User"][sample.user_pos] @ vectors["Post"][sample.post_pos].T
    logits = logits.masked_fill(~sample.competes, NEVER)
    rows, columns = sample.positives
    return (torch.logsumexp(logits, dim=1)[rows] - logits[rows, columns]).mean()


def drawn(seed: int, scale: float) -> Sample:
    """Some users have several positives, some none; one has nobody to compete with."""
    rng = np.random.default_rng(seed)
    competes = rng.random((USERS, POSTS)) < 0.2
    positives = competes & (rng.random((USERS, POSTS)) < 0.2)
    competes[3], positives[3] = False, False
    positives[:2] = False
    assert (positives.sum(axis=1) > 1).any()
    spectral = torch.from_numpy(rng.normal(0, scale, (USERS, POSTS)).astype(np.float32))
    rows, columns = (torch.from_numpy(each) for each in np.nonzero(positives))
    users = rng.permutation(USERS + 9)[:USERS]
    posts = np.sort(rng.permutation(POSTS + 7)[:POSTS])
    return Sample(users, posts, spectral, torch.from_numpy(competes), (rows, columns))


@pytest.mark.parametrize("scale", [0.0, 1.0, 300.0])
def test_loss_and_gradients_are_the_plain_formulas(scale: float) -> None:
    """Also where scores are so far apart that most shares vanish."""
    sample, found = drawn(seed=1, scale=scale), []
    for loss in (plainly, loss_of):
        chance = torch.Generator().manual_seed(2)
        vectors = {
            label: torch.randn(count, WIDTH, generator=chance, requires_grad=True)
            for label, count in (("User", USERS + 9), ("Post", POSTS + 7))
        }
        weight = torch.tensor(0.7, requires_grad=True)
        value = loss(sample, vectors, torch.exp(weight))
        value.backward()  # type: ignore[no-untyped-call]
        found.append((value.detach(), vectors["User"].grad, vectors["Post"].grad, weight.grad))
    for expected, own in zip(*found, strict=True):
        assert expected is not None and own is not None and torch.isfinite(own).all()
        torch.testing.assert_close(own, expected, rtol=1e-5, atol=1e-6)
    assert found[0][1] is not None and found[0][1].abs().sum() > 0


def test_who_has_nobody_to_compete_with_moves_nothing() -> None:
    sample = drawn(seed=1, scale=1.0)
    vectors = {
        "User": torch.ones(USERS + 9, WIDTH, requires_grad=True),
        "Post": torch.ones(POSTS + 7, WIDTH),
    }
    loss_of(sample, vectors, torch.tensor(1.0)).backward()  # type: ignore[no-untyped-call]
    grad = vectors["User"].grad
    assert grad is not None
    assert not grad[sample.user_pos[[0, 1, 3]]].any() and grad[sample.user_pos[4:]].any()
