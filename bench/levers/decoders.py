"""What decoders find over all parts but the network's: with more to read, and of other kinds.

The first are what a training chooses its exponent by (`gnn.directions`); the rest is compared at
the best of them, all fitted on the inner hold-out of train:

* further numbers of a pair: how many paths of three steps lead from the user to the post, as the
  sketches of ELPH and BUDDY estimate them (Chamberlain et al., "Graph Neural Networks for Link
  Prediction with Subgraph Sketching", ICLR 2023), and how likely a walk of three steps ends there
  (P3 of Cooper et al., "Random Walks in Recommender Systems", 2014), not cut to any list;
* factors (`gnn.factoring`), by as many users as they are chosen by;
* the spectrum without content as further rows;
* boosted trees and a network with one hidden layer over the same parts, in the place of curves.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import product
from typing import Protocol
from unittest import mock

import numpy as np
from scipy import sparse
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

from gnn import decoding
from gnn.case import Case
from gnn.config import TrainConfig
from gnn.decoding import FITTING_USERS, NEAR, Shown, candidates, compared
from gnn.directions import CHOOSING_USERS, COMPARED, Directions, Told, alone, told_of, trial
from gnn.embeddings import EmbeddingTable
from gnn.factoring import factored, settings
from gnn.factors import Setting, as_json
from gnn.features import PARTS, Structure, parts_block
from gnn.inner import held_inside
from gnn.matrices import Floats
from gnn.spectrum import CONTENT
from gnn.vocabulary import Positions

SPARE = PARTS.index("friends")
"""In whose place a further number is read: the data sets do not say who wrote what."""
STRENGTHS = (0.15, 0.25, 0.35, 0.5)
WIDTHS = (64, 128)
Further = Callable[[sparse.csr_array, Positions], Floats]


def decoders(case: Case, config: TrainConfig) -> Iterator[tuple[str, float]]:
    """Each decoder (see the module), and its NDCG@10 on valid."""
    inner, outer = told_of(held_inside(case)), told_of(case)
    dim, tried = min(max(config.spectrum_dims), COMPARED), dict[Directions, float]()
    for exponent in config.exponents:
        wanted = Directions(exponent, dim, config.contents[0], config.strengths[0])
        tried[wanted] = trial(inner, outer, wanted, config).ndcg
        yield f"curves, exponent {exponent:g}", tried[wanted]
    best = max(tried, key=lambda each: tried[each])
    if outer.has_strengths:
        for strength in STRENGTHS:
            wanted = replace(best, strength=strength)
            yield f"curves, strength {strength:g}", trial(inner, outer, wanted, config).ndcg
    both = _shown(inner, outer, best, config)
    for said, further in (("paths of three steps", _paths), ("walks of three steps", _walks)):
        with mock.patch.object(decoding, "parts_block", _with(further)):
            yield f"curves, {said} too", compared(*both, CHOOSING_USERS).ndcg
    yield from _factors(both, config)
    for said, model in (
        ("boosted trees", _trees(case.seed)),
        ("one hidden layer", _mlp(case.seed)),
    ):
        yield f"{said} in the place of curves", _learned(both, model)
    without = _shown(_no_content(inner), _no_content(outer), best, config)
    yield (
        "curves, no content among the spectrum's rows",
        compared(*without, CHOOSING_USERS).ndcg,
    )


def _factors(both: tuple[Shown, Shown], config: TrainConfig) -> Iterator[tuple[str, float]]:
    yield "curves, all users", compared(*both, FITTING_USERS).ndcg
    for width, setting in product(WIDTHS, settings(config)):
        wanted = replace(setting, factors=width)
        before, after = (_beside(shown, wanted) for shown in both)
        by = as_json(wanted)["by"]
        said = f"curves, all users, {width} factors ({by}) of ridge {wanted.regularization:g} too"
        yield said, compared(before, after, FITTING_USERS).ndcg


def _beside(shown: Shown, wanted: Setting) -> Shown:
    factors = factored(shown.known.links, wanted, shown.case.seed)
    return replace(shown, table=shown.table.with_factors(factors.users, factors.posts))


def _shown(
    inner: Told, outer: Told, wanted: Directions, config: TrainConfig
) -> tuple[Shown, Shown]:
    found = outer.spectrum(wanted)
    _, lambda_ = alone(outer.case, found, config)
    before = inner.spectrum(wanted)
    return inner.shown(before, lambda_), outer.shown(found, lambda_)


def _no_content(told: Told) -> Told:
    tables = {file: frame for file, frame in told.case.tables.items() if file not in CONTENT}
    return replace(told, case=replace(told.case, tables=tables))


def _with(further: Further) -> Callable[[Structure, EmbeddingTable, Positions], Floats]:
    def widened(known: Structure, table: EmbeddingTable, user_pos: Positions) -> Floats:
        block = parts_block(known, table, user_pos)
        block[:, :, SPARE] = further(known.links, user_pos)
        return block

    return widened


def _paths(links: sparse.csr_array, user_pos: Positions) -> Floats:
    found: Floats = np.log1p(((links[user_pos] @ links.T) @ links).toarray())
    return found


def _walks(links: sparse.csr_array, user_pos: Positions) -> Floats:
    from_users = np.maximum(np.diff(links.indptr), 1)[:, None]
    from_posts = np.maximum(np.bincount(links.indices, minlength=links.shape[1]), 1)[:, None]
    step = sparse.csr_array(links.multiply(1.0 / from_users))
    back = sparse.csr_array(links.T.multiply(1.0 / from_posts))
    ends = ((step[user_pos] @ back) @ step).toarray()
    return np.asarray(np.log(ends + 1e-6) - np.log(1e-6), dtype=np.float32)


class Classifier(Protocol):
    """One of scikit-learn's."""

    def fit(self, rows: np.ndarray, engaged: np.ndarray) -> object:
        """Learn."""

    def predict_proba(self, rows: np.ndarray) -> np.ndarray:
        """Of each class; shape ``(n, 2)``."""


def _trees(seed: int) -> Classifier:
    model: Classifier = HistGradientBoostingClassifier(
        learning_rate=0.05, max_iter=300, max_leaf_nodes=15, random_state=seed
    )
    return model


def _mlp(seed: int) -> Classifier:
    network = MLPClassifier((32,), early_stopping=True, batch_size=1024, random_state=seed)
    model: Classifier = make_pipeline(StandardScaler(), network)
    return model


def _learned(both: tuple[Shown, Shown], model: Classifier) -> float:
    inner, outer = both
    taught = candidates(inner, inner.users(CHOOSING_USERS), NEAR)

    def scored(parts: Floats) -> np.ndarray:
        found = model.predict_proba(parts.reshape(-1, parts.shape[-1]))[:, 1]
        return np.asarray(found).reshape(1, *parts.shape[:-1])

    # The steps are small: threads would wait for each other longer than they compute.
    with threadpool_limits(1):
        model.fit(taught.parts, taught.engaged)
        return float(decoding.ndcgs(outer, scored, outer.users(CHOOSING_USERS)).mean())
