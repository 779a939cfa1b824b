"""The posts nearest to a viewer among the model's embeddings."""

import threading
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Protocol

import faiss
import numpy as np
import numpy.typing as npt

from gnn.embeddings import EmbeddingTable
from gnn.features import PARTS
from gnn.likelihood import Decoder
from graph.errors import ModelMismatch

NEAREST = 200
"""As many posts as any other source may bring."""
NEAREST_LOOKED_AT = 2_000
"""At most; a viewer's own history lies nearest to them and is left out of what is found."""


class LinkModel(Protocol):
    """What the feed needs of a trained model; `gnn.artifact.ServingModel` is one."""

    @property
    def embeddings(self) -> EmbeddingTable:
        """A vector for every user and post that the model was trained on."""

    @property
    def decoder(self) -> Decoder:
        """The weights of the parts."""

    def embedding_scores(self, user_id: str, post_ids: list[str]) -> npt.NDArray[np.float32] | None:
        """The dot products with these posts, 0 for an unknown one; None for an unknown user."""

    def without(self, user_ids: Collection[str], post_ids: Collection[str]) -> "LinkModel":
        """The model without what it learnt of these users and posts, here and where it is kept."""


@dataclass(frozen=True, slots=True)
class _Indexed:
    """A model, and an index over its posts."""

    model: LinkModel
    user_pos: dict[str, int]
    post_ids: list[str]
    index: Any

    @classmethod
    def of(cls, model: LinkModel) -> "_Indexed":
        table = model.embeddings
        index = faiss.IndexFlatIP(table.dim)
        index.add(np.ascontiguousarray(table.post_vectors, dtype=np.float32))
        user_pos = {str(user_id): pos for pos, user_id in enumerate(table.user_ids)}
        return cls(model, user_pos, [str(post_id) for post_id in table.post_ids], index)


class FeedModel:
    """A trained model with an index over its posts, built once when the model is loaded."""

    def __init__(self, model: LinkModel):
        """Index the posts' vectors for inner products: exact, one thread's work a request.

        Raises:
            ModelMismatch: the model was trained on other parts than the feed computes.
        """
        if model.decoder.parts != PARTS:
            raise ModelMismatch(
                f"The model was trained on the parts {model.decoder.parts}, the feed computes"
                f" {PARTS}: run `resonance train` again."
            )
        self.decoder = model.decoder
        self._turn = threading.Lock()
        self._now = _Indexed.of(model)

    def embedding_scores(self, user_id: str, post_ids: list[str]) -> npt.NDArray[np.float32] | None:
        """See `LinkModel.embedding_scores`."""
        return self._now.model.embedding_scores(user_id, post_ids)

    def forget(self, user_ids: Collection[str], post_ids: Collection[str]) -> None:
        """Know no more of these users and posts than of any that were never trained on."""
        with self._turn:
            before = self._now.model
            after = before.without(user_ids, post_ids)
            if after.embeddings is not before.embeddings:
                self._now = _Indexed.of(after)

    @property
    def num_posts(self) -> int:
        """How many posts have a vector."""
        return len(self._now.post_ids)

    def knows(self, user_id: str | None) -> bool:
        """Whether the user has a vector: whether the model saw them when it was trained."""
        return user_id in self._now.user_pos

    def embedding_of(self, user_id: str) -> list[float] | None:
        """The user's vector; None: the model does not know them."""
        now = self._now
        pos = now.user_pos.get(user_id)
        return None if pos is None else now.model.embeddings.user_vectors[pos].tolist()

    def nearest(self, user_id: str, but: frozenset[str]) -> list[tuple[str, float]]:
        """The posts of the highest inner product, none of `but`; ties go to the lower id.

        Empty for a user whom the model does not know.
        """
        now = self._now
        user_pos = now.user_pos.get(user_id)
        looked_at = min(NEAREST + len(but), NEAREST_LOOKED_AT, len(now.post_ids))
        if user_pos is None or looked_at == 0:
            return []
        vectors = now.model.embeddings.user_vectors
        vector = np.ascontiguousarray(vectors[user_pos][None, :], dtype=np.float32)
        scores, positions = now.index.search(vector, looked_at)
        found = zip(positions[0].tolist(), scores[0].tolist(), strict=True)
        named = [(now.post_ids[pos], float(score)) for pos, score in found]
        fresh = [each for each in named if each[0] not in but]
        return sorted(fresh, key=lambda each: (-each[1], each[0]))[:NEAREST]
