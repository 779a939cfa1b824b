"""Whom and what a trained model finds alike: by the angle between vectors. Needs numpy only."""

import numpy as np
import numpy.typing as npt

from gnn.embeddings import EmbeddingTable, Floats
from graph.errors import ModelMismatch

NEAREST = 12
"""As many as a picture holds and an eye takes in."""


def nearest_posts(table: EmbeddingTable, post_id: str) -> list[str]:
    """The posts whose vectors point most the same way, the nearest first; ties by id.

    Raises:
        ModelMismatch: the post was not there in training, or was alone.
    """
    return _nearest(table.post_ids, table.post_vectors, post_id)


def nearest_users(table: EmbeddingTable, user_id: str) -> list[str]:
    """The users, likewise."""
    return _nearest(table.user_ids, table.user_vectors, user_id)


def _nearest(ids: npt.NDArray[np.str_], vectors: Floats, of: str) -> list[str]:
    (found,) = np.nonzero(ids == of)
    if not len(found) or len(ids) < 2:
        raise ModelMismatch(
            f"The model knows nobody and nothing beside {of!r}, or not that: look for another id,"
            " or run `resonance train` if it came after the training."
        )
    norms = np.linalg.norm(vectors, axis=1)
    cosines = vectors @ vectors[found[0]] / np.maximum(norms * norms[found[0]], 1e-12)
    order = np.lexsort((ids, -cosines))
    return [str(ids[pos]) for pos in order if pos != found[0]][:NEAREST]
