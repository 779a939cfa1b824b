"""Single scores on valid, and Ciao's ratings without a model."""

from functools import partial

import numpy as np
import pandas as pd
import pytest

from bench.levers.decoders import STRENGTHS, WIDTHS, decoders
from bench.levers.distilled import FOUND, RIDGES, distilled
from bench.levers.networks import networks
from bench.levers.scores import scores
from bench.stars import rating_errors_of
from gnn.case import make_case, valid_ndcg
from gnn.config import TrainConfig
from gnn.factoring import settings
from gnn.features import structure
from graph.queries.candidates import NEAR
from village.world import plant


def test_each_score_ranks_and_near_is_that_of_the_decoder() -> None:
    case, config = make_case(plant(users=80, posts=160, communities=4).tables, 0), TrainConfig()
    found = dict(scores(case, partial(valid_ndcg, case, k=20)))
    assert len(found) == 4 + 4 + 3 + 6 + len(config.exponents) * len(config.spectrum_dims)
    users = np.arange(len(case.users))
    values = {name: ranker.scores(users) for name, ranker in found.items()}
    assert all(each.shape == case.train.shape and each.any() for each in values.values())
    known = structure(case.tables, case.users, case.posts)
    weighed = values[f"near: {NEAR} people, by how near they are"]
    np.testing.assert_allclose(weighed, (known.near @ known.links).toarray(), rtol=1e-6)
    counted = values[f"near: {NEAR} people, counted"]
    assert (counted == np.round(counted)).all() and ((counted > 0) == (weighed > 0)).all()


def test_each_decoder_and_each_network_finds_something_of_its_own() -> None:
    case = make_case(plant(users=80, posts=160, communities=4).tables, 0)
    config = TrainConfig(
        epochs=2, check_every=1, hidden=8, out=8, spectrum_dims=(16,), softmax_steps=20
    )
    found = dict(decoders(case, config))
    factored = 1 + len(WIDTHS) * len(settings(config))
    assert len(found) == len(config.exponents) + len(STRENGTHS) + 5 + factored
    assert min(found.values()) > 0
    trained = dict(networks(case, config))
    assert min(trained.values()) > 0
    for kind in ("the vectors alone", "the full model"):
        values = [value for said, value in trained.items() if said.endswith(kind)]
        assert len(values) == 7 and len(set(values)) > 1


def test_more_of_the_best_are_among_more_of_the_nearest() -> None:
    case = make_case(plant(users=80, posts=160, communities=4).tables, 0)
    found = dict(distilled(case, TrainConfig(spectrum_dims=(16,), exponents=(0.2,))))
    assert len(found) == len(FOUND) * (1 + len(RIDGES))
    shares = list(found.values())
    few, many = shares[::2], shares[1::2]
    assert all(0 < one < other == 1.0 for one, other in zip(few, many, strict=True))


def test_ratings_are_predicted_from_trains_alone() -> None:
    rows = [("a", 100, "train"), ("a", 60, "train"), ("b", 40, "train"), ("b", 40, "train")]
    rows += [("a", 80, "valid"), ("b", 40, "valid"), ("a", 70, "test"), ("b", 0, "test")]
    given = pd.DataFrame(rows, columns=["user_id", "percent", "split"])
    found = rating_errors_of(given.assign(post_id=[f"p{place}" for place in range(len(rows))]))
    # a's median is 80, b's 40
    assert found["median_of_user"] == {"mae": 25.0, "rmse": pytest.approx((850.0) ** 0.5)}
    assert set(found) == {"median_of_user", "mean_of_user", "biases"}
