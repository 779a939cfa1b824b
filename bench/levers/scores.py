"""What single scores find by themselves: which lists are worth keeping, and how long.

Each is a part of the decoder, at what it is and at what it might be: people of a like taste
(counted, or by how near they are; as many as a feed looks at, or all that the graph keeps), similar
posts (as many as the graph keeps, or more), and the spectrum (by its exponent and its directions,
at the ridge that is best).
"""

from collections.abc import Iterator
from functools import partial

import numpy as np
from scipy import sparse

from gnn.baselines.counted import Neighbours
from gnn.baselines.ranker import Factors, Ranker, Score, chosen
from gnn.case import Case
from gnn.config import TrainConfig
from gnn.features import NEAR_KEPT, SIMILAR_KEPT
from gnn.matrices import edges, matrix
from gnn.spectrum import Spectrum, content_rows, spectrum
from gnn.vocabulary import Vocabulary
from graph.derive.near import KEEP, near_people
from graph.derive.similar import BETA, similar_posts


def scores(case: Case, score: Score) -> Iterator[tuple[str, Ranker]]:
    """Each score and what it is (see the module); `score` chooses the ridge."""
    yield from _near(case)
    for keep in (SIMILAR_KEPT, 2 * SIMILAR_KEPT, 4 * SIMILAR_KEPT):
        for beta in (0.0, BETA):
            similar = similar_posts(case.train, beta=beta, keep=keep)
            yield f"similar: {keep} posts, beta {beta}", Neighbours(case.train, similar)
    yield from _spectrum(case, score)


def _spectrum(case: Case, score: Score) -> Iterator[tuple[str, Ranker]]:
    config = TrainConfig()
    content = content_rows(case.tables, case.posts, config.contents[0])
    for exponent in config.exponents:
        found = spectrum(case.train, content, max(config.spectrum_dims), 0, exponent)
        for dim in config.spectrum_dims:
            kept = found.leading(dim)
            makers = {each: partial(_filtered, kept, each) for each in config.lambdas}
            ridge, ranker = chosen(makers, score)
            said = f"spectrum: exponent {exponent:g}, {dim} directions, best ridge {ridge:g}"
            yield said, ranker


def _filtered(kept: Spectrum, ridge: float) -> Ranker:
    return Factors(kept.users, kept.post_table(ridge))


def _near(case: Case) -> Iterator[tuple[str, Ranker]]:
    interested = edges(case.tables, "interested_in")
    tags = Vocabulary(interested["target"].unique())
    interests = matrix(interested, case.users, tags)
    for keep in (NEAR_KEPT, KEEP):
        near = near_people(case.train, interests, keep=keep)
        counted = sparse.csr_array((np.sign(near.data), near.indices, near.indptr), near.shape)
        yield f"near: {keep} people, counted", Neighbours(counted, case.train)
        yield f"near: {keep} people, by how near they are", Neighbours(near, case.train)
