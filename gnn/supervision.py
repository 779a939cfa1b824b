"""What one epoch learns from: a fold's links among near and far posts, and the loss over them.

The posts that compete are drawn anew each epoch, without a look at what is to be predicted: some of
each user's best by the spectrum of the fold's messages, and some of all. A supervised link among
them is a positive; the others of that fold teach nothing in this epoch. Adding them would make each
positive's low spectral score look like an advantage, since only negatives would have had to earn
their place.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from scipy import sparse
from torch import Tensor
from torch.autograd.function import once_differentiable

from gnn.case import Case
from gnn.checkpoint import drawing
from gnn.config import TrainConfig
from gnn.data import Inputs
from gnn.folds import Fold
from gnn.matrices import Floats, matrix
from gnn.metrics import top
from gnn.vocabulary import Positions

NEVER = -1e9
"""A logit that takes no part in a softmax."""
LEAST = -80.0
"""Log of a share that changes no sum of shares."""
ROWS = 32
"""Users' logits that are worked on at a time, so that they stay in the processor's cache."""


@dataclass(frozen=True)
class Lesson:
    """One fold, ready for epochs."""

    inputs: Inputs
    messages: sparse.csr_array
    supervision: sparse.csr_array
    """Shape ``(num_users, num_posts)`` of ones, both; no pair in both."""
    users: Positions
    """Who has supervised links."""
    pool: Positions
    """Shape ``(len(users), pool)``, each user's near posts; -1 where a list ended."""
    post_table: Floats
    """The posts' side of the fold's spectral score."""


@dataclass(frozen=True)
class Sample:
    """One epoch's users and the posts that compete for them."""

    user_pos: Positions
    post_pos: Positions
    spectral: Tensor
    """Shape ``(len(user_pos), len(post_pos))`` float32."""
    competes: Tensor
    """Bool, as `spectral`."""
    positives: tuple[Tensor, Tensor]
    """Rows and columns of the supervised links."""


def lesson(case: Case, fold: Fold, given: Inputs, lambda_: float, pool: int) -> Lesson:
    """Prepare a fold: who is supervised, and which posts are near each."""
    messages, supervision = (
        matrix(frame, case.users, case.posts, row="user_id", column="post_id")
        for frame in (fold.messages, fold.supervision)
    )
    users = np.flatnonzero(np.diff(supervision.indptr)).astype(np.int64)
    table = given.spectrum.post_table(lambda_)
    rows = []
    for start in range(0, len(users), 256):
        block = users[start : start + 256]
        scores = given.spectrum.users[block] @ table.T
        seen = messages[block].tocoo()
        scores[seen.row, seen.col] = -np.inf
        rows.append(top(scores, pool))
    return Lesson(given, messages, supervision, users, np.concatenate(rows), table)


def draw(
    given: Lesson, num_users: int, num_near: int, num_far: int, rng: np.random.Generator
) -> Sample:
    """Draw an epoch's users, their near posts and everyone's far ones; say who competes."""
    count = min(num_users, len(given.users))
    rows = np.sort(rng.choice(len(given.users), count, replace=False))
    user_pos = given.users[rows]
    near = _some(given.pool[rows], num_near, rng)
    num_posts = given.messages.shape[1]
    drawn = rng.choice(num_posts, min(num_far, num_posts), replace=False)
    post_pos = np.union1d(near[near >= 0], drawn)
    competes = np.zeros((count, len(post_pos)), dtype=bool)
    places = np.searchsorted(post_pos, np.maximum(near, 0))
    there = near >= 0
    competes[np.nonzero(there)[0], places[there]] = True
    competes[:, np.searchsorted(post_pos, drawn)] = True
    competes[pairs(given.messages, user_pos, post_pos)] = False
    rows, columns = pairs(given.supervision, user_pos, post_pos)
    engaged = competes[rows, columns]
    positives = rows[engaged], columns[engaged]
    spectral = given.inputs.spectrum.users[user_pos] @ given.post_table[post_pos].T
    return Sample(
        user_pos,
        post_pos,
        torch.from_numpy(spectral),
        torch.from_numpy(competes),
        (torch.from_numpy(positives[0]), torch.from_numpy(positives[1])),
    )


