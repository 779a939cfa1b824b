"""Vectors of users and posts that came after training, or changed since. Needs no torch.

The learned network, run for one node at a time over the states that its neighbours had when
training ended: what GraphSAGE is for (Hamilton, Ying and Leskovec, NeurIPS 2017, section 3.1). The
linear half folds in likewise: a user's is the sum of its posts' places on the spectrum's axes; a
post's, with s the rows of users and content that stand for it, is diag(1 / values^2) V' S' s. Both
are divided by what the spectrum divides links by (`gnn.spectrum.Damping`). The factors of both are
solved for once more (`gnn.factors`).

A neighbour that has no state itself passes no message. Ages count from the moment of the training.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from gnn.embeddings import RIDGES
from gnn.factors import folded, gram
from gnn.hashing import hashed, words
from gnn.matrices import Floats
from gnn.spectrum import CONTENT, counted, damped, post_table, spreads
from gnn.strengths import counts, strength
from graph.errors import ModelMismatch
from graph.model import KINDS, SIGNALS, EdgeKind

DAY = 86_400
NORM_EPSILON = 1e-5
"""Torch's own, of a layer's normalisation."""
SIGNAL_FILES = frozenset(kind.file for kind in SIGNALS)


@dataclass(frozen=True)
class Around:
    """What stands around one user or post."""

    node_id: str
    ends: Mapping[str, Mapping[str, float]]
    """By edge file: the ids at the other ends, each with the edge's weight (a signal's as in
    `gnn.strengths`), 1 without one."""
    text: str = ""
    """A post's title and text."""
    born_at: int | None = None
    """When the user joined or the post was made, in Unix seconds."""

    def links(self) -> dict[str, float]:
        """The ends of all signals, each once, with how strong the link is (`gnn.strengths`)."""
        edges = [edge for file in SIGNAL_FILES for edge in self.ends.get(file, {}).items()]
        found: dict[str, float] = defaultdict(float)
        told = strength(np.array([weight for _, weight in edges])).tolist()
        for (node, _), strong in zip(edges, told, strict=True):
            found[node] += strong
        return found


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


