import json
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from random_encoder import random_encoder

from gnn import artifact
from gnn.artifact import METADATA, TABLE, load_metadata, load_model, save_model
from gnn.embeddings import EmbeddingTable, load_embeddings, save_embeddings
from gnn.encoder_file import load_encoder
from gnn.features import PARTS
from gnn.inductive import InductiveEncoder
from gnn.likelihood import Decoder
from graph.errors import ModelMismatch, ModelMissing, ModelOutdated, StoreFull

VECTORS = EmbeddingTable(
    np.array(["u1", "u2"]),
    np.array([[1, 2], [0, 1]], dtype=np.float32),
    np.array(["p1", "p2", "p3"]),
    np.array([[1, 0], [0, 1], [1, 1]], dtype=np.float32),
    user_factors=np.array([[3, 1], [0, 2]], dtype=np.float32),
    post_factors=np.array([[1, 1], [0, 2], [4, 0]], dtype=np.float32),
)
NONE = tuple(() for _ in PARTS)
DECODER = Decoder(
    PARTS,
    slopes=(0.5, *[0.0] * (len(PARTS) - 2), -0.25),
    bias=-3.0,
    knots=((4.0, 6.0), *NONE[1:]),
    bends=((1.0, -0.5), *NONE[1:]),
)


ENCODER = random_encoder(VECTORS)


@dataclass(frozen=True)
class Made:
    embeddings: EmbeddingTable = VECTORS
    decoder: Decoder = DECODER
    encoder: InductiveEncoder = ENCODER
    metadata: dict[str, object] = field(default_factory=lambda: {"seed": 3})
    evaluation: dict[str, object] | None = field(default_factory=lambda: {"judged_users": 7})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    save_model(tmp_path / "model", Made())
    return tmp_path / "model"


def test_a_saved_model_comes_back_the_same(folder: Path) -> None:
    model = load_model(folder)
    np.testing.assert_array_equal(model.embeddings.user_vectors, VECTORS.user_vectors)
    assert model.embeddings.post_ids.tolist() == ["p1", "p2", "p3"]
    assert model.decoder == DECODER
    assert model.metadata["seed"] == 3 and model.metadata["parts"] == list(PARTS)
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        [METADATA, artifact.DIGEST, TABLE, artifact.ENCODER, artifact.EVALUATION]
    )
    assert model.evaluation == {"judged_users": 7}


def test_an_encoder_that_lacks_anything_or_is_of_other_sizes_is_named(folder: Path) -> None:
    path = folder / artifact.ENCODER
    with np.load(path) as found:
        whole = dict(found)
    for name, array in whole.items():
        lacking = {each: there for each, there in whole.items() if each != name}
        if name.startswith(("ids:", "weight:")):  # whose own names are in the name
            continue
        np.savez(path, allow_pickle=False, **lacking)
        with pytest.raises(ModelMismatch, match="train"):
            load_encoder(path, VECTORS)
        if name.partition(":")[2] in ("User", "Post") and not name.startswith("axes"):
            np.savez(
                path, allow_pickle=False, **lacking, **{name: array.repeat(2, axis=-2 % array.ndim)}
            )
            with pytest.raises(ModelMismatch, match="train"):
                load_encoder(path, VECTORS)
        with pytest.raises(ModelMismatch, match="not the file"):
            load_model(folder)


@pytest.mark.parametrize("file", [METADATA, artifact.DIGEST])
def test_metadata_of_which_a_single_bit_is_another_are_named(folder: Path, file: str) -> None:
    whole = (folder / file).read_bytes()
    for place in range(len(whole)):
        changed = bytearray(whole)
        changed[place] ^= 1 << place % 8
        (folder / file).write_bytes(changed)
        with pytest.raises(ModelMismatch, match=METADATA) as told:
            load_metadata(folder)
        assert not isinstance(told.value, ModelOutdated), "who leaves would take it along"
    (folder / file).write_bytes(whole)
    assert load_model(folder).metadata["seed"] == 3


