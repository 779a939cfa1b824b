"""Trainings side by side: one is served, one can go back, and nobody stays in any."""

import json
import os
import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from random_encoder import random_encoder

from gnn import versions
from gnn.artifact import DIGEST, METADATA
from gnn.embeddings import EmbeddingTable
from gnn.features import PARTS
from gnn.inductive import InductiveEncoder
from gnn.likelihood import Decoder
from gnn.versions import PROMOTED, Models, told
from graph.errors import ModelMismatch, ModelMissing, ResonanceError

VECTORS = EmbeddingTable(
    np.array(["u1", "u2"]),
    np.zeros((2, 2), np.float32),
    np.array(["p1"]),
    np.ones((1, 2), np.float32),
)


@dataclass(frozen=True)
class Made:
    ndcg: float = 0.1
    embeddings: EmbeddingTable = VECTORS
    decoder: Decoder = Decoder(PARTS, (1.0,) * len(PARTS), bias=-1.0)
    encoder: InductiveEncoder = field(default_factory=lambda: random_encoder(VECTORS))
    evaluation: dict[str, object] | None = None

    @property
    def metadata(self) -> dict[str, object]:
        data = {"users": 2, "posts": 1, "links": 9}
        return {"seed": 0, "data": data, "valid": {"ndcg@10": self.ndcg}, "seconds": 1.5}


@pytest.fixture
def models(tmp_path: Path) -> Models:
    return Models(tmp_path / "model")


def make_old(training: Path) -> None:
    """As one of an older version, which had no hash of its metadata."""
    (training / METADATA).write_text(json.dumps({"format": 1}))
    (training / DIGEST).unlink()


def test_the_latest_training_is_served_and_can_be_taken_back(models: Models) -> None:
    assert not models
    first, second = models.add(Made(0.1)), models.add(Made(0.2))
    assert first != second and [each.name for each in models.versions()] == [first, second]
    assert [each.served for each in models.versions()] == [False, True]
    assert models.load().metadata["valid"] == {"ndcg@10": 0.2}
    assert models.roll_back() == first and models.load().metadata["valid"] == {"ndcg@10": 0.1}
    with pytest.raises(ModelMissing, match="resonance models list"):
        models.roll_back()
    models.promote(second)
    assert models.load().metadata["valid"] == {"ndcg@10": 0.2}
    assert models.load(first).metadata["valid"] == {"ndcg@10": 0.1}


def test_a_training_aside_changes_nothing_that_is_served(models: Models) -> None:
    first = models.add(Made())
    aside = models.add(Made(0.9), promoted=False)
    assert [each.served for each in models.versions()] == [True, False]
    lines = told(models.versions())
    assert lines[0].startswith(f"* {first}") and lines[1].startswith(f"  {aside}")
    assert "2 users" in lines[1] and "9 links   valid NDCG@10 0.9000   1.5 s" in lines[1]
    assert models.compared(first, aside) == [("", first, aside), ("valid.ndcg@10", "0.1", "0.9")]


def evaluated(error: float) -> Made:
    return Made(
        evaluation={
            "ndcg@10": {"resonance": 0.2, "popularity": 0.12},
            "recall_by_degree": {"metric": "recall@20", "links": [error], "users": [2]},
            "lists": {"resonance": {"coverage@10": 0.5}},
            "reliability": [[0.1, error, 4]],
            "calibration_error": error,
        }
    )


def test_what_a_training_found_of_itself_is_listed_compared_and_stays_when_somebody_leaves(
    models: Models,
) -> None:
    first, second = models.add(evaluated(0.25)), models.add(evaluated(0.125))
    lines = told(models.versions())
    assert lines[0].endswith("popularity 0.12   calibration error 0.25   coverage@10 0.5")
    differ = models.compared(first, second)[1:]
    assert differ == [("evaluation.calibration_error", "0.25", "0.125")]
    models.forget(["u1"], [])
    kept = [each.evaluation for each in models.versions()]
    assert kept == [evaluated(0.25).evaluation, evaluated(0.125).evaluation]


def test_a_damaged_evaluation_makes_its_training_unusable_and_is_named(models: Models) -> None:
    first, second = models.add(evaluated(0.25)), models.add(evaluated(0.125))
    (models.root / first / "evaluation.json").write_text("half a repo")
    damaged, sound = models.versions()
    assert "evaluation.json" in str(damaged.unusable) and damaged.evaluation is None
    assert sound.unusable is None and sound.evaluation == evaluated(0.125).evaluation
    with pytest.raises(ModelMismatch, match="evaluation.json"):
        models.promote(first)
    assert models.load().name == second


@pytest.mark.parametrize("file", ["embeddings.npz", "encoder.npz"])
def test_damaged_arrays_make_their_training_unusable_and_are_named(
    models: Models, file: str
) -> None:
    first, second, third = (models.add(Made(each)) for each in (0.1, 0.2, 0.3))
    path = models.root / second / file
    for damaged in (path.read_bytes()[:-1], b"", b"x" + path.read_bytes()[1:]):
        path.write_bytes(damaged)
        assert [each.unusable is None for each in models.versions()] == [True, False, True]
        told_of = told(models.versions())[1]
        assert "unusable" in told_of and str(path) in told_of and "models rollback" in told_of
        with pytest.raises(ModelMismatch) as refused:
            models.promote(second)
        assert "models rollback" in str(refused.value) and "pickle" not in str(refused.value)
    assert models.previous == first and models.load().name == third


