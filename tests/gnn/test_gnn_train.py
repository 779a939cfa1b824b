import hashlib
import io
import pickle
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch

from gnn import fitting
from gnn.artifact import load_model, save_model
from gnn.baselines.counted import popularity
from gnn.baselines.ranker import Ranker
from gnn.case import Case, judge, make_case, rank, valid_ndcg, valid_ndcgs
from gnn.checkpoint import Checkpoint, Progress, drawing, name_of
from gnn.config import TrainConfig
from gnn.decoding import EmbeddingRanker, PartsRanker, pairs
from gnn.features import PARTS
from gnn.fitting import KEPT, Fitted, fit, settled
from gnn.revision import revision
from gnn.train import Trained, train
from graph.errors import ConfigError, NotEnoughData
from graph.model import Tables


@pytest.fixture(scope="module")
def case(planted: Tables) -> Case:
    return make_case(planted, seed=0)


@pytest.fixture(scope="module")
def fitted(case: Case, quick: TrainConfig) -> Fitted:
    return fit(case, quick)


@pytest.fixture(scope="module")
def trained(timed: Tables, quick: TrainConfig) -> Trained:
    return train(timed, quick, seed=0)


def ndcg_on_test(case: Case, ranker: Ranker) -> float:
    ranking = rank(case, ranker, "test", 10)
    return float(judge(case, ranking, "test", (10,))["ndcg@10"].mean())


def full(fitted: Fitted) -> PartsRanker:
    return PartsRanker(fitted.shown.known, fitted.shown.table, fitted.fit.decoder)


def test_the_loss_falls(fitted: Fitted) -> None:
    assert np.mean(fitted.losses[-3:]) < np.mean(fitted.losses[:3]) - 0.1


def test_the_embedding_and_the_whole_model_beat_popularity(case: Case, fitted: Fitted) -> None:
    popular = ndcg_on_test(case, popularity(case.train))
    assert ndcg_on_test(case, EmbeddingRanker(fitted.shown.table)) > popular + 0.1
    assert ndcg_on_test(case, full(fitted)) > popular + 0.1


def test_a_user_is_shown_posts_of_the_own_community_first(case: Case, fitted: Fitted) -> None:
    ranking = rank(case, full(fitted), "test", 5)
    users = [int(each[1:]) % 3 for each in case.users.ids_at(ranking.user_pos)]
    posts = np.array([int(each[1:]) % 3 for each in case.posts.ids_at(ranking.ranked.ravel())])
    assert (posts.reshape(-1, 5) == np.array(users)[:, None]).mean() > 0.9


@pytest.mark.parametrize("kept", [KEPT, 0])
def test_training_twice_is_the_same_to_the_bit(
    case: Case, fitted: Fitted, quick: TrainConfig, monkeypatch: pytest.MonkeyPatch, kept: int
) -> None:
    """Also where scores are too large to be kept from look to look."""
    monkeypatch.setattr("gnn.fitting.KEPT", kept)
    again = fit(case, quick)
    assert again.losses == fitted.losses
    assert again.fit.decoder == fitted.fit.decoder
    np.testing.assert_array_equal(again.shown.table.user_vectors, fitted.shown.table.user_vectors)
    np.testing.assert_array_equal(again.shown.table.post_vectors, fitted.shown.table.post_vectors)


