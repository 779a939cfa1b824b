"""Nothing that is held out is told: random links in test's place are found by chance alone.

No model can know of links that were drawn at random, unless it has seen them. So each model's hits
among them are those of a list in any order; a ranker that leaks finds far more.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from gnn.baselines.counted import item_knn
from gnn.baselines.ease import ease, ease_factors
from gnn.baselines.lightgcn import LightGcnSetting
from gnn.baselines.ranker import Ranker
from gnn.case import Case, judge, make_case, rank
from gnn.config import TrainConfig
from gnn.evaluate import MODELS, evaluate
from gnn.metrics import Values
from gnn.split import engagements, split_links
from graph.model import SIGNALS, Tables
from village.world import plant

K = 20
DEVIATIONS = 4.0
"""A fair model passes this bound once in 15,000 runs, if its hits fell independently."""


@pytest.fixture(scope="module")
def town() -> Tables:
    """A village whose test links are drawn at random among all that nobody made."""
    tables = plant(users=120, posts=240, communities=3).tables
    split = split_links(engagements(tables), 0)
    made = pd.concat([split.train.assign(split="train"), split.valid.assign(split="valid")])
    kept = pd.MultiIndex.from_frame(made[["user_id", "post_id"]])
    rng = np.random.default_rng(0)
    drawn = pd.DataFrame(
        {
            "source": rng.choice(tables["users"]["id"], 12 * len(split.test)),
            "target": rng.choice(tables["posts"]["id"], 12 * len(split.test)),
        }
    ).drop_duplicates()
    drawn = drawn[~pd.MultiIndex.from_frame(drawn).isin(kept)]
    parts = made.set_index(["user_id", "post_id"])["split"]
    changed = dict(tables)
    for kind in SIGNALS:
        if kind.file in tables:
            frame = tables[kind.file]
            pairs = pd.MultiIndex.from_frame(frame[["source", "target"]])
            known = frame[pairs.isin(kept)]
            changed[kind.file] = known.assign(split=parts.loc[pairs[pairs.isin(kept)]].to_numpy())
    late = int(split.test["at"].max())
    late_links = drawn.assign(at=late, split="test")
    changed["liked"] = pd.concat([changed["liked"], late_links], ignore_index=True)
    changed["viewed"] = pd.concat(
        [changed["viewed"], late_links.assign(times=1)], ignore_index=True
    )
    return changed


def surprise(case: Case, recall: Values) -> float:
    """How many deviations the hits are above chance; a user's hits are hypergeometric."""
    users = case.judged("test")
    found = np.diff(case.test.indptr)[users]
    open_posts = len(case.posts) - np.diff(case.masked("test").indptr)[users]
    share = np.minimum(K / open_posts, 1.0)
    spread = found * share * (1 - share) * (open_posts - found) / np.maximum(open_posts - 1, 1)
    return float(((recall * found).sum() - (found * share).sum()) / np.sqrt(spread.sum()))


def test_random_links_are_found_by_chance_by_every_model(
    town: Tables, quick: TrainConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gnn.baselines.tuned.LIGHTGCNS", [LightGcnSetting(dim=8, steps=60)])
    report = evaluate(town, [0], ks=(K,), config=quick)
    case = make_case(town, 0)
    assert tuple(report.by_user) == MODELS and case.test.nnz > 400
    for name, (run,) in report.by_user.items():
        assert abs(surprise(case, run[f"recall@{K}"])) < DEVIATIONS, name


def leaked(case: Case, every: int) -> sparse.csr_array:
    """Train's and valid's links, and each so-manieth of test's."""
    told = case.test.tocoo()
    told.data = np.where(np.arange(told.nnz) % every == 0, told.data, 0.0).astype(np.float32)
    return sparse.csr_array(case.train + case.valid + told.tocsr())


LEAKS: dict[str, Callable[[Case], Ranker]] = {
    "neighbours of all links": lambda case: item_knn(leaked(case, 1), 0.0),
    "a twentieth of test": lambda case: ease(ease_factors(leaked(case, 20)), 30.0),
}


@pytest.mark.parametrize("name", LEAKS)
def test_a_ranker_that_saw_them_passes_the_bound(town: Tables, name: str) -> None:
    case = make_case(town, 0)
    found = judge(case, rank(case, LEAKS[name](case), "test", K), "test", (K,))
    assert surprise(case, found[f"recall@{K}"]) > DEVIATIONS
