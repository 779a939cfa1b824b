"""What one epoch learns from: a fold's links among near and far posts, and the loss over them.

The posts that compete are drawn anew each epoch, without a look at what is to be predicted: some of
each user's best by the spectrum of the fold's messages, and some of all. A supervised link among
them is a positive; the others of that fold teach nothing in this epoch. Adding them would make each
positive's low spectral score look like an advantage, since only negatives would have had to earn
their place.
"""

from dataclasses import dataclass

import numpy as np
import torch
from scipy import sparse
from torch import Tensor

from gnn.case import Case
from gnn.data import Inputs
from gnn.folds import Fold
from gnn.matrices import Floats, matrix
from gnn.metrics import top
from gnn.vocabulary import Positions

NEVER = -1e9
"""A logit that takes no part in a softmax."""


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
    competes &= given.messages[user_pos][:, post_pos].toarray() == 0
    engaged = given.supervision[user_pos][:, post_pos].toarray() > 0
    positives = np.nonzero(competes & engaged)
    spectral = given.inputs.spectrum.users[user_pos] @ given.post_table[post_pos].T
    return Sample(
        user_pos,
        post_pos,
        torch.from_numpy(spectral),
        torch.from_numpy(competes),
        (torch.from_numpy(positives[0]), torch.from_numpy(positives[1])),
    )


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
    logits = weight * sample.spectral.to(device) + users @ posts.T  # (users, posts)
    logits = logits.masked_fill(~sample.competes.to(device), NEVER)
    rows, columns = (each.to(device) for each in sample.positives)
    return (torch.logsumexp(logits, dim=1)[rows] - logits[rows, columns]).mean()
