"""A trained model as a folder, for serving. Needs no torch.

::

    embeddings.npz    the embedding table
    encoder.npz       what makes vectors of users and posts that come later (`gnn.inductive`)
    evaluation.json   what it found of itself on valid, sums over users alone; older ones have none
    metadata.json     format, decoder, the data's fingerprint, seed, valid's metrics, duration,
                      Resonance's revision
    metadata.sha256   its hash; older ones have none, and are taken at their word

`metadata.json` is written last and names the others' hashes, so that a half-written folder, a file
of another training, or one of which a single bit is another, is noticed and never served.
"""

import hashlib
import json
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from gnn.embeddings import EmbeddingTable, load_embeddings, save_embeddings
from gnn.encoder_file import load_encoder, save_encoder
from gnn.inductive import InductiveEncoder
from gnn.likelihood import Decoder
from graph.errors import ModelMismatch, ModelMissing, ModelOutdated
from graph.files import whole_file

FORMAT = 11
_NAMED = "evaluation_sha256"
TABLE, ENCODER = "embeddings.npz", "encoder.npz"
EVALUATION, METADATA = "evaluation.json", "metadata.json"
DIGEST = "metadata.sha256"


class Saveable(Protocol):
    """What `save_model` needs; `gnn.train.Trained` is one."""

    @property
    def embeddings(self) -> EmbeddingTable:
        """The vectors."""

    @property
    def decoder(self) -> Decoder:
        """The weights of the parts."""

    @property
    def encoder(self) -> InductiveEncoder:
        """Makes vectors of who and what comes later."""

    @property
    def metadata(self) -> dict[str, object]:
        """Plain JSON values."""

    @property
    def evaluation(self) -> Mapping[str, object] | None:
        """What it found of itself, as plain JSON values; None where nobody looked."""


@dataclass(frozen=True)
class ServingModel:
    """What serving needs of a training: vectors, decoder, and where they came from."""

    embeddings: EmbeddingTable
    decoder: Decoder
    metadata: dict[str, object]
    encoder: InductiveEncoder | None = None
    """None: who and what came after training has no vector."""
    evaluation: Mapping[str, object] | None = None
    """What the training found of itself on valid; None: it is older than that."""
    forget: Callable[[Collection[str], Collection[str]], Mapping[str, str]] | None = None
    """Takes users and posts out of what is on disk, and tells the new names of trainings by the
    old ones; None where it is not kept there."""
    name: str | None = None
    """By which it is kept (`gnn.versions`); None where it is not."""

    def without(
        self, user_ids: Collection[str], post_ids: Collection[str], *, here_alone: bool = False
    ) -> "ServingModel":
        """The model without what it learnt of these users and posts, here and on disk.

        With `here_alone` what is on disk stays: another process has seen to it.

        Raises:
            ModelMismatch: what is on disk cannot be read.
            StoreFull: it cannot be written; it is as it was.
        """
        name = self.name
        if self.forget is not None and not here_alone:
            renamed = self.forget(user_ids, post_ids)
            name = None if name is None else renamed.get(name, name)
        table = self.embeddings.without(user_ids, post_ids)
        encoder = None if self.encoder is None else self.encoder.over(table)
        return replace(self, embeddings=table, encoder=encoder, name=name)

    def knows_any(self, user_ids: Collection[str], post_ids: Collection[str]) -> bool:
        """Whether any of them was trained on."""
        return self.embeddings.without(user_ids, post_ids) is not self.embeddings


def save_model(folder: Path, trained: Saveable) -> None:
    """Write a model folder, replacing the model that is there."""
    save_embeddings(trained.embeddings, folder / TABLE)
    save_encoder(trained.encoder, folder / ENCODER)
    document = {
        **trained.metadata,
        "format": FORMAT,
        "table_sha256": _sha256(folder / TABLE),
        "encoder_sha256": _sha256(folder / ENCODER),
        "parts": list(trained.decoder.parts),
        "decoder": trained.decoder.as_json(),
    }
    if trained.evaluation is not None:
        _write(folder / EVALUATION, _text(trained.evaluation))
        document[_NAMED] = _sha256(folder / EVALUATION)
    told = _text(document)
    _write(folder / DIGEST, hashlib.sha256(told).hexdigest().encode())
    _write(folder / METADATA, told)


