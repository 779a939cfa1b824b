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
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from gnn.embeddings import EmbeddingTable
from gnn.factors import folded
from gnn.hashing import hashed, words
from gnn.known import Encoded, Known, Rows, sides
from gnn.matrices import Floats
from gnn.spectrum import CONTENT, counted, damped, post_table, spreads
from gnn.strengths import counts, strength
from gnn.vocabulary import Positions
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
    """What a user's squared factors weigh."""
    post_ridge: float = 1.0
    """What a post's do."""

    @property
    def rounds(self) -> int:
        """Of messages."""
        return len(self.known["User"].states)

    def over(self, table: EmbeddingTable) -> "InductiveEncoder":
        """The encoder as training left it, of the users and posts that a table has yet.

        Args:
            table: the one that the encoder was made with, or what is left of it.
        """
        known = {label: self.known[label].left(side) for label, side in sides(table).items()}
        return replace(self, known={**self.known, **known})

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
            vector,
            states,
            _float32(told),
            usual=usual,
            factors=self._factors(posts, links, self.ridge),
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
        factors = self._factors(self.known["User"], around.links(), self.post_ridge)
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
            known, told = self.known[_end(file)], around.ends.get(file, {})
            weights = _floats(*(weight for each, weight in told.items() if each in known.row))
            counts = counted(weights, self.content)
            place = place + known.places.summed(known.rows(told), counts)
        return _float32(place / (np.maximum(self.values**2, 1e-9) * self._damping(links)))

    def _place(self, known: Known, links: Mapping[str, float], usual: Rows | float) -> Floats:
        """What links to known nodes add up to; `usual` of their user, or of each known one."""
        rows = known.rows(links)
        strengths = np.array([links[known.ids[row]] for row in rows.tolist()])
        means = usual if isinstance(usual, float) else usual.take(rows)
        return known.places.summed(rows, counts(strengths, means, self.strength))

    def _factors(self, known: Known, links: Mapping[str, float], ridge: float) -> Floats:
        """What links to known nodes make of a node's factors."""
        return folded(known.gram, known.factors.take(known.rows(links)), self.alpha, ridge)

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
        found: dict[str, tuple[str, Positions]] = {}
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
        found: dict[str, tuple[str, Positions]] = {}
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
                if len(rows):
                    # As `mean` does it, whose beginning takes longer than the rest.
                    their = self.known[source].states[number].take(rows)
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


_Messages = Mapping[str, tuple[str, Positions]]
"""By edge type, as a module name: the label that they come from, and the rows of its nodes."""
_AFFINE = ("weight", "bias")


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
