"""What a training finds of itself: by the same functions as `resonance evaluate`, on valid."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from gnn import self_evaluation as module
from gnn.artifact import EVALUATION, save_model
from gnn.baselines.counted import popularity
from gnn.calibration import calibration_error, reliability
from gnn.case import Case, judge, make_case, rank
from gnn.config import TrainConfig
from gnn.decoding import PartsRanker
from gnn.fitting import Fitted, fit
from gnn.lists import measured
from gnn.self_evaluation import self_evaluation
from gnn.train import Trained, train
from graph.model import Tables


@pytest.fixture(scope="module")
def authored(timed: Tables) -> Tables:
    """The planted world; each post has one of four authors."""
    posts = timed["posts"]["id"]
    writers = [f"u{number % 4:02}" for number in range(len(posts))]
    return dict(timed) | {"authored": pd.DataFrame({"source": writers, "target": posts})}


@pytest.fixture(scope="module")
def case(authored: Tables) -> Case:
    return make_case(authored, seed=0)


@pytest.fixture(scope="module")
def fitted(case: Case, quick: TrainConfig) -> Fitted:
    return fit(case, quick)


@pytest.fixture(scope="module")
def found(fitted: Fitted) -> dict[str, Any]:
    return self_evaluation(fitted)


@pytest.fixture(scope="module")
def trained(authored: Tables, quick: TrainConfig) -> Trained:
    return train(authored, quick, seed=0)


def test_it_is_what_the_same_functions_say_of_the_decoder_that_saw_no_valid(
    case: Case, fitted: Fitted, found: dict[str, Any]
) -> None:
    assert fitted.judged is not None and fitted.judged != fitted.fit.decoder
    shown, users = fitted.shown, case.judged("valid")
    rankers = {
        "resonance": PartsRanker(shown.known, shown.table, fitted.judged),
        "popularity": popularity(case.train),
    }
    for name, ranker in rankers.items():
        ranking = rank(case, ranker, "valid", 20)
        values = judge(case, ranking, "valid", (10, 20))
        assert found["ndcg@10"][name] == pytest.approx(values["ndcg@10"].mean())
        assert found["lists"][name] == pytest.approx(measured(case, ranking.ranked))
        bins = found["recall_by_degree"]
        recalls = np.average(bins["models"][name], weights=bins["users"])
        assert recalls == pytest.approx(values["recall@20"].mean())
    assert found["judged_users"] == found["users_to_judge"] == len(users)
    assert sum(found["recall_by_degree"]["users"]) == len(users)
    assert found["recall_by_degree"]["links"] == sorted(found["recall_by_degree"]["links"])
    assert "gini_authors@10" in found["lists"]["resonance"]
    bins = reliability(shown, fitted.judged, users)
    assert found["reliability"] == [pytest.approx(each) for each in bins]
    assert found["calibration_error"] == pytest.approx(calibration_error(bins))


def test_its_ndcg_is_the_one_that_the_decoder_was_chosen_by(
    fitted: Fitted, found: dict[str, Any]
) -> None:
    assert found["ndcg@10"]["resonance"] == pytest.approx(fitted.fit.valid_ndcg)
    assert found["ndcg@10"]["resonance"] > found["ndcg@10"]["popularity"] + 0.1


def test_what_is_served_is_not_what_is_judged(case: Case, fitted: Fitted) -> None:
    """The calibration of what is served was fitted on valid; that of what is judged was not."""
    users = case.judged("valid")
    served = calibration_error(reliability(fitted.shown, fitted.fit.decoder, users))
    honest = self_evaluation(fitted)["calibration_error"]
    assert served is not None and isinstance(honest, float) and honest != served


def test_a_training_keeps_it_the_same_each_time_and_names_nobody(
    trained: Trained, authored: Tables, quick: TrainConfig, tmp_path: Path
) -> None:
    assert train(authored, quick, seed=0).evaluation == trained.evaluation
    save_model(tmp_path, trained)
    written = (tmp_path / EVALUATION).read_text(encoding="utf-8")
    assert json.loads(written) == trained.evaluation
    words = {word for word in written.replace('"', " ").split() if word.isalnum()}
    assert not words & {*authored["users"]["id"], *authored["posts"]["id"]}


def test_no_more_users_are_looked_at_than_stated(
    fitted: Fitted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "JUDGED", 7)
    found: dict[str, Any] = self_evaluation(fitted)
    assert found["judged_users"] == 7 < found["users_to_judge"]
    assert sum(found["recall_by_degree"]["users"]) == 7


def test_where_nothing_can_be_held_out_inside_train_nothing_is_said_of_calibration(
    quick: TrainConfig, planted: Tables
) -> None:
    """Everybody has one link to learn from, which is never held out."""
    links = planted["liked"].groupby("source").head(3).reset_index(drop=True)
    place = links.groupby("source").cumcount()
    liked = links.assign(split=place.map({0: "train", 1: "valid", 2: "test"}))
    case = make_case(dict(planted) | {"liked": liked}, seed=0)
    found = self_evaluation(fit(case, quick))
    assert (found["reliability"], found["calibration_error"]) == ([], None)
    assert found["judged_users"] == len(case.judged("valid"))
