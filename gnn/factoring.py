"""The factors of a whole graph (`gnn.factors`): which, and whether they pay, valid says.

Squared errors are minimised by the library `implicit`, which solves by a few steps of conjugate
gradients, and ends each round with the posts. Whatever the posts' are fitted by, the users' are
solved for at the end, exactly, as serving does for a user of this moment.
"""

from typing import NamedTuple

import numpy as np
from scipy import sparse

from gnn.baselines.factors import als
from gnn.baselines.ranker import Factors
from gnn.config import TrainConfig
from gnn.decoding import FITTING_USERS, compared
from gnn.directions import Chosen, Told
from gnn.factors import AlsSetting, Setting, SoftmaxSetting, folded, gram
from gnn.matrices import Floats, blocks
from gnn.parallel import calm, side_by_side
from gnn.softmax import softmax_factors
from gnn.vocabulary import Positions
from graph.progress import progress

BLOCK = 1024
PAYS = 1.01
"""Factors are taken where NDCG grows so many times: less is chance in a small graph."""


def factored(links: sparse.csr_array, setting: Setting, seed: int) -> Factors:
    """The factors of links; the same bits for the same links, setting and seed.

    Args:
        links: who engaged with what; shape ``(num_users, num_posts)`` of ones.
        setting: how many factors, and what they are fitted by.
        seed: of the random start.
    """
    if isinstance(setting, AlsSetting):
        posts = als(links, setting, seed).posts
    else:
        with calm():
            posts = softmax_factors(links, setting, seed)
    of_all, ends = gram(posts), links.indptr

    def of_block(user_pos: Positions) -> Floats:
        linked = (posts[links.indices[ends[each] : ends[each + 1]]] for each in user_pos)
        made = [folded(of_all, each, setting.alpha, setting.regularization) for each in linked]
        return np.stack(made)

    with calm():
        users = side_by_side(of_block, blocks(np.arange(links.shape[0]), BLOCK))
    return Factors(np.concatenate(users), posts)


def settings(config: TrainConfig) -> list[Setting]:
    """Those that are tried."""
    softmax = SoftmaxSetting(
        config.factors,
        config.softmax_steps,
        config.temperature,
        alpha=config.softmax_alpha,
        regularization=config.softmax_ridge * config.softmax_alpha,
    )
    ridges = [times * config.alpha for times in config.factor_ridges]
    als = [AlsSetting(config.factors, alpha=config.alpha, regularization=each) for each in ridges]
    return [*als, softmax]


class Factoring(NamedTuple):
    """How a graph is factored, and to what; None all over where that does not pay."""

    setting: Setting | None
    outer: Factors | None
    """Of all of train."""
    inner: Factors | None
    """Of train without its own hold-out."""


def factoring_of(inner: Told, outer: Told, chosen: Chosen, config: TrainConfig) -> Factoring:
    """The setting whose factors serve best beside all other parts but the network's, on valid.

    What factors find alone says little of it: those that are held closer find less, and add more.
    By as many users as decoders are fitted on: with fewer, chance is as large as what factors add.

    Args:
        inner: train without its own hold-out, on which decoders are fitted.
        outer: all of train.
        chosen: the spectrum that they stand beside.
        config: the grid.
    """
    lambda_ = chosen.directions.lambda_

    def tried(setting: Setting | None) -> tuple[float, Factoring]:
        def factors(told: Told) -> Factors | None:
            if setting is None:
                return None
            return factored(told.known.links, setting, told.case.seed)

        with calm():  # around both: the first that ends must not set the other one's threads free
            after, before = side_by_side(factors, (outer, inner))
        best = compared(
            inner.shown(chosen.inner, lambda_, before),
            outer.shown(chosen.outer, lambda_, after),
            FITTING_USERS,
        )
        return best.ndcg, Factoring(setting, after, before)

    least, best = tried(None)
    least *= PAYS
    for setting in progress(settings(config), "factors"):
        ndcg, found = tried(setting)
        if ndcg > least:
            least, best = ndcg, found
    return best
