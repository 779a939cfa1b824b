"""Matrix factorisation by the library `implicit`: BPR-MF and ALS, one thread, seeded.

Both hold a learned vector for every user and post. The library's threads race each other in BPR,
so that only one thread gives the same numbers twice; so does one thread of BLAS in ALS.
"""

from dataclasses import dataclass

import numpy as np
from implicit.cpu.als import AlternatingLeastSquares
from implicit.cpu.bpr import BayesianPersonalizedRanking
from scipy import sparse

from gnn.baselines.ranker import Factors
from gnn.factors import AlsSetting
from gnn.parallel import calm


@dataclass(frozen=True)
class BprSetting:
    """How to fit BPR-MF, by stochastic gradient descent on random pairs."""

    factors: int = 64
    iterations: int = 70
    """Passes over as many pairs as there are links."""
    learning_rate: float = 0.01
    regularization: float = 0.01


def bpr(links: sparse.csr_array, setting: BprSetting, seed: int) -> Factors:
    """Bayesian personalised ranking; a post's vector ends with its bias, a user's with 1.

    Source: Rendle et al., "BPR: Bayesian Personalized Ranking from Implicit Feedback", UAI 2009.
    """
    model = BayesianPersonalizedRanking(**vars(setting), num_threads=1, random_state=seed)
    return _fitted(model, links)


def als(links: sparse.csr_array, setting: AlsSetting, seed: int) -> Factors:
    """Alternating least squares.

    Source: Hu, Koren and Volinsky, "Collaborative Filtering for Implicit Feedback Datasets",
    ICDM 2008, equation 3.
    """
    with calm():
        model = AlternatingLeastSquares(**vars(setting), num_threads=1, random_state=seed)
        return _fitted(model, links)


def _fitted(
    model: AlternatingLeastSquares | BayesianPersonalizedRanking, links: sparse.csr_array
) -> Factors:
    """The library knows `csr_matrix` alone."""
    model.fit(sparse.csr_matrix(links), show_progress=False)
    return Factors(
        np.asarray(model.user_factors, dtype=np.float32),
        np.asarray(model.item_factors, dtype=np.float32),
    )