def test_a_training_from_before_its_metadata_were_hashed_is_served(folder: Path) -> None:
    (folder / artifact.DIGEST).unlink()
    assert load_model(folder).metadata["seed"] == 3


def test_a_training_from_before_evaluations_has_none_and_is_served(tmp_path: Path) -> None:
    save_model(tmp_path, Made(evaluation=None))
    assert not (tmp_path / artifact.EVALUATION).exists()
    assert load_model(tmp_path).evaluation is None


@pytest.mark.parametrize("damage", [None, b"", b'{"judged_users": 8}'])
def test_an_evaluation_that_is_not_the_trainings_own_is_named(
    folder: Path, damage: bytes | None
) -> None:
    path = folder / artifact.EVALUATION
    path.unlink() if damage is None else path.write_bytes(damage)
    with pytest.raises(ModelMismatch, match=artifact.EVALUATION):
        load_model(folder)


def test_no_model_is_said_to_be_missing(tmp_path: Path, folder: Path) -> None:
    with pytest.raises(ModelMissing, match="resonance train"):
        load_model(tmp_path / "nothing")


@pytest.mark.parametrize("file", [TABLE, artifact.ENCODER])
def test_a_training_that_lacks_a_file_is_a_mismatch_as_a_damaged_one_is(
    folder: Path, file: str
) -> None:
    (folder / file).unlink()
    with pytest.raises(ModelMismatch, match=file):
        load_model(folder)


@pytest.mark.parametrize("damage", [b"", b"no archive", b"PK\x03\x04 half an archive"])
def test_a_damaged_table_is_a_mismatch(folder: Path, damage: bytes) -> None:
    (folder / TABLE).write_bytes(damage)
    with pytest.raises(ModelMismatch, match="train"):
        load_model(folder)


def test_a_cut_table_is_a_mismatch_wherever_it_is_cut(folder: Path) -> None:
    whole = (folder / TABLE).read_bytes()
    for length in range(0, len(whole), 97):
        (folder / TABLE).write_bytes(whole[:length])
        with pytest.raises(ModelMismatch):
            load_model(folder)


def test_a_table_of_another_training_is_a_mismatch(folder: Path) -> None:
    other = EmbeddingTable(
        VECTORS.user_ids, VECTORS.user_vectors + 1, VECTORS.post_ids, VECTORS.post_vectors
    )
    save_embeddings(other, folder / TABLE)
    with pytest.raises(ModelMismatch, match="not the file"):
        load_model(folder)


@pytest.mark.parametrize("field,value", [("format", 99), ("decoder", None), ("decoder", {})])
def test_metadata_of_another_kind_is_a_mismatch(folder: Path, field: str, value: object) -> None:
    document = json.loads((folder / METADATA).read_text())
    (folder / METADATA).write_text(json.dumps(document | {field: value}))
    (folder / artifact.DIGEST).unlink()
    with pytest.raises(ModelMismatch):
        load_model(folder)


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "\x00"])
def test_metadata_that_is_no_object_is_a_mismatch(folder: Path, text: str) -> None:
    (folder / METADATA).write_text(text)
    (folder / artifact.DIGEST).unlink()
    with pytest.raises(ModelMismatch):
        load_model(folder)


def test_a_pickle_is_never_loaded(tmp_path: Path) -> None:
    path = tmp_path / "table.npz"
    objects = np.array([{"a": 1}], dtype=object)
    np.savez(path, user_ids=objects, user_vectors=objects, post_ids=objects, post_vectors=objects)
    with pytest.raises(ModelMismatch, match="pickle"):
        load_embeddings(path)


