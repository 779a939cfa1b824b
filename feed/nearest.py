"""A trained model in the feed: vectors of viewers and posts, and the posts nearest to a viewer."""

import threading
from collections.abc import Iterable, Sequence
from typing import Protocol

import faiss
import numpy as np
import numpy.typing as npt

from gnn.embeddings import EmbeddingTable
from gnn.features import PARTS
from gnn.inductive import Around, InductiveEncoder
from gnn.likelihood import Decoder
from graph.errors import ModelMismatch

NEAREST = 200
"""As many posts as any other source may bring."""
NEAREST_LOOKED_AT = 2_000
"""At most; a viewer's own history lies nearest to them and is left out of what is found."""
LEARNT_SECONDS = 600
"""For how long a later post's vector is used before it is learnt again."""

Vector = npt.NDArray[np.float32]


class LinkModel(Protocol):
    """What the feed needs of a trained model; `gnn.artifact.ServingModel` is one."""

    @property
    def embeddings(self) -> EmbeddingTable:
        """A vector for every user and post that the model was trained on."""

    @property
    def decoder(self) -> Decoder:
        """The weights of the parts."""

    @property
    def encoder(self) -> InductiveEncoder | None:
        """Makes vectors of who and what came later."""


class FeedModel:
    """A trained model with an index over its posts, built once when the model is loaded.

    Users' vectors are made of what they did until this moment; posts that came after training are
    learnt as feeds meet them. Safe to share between threads.
    """

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
        self.decoder, self.encoder = model.decoder, model.encoder
        table = model.embeddings
        self._user_pos = {str(user_id): pos for pos, user_id in enumerate(table.user_ids)}
        self._user_vectors = table.user_vectors
        self._post_ids = [str(post_id) for post_id in table.post_ids]
        self._post_pos = {post_id: pos for pos, post_id in enumerate(self._post_ids)}
        self._trained, self._trained_vectors = len(self._post_ids), table.post_vectors
        self._later_vectors = np.empty((0, table.dim), np.float32)
        # Nothing is added to the index: faiss gives no promise to those who search while it grows.
        self._index = faiss.IndexFlatIP(table.dim)
        self._index.add(np.ascontiguousarray(table.post_vectors, dtype=np.float32))
        self._learning = threading.Lock()
        self._learnt_at: dict[str, int] = {}

    @property
    def num_posts(self) -> int:
        """How many posts have a vector."""
        return len(self._post_ids)

    def vector(self, around: Around) -> Vector | None:
        """The user's vector at this moment; None where nothing is known that it could be made of.

        A model without an encoder knows the users that it was trained on, as they were then.
        """
        if self.encoder is None:
            user_pos = self._user_pos.get(around.node_id)
            return None if user_pos is None else self._user_vectors[user_pos]
        encoded = self.encoder.user(around)
        if encoded is None:
            return None
        with self._learning:
            self.encoder.known["User"].keep(around.node_id, encoded)
        return encoded.vector

    def unlearnt(self, post_ids: Iterable[str], now: int) -> list[str]:
        """Those of the posts that came after training, and were not learnt lately."""
        if self.encoder is None:
            return []
        long_ago, pos = now - LEARNT_SECONDS, self._post_pos
        later = (each for each in post_ids if pos.get(each, self._trained) >= self._trained)
        return [each for each in later if self._learnt_at.get(each, -1) <= long_ago]

    def learn(self, arounds: Iterable[Around], now: int) -> None:
        """Give these posts vectors, as far as anything is known of them.

        Args:
            arounds: what stands around posts that came after training.
            now: Unix seconds.
        """
        for around in arounds:
            encoded = None if self.encoder is None else self.encoder.post(around)
            if self.encoder is not None and encoded is not None:
                with self._learning:
                    self.encoder.known["Post"].keep(around.node_id, encoded)
                    self._keep(around.node_id, encoded.vector)
            self._learnt_at[around.node_id] = now

    def _keep(self, post_id: str, vector: Vector) -> None:
        later = self._post_pos.get(post_id, len(self._post_ids)) - self._trained
        if later == len(self._later_vectors):
            self._later_vectors = np.pad(self._later_vectors, ((0, max(later, 64)), (0, 0)))
        self._later_vectors[later] = vector
        if post_id not in self._post_pos:
            self._post_ids.append(post_id)
            # Last: who finds it here finds its vector.
            self._post_pos[post_id] = self._trained + later

    def scores(self, vector: Vector, post_ids: Sequence[str]) -> Vector:
        """The part ``embedding`` of these posts, in their order; 0 for a post without a vector."""
        scores = np.zeros(len(post_ids), dtype=np.float32)
        pos = np.array([self._post_pos.get(each, -1) for each in post_ids], dtype=np.int64)
        trained, later = (pos >= 0) & (pos < self._trained), pos >= self._trained
        scores[trained] = self._trained_vectors[pos[trained]] @ vector
        scores[later] = self._later_vectors[pos[later] - self._trained] @ vector
        return scores

    def nearest(self, vector: Vector, but: frozenset[str]) -> list[tuple[str, float]]:
        """The posts of the highest inner product, none of `but`; ties go to the lower id."""
        looked_at = min(NEAREST + len(but), NEAREST_LOOKED_AT, self._trained)
        found = list(self._later(vector))
        if looked_at:
            scores, positions = self._index.search(vector[None, :], looked_at)
            pairs = zip(positions[0].tolist(), scores[0].tolist(), strict=True)
            found += [(self._post_ids[pos], float(score)) for pos, score in pairs]
        fresh = [each for each in found if each[0] not in but]
        return sorted(fresh, key=lambda each: (-each[1], each[0]))[:NEAREST]

    def _later(self, vector: Vector) -> Iterable[tuple[str, float]]:
        """The posts that came after training."""
        ids = self._post_ids[self._trained :]
        return zip(ids, (self._later_vectors[: len(ids)] @ vector).tolist(), strict=True)
