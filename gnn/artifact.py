"""A trained model as a folder, for serving. Needs numpy only.

::

    embeddings.npz    the embedding table
    metadata.json     format, decoder, the data's fingerprint, seed, valid's metrics, duration

`metadata.json` is written last and names the table's hash, so that a half-written folder, or a
table of another training, is noticed and never served. Where somebody's rows are taken out of the
table, it names both tables' hashes for a moment: the folder can be read whatever dies in between.
"""

import hashlib
import io
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from gnn.embeddings import EmbeddingTable, load_embeddings, save_embeddings, write_embeddings
from gnn.likelihood import Decoder
from graph.errors import ModelMismatch, ModelMissing
from graph.files import whole_file

FORMAT = 1
TABLE, METADATA = "embeddings.npz", "metadata.json"
_NEXT = "next_table_sha256"
"""Of a table that takes the place of the one there."""


class Saveable(Protocol):
    """What `save_model` needs; `gnn.train.Trained` is one."""

    @property
    def embeddings(self) -> EmbeddingTable:
        """The vectors."""

    @property
    def decoder(self) -> Decoder:
        """The weights of the parts."""

    @property
    def metadata(self) -> dict[str, object]:
        """Plain JSON values."""


@dataclass(frozen=True)
class ServingModel:
    """What serving needs of a training: vectors, decoder, and where they came from."""

    embeddings: EmbeddingTable
    decoder: Decoder
    metadata: dict[str, object]
    folder: Path | None = None
    """Where it was read."""
    _users: dict[str, int] = field(init=False, repr=False)
    _posts: dict[str, int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        users = {str(each): pos for pos, each in enumerate(self.embeddings.user_ids)}
        posts = {str(each): pos for pos, each in enumerate(self.embeddings.post_ids)}
        object.__setattr__(self, "_users", users)
        object.__setattr__(self, "_posts", posts)

    def embedding_scores(self, user_id: str, post_ids: list[str]) -> npt.NDArray[np.float32] | None:
        """The part ``embedding`` of these posts, in their order; 0 for a post without a vector.

        None if the user has no vector: say so in the answer, do not guess.
        """
        user_pos = self._users.get(user_id)
        if user_pos is None:
            return None
        scores = np.zeros(len(post_ids), dtype=np.float32)
        pos = np.array([self._posts.get(each, -1) for each in post_ids], dtype=np.int64)
        vectors = self.embeddings.post_vectors[pos[pos >= 0]]
        scores[pos >= 0] = vectors @ self.embeddings.user_vectors[user_pos]
        return scores

    def without(self, user_ids: Collection[str], post_ids: Collection[str]) -> "ServingModel":
        """The model without what it learnt of these users and posts; its folder holds none either.

        Raises:
            ModelMismatch: the folder cannot be read.
            StoreFull: it cannot be written; it is as it was.
        """
        if self.folder is not None:
            forget(self.folder, user_ids, post_ids)
        return replace(self, embeddings=self.embeddings.without(user_ids, post_ids))


def forget(folder: Path, user_ids: Collection[str], post_ids: Collection[str]) -> None:
    """Take the rows of users and posts out of a folder's table; safe to be killed, and done again.

    Raises:
        ModelMismatch: the folder cannot be read.
        StoreFull: it cannot be written; it is as it was.
    """
    if not (folder / METADATA).exists():
        return
    model = load_model(folder)
    table = model.embeddings.without(user_ids, post_ids)
    if table is model.embeddings:
        return
    written = io.BytesIO()
    write_embeddings(table, written)
    named = hashlib.sha256(written.getvalue()).hexdigest()
    document = dict(model.metadata)
    _write_metadata(folder, {**document, _NEXT: named})
    with whole_file(folder / TABLE) as file:
        file.write(written.getvalue())
    document.pop(_NEXT, None)
    _write_metadata(folder, {**document, "table_sha256": named})


def _write_metadata(folder: Path, document: Mapping[str, object]) -> None:
    text = json.dumps(document, indent=2, sort_keys=True).encode()
    with whole_file(folder / METADATA) as file:
        file.write(text)


def save_model(folder: Path, trained: Saveable) -> None:
    """Write a model folder, replacing the model that is there."""
    save_embeddings(trained.embeddings, folder / TABLE)
    document = {
        **trained.metadata,
        "format": FORMAT,
        "table_sha256": _sha256(folder / TABLE),
        "parts": list(trained.decoder.parts),
        "decoder": trained.decoder.as_json(),
    }
    _write_metadata(folder, document)


def load_model(folder: Path) -> ServingModel:
    """Read a model folder.

    Raises:
        ModelMissing: there is none.
        ModelMismatch: it is damaged, or of another format version.
    """
    path = folder / METADATA
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ModelMissing(
            f"There is no model in {folder}: run `resonance train` first."
        ) from error
    except (OSError, ValueError) as error:
        raise ModelMismatch(
            f"{path} cannot be read ({error}): run `resonance train` again."
        ) from error
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        found = document.get("format") if isinstance(document, dict) else None
        raise ModelMismatch(
            f"{path} has model format {found!r}, this version reads {FORMAT}: "
            "run `resonance train` again."
        )
    embeddings = load_embeddings(folder / TABLE)
    if _sha256(folder / TABLE) not in (document.get("table_sha256"), document.get(_NEXT)):
        raise ModelMismatch(
            f"{folder / TABLE} is not the table that {METADATA} was written with: "
            "run `resonance train` again."
        )
    decoder = document.get("decoder")
    if not isinstance(decoder, dict):
        raise ModelMismatch(f"{path} has no decoder: run `resonance train` again.")
    return ServingModel(embeddings, Decoder.from_json(decoder), document, folder)


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
