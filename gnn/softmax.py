"""Posts' factors by a softmax over all posts: what each user engaged with, against all the rest.

A user and a post have a vector each; of the cosines between a user's and all posts', divided by a
temperature, a softmax says what the user engages with next, and cross-entropy is what is made
small. Squared errors (`gnn.factors`) ask every number of a row to be right; a softmax asks the
highest ones alone. The users' vectors are thrown away afterwards: a user's factors follow from the
posts' in closed form, as of ALS.

A graph is visited a bounded number of times, whatever its size, and of many posts a step is about
some. The same bits for the same links, setting and seed.

Sources: Wu et al., "On the Effectiveness of Sampled Softmax Loss for Item Recommendation", ACM TOIS
42(4), 2024, with all posts in the place of some, as in Liang et al., "Variational Autoencoders for
Collaborative Filtering", WWW 2018, equation 2; steps by Adam (Kingma and Ba, ICLR 2015, algorithm
1), which shrink to nothing along a line.
"""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from gnn.factors import SoftmaxSetting
from gnn.matrices import Floats
from gnn.spectrum import spectrum
from gnn.vocabulary import Positions

USERS_AT_ONCE, STEPS_A_PASS = 512, 10
"""A step is about so many users; of few, so that one pass over all of them takes so many steps."""
PASSES = 20
"""At most: what few have done is learnt sooner."""
POSTS_AT_ONCE = 65_536
"""A step is about so many posts, drawn anew, where there are more."""
START_EXPONENT = 0.35
"""Of the degrees that links are divided by before they are decomposed, to begin with."""
START_LENGTH = 0.5
"""Of a vector: the shorter, the sooner a step turns it."""
NOISE = 1e-3
"""What is added to each number at the start: who has no link would have no direction."""
BETAS, EPSILON = (0.9, 0.999), 1e-8
"""Adam's own."""


def softmax_factors(links: sparse.csr_array, setting: SoftmaxSetting, seed: int) -> Floats:
    """The posts' factors, of length 1; zeros of a post without links.

    Args:
        links: who engaged with what; shape ``(num_users, num_posts)`` of ones.
        setting: how many numbers, and how they are learned.
        seed: of what is drawn.

    Returns:
        Shape ``(num_posts, num_factors)``: fewer numbers than asked for in a small graph.
    """
    rng = np.random.default_rng(seed)
    users, posts = _start(links, setting.factors, rng, seed)
    visited = _visited(links, setting.steps, rng)
    for step, some in enumerate(visited):
        rate = setting.rate * (1.0 - step / len(visited))
        shown = _drawn(links.shape[1], rng)
        links_of = links[some] if shown is None else links[some][:, shown]
        mine, mine_long = _units(users.table[some])
        theirs, theirs_long = _units(posts.table if shown is None else posts.table[shown])
        wanted = _gradient(mine, theirs, links_of, setting.temperature)
        users.step(rate, _of_length(wanted @ theirs, mine, mine_long), some)
        posts.step(rate, _of_length(wanted.T @ mine, theirs, theirs_long), shown)
    found, _ = _units(posts.table)
    found[np.bincount(links.indices, minlength=links.shape[1]) == 0] = 0.0
    return found


@dataclass
class _Learned:
    """A table of vectors, and what Adam keeps of their gradients."""

    table: Floats

    def __post_init__(self) -> None:
        self._mean, self._square = np.zeros_like(self.table), np.zeros_like(self.table)
        self._steps = 0

    def step(self, rate: float, gradient: Floats, rows: Positions | None) -> None:
        """Go down this gradient of some rows (None: of all), and on by what the others had."""
        self._steps += 1
        for kept, beta, new in zip(
            (self._mean, self._square), BETAS, (gradient, gradient**2), strict=True
        ):
            kept *= np.float32(beta)
            kept[slice(None) if rows is None else rows] += np.float32(1.0 - beta) * new
        first, second = (1.0 - beta**self._steps for beta in BETAS)
        change = np.sqrt(self._square)
        change += np.float32(EPSILON * np.sqrt(second))
        np.divide(self._mean, change, out=change)
        change *= np.float32(rate * np.sqrt(second) / first)
        self.table -= change


def _start(
    links: sparse.csr_array, factors: int, rng: np.random.Generator, seed: int
) -> tuple[_Learned, _Learned]:
    """The users' and the posts' vectors: singular ones."""
    nothing = sparse.csr_array((0, links.shape[1]), dtype=np.float32)
    found = spectrum(links, nothing, factors, seed, START_EXPONENT)
    roots = np.sqrt(np.maximum(found.values, 1e-3 * found.values.max(initial=1e-9)))
    sides = (_units(each)[0] for each in (found.users / roots, found.basis * roots))
    users, posts = (
        START_LENGTH * each + NOISE * rng.standard_normal(each.shape).astype(np.float32)
        for each in sides
    )
    return _Learned(np.asarray(users, np.float32)), _Learned(np.asarray(posts, np.float32))


def _visited(links: sparse.csr_array, steps: int, rng: np.random.Generator) -> list[Positions]:
    """Users for each step, ascending: all who have links in turn, in an order drawn anew.

    Args:
        links: theirs.
        steps: at most so many.
        rng: draws the order.
    """
    there = np.flatnonzero(np.diff(links.indptr))
    if not len(there):
        return []
    size = min(USERS_AT_ONCE, -(-len(there) // STEPS_A_PASS))
    steps = min(steps, PASSES * -(-len(there) // size))
    drawn = [rng.permutation(there) for _ in range(-(-steps * size // len(there)))]
    turns = np.concatenate(drawn)
    return [np.unique(turns[step * size : (step + 1) * size]) for step in range(steps)]


def _drawn(posts: int, rng: np.random.Generator) -> Positions | None:
    """The posts that a step is about, ascending; None: all."""
    if posts <= POSTS_AT_ONCE:
        return None
    return np.sort(rng.choice(posts, POSTS_AT_ONCE, replace=False))


def _units(table: Floats) -> tuple[Floats, Floats]:
    """The rows at length 1, and how long they were; shapes ``(rows, dim)`` and ``(rows, 1)``."""
    long = np.maximum(np.linalg.norm(table, axis=1, keepdims=True), np.float32(1e-6))
    return table / long, long


def _gradient(users: Floats, posts: Floats, links: sparse.csr_array, temperature: float) -> Floats:
    """Of the mean cross-entropy of a link, by each cosine; shape ``(num_users, num_posts)``."""
    number = np.diff(links.indptr)
    told = (users / np.float32(temperature)) @ posts.T
    told -= told.max(axis=1, keepdims=True)
    np.exp(told, out=told)
    told *= (number / told.sum(axis=1))[:, None].astype(np.float32)
    told[np.repeat(np.arange(len(number)), number), links.indices] -= np.float32(1.0)
    told /= np.float32(temperature * max(links.nnz, 1))
    return np.asarray(told, dtype=np.float32)


def _of_length(gradient: Floats, units: Floats, long: Floats) -> Floats:
    """What a gradient by rows at length 1 is by the rows as they are."""
    along = np.einsum("rd,rd->r", gradient, units)[:, None]
    return np.asarray((gradient - along * units) / long, dtype=np.float32)