def test_a_training_ends_when_valid_no_longer_rises_and_keeps_its_best_epoch(
    case: Case, quick: TrainConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks, honest = [], fitting._look

    def told(*given: Any) -> fitting._Look:
        looks.append(honest(*given))
        return replace(looks[-1], ndcg=0.3 if len(looks) == 2 else 0.2)

    monkeypatch.setattr(fitting, "_look", told)
    fitted = fit(case, replace(quick, check_every=2, patience=2))
    assert fitted.best_epoch == 4 and len(fitted.losses) == 4 + 2 * 2 < quick.epochs
    table, best = fitted.shown.table, looks[1].learned
    np.testing.assert_array_equal(table.user_vectors[:, table.linear :], best.users)
    np.testing.assert_array_equal(table.post_vectors[:, table.linear :], best.posts)
    assert (looks[-1].learned.users != best.users).any()


class Killed(BaseException):
    """As SIGKILL: nothing that a training does catches it."""


@pytest.mark.parametrize("epoch", [3, 7, 16])
def test_a_training_that_was_killed_ends_as_if_it_had_not_been(
    case: Case,
    fitted: Fitted,
    quick: TrainConfig,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    epoch: int,
) -> None:
    """To the bit; killed before the first look it begins anew."""
    checkpoint, learned = tmp_path / "checkpoint", [0]
    honest = fitting._epoch

    def dies(*given: object) -> float:
        learned[0] += 1
        if learned[0] == epoch:
            raise Killed
        return honest(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(fitting, "_epoch", dies)
    with pytest.raises(Killed):
        fit(case, quick, checkpoint)
    assert checkpoint.exists() == (epoch > quick.check_every)
    again = fit(case, quick, checkpoint)
    kept = (epoch - 1) // quick.check_every * quick.check_every
    assert learned[0] == epoch + len(fitted.losses) - kept
    assert again.losses == fitted.losses and again.best_epoch == fitted.best_epoch
    assert again.fit.decoder == fitted.fit.decoder
    np.testing.assert_array_equal(again.shown.table.user_vectors, fitted.shown.table.user_vectors)
    assert not checkpoint.exists()


def test_so_does_one_whose_process_was_killed(
    case: Case, fitted: Fitted, quick: TrainConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By SIGKILL, once it has kept anything."""
    checkpoint, asked = tmp_path / "checkpoint", tmp_path / "asked"
    asked.write_bytes(pickle.dumps((case, quick, checkpoint)))
    learning = """
        import pickle, sys, time
        from gnn import checkpoint, fitting
        honest = checkpoint.Checkpoint.write
        def keep(*given):
            honest(*given)
            print("kept", flush=True)
            time.sleep(600)
        checkpoint.Checkpoint.write = keep
        with open(sys.argv[1], "rb") as file:
            fitting.fit(*pickle.load(file))
    """
    command = [sys.executable, "-c", textwrap.dedent(learning), str(asked)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None and other.stdout.readline() == "kept\n"
        other.kill()
    assert other.returncode == -signal.SIGKILL and checkpoint.exists()
    learned, honest = [0], fitting._epoch

    def counted(*given: object) -> float:
        learned[0] += 1
        return honest(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(fitting, "_epoch", counted)
    again = fit(case, quick, checkpoint)
    assert learned[0] == len(fitted.losses) - quick.check_every
    assert again.losses == fitted.losses and again.fit.decoder == fitted.fit.decoder
    np.testing.assert_array_equal(again.shown.table.user_vectors, fitted.shown.table.user_vectors)


@pytest.mark.parametrize("content", [b"", b"half a file", b"another's"])
def test_what_is_no_checkpoint_of_this_training_is_as_none(
    case: Case, fitted: Fitted, quick: TrainConfig, tmp_path: Path, content: bytes
) -> None:
    checkpoint = tmp_path / "checkpoint"
    state = fitted.encoder.network.state_dict()
    if content == b"another's":
        other = Checkpoint(checkpoint, name_of(case, replace(quick, dropout=0.3)))
        drawn = drawing(np.random.default_rng(0))
        other.write(Progress(5, state, {}, state, 5, 1.0, (1.0,), drawn, torch.get_rng_state()))
        assert other.read(state) is not None
    else:
        checkpoint.write_bytes(content)
    assert Checkpoint(checkpoint, name_of(case, quick)).read(state) is None


@pytest.mark.parametrize(
    "other",
    [
        lambda kept: {**kept, "new": 1},
        lambda kept: {each: kept[each] for each in kept if each != "best_share"},
        lambda kept: {**kept, "best": {f"old.{each}": kept["best"][each] for each in kept["best"]}},
        lambda kept: {**kept, "network": {each: torch.ones(7) for each in kept["best"]}},
        lambda kept: {**kept, "epoch": Killed()},
    ],
    ids=["a field more", "a field less", "other layers", "other widths", "another class"],
)
def test_what_another_version_left_of_this_training_is_as_none_and_told(
    case: Case,
    fitted: Fitted,
    quick: TrainConfig,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    other: Callable[[dict[str, Any]], dict[str, Any]],
) -> None:
    checkpoint, state = tmp_path / "checkpoint", fitted.encoder.network.state_dict()
    name, drawn = name_of(case, settled(quick)), drawing(np.random.default_rng(0))
    progress = Progress(5, state, {}, state, 5, 1.0, (1.0,), drawn, torch.get_rng_state())
    content = io.BytesIO()
    torch.save(other({"name": name, **vars(progress)}), content)
    checkpoint.write_bytes(hashlib.sha256(content.getvalue()).digest() + content.getvalue())
    again = fit(case, quick, checkpoint)
    assert again.losses == fitted.losses and not checkpoint.exists()
    assert "another version" in caplog.text


def test_a_format_names_a_training_too(
    case: Case, quick: TrainConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = name_of(case, quick)
    monkeypatch.setattr("gnn.checkpoint.FORMAT", 0)
    assert name_of(case, quick) != before


def test_with_the_future_at_random_the_score_falls_to_chance(
    planted: Tables, quick: TrainConfig
) -> None:
    """Held-out links are replaced by random ones: whoever still finds them has seen them."""
    first = make_case(planted, seed=0)
    rng = np.random.default_rng(1)
    users, posts = np.array(first.users.ids), np.array(first.posts.ids)
    held = pd.DataFrame({"source": rng.choice(users, 300), "target": rng.choice(posts, 300)})
    held["split"] = rng.choice(["valid", "test"], 300)
    kept = first.split.train.rename(columns={"user_id": "source", "post_id": "target"})
    liked = pd.concat([held, kept[["source", "target"]].assign(split="train")])
    liked = liked.drop_duplicates(["source", "target"], keep="last")
    case = make_case(dict(planted) | {"liked": liked}, seed=0)
    found = fit(case, quick)
    relevant = case.test.sum() / (len(case.judged("test")) * len(posts))
    hits = rank(case, full(found), "test", 10)
    precision = judge(case, hits, "test", (10,))["recall@10"]
    share_ranked = 10 / (len(posts) - 10)
    assert precision.mean() < 2 * share_ranked and relevant < 0.2


def test_calibrated_probabilities_add_up_to_what_was_seen(case: Case, fitted: Fitted) -> None:

    odds, engaged = pairs(fitted.shown, fitted.fit.decoder, case.judged("valid"))
    predicted = 1 / (1 + np.exp(-odds))
    assert predicted.mean() == pytest.approx(engaged.mean(), rel=0.1)
    assert predicted[engaged].mean() > 3 * predicted[~engaged].mean()


def test_serving_gets_what_training_made(trained: Trained, timed: Tables, tmp_path: Path) -> None:
    save_model(tmp_path, trained)
    model = load_model(tmp_path)
    assert model.decoder == trained.decoder and model.decoder.parts == PARTS
    assert model.metadata["split"] == "time" and model.metadata["seed"] == 0
    assert model.metadata["resonance"] == revision()
    assert model.metadata["losses"] == pytest.approx(list(trained.losses), abs=1e-5)
    table = model.embeddings
    scores = dict(
        zip(table.post_ids.tolist(), table.post_vectors @ table.user_vectors[0], strict=True)
    )
    mine, others = (scores[post] for post in ("p00", "p01"))
    assert table.user_ids[0] == "u00" and mine > others


def test_what_comes_after_upto_changes_nothing(timed: Tables, quick: TrainConfig) -> None:
    moment = int(timed["liked"]["at"].quantile(0.8))
    rng = np.random.default_rng(0)
    liked = timed["liked"].copy()
    late = liked["at"] > moment
    liked.loc[late, "target"] = rng.choice(liked["target"], int(late.sum()))
    found = [
        train(dict(timed) | {"liked": each}, quick, seed=0, upto=moment)
        for each in (timed["liked"], liked)
    ]
    np.testing.assert_array_equal(
        found[0].embeddings.user_vectors, found[1].embeddings.user_vectors
    )
    assert found[0].decoder == found[1].decoder


def test_a_user_and_a_post_without_any_link_have_vectors_too(
    planted: Tables, quick: TrainConfig
) -> None:
    grown = dict(planted)
    for file, new in (("users", {"id": ["new"]}), ("posts", {"id": ["fresh"], "title": ["x"]})):
        grown[file] = pd.concat([planted[file], pd.DataFrame(new)], ignore_index=True)
    for file, row in (("interested_in", ["new", "tag1"]), ("tagged", ["fresh", "tag1"])):
        edges = pd.DataFrame([row], columns=["source", "target"])
        grown[file] = pd.concat([planted[file], edges], ignore_index=True)
    table = train(grown, quick, seed=0).embeddings
    assert "new" in table.user_ids and "fresh" in table.post_ids
    newcomer = table.user_vectors[table.user_ids.tolist().index("new")]
    assert np.abs(newcomer).sum() > 0


def test_too_little_to_learn_from_is_said(quick: TrainConfig) -> None:
    with pytest.raises(NotEnoughData):
        train({}, quick)


@pytest.mark.parametrize(
    "wrong",
    [{"hidden": 0}, {"dropout": 1.0}, {"lambdas": ()}, {"folds": 1}, {"learning_rate": 0.0}],
)
def test_a_setting_that_cannot_be_is_refused(wrong: dict[str, object], quick: TrainConfig) -> None:
    with pytest.raises(ConfigError, match="TrainConfig"):
        replace(quick, **wrong)  # type: ignore[arg-type]


def test_the_whole_model_is_no_worse_on_valid_than_its_embedding(
    case: Case, fitted: Fitted
) -> None:
    assert valid_ndcg(case, full(fitted)) > 0.9 * valid_ndcg(
        case, EmbeddingRanker(fitted.shown.table)
    )


def test_several_rankings_at_once_are_judged_as_each_alone(case: Case, fitted: Fitted) -> None:
    table = fitted.shown.table
    rankers = EmbeddingRanker(table), popularity(case.train)
    at_once = valid_ndcgs(case, lambda some: [each.scores(some) for each in rankers])
    assert at_once == pytest.approx([valid_ndcg(case, each) for each in rankers])
    assert at_once[0] > at_once[1] > 0
