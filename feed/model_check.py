"""Whether a model belongs to a graph: another one's would rank by chance, and nobody would know.

Ids do not tell: users of most sources are numbered from 1. So users that the model was trained on
are encoded by what they did in this graph, and what comes out is held against what the model has of
them. Of the graph that it was trained on it is the same; it turns away as they do more, and of
another graph it points anywhere.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import numpy as np
import numpy.typing as npt

from feed.nearest import LinkModel
from feed.vector_index import Vector
from feed.vectors import around_viewer
from gnn.embeddings import EmbeddingTable
from gnn.inductive import InductiveEncoder
from graph.ahead import ahead
from graph.errors import ModelMismatch
from graph.queries.people import gate_context, user_cards
from graph.queries.posts import post_cards
from graph.store import Call, GraphStore

LOOKED_FOR = 200
"""Users and posts of the model, each."""
LEAST_THERE = 0.5
ENCODED = 50
"""Users of the model, at most."""
AT_A_TIME = 10_000
"""Ids that are looked for by one query."""
FEW = 10
"""Of fewer no median tells anything."""
LEAST_ALIKE = 0.5
"""Median cosine of what users are by this graph and in the model. In a planted village it is 1
directly after training, .6 when everybody has done ten times as much, and .03 in another village.
"""


def refuse_foreign(store: GraphStore, model: LinkModel) -> None:
    """Look whether the graph has who and what the model was trained on, and they did what it knows.

    Raises:
        ModelMismatch: of a sample less than half is there, or most did other things.
        StoreError: a look-up failed.
    """
    table = model.embeddings
    users, posts = (
        ids[_spread(len(ids), LOOKED_FOR)].tolist() for ids in (table.user_ids, table.post_ids)
    )
    for what, looked_for, there in (
        ("users", users, len(user_cards(store, users))),
        ("posts", posts, len(post_cards(store, posts))),
    ):
        if there < LEAST_THERE * len(looked_for):
            raise _foreign(f"of {len(looked_for)} of its {what}, {there} are here")
    cosines = [] if model.encoder is None else _cosines(store, table, model.encoder)
    if len(cosines) >= FEW and (middle := np.median(cosines)) < LEAST_ALIKE:
        raise _foreign(
            f"by what {len(cosines)} of its users did here, their tastes are others than in the"
            f" model (median cosine {middle:.2f}, at least {LEAST_ALIKE} of one graph)"
        )


def gone(store: GraphStore, table: EmbeddingTable) -> tuple[list[str], list[str]]:
    """The users and the posts of a model that the graph does not have any more.

    Raises:
        StoreError: a look-up failed.
    """
    users, posts = table.user_ids.tolist(), table.post_ids.tolist()
    return _gone(users, partial(user_cards, store)), _gone(posts, partial(post_cards, store))


def _gone(ids: Sequence[str], cards: Callable[[Sequence[str]], Mapping[str, object]]) -> list[str]:
    some = (ids[at : at + AT_A_TIME] for at in range(0, len(ids), AT_A_TIME))
    return [each for part in some for there in (cards(part),) for each in part if each not in there]


def _foreign(found: str) -> ModelMismatch:
    return ModelMismatch(
        f"The model was trained on another graph: {found}. Run `resonance train` on this graph,"
        " or give its own --model."
    )


def _cosines(store: GraphStore, table: EmbeddingTable, encoder: InductiveEncoder) -> list[float]:
    """Of some users' linear halves, by this graph and in the model.

    The learned halves do not tell: they have most in common with everybody's.
    """
    trained, found = _best_known(table), []
    reading = ahead(store, _calls([*trained]))
    for user_id, before in trained.items():
        around = around_viewer(reading, gate_context(reading, user_id, ""))
        encoded = None if around is None else encoder.user(around)
        if encoded is not None:
            found.append(_cosine(encoded.vector[: table.linear], before))
    return found


def _best_known(table: EmbeddingTable) -> dict[str, Vector]:
    """By id, linear halves of users of whom more is known than of most: what moves the least."""
    halves = table.user_vectors[:, : table.linear]
    lengths = np.linalg.norm(halves, axis=1)
    if not lengths.any():
        return {}
    best = np.flatnonzero(lengths >= np.median(lengths[lengths > 0]))
    some = best[_spread(len(best), ENCODED)].tolist()
    return {str(table.user_ids[pos]): halves[pos] for pos in some}


def _calls(user_ids: Sequence[str]) -> list[Call]:
    """What will be asked of each."""
    return [
        *(("viewer_context", {"user_id": each}) for each in user_ids),
        *(("around_user", {"user_id": each}) for each in user_ids),
        *(("born_users", {"user_ids": [each]}) for each in user_ids),
    ]


def _cosine(one: Vector, other: Vector) -> float:
    """0 where one of them is nothing."""
    lengths = float(np.linalg.norm(one) * np.linalg.norm(other))
    return float(one @ other) / lengths if lengths else 0.0


def _spread(count: int, most: int) -> npt.NDArray[np.int64]:
    """At most so many positions, evenly drawn from all."""
    return np.linspace(0, count - 1, min(count, most), dtype=np.int64)