def _text(document: Mapping[str, object]) -> bytes:
    return json.dumps(document, indent=2, sort_keys=True).encode()


def _write(path: Path, told: bytes) -> None:
    with whole_file(path) as file:
        file.write(told)


def load_metadata(folder: Path) -> dict[str, object]:
    """What is said of a training.

    Raises:
        ModelMissing: there is none.
        ModelMismatch: it is damaged.
        ModelOutdated: it is of another format version.
    """
    path = folder / METADATA
    try:
        told = path.read_bytes()
        _check_told(folder, told)
        document = json.loads(told.decode("utf-8"))
    except FileNotFoundError as error:
        raise ModelMissing(
            f"There is no model in {folder}: run `resonance train` first."
        ) from error
    except (OSError, ValueError) as error:
        raise ModelMismatch(
            f"{path} cannot be read ({error}): run `resonance train` again."
        ) from error
    if not isinstance(document, dict):
        raise ModelMismatch(f"{path} is no JSON object: run `resonance train` again.")
    if document.get("format") != FORMAT:
        raise ModelOutdated(
            f"{path} has model format {document.get('format')!r}, this version reads {FORMAT}: "
            "run `resonance train` again."
        )
    return document


def load_model(folder: Path) -> ServingModel:
    """Read a model folder.

    Raises:
        ModelMissing, ModelMismatch, ModelOutdated: as for `load_metadata`.
    """
    document = load_metadata(folder)
    check_arrays(folder, document)  # first: what is damaged is not read at all
    embeddings = load_embeddings(folder / TABLE)
    encoder = load_encoder(folder / ENCODER, embeddings)
    decoder = document.get("decoder")
    if not isinstance(decoder, dict):
        raise ModelMismatch(f"{folder / METADATA} has no decoder: run `resonance train` again.")
    evaluation = load_evaluation(folder, document)
    return ServingModel(embeddings, Decoder.from_json(decoder), document, encoder, evaluation)


def check_arrays(folder: Path, metadata: Mapping[str, object]) -> None:
    """Look whether a training's arrays are those that its metadata were written with.

    Raises:
        ModelMismatch: one of them is damaged, or of another training.
    """
    for file, named in ((TABLE, "table_sha256"), (ENCODER, "encoder_sha256")):
        _check(folder / file, metadata.get(named))


def load_evaluation(folder: Path, metadata: Mapping[str, object]) -> Mapping[str, object] | None:
    """What a training found of itself; None where it is older than that.

    Raises:
        ModelMismatch: it is not what the training's metadata were written with.
    """
    if _NAMED not in metadata:
        return None
    _check(folder / EVALUATION, metadata[_NAMED])
    found: dict[str, object] = json.loads((folder / EVALUATION).read_text(encoding="utf-8"))
    return found


def _check(path: Path, sha256: object) -> None:
    if not path.exists() or _sha256(path) != sha256:
        raise ModelMismatch(
            f"{path} is not the file that {METADATA} was written with: run `resonance train` again,"
            " or `resonance models rollback`."
        )


def _check_told(folder: Path, told: bytes) -> None:
    """Also of which format it is can be believed after this alone."""
    try:
        named = (folder / DIGEST).read_bytes()
    except FileNotFoundError:  # it is older than that
        return
    if named != hashlib.sha256(told).hexdigest().encode():
        damaged = METADATA if re.fullmatch(rb"[0-9a-f]{64}", named) else DIGEST
        raise ModelMismatch(
            f"{folder / damaged} is damaged ({DIGEST} is not the hash of {METADATA}): run"
            " `resonance train` again."
        )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