def test_a_write_that_fails_leaves_the_old_model_and_no_litter(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError("no room left")

    monkeypatch.setattr(np, "savez", full)
    with pytest.raises(StoreFull, match="no room left"):
        save_model(folder, Made())
    assert load_model(folder).decoder == DECODER
    assert len(list(folder.iterdir())) == 5


def test_vectors_of_the_wrong_shape_or_not_finite_are_refused() -> None:
    ids, vectors = VECTORS.user_ids, VECTORS.user_vectors
    with pytest.raises(ModelMismatch, match="one width"):
        EmbeddingTable(ids, vectors, VECTORS.post_ids, np.ones((3, 5), np.float32))
    with pytest.raises(ModelMismatch, match="1 user ids"):
        EmbeddingTable(ids[:1], vectors, VECTORS.post_ids, VECTORS.post_vectors)
    with pytest.raises(ModelMismatch, match="finite"):
        EmbeddingTable(ids, vectors * np.nan, VECTORS.post_ids, VECTORS.post_vectors)


def test_factors_of_the_wrong_shape_or_not_finite_are_refused() -> None:
    mine, theirs = VECTORS.user_factors, VECTORS.post_factors
    for users, posts in ((mine[:1], theirs), (mine, theirs[:2]), (mine[:, :1], theirs)):
        with pytest.raises(ModelMismatch, match="factors"):
            replace(VECTORS, user_factors=users, post_factors=posts)
    with pytest.raises(ModelMismatch, match="finite"):
        replace(VECTORS, post_factors=theirs * np.nan)


def test_who_is_left_out_takes_their_factors_with_them() -> None:
    less = VECTORS.without(["u1"], ["p2"])
    assert less.user_factors.tolist() == [[0, 2]]
    assert less.post_factors.tolist() == [[1, 1], [4, 0]]
    assert less.products(less.users, less.posts)[-1].tolist() == [[2.0, 0.0]]


def test_the_probability_by_hand() -> None:
    row = np.zeros((1, len(PARTS)))
    row[0, 0], row[0, -1] = 7.0, 2.0
    odds = -3.0 + 0.5 * 7.0 + (7.0 - 4.0) - 0.5 * (7.0 - 6.0) - 0.25 * 2.0
    assert DECODER.likelihood(row) == pytest.approx([1 / (1 + np.exp(-odds))])
    assert DECODER.gains(row)[0, [0, -1]] == pytest.approx([6.0, -0.5])
    assert DECODER.gains(row).sum() + DECODER.bias == pytest.approx(odds)
    assert DECODER.scores(row.astype(np.float32)) == pytest.approx([odds])


def test_curves_that_do_not_fit_the_parts_are_refused() -> None:
    slopes = (1.0,) * len(PARTS)
    for knots, bends in [(NONE[1:], NONE[1:]), (NONE, ()), (((1.0,), *NONE[1:]), NONE)]:
        with pytest.raises(ModelMismatch, match="do not fit"):
            Decoder(PARTS, slopes, 0.0, knots, bends)
    with pytest.raises(ModelMismatch, match="do not fit"):
        Decoder(PARTS, slopes[1:], 0.0)


def test_parts_of_another_number_are_refused() -> None:
    with pytest.raises(ModelMismatch, match=f"expects {len(PARTS)} parts"):
        DECODER.likelihood(np.zeros((2, 6)))


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=20))
def test_more_of_a_helpful_part_never_makes_a_post_less_likely(values: list[float]) -> None:
    rows = np.zeros((len(values), len(PARTS)))
    rows[:, 0] = np.sort(values)
    found = DECODER.likelihood(rows)
    assert ((found >= 0) & (found <= 1)).all()
    assert (np.diff(found) >= 0).all()


@given(st.lists(st.floats(-5, 5), min_size=len(PARTS), max_size=len(PARTS)), st.floats(-5, 5))
def test_a_decoder_survives_json(slopes: list[float], bias: float) -> None:
    decoder = replace(DECODER, slopes=tuple(slopes), bias=bias)
    assert Decoder.from_json(json.loads(json.dumps(decoder.as_json()))) == decoder
