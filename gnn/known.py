"""What the inductive encoder knows of nodes: as training left them, and those that came later.

What training left is as large as all that a model has, so it is held once: where a row of it
follows from the embedding table, it is made of that (`Places`), and what comes later lies beside it
(`Rows`), so that nothing of it is ever copied to make room.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from gnn.embeddings import RIDGES, EmbeddingTable
from gnn.factors import gram
from gnn.matrices import Floats
from gnn.vocabulary import Positions
from graph.errors import ModelMismatch

ROOM = 64
"""Rows that there is room for at first, when the first comes later."""


@dataclass(frozen=True)
class Encoded:
    """What the encoder makes of one node."""

    vector: Floats
    """The linear half, then the learned one; as in the embedding table."""
    states: Floats
    """Before each round; shape ``(rounds, hidden)``."""
    place: Floats
    """What a link to the node adds to the other end's place on the spectrum's axes; ``(dim,)``."""
    spreads: Floats = field(default_factory=lambda: np.ones(RIDGES, np.float32))
    """A post's, as in the embedding table; ones for a user. Shape ``(RIDGES,)``."""
    usual: float = 0.0
    """How strongly a user engages in the mean (`gnn.strengths`)."""
    factors: Floats = field(default_factory=lambda: np.zeros(0, np.float32))
    """As in the embedding table; ``(num_factors,)``."""


class Side(NamedTuple):
    """What an embedding table has of its users, or of its posts."""

    ids: list[str]
    vectors: Floats
    """Shape ``(num_nodes, dim)``."""
    factors: Floats
    """Shape ``(num_nodes, num_factors)``."""


def sides(table: EmbeddingTable) -> dict[str, Side]:
    """Both, by label."""
    users, posts = table.users, table.posts
    return {
        "User": Side(table.user_ids.tolist(), users.vectors, users.factors),
        "Post": Side(table.post_ids.tolist(), posts.vectors, posts.factors),
    }


class Rows:
    """A table's rows, and those that came later, which go on where the table ends.

    One thread adds at a time; others may read meanwhile what they know to be there.
    """

    def __init__(self, table: Floats):
        """Begin with the table; it is never copied, nor written to."""
        self.table, self._later = table, table[:0]

    def take(self, rows: Positions) -> Floats:
        """These rows."""
        later, end = self._later, len(self.table)
        if not len(later) or not (late := rows >= end).any():
            return self.table.take(rows, axis=0)  # several times as fast as by brackets
        found = np.empty((len(rows), *self.table.shape[1:]), self.table.dtype)
        found[late] = later.take(rows[late] - end, axis=0)
        found[~late] = self.table.take(rows[~late], axis=0)
        return found

    def put(self, row: int, value: Floats | float) -> None:
        """Have this as a row behind the table's, in place of what it was or as the next."""
        at = row - len(self.table)
        if at == len(self._later):
            room = ((0, max(at, ROOM)), *[(0, 0)] * (self.table.ndim - 1))
            self._later = np.pad(self._later, room)
        self._later[at] = value