class Draws:
    """The epochs' samples, in their order; the folds take turns."""

    def __init__(
        self,
        lessons: Sequence[Lesson],
        config: TrainConfig,
        rng: np.random.Generator,
        ahead: Executor | None,
    ):
        """Begin with the generator's state.

        Args:
            lessons: the folds.
            config: how much is drawn.
            rng: the generator; nobody else may use it where there is a thread.
            ahead: a thread, in which an epoch's is drawn while the one before is learned from.
        """
        self._lessons, self._config, self._rng, self._ahead = lessons, config, rng, ahead
        self._coming: Future[Sample] | None = None
        self._before = drawing(rng)

    @property
    def state(self) -> dict[str, object]:
        """The generator's, from which the next epoch's sample is drawn."""
        return drawing(self._rng) if self._coming is None else self._before

    def take(self, epoch: int) -> Sample:
        """The sample of an epoch: of the one after the last that was taken, or of the first."""
        sample = self._draw(epoch) if self._coming is None else self._coming.result()
        if self._ahead is not None:
            self._before = drawing(self._rng)
            self._coming = self._ahead.submit(self._draw, epoch + 1)
        return sample

    def settle(self) -> None:
        """Wait for what is drawn ahead: BLAS's sums depend on how many threads it may use."""
        if self._coming is not None:
            self._coming.exception()

    def _draw(self, epoch: int) -> Sample:
        lesson, config = self._lessons[epoch % len(self._lessons)], self._config
        return draw(lesson, config.batch_users, config.near, config.far, self._rng)


def pairs(
    links: sparse.csr_array, user_pos: Positions, post_pos: Positions
) -> tuple[Positions, Positions]:
    """Where these users' links lie among these posts, row by row: their rows and columns."""
    there = links[user_pos]
    columns = np.searchsorted(post_pos, there.indices)
    rows = np.repeat(np.arange(len(user_pos)), np.diff(there.indptr))
    found = columns < len(post_pos)
    found[found] = post_pos[columns[found]] == there.indices[found]
    return rows[found], columns[found].astype(np.int64)


def _some(pool: Positions, count: int, rng: np.random.Generator) -> Positions:
    """So many of each row's entries, without repeats; those that are there before the -1."""
    if count >= pool.shape[1]:
        return pool
    keys = rng.random(pool.shape, dtype=np.float32) + (pool < 0)
    drawn = np.argpartition(keys, count - 1, axis=1)[:, :count]
    return np.take_along_axis(pool, drawn, axis=1)


def loss_of(sample: Sample, vectors: dict[str, Tensor], weight: Tensor) -> Tensor:
    """Mean over positives of minus the log of their softmax among the user's competing posts.

    Args:
        sample: the epoch's users and posts.
        vectors: the network's output, by label; ``(num_nodes, out)``.
        weight: of the spectral score, ``()``.
    """
    device = weight.device
    users = vectors["User"][torch.from_numpy(sample.user_pos).to(device)]  # (users, out)
    posts = vectors["Post"][torch.from_numpy(sample.post_pos).to(device)]  # (posts, out)
    known = (sample.spectral, sample.competes, *sample.positives)
    moved = (each.to(device) for each in known)
    loss: Tensor = _Softmax.apply(users, posts, weight, *moved)  # type: ignore[no-untyped-call]
    return loss


class _Softmax(torch.autograd.Function):
    """`loss_of`, and its derivative, with one number for each user and post in memory.

    Autograd would keep, or make anew, one for each step. Half of an epoch was spent on these, and
    on the exponentials of all that do not compete.
    """

    @staticmethod
    def forward(
        ctx: Any,
        users: Tensor,
        posts: Tensor,
        weight: Tensor,
        spectral: Tensor,
        competes: Tensor,
        rows: Tensor,
        columns: Tensor,
    ) -> Tensor:
        logits = users @ posts.T
        totals = logits.new_empty(len(logits))
        for few, told, allowed, total in _by_rows(logits, spectral, competes, totals):
            few.add_(weight * told).masked_fill_(~allowed, NEVER)
            peaks = few.amax(1)
            total.copy_(_grown(few - peaks[:, None]).sum(1).log_().add_(peaks))
        ctx.save_for_backward(users, posts, spectral, competes, rows, columns)
        ctx.logits, ctx.totals = logits, totals
        return (totals[rows] - logits[rows, columns]).mean()

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grown: Tensor) -> tuple[Tensor | None, ...]:
        """Once after each `forward`: its numbers become the slopes."""
        users, posts, spectral, competes, rows, columns = ctx.saved_tensors
        slopes, totals = ctx.logits, ctx.totals
        del ctx.logits
        each = (grown / len(rows)).expand(len(rows))
        counted = torch.zeros_like(totals).index_put_((rows,), each, accumulate=True)
        for few, allowed, total, count in _by_rows(slopes, competes, totals, counted):
            _grown(few.sub_(total[:, None])).mul_(count[:, None]).mul_(allowed)
        slopes[rows, columns] -= each
        by_weight = (slopes * spectral).sum()
        return slopes @ posts, slopes.T @ users, by_weight, None, None, None, None


def _by_rows(*tensors: Tensor) -> Iterator[tuple[Tensor, ...]]:
    """Views of the same `ROWS` first indices of each."""
    yield from zip(*(torch.split(each, ROWS) for each in tensors), strict=True)


def _grown(odds: Tensor) -> Tensor:
    """Their exponentials in place; those below any that counts are slow to compute, and cut off."""
    return odds.clamp_(min=LEAST).exp_()