class Known:
    """What is known of the nodes of one label: as training left them, and those that came later.

    One thread adds at a time; others may read meanwhile.
    """

    def __init__(
        self,
        ids: Sequence[str],
        states: Floats,
        places: Floats,
        usual: Floats | None = None,
        factors: Floats | None = None,
    ):
        """Begin with what training left.

        Args:
            ids: of the nodes.
            states: before each round; shape ``(rounds, num_nodes, hidden)``.
            places: what one link to the node adds to the other end's place on the spectrum's axes:
                of a user or of content its row times V, of a post its row of V, as far as they are
                damped. Shape ``(num_nodes, dim)``.
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
        self.states, self.places, self.usual, self.factors = states, places, usual, factors
        self.gram = gram(factors)
        """Of what training left."""
        self.row = {each: row for row, each in enumerate(self.ids)}

    def rows(self, ids: Iterable[str]) -> list[int]:
        """Where those of the ids are that are known."""
        row_of = self.row.get
        return [row for each in ids if (row := row_of(each)) is not None]

    def without(self, node_ids: Collection[str]) -> "Known":
        """What training left, but for these nodes."""
        gone = set(node_ids)
        rows = [row for row in range(self.trained) if self.ids[row] not in gone]
        ids = [self.ids[row] for row in rows]
        states, places, usual = self.states[:, rows], self.places[rows], self.usual[rows]
        return Known(ids, states, places, usual, self.factors[rows])

    def keep(self, node_id: str, encoded: Encoded) -> None:
        """Know a node that came after training; one that was trained on stays as it was."""
        row = self.row.get(node_id, len(self.ids))
        if row < self.trained:
            return
        if row == self.states.shape[1]:
            room = max(row // 16, 64)  # these are as large as all that a model has
            self.states = np.pad(self.states, ((0, 0), (0, room), (0, 0)))
            self.places = np.pad(self.places, ((0, room), (0, 0)))
            self.usual = np.pad(self.usual, (0, room))
            self.factors = np.pad(self.factors, ((0, room), (0, 0)))
        self.states[:, row], self.places[row] = encoded.states, encoded.place
        self.usual[row], self.factors[row] = encoded.usual, encoded.factors
        if row == len(self.ids):
            self.ids.append(node_id)
            self.row[node_id] = row


@dataclass(frozen=True)
class InductiveEncoder:
    """The network's weights, and what they need of the graph that they were learned on."""

    weights: Mapping[str, Floats]
    """By the names that `gnn.model.GraphSage` gives them."""
    known: Mapping[str, Known]
    """By label."""
    values: Floats
    """Singular values of the spectrum; shape ``(dim,)``."""
    turn: Floats
    """Turns the leading coordinates to the axes that the network learned on."""
    lambda_: float
    exponent: float
    """Of the degrees that links are divided by."""
    content: float
    """What a tag of weight 1 counts beside one user's engagement."""
    strength: float
    """Exponent of what a link counts by how strong it is (`gnn.strengths`)."""
    scale: float
    """What all links of the spectrum are multiplied by."""
    user_weight: float
    """What the linear half of a user's vector is multiplied by."""
    now: int
    """What ages count from (Unix seconds)."""
    hash_width: int
    interests: bool
    """Whether the network reads interests."""
    alpha: float = 1.0
    """What the factors' error at a link weighs (`gnn.factors`)."""
    ridge: float = 1.0
    """What squared factors weigh."""

    @property
    def rounds(self) -> int:
        """Of messages."""
        return len(self.known["User"].states)

    def without(self, node_ids: Collection[str]) -> "InductiveEncoder":
        """The encoder as training left it, but for these nodes."""
        return replace(
            self, known={label: each.without(node_ids) for label, each in self.known.items()}
        )

    def user(self, around: Around) -> Encoded | None:
        """A user; None where nothing is known that a taste could follow from."""
        ends = {file: each for file, each in around.ends.items() if each}
        if not self.interests:
            ends.pop("interested_in", None)
        if not ends:
            return None
        links, posts = around.links(), self.known["Post"]
        usual = float(np.mean([*links.values()])) if links else 0.0
        place = self._place(posts, links, usual)
        features = [
            self._content([f"Tag:{each}" for each in ends.get("interested_in", ())]),
            self._coordinates(place),
            _floats(_log(len(links)), _log(len(ends.get("friend", ())))),
            self._age(around.born_at),
        ]
        learned, states = self._network("User", features, self._to_user(around, ends))
        told = place * (self.scale / self._damping(links)) ** 2
        vector = _joined(self.user_weight * place, learned)
        return Encoded(
            vector, states, _float32(told), usual=usual, factors=self._factors(posts, links)
        )

    def post(self, around: Around) -> Encoded | None:
        """A post; None where nothing is known of it but that it is there."""
        ends = {file: each for file, each in around.ends.items() if each}
        if not ends and not around.text:
            return None
        place = self.post_place(around)
        tokens = [f"{_end(file)}:{each}" for file in CONTENT for each in ends.get(file, ())]
        features = [
            self._content([*words(around.text), *tokens]),
            self._coordinates(place * self.values),
            _floats(_log(len(around.links()))),
            self._age(around.born_at),
        ]
        learned, states = self._network("Post", features, self._to_post(ends))
        damping = self._damping(around.links())
        (linear,) = post_table(place[None], self.values, self.lambda_) * damping
        (spread,) = spreads(place[None], self.values, self.lambda_)
        factors = self._factors(self.known["User"], around.links())
        vector = _joined(linear, learned)
        return Encoded(vector, states, _float32(place / damping), spread, factors=factors)

    def _damping(self, links: Mapping[str, float]) -> float:
        """What a link of a node that has these is divided by."""
        return float(damped(np.array(len(links)), self.exponent))

    def post_place(self, around: Around) -> Floats:
        """The post's row of V, by those who engaged with it and by its content; ``(dim,)``."""
        users, links = self.known["User"], around.links()
        place = self._place(users, links, users.usual)
        for file in CONTENT:
            known = self.known[_end(file)]
            for each, weight in around.ends.get(file, {}).items():
                if each in known.row:
                    counts = counted(_floats(weight), self.content)
                    place = place + counts * known.places[known.row[each]]
        return _float32(place / (np.maximum(self.values**2, 1e-9) * self._damping(links)))

    def _place(self, known: Known, links: Mapping[str, float], usual: Floats | float) -> Floats:
        """What links to known nodes add up to; `usual` of their user, or of each known one."""
        rows = known.rows(links)
        strengths = np.array([links[known.ids[row]] for row in rows])
        means = usual if isinstance(usual, float) else usual[rows]
        return np.asarray(counts(strengths, means, self.strength) @ _some(known.places, rows))

    def _factors(self, known: Known, links: Mapping[str, float]) -> Floats:
        """What links to known nodes make of a node's factors."""
        return folded(known.gram, _some(known.factors, known.rows(links)), self.alpha, self.ridge)

    def _content(self, tokens: Sequence[str]) -> Floats:
        (row,) = hashed([tokens], self.hash_width)
        return np.asarray(row)

    def _coordinates(self, place: Floats) -> Floats:
        turned = place[: len(self.turn)] @ self.turn
        length = float(np.linalg.norm(turned))
        return np.asarray(turned / length if length > 1e-9 else turned, dtype=np.float32)

    def _age(self, born_at: int | None) -> Floats:
        if born_at is None:
            return _floats(0.0, 0.0)
        return _floats(_log(max(self.now - born_at, 0) / DAY), 1.0)

    def _to_user(self, around: Around, ends: Mapping[str, Mapping[str, float]]) -> "_Messages":
        """The messages that reach a user; a friendship is stored from the lower id."""
        found: dict[str, tuple[str, list[int]]] = {}
        for file, others in ends.items():
            if file == "friend":
                lower = {each: 1.0 for each in others if each < around.node_id}
                upper = {each: 1.0 for each in others if each not in lower}
                found["User__friend__User"] = "User", self.known["User"].rows(lower)
                found["User__rev_friend__User"] = "User", self.known["User"].rows(upper)
            else:
                label = _end(file)
                found[f"{label}__rev_{file}__User"] = label, self.known[label].rows(others)
        return found

    def _to_post(self, ends: Mapping[str, Mapping[str, float]]) -> "_Messages":
        """The messages that reach a post: from people along their edges, from its content back."""
        found: dict[str, tuple[str, list[int]]] = {}
        for file, others in ends.items():
            if file in CONTENT:
                label = _end(file)
                found[f"{label}__rev_{file}__Post"] = label, self.known[label].rows(others)
            else:
                found[f"User__{file}__Post"] = "User", self.known["User"].rows(others)
        return found

    def _network(
        self, label: str, features: Sequence[Floats], messages: "_Messages"
    ) -> tuple[Floats, Floats]:
        """The output for one node, and its states; see `gnn.model.GraphSage.forward`."""
        given = np.concatenate(features)
        state, states = np.maximum(self._linear(f"enter.{label}", given), 0.0), []
        for number in range(self.rounds):
            states.append(state)
            prefix = f"rounds.{number}"
            total = self._linear(f"{prefix}.own.{label}", state)
            for edge_type, (source, rows) in messages.items():
                if rows:
                    # As `mean` does it, whose beginning takes longer than the rest.
                    their = _some(self.known[source].states[number], rows)
                    mean = np.add.reduce(their) / len(rows)
                    weight = self.weights[f"{prefix}.by_type.{edge_type}.lin_l.weight"]
                    total = total + weight @ mean
            normed = (total - total.mean()) / np.sqrt(total.var() + NORM_EPSILON)
            scale, shift = (self.weights[f"{prefix}.norm.{label}.{each}"] for each in _AFFINE)
            state = state + np.maximum(normed * scale + shift, 0.0)
        return self._linear(f"leave.{label}", state), np.stack(states)

    def _linear(self, name: str, given: Floats) -> Floats:
        weight, bias = (self.weights[f"{name}.{each}"] for each in _AFFINE)
        return np.asarray(weight @ given + bias, dtype=np.float32)


_Messages = Mapping[str, tuple[str, list[int]]]
"""By edge type, as a module name: the label that they come from, and the rows of its nodes."""
_AFFINE = ("weight", "bias")


def _some(table: Floats, rows: Sequence[int]) -> Floats:
    """These rows: several times as fast as by brackets."""
    return table.take(np.asarray(rows, np.int64), axis=0)


def _float32(numbers: np.ndarray) -> Floats:
    return np.asarray(numbers, dtype=np.float32)


def _joined(linear: Floats, learned: Floats) -> Floats:
    return np.concatenate([linear, learned]).astype(np.float32)


def _log(count: float) -> float:
    return float(np.log1p(count) / 5.0)


def _floats(*numbers: float) -> Floats:
    return np.array(numbers, dtype=np.float32)


def _end(file: str) -> str:
    """The label that edges of this file lead to."""
    kind = KINDS[file]
    assert isinstance(kind, EdgeKind)
    return kind.target
