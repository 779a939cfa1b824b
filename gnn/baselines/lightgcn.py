"""LightGCN, as PyG has it, in bounded time.

Each node has a learned vector; what is compared are the means over rounds of neighbours' vectors.
Every step passes messages through the whole graph, so a step draws as many pairs as there are
links, not the 2,048 of the paper: some hundred steps at a higher rate go as far as many thousand.
They are bounded, and end early where valid no longer rises.

Source: He et al., "LightGCN: Simplifying and Powering Graph Convolution Network for
Recommendation", SIGIR 2020.
"""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import torch
from scipy import sparse
from torch_geometric.nn.models import LightGCN
from torch_geometric.nn.models.lightgcn import BPRLoss

from gnn.baselines.ranker import Factors, Score
from graph.progress import progress


@dataclass(frozen=True)
class LightGcnSetting:
    """How to train LightGCN, by Adam on the BPR loss, one random post against each link."""

    dim: int = 64
    layers: int = 3
    learning_rate: float = 0.05
    regularization: float = 0.0001
    """Weight of the drawn nodes' squared norm, over the number of pairs."""
    batches: int = 1
    """Steps that a pass over all links takes."""
    steps: int = 500
    """At most so many."""
    check_every: int = 25
    """Steps between two looks at valid."""
    patience: int = 4
    """Looks without a better score before training stops."""


@dataclass(frozen=True)
class Trained:
    """The vectors at the best look."""

    ranker: Factors
    value: float
    """What they score on valid."""
    step: int
    """The best look's step."""
    bounded: bool
    """Whether the bound on steps ended the training, not valid."""


Drawn = tuple[torch.Tensor, torch.Tensor, torch.Tensor]
"""Users, a post of each, and another; node numbers, each of shape ``(num_pairs,)``."""


def lightgcn(links: sparse.csr_array, setting: LightGcnSetting, seed: int, score: Score) -> Trained:
    """Train until `score` no longer rises; the same seed gives the same vectors."""
    num_users, num_posts = links.shape
    rng = np.random.default_rng(seed)
    with _repeatable(seed):
        adjacency = _adjacency(links)
        model = LightGCN(num_users + num_posts, setting.dim, setting.layers, normalize=False)
        optimizer = torch.optim.Adam(model.parameters(), lr=setting.learning_rate)
        best = Trained(_vectors(model, adjacency, num_users), -1.0, 0, False)
        for step in progress(range(1, setting.steps + 1), "lightgcn"):
            drawn = _draw(links, setting.batches, rng)
            _step(model, optimizer, adjacency, drawn, setting.regularization)
            if step % setting.check_every and step < setting.steps:
                continue
            ranker = _vectors(model, adjacency, num_users)
            value = score(ranker)
            if value > best.value:
                best = Trained(ranker, value, step, False)
            elif step - best.step >= setting.patience * setting.check_every:
                return best
    return Trained(best.ranker, best.value, best.step, True)


def _adjacency(links: sparse.csr_array) -> torch.Tensor:
    """The links both ways, each over the root of its ends' degrees' product; square, sparse."""
    both = sparse.csr_array(sparse.block_array([[None, links], [links.T, None]]))
    roots = np.sqrt(np.maximum(np.asarray(both.sum(axis=0)).ravel(), 1.0))
    scaled = sparse.csr_array(both.multiply(1.0 / np.outer([1.0], roots)))
    scaled = sparse.csr_array(scaled.multiply((1.0 / roots)[:, None]))
    return torch.sparse_csr_tensor(
        torch.from_numpy(scaled.indptr.astype(np.int64)),
        torch.from_numpy(scaled.indices.astype(np.int64)),
        torch.from_numpy(scaled.data.astype(np.float32)),
        scaled.shape,
        check_invariants=True,
    )


def _draw(links: sparse.csr_array, batches: int, rng: np.random.Generator) -> Drawn:
    """A batch of users, a post of each, and a random one that the user has not; node numbers."""
    num_users, num_posts = links.shape
    size = -(-links.nnz // batches)
    drawn = rng.integers(links.nnz, size=size)
    user = np.searchsorted(links.indptr, drawn, side="right") - 1
    other = rng.integers(num_posts, size=size)
    new = np.asarray(links[user, other]).ravel() == 0
    nodes = (user[new], links.indices[drawn][new] + num_users, other[new] + num_users)
    first, second, third = (torch.from_numpy(each.astype(np.int64)) for each in nodes)
    return first, second, third


def _step(
    model: LightGCN,
    optimizer: torch.optim.Optimizer,
    adjacency: torch.Tensor,
    drawn: Drawn,
    regularization: float,
) -> None:
    """One step of the BPR loss; none where every drawn post was known."""
    if len(drawn[0]):
        optimizer.zero_grad()
        _loss(model, adjacency, drawn, regularization).backward()  # type: ignore[no-untyped-call]
        optimizer.step()


def _loss(
    model: LightGCN, adjacency: torch.Tensor, drawn: Drawn, regularization: float
) -> torch.Tensor:
    """PyG's ``recommendation_loss`` of the drawn pairs, at half its time on a CPU.

    That gathers every pair's rows of learned vectors to add up their squares. A node drawn n times
    counts n times: here as its one row times the root of n.
    """
    vectors = model.get_embedding(adjacency)  # (num_users + num_posts, dim)
    users, posts, others = (vectors.index_select(0, each) for each in drawn)
    margin = (users * (posts - others)).sum(dim=1)
    times = torch.bincount(torch.cat(drawn), minlength=len(vectors)).sqrt()[:, None]
    loss: torch.Tensor = BPRLoss(regularization)(
        margin, torch.zeros_like(margin), model.embedding.weight * times
    )
    return loss


def _vectors(model: LightGCN, adjacency: torch.Tensor, num_users: int) -> Factors:
    with torch.no_grad():
        vectors = model.get_embedding(adjacency).numpy()
    return Factors(vectors[:num_users], vectors[num_users:])


@contextmanager
def _repeatable(seed: int) -> Iterator[None]:
    """Seeded torch in one thread, its own warning of sparse tensors unheard; then as before."""
    state, threads = torch.get_rng_state(), torch.get_num_threads()
    torch.manual_seed(seed)
    torch.set_num_threads(1)
    try:
        with warnings.catch_warnings():
            # torch 2.13 says so of every first CSR tensor; a product with one is what is wanted.
            warnings.filterwarnings("ignore", message="Sparse CSR tensor support is in beta")
            yield
    finally:
        torch.set_num_threads(threads)
        torch.set_rng_state(state)
