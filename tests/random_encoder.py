"""An encoder and a training of random weights: small, whole, and right in no way but in form."""

from collections.abc import Mapping, Sequence

import numpy as np

from gnn.embeddings import EmbeddingTable
from gnn.features import PARTS
from gnn.inductive import InductiveEncoder
from gnn.known import Known, Places, sides
from gnn.likelihood import Decoder
from graph.model import KINDS, SIGNALS, EdgeKind

DIM, OUT, HIDDEN, HASHED = 2, 2, 2, 4
"""A vector has `DIM` and `OUT` numbers."""
WIDTHS = {"User": HASHED + DIM + 4, "Post": HASHED + DIM + 3}


def random_table(users: Sequence[str], posts: Sequence[str]) -> EmbeddingTable:
    """Vectors of these users and posts, without a linear half."""
    rng = np.random.default_rng(0)
    theirs, of_posts = (
        rng.normal(size=(len(each), DIM + OUT)).astype(np.float32) for each in (users, posts)
    )
    return EmbeddingTable(np.array(users), theirs, np.array(posts), of_posts)


def random_encoder(table: EmbeddingTable) -> InductiveEncoder:
    """One that knows the users and posts of a table of vectors that are at least `DIM` wide."""
    rng = np.random.default_rng(0)

    def drawn(*shape: int) -> "np.ndarray[tuple[int, ...], np.dtype[np.float32]]":
        return rng.normal(size=shape).astype(np.float32)

    weights = {}
    for label, width in WIDTHS.items():
        for name, shape in (("enter", (HIDDEN, width)), ("leave", (OUT, HIDDEN))):
            weights |= {f"{name}.{label}.weight": drawn(*shape)}
            weights |= {f"{name}.{label}.bias": drawn(shape[0])}
        for name in (f"own.{label}", f"norm.{label}"):
            shape = (HIDDEN, HIDDEN) if name.startswith("own") else (HIDDEN,)
            weights[f"rounds.0.{name}.weight"] = drawn(*shape)
            weights[f"rounds.0.{name}.bias"] = drawn(HIDDEN)
    for each in _edge_types():
        weights[f"rounds.0.by_type.{each}.lin_l.weight"] = drawn(HIDDEN, HIDDEN)
    known = {
        label: Known([], drawn(1, 0, HIDDEN), Places(drawn(0, DIM)))
        for label in ("Tag", "Category", "Mood", "Topic")
    }
    for label, side in sides(table).items():
        places = Places(side.vectors, drawn(len(side.ids)), np.ones(DIM, np.float32))
        states = drawn(1, len(side.ids), HIDDEN)
        known[label] = Known(side.ids, states, places, factors=side.factors)
    return InductiveEncoder(
        weights=weights,
        known=known,
        values=np.ones(DIM, np.float32),
        turn=np.eye(DIM, dtype=np.float32),
        lambda_=1.0,
        exponent=0.0,
        strength=0.25,
        content=0.8,
        scale=1.0,
        user_weight=1.0,
        now=0,
        hash_width=HASHED,
        interests=True,
    )


def _edge_types() -> list[str]:
    found = ["User__friend__User", "User__rev_friend__User", "Tag__rev_interested_in__User"]
    for file in (*(kind.file for kind in SIGNALS), "authored"):
        found += [f"Post__rev_{file}__User", f"User__{file}__Post"]
    for file in ("tagged", "in_category", "evokes", "about"):
        kind = KINDS[file]
        assert isinstance(kind, EdgeKind)
        found.append(f"{kind.target}__rev_{file}__Post")
    return found


class RandomTraining:
    """A training of these people and posts."""

    def __init__(
        self,
        people: Sequence[str],
        posts: Sequence[str],
        evaluation: Mapping[str, object] | None = None,
        **metadata: object,
    ):
        self.embeddings = random_table(people, posts)
        self.decoder = Decoder(PARTS, (0.1,) * len(PARTS), -1.0)
        self.encoder = random_encoder(self.embeddings)
        self.metadata = metadata
        self.evaluation = evaluation
