"""Ratings: planted offsets are found, and nothing is learned of what is to be predicted."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from gnn.case import make_case
from gnn.evaluate import evaluate
from gnn.ratings import Predict, Rated, biases, errors, fitted, of_user, rated, rating_errors
from gnn.report import text_table, write_report
from graph.model import Tables
from village.world import plant

USERS, POSTS = 40, 30
USER_OFFSETS = np.random.default_rng(7).normal(0, 10, USERS)
POST_OFFSETS = np.random.default_rng(8).normal(0, 10, POSTS)


def ratings(seed: int, count: int, taste: np.ndarray | None = None) -> Rated:
    """Ratings of 50 percent, a user's offset, a post's, a little noise and, if given, taste."""
    rng = np.random.default_rng(seed)
    user, post = rng.integers(USERS, size=count), rng.integers(POSTS, size=count)
    percent = 50 + USER_OFFSETS[user] + POST_OFFSETS[post] + rng.normal(0, 1, count)
    if taste is not None:
        percent = percent + taste[user, post]
    return Rated(user, post, np.clip(percent, 0, 100))


def mae(predictors: Mapping[str, Predict], given: Rated) -> dict[str, float]:
    return {name: errors(predict, given)["mae"] for name, predict in predictors.items()}


def test_the_errors_by_hand() -> None:
    given = Rated(np.array([0, 0]), np.array([0, 1]), np.array([10.0, 50.0]))
    found = errors(lambda user_pos, post_pos: np.array([13.0, 46.0]), given)
    assert found == {"mae": 3.5, "rmse": pytest.approx(12.5**0.5)}


def test_a_user_s_own_median_and_all_s_where_there_is_none() -> None:
    train = Rated(np.array([0, 0, 0, 2]), np.arange(4), np.array([10.0, 20.0, 90.0, 40.0]))
    asked = np.array([0, 1, 2]), np.array([5, 5, 5])
    assert of_user(train, 3, "median")(*asked).tolist() == [20.0, 30.0, 40.0]
    assert of_user(train, 3, "mean")(*asked).tolist() == [40.0, 40.0, 40.0]


def test_a_shrunk_offset_by_hand() -> None:
    """One user and one post, damped out of sight: (10 + 10) / (2 + 3) above the mean of 0."""
    train = Rated(np.array([0, 0, 1, 1]), np.arange(4), np.array([10.0, 10.0, -10.0, -10.0]))
    predict = biases(train, 3.0, 1e12, (2, 4))
    assert predict(np.array([0, 1]), np.array([0, 0])) == pytest.approx([4.0, -4.0])


def test_planted_offsets_are_found() -> None:
    predictors = fitted(ratings(0, 600), ratings(1, 100), None, (USERS, POSTS), 0)
    found = mae(predictors, ratings(2, 200))
    assert found["biases"] < 2.0 < found["median_of_user"] / 2
    assert list(predictors) == ["median_of_user", "mean_of_user", "biases"]


def test_the_vectors_are_used_where_they_say_something_and_not_where_they_do_not() -> None:
    taste = np.random.default_rng(3).normal(0, 12, (USERS, POSTS))
    parts = [ratings(seed, count, taste) for seed, count in ((0, 600), (1, 200), (2, 200))]
    train, valid, test = parts
    told = fitted(train, valid, lambda user, post: taste[user, post], (USERS, POSTS), 0)
    found = mae(told, test)
    assert found["resonance"] == found["biases_and_vectors"] < found["biases"] / 2
    noise = np.random.default_rng(4).normal(0, 12, (USERS, POSTS))
    plain = [ratings(seed, count) for seed, count in ((0, 600), (1, 200), (2, 200))]
    untold = fitted(plain[0], plain[1], lambda user, post: noise[user, post], (USERS, POSTS), 0)
    found = mae(untold, plain[2])
    assert found["resonance"] <= found["biases"] * 1.02


@pytest.fixture(scope="module")
def town() -> Tables:
    return plant(users=200, posts=300, communities=3).tables


def test_in_a_village_the_ratings_split_as_the_links_do(town: Tables) -> None:
    case = make_case(town, seed=0)
    parts = rated(case, town)
    known = case.tables["rated"]
    assert len(parts["train"]) == len(known)
    for part, found in parts.items():
        links = case.train if part == "train" else case.relevant(part)  # type: ignore[arg-type]
        assert len(found) and (np.asarray(links[found.user_pos, found.post_pos]) == 1).all()
    everything = sum(len(each) for each in parts.values())
    assert everything <= len(town["rated"]) and 1 <= parts["test"].percent.max() <= 100


def test_a_rating_that_came_after_its_part_is_not_known(town: Tables) -> None:
    """Who viewed a post in train's time may rate it in test's: the pair is train's."""
    case = make_case(town, seed=0)
    before = rated(case, town)
    cut, end = case.split.cut, int(case.split.test["at"].max())
    viewed = pd.MultiIndex.from_frame(case.tables["viewed"][["source", "target"]])
    late = pd.MultiIndex.from_frame(town["rated"][["source", "target"]]).isin(viewed)
    at = town["rated"]["at"].mask(late, end)
    changed = dict(town) | {"rated": town["rated"].assign(at=at)}
    assert cut is not None and make_case(changed, seed=0).split.cut == cut
    after = rated(case, changed)
    assert len(after["train"]) == len(before["train"]) - late.sum() and late.sum() > 50
    assert len(after["test"]) == len(before["test"])