class Places:
    """What one link to each node adds to the other end's place on the spectrum's axes.

    Of a user or of content that is its row times V, of a post its row of V, as far as they are
    damped. Users' and posts' are the linear halves of their vectors in the embedding table, but for
    a number for each node and one for each axis.
    """

    def __init__(
        self, vectors: Floats, times: Floats | None = None, axes: Floats | None = None
    ) -> None:
        """Of some nodes.

        Args:
            vectors: whose leading columns are multiplied; shape ``(num_nodes, dim or more)``.
            times: by what for each node; shape ``(num_nodes,)``. None: all 1.
            axes: and for each axis; shape ``(dim,)``. None: 1 for each column of `vectors`.

        Raises:
            ModelMismatch: the shapes do not fit.
        """
        self.times = np.ones(len(vectors), np.float32) if times is None else times
        self.axes = np.ones(vectors.shape[1], np.float32) if axes is None else axes
        if self.times.shape != (len(vectors),) or not self.axes.size <= vectors.shape[1]:
            raise ModelMismatch(
                f"The encoder has places of {self.times.shape} nodes on {self.axes.shape} axes for"
                f" vectors of shape {vectors.shape}: train again."
            )
        self.vectors = vectors
        self._later = Rows(np.zeros((0, self.axes.size), np.float32))

    def __len__(self) -> int:
        """How many training left."""
        return len(self.vectors)

    def summed(self, rows: Positions, counts: np.ndarray) -> np.ndarray:
        """The places of some nodes, each counted as often as told, in a sum; shape ``(dim,)``."""
        late = rows >= len(self.vectors)
        if not late.any():
            return self._trained(rows, counts)
        later = counts[late] @ self._later.take(rows[late] - len(self.vectors))
        return np.asarray(self._trained(rows[~late], counts[~late]) + later)

    def _trained(self, rows: Positions, counts: np.ndarray) -> np.ndarray:
        # Whole rows: of a part of the columns all of them would be copied first.
        sides = self.vectors.take(rows, axis=0)[:, : self.axes.size]
        return np.asarray((counts * self.times.take(rows)) @ sides * self.axes)

    def put(self, row: int, place: Floats) -> None:
        """Have this as the place of a node that came later."""
        self._later.put(row - len(self.vectors), place)


class Known:
    """What is known of the nodes of one label: as training left them, and those that came later.

    One thread adds at a time; others may read meanwhile.
    """

    def __init__(
        self,
        ids: Sequence[str],
        states: Floats,
        places: Places,
        usual: Floats | None = None,
        factors: Floats | None = None,
    ):
        """Begin with what training left.

        Args:
            ids: of the nodes.
            states: before each round; shape ``(rounds, num_nodes, hidden)``.
            places: of these nodes.
            usual: of users, how strongly each engages in the mean; shape ``(num_nodes,)``.
            factors: of users and posts; shape ``(num_nodes, num_factors)``.

        Raises:
            ModelMismatch: the shapes do not fit.
        """
        usual = np.zeros(len(ids), np.float32) if usual is None else usual
        factors = np.zeros((len(ids), 0), np.float32) if factors is None else factors
        if not states.shape[1] == len(places) == len(usual) == len(factors) == len(ids):
            raise ModelMismatch(
                f"The encoder has {len(ids)} ids for {states.shape[1]} states: train again."
            )
        self.ids, self.trained = list(ids), len(ids)
        self.states = [Rows(each) for each in states]
        """Before each round."""
        self.places, self.usual, self.factors = places, Rows(usual), Rows(factors)
        self.gram = gram(factors)
        """Of what training left."""
        self.row = {each: row for row, each in enumerate(self.ids)}

    def rows(self, ids: Iterable[str]) -> Positions:
        """Where those of the ids are that are known."""
        row_of = self.row.get
        return np.array([row for each in ids if (row := row_of(each)) is not None], np.int64)

    def left(self, side: Side) -> "Known":
        """What training left of some of the nodes: those that the table has yet."""
        rows = self.rows(side.ids)
        states = np.stack([each.table[rows] for each in self.states])
        places = Places(side.vectors, self.places.times[rows], self.places.axes)
        return Known(side.ids, states, places, self.usual.table[rows], side.factors)

    def keep(self, node_id: str, encoded: Encoded) -> None:
        """Know a node that came after training; one that was trained on stays as it was."""
        row = self.row.get(node_id, len(self.ids))
        if row < self.trained:
            return
        for rows, own in zip(self.states, encoded.states, strict=True):
            rows.put(row, own)
        self.places.put(row, encoded.place)
        self.usual.put(row, encoded.usual)
        self.factors.put(row, encoded.factors)
        if row == len(self.ids):
            self.ids.append(node_id)
            # Last: who finds it here finds the rest.
            self.row[node_id] = row