@pytest.mark.parametrize("name", ["nothing", "../other", ""])
def test_a_training_that_is_not_there_is_said_to_be_missing(models: Models, name: str) -> None:
    models.add(Made())
    with pytest.raises(ModelMissing, match="no training"):
        models.promote(name)
    with pytest.raises(ModelMissing, match="no training"):
        models.load(name)


def test_a_damaged_training_is_not_promoted_and_the_served_one_stays(models: Models) -> None:
    first, second = models.add(Made(0.1)), models.add(Made(0.2), promoted=False)
    (models.root / second / "encoder.npz").write_bytes(b"")
    with pytest.raises(ModelMismatch, match="train"):
        models.promote(second)
    assert models.load().metadata["valid"] == {"ndcg@10": 0.1}
    assert [each.served for each in models.versions()] == [True, False] and first


def test_a_damaged_list_is_named(models: Models) -> None:
    models.add(Made())
    (models.root / PROMOTED).write_text("[half")
    with pytest.raises(ModelMismatch, match=PROMOTED):
        models.load()


def test_no_model_and_one_of_an_older_version_are_told_apart(models: Models) -> None:
    with pytest.raises(ModelMissing, match="resonance train"):
        models.load()
    models.root.mkdir()
    (models.root / "metadata.json").write_text(json.dumps({"format": 1}))
    with pytest.raises(ModelMismatch, match="format 1"):
        models.load()


def test_one_of_another_version_is_listed_as_unusable_and_not_rolled_back_to(
    models: Models,
) -> None:
    first, second, third = (models.add(Made(each)) for each in (0.1, 0.2, 0.3))
    make_old(models.root / second)
    lines = told(models.versions())
    assert second in lines[1] and "unusable" in lines[1] and "format 1" in lines[1]
    assert "0.1000" in lines[0] and lines[2].startswith(f"* {third}")
    assert models.previous == first == models.roll_back()


def test_old_trainings_go_and_the_served_one_never(models: Models) -> None:
    first = models.add(Made())
    others = [models.add(Made(), promoted=False) for _ in range(versions.KEPT + 3)]
    kept = [each.name for each in models.versions()]
    assert len(kept) == versions.KEPT + 1
    assert set(kept) == {first, *sorted(others)[-versions.KEPT :]}


def test_what_was_served_before_is_kept_however_many_trainings_come_aside(models: Models) -> None:
    before, served = models.add(Made(0.1)), models.add(Made(0.2))
    others = [models.add(Made(), promoted=False) for _ in range(versions.KEPT + 3)]
    kept = [each.name for each in models.versions()]
    assert kept == [before, served, *others[-versions.KEPT :]]
    assert models.previous == before == models.roll_back()


def bytes_of(root: Path) -> bytes:
    return b"".join(path.read_bytes() for path in root.rglob("*") if path.is_file())


def test_somebody_who_leaves_is_in_no_training_any_more(models: Models) -> None:
    first, second = models.add(Made(0.1)), models.add(Made(0.2))
    wide = "u1".encode("utf-32-le")
    assert wide in bytes_of(models.root)
    served = models.load().without(["u1"], ["p1"])
    assert served.name == models.load().name
    left_bytes = bytes_of(models.root)
    assert wide not in left_bytes and "p1".encode("utf-32-le") not in left_bytes
    assert served.embeddings.user_ids.tolist() == ["u2"]
    assert served.encoder is not None and served.encoder.known["User"].ids == ["u2"]
    left = [each.name for each in models.versions()]
    assert len(left) == 2 and not {first, second} & set(left)
    assert models.load().metadata["valid"] == {"ndcg@10": 0.2}
    assert models.roll_back() == left[0]
    before = bytes_of(models.root)
    models.forget(["u1"], [])
    assert bytes_of(models.root) == before


def test_who_leaves_takes_a_training_along_that_nobody_can_take_them_out_of(models: Models) -> None:
    first, second = models.add(Made(0.1)), models.add(Made(0.2))
    make_old(models.root / first)
    models.load().without(["u1"], [])
    assert [each.metadata["valid"] for each in models.versions()] == [{"ndcg@10": 0.2}]
    assert models.load().name != second and models.previous is None
    (models.root / str(models.load().name) / "metadata.json").write_text("half a repo")
    with pytest.raises(ModelMismatch, match="again"):
        models.forget(["u2"], [])


def test_what_a_dead_training_left_goes_with_who_leaves(models: Models) -> None:
    models.add(Made())
    dead, alive = (models.root / f".{name}.partial" for name in ("dead", "alive"))
    for folder in (dead, alive):
        folder.mkdir()
        (folder / "embeddings.npz").write_text("u1")
    long_ago = time.time() - versions.DEAD_SECONDS - 1
    os.utime(dead, (long_ago, long_ago))
    models.forget(["u1"], [])
    assert not dead.exists() and alive.exists()


def test_killed_while_forgetting_a_model_is_there_and_it_is_done_again(
    models: Models, monkeypatch: pytest.MonkeyPatch
) -> None:
    models.add(Made(0.1))

    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    for step in ("_put", "_write"):
        with monkeypatch.context() as patched:
            patched.setattr(Models, step, dies)
            with pytest.raises(KeyboardInterrupt):
                models.forget(["u1"], [])
        assert models.load().metadata["valid"] == {"ndcg@10": 0.1}
    models.forget(["u1"], [])
    assert models.load().embeddings.user_ids.tolist() == ["u2"]
    assert "u1".encode("utf-32-le") not in bytes_of(models.root)
    assert issubclass(ModelMissing, ResonanceError)
