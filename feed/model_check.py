"""Whether a model belongs to a graph: another one's would rank by chance, and nobody would know."""

from collections.abc import Sequence

import numpy as np

from feed.nearest import LinkModel
from graph.errors import ModelMismatch
from graph.queries.people import user_cards
from graph.queries.posts import post_cards
from graph.store import GraphStore

LOOKED_FOR = 200
"""Users and posts of the model, each."""
LEAST_THERE = 0.5


def refuse_foreign(store: GraphStore, model: LinkModel) -> None:
    """Look whether the graph has who and what the model was trained on.

    Raises:
        ModelMismatch: of a sample less than half is there.
        StoreError: a look-up failed.
    """
    table = model.embeddings
    users, posts = _some(table.user_ids.tolist()), _some(table.post_ids.tolist())
    for what, looked_for, there in (
        ("users", users, len(user_cards(store, users))),
        ("posts", posts, len(post_cards(store, posts))),
    ):
        if there < LEAST_THERE * len(looked_for):
            raise ModelMismatch(
                f"The model was trained on another graph: of {len(looked_for)} of its {what},"
                f" {there} are here. Run `resonance train` on this graph, or give its own --model."
            )


def _some(ids: Sequence[str]) -> list[str]:
    """Evenly drawn from all of them."""
    if len(ids) <= LOOKED_FOR:
        return list(ids)
    return [ids[at] for at in np.linspace(0, len(ids) - 1, LOOKED_FOR, dtype=np.int64).tolist()]
