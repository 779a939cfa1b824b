"""What single scores find by themselves: which lists are worth keeping, and how long.

Each is a part of the decoder, at what it is and at what it might be: people of a like taste
(counted, or by how near they are; as many as a feed looks at, or all that the graph keeps; what
they did lately, or ever), similar posts (as many as the graph keeps, or more; to what somebody did
last, or ever), and the spectrum (by its exponent and its directions, at the ridge that is best).
"""

from collections.abc import Iterator
from functools import partial

import numpy as np
from scipy import sparse

from gnn.baselines.counted import Neighbours
from gnn.baselines.ranker import Factors, Ranker, Score, chosen
from gnn.case import Case
from gnn.config import TrainConfig
from gnn.features import HISTORY, SIMILAR_KEPT, engaged_at, highest
from gnn.matrices import edges, matrix
from gnn.spectrum import Spectrum, content_rows, spectrum
from gnn.vocabulary import Vocabulary
from graph.derive.near import KEEP, near_people
from graph.derive.similar import BETA, similar_posts
from graph.queries.candidates import ENGAGED, NEAR


def scores(case: Case, score: Score) -> Iterator[tuple[str, Ranker]]:
    """Each score and what it is (see the module); `score` chooses the ridge."""
    moments = engaged_at(case.tables, case.users, case.posts)
    yield from _near(case, moments)
    for keep in (SIMILAR_KEPT, 2 * SIMILAR_KEPT, 4 * SIMILAR_KEPT):
        for beta in (0.0, BETA):
            similar = similar_posts(case.train, beta=beta, keep=keep)
            yield f"similar: {keep} posts, beta {beta}", Neighbours(case.train, similar)
            if (keep, beta) == (SIMILAR_KEPT, BETA):
                for last in (HISTORY // 2, HISTORY, 2 * HISTORY):
                    said = f"similar: {keep} posts, beta {beta}, to the latest {last}"
                    yield said, Neighbours(highest(moments, last), similar)
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


def _near(case: Case, moments: sparse.csr_array) -> Iterator[tuple[str, Ranker]]:
    interested = edges(case.tables, "interested_in")
    tags = Vocabulary(interested["target"].unique())
    interests = matrix(interested, case.users, tags)
    for lately in (ENGAGED // 2, ENGAGED, 2 * ENGAGED, 4 * ENGAGED):
        near = near_people(case.train, interests, keep=NEAR)
        said = f"near: {NEAR} people's latest {lately}, by how near they are"
        yield said, Neighbours(near, highest(moments, lately))
    for keep in (NEAR, KEEP):
        near = near_people(case.train, interests, keep=keep)
        counted = sparse.csr_array((np.sign(near.data), near.indices, near.indptr), near.shape)
        yield f"near: {keep} people, counted", Neighbours(counted, case.train)
        yield f"near: {keep} people, by how near they are", Neighbours(near, case.train)