def test_in_a_village_the_biases_beat_a_user_s_median(town: Tables) -> None:
    found = rating_errors(make_case(town, seed=0), town, None, pytest.fail)
    assert found["biases"]["mae"] < found["median_of_user"]["mae"]
    assert found["biases"]["rmse"] < found["mean_of_user"]["rmse"]


def test_what_test_s_ratings_are_changes_no_prediction(town: Tables) -> None:
    """Neither is fitted nor chosen on them: with 0 in their place each error is another's."""
    case = make_case(town, seed=0)
    parts = rated(case, town)
    shape = len(case.users), len(case.posts)
    pairs = pd.MultiIndex.from_frame(case.split.test[["user_id", "post_id"]])
    held = pd.MultiIndex.from_frame(town["rated"][["source", "target"]]).isin(pairs)
    other = dict(town) | {
        "rated": town["rated"].assign(percent=town["rated"]["percent"].mask(held, 0))
    }
    again = rated(make_case(other, seed=0), other)
    assert (again["test"].percent == 0).all()
    first = fitted(parts["train"], parts["valid"], None, shape, 0)
    second = fitted(again["train"], again["valid"], None, shape, 0)
    for name in first:
        asked = parts["test"].user_pos, parts["test"].post_pos
        assert np.array_equal(first[name](*asked), second[name](*asked)), name


def test_too_few_ratings_are_left_out_and_named(town: Tables, planted: Tables) -> None:
    few = dict(town) | {"rated": town["rated"].iloc[:60]}
    report = evaluate(few, [0], models=["popularity"])
    assert report.ratings == {}
    (note,) = report.notes
    assert note.startswith("ratings are left out: {'train':") and "needs 50" in note
    assert evaluate(planted, [0], models=["popularity"]).notes == []
    unsaid = dict(town) | {"rated": town["rated"].drop(columns="percent")}
    assert rating_errors(make_case(unsaid, 0), unsaid, None, pytest.fail) == {}


def test_the_report_tells_the_errors(town: Tables, tmp_path: Path) -> None:
    report = evaluate(town, [0], models=["popularity"])
    found = report.as_json()["ratings"]
    assert isinstance(found, dict) and set(found["biases"]) == {"mae", "rmse"}
    error = f"{found['biases']['mae']['mean']:.4f}"
    assert error in text_table(report)
    page = write_report(report, tmp_path).read_text(encoding="utf-8")
    assert "<h2>Ratings</h2>" in page and error in page
