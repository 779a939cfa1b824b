"""What a training leaves for serving to encode by: weights, states, and places on the axes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch
from scipy import sparse

from gnn.baselines.ranker import Factors
from gnn.data import Inputs, Nodes
from gnn.factors import AlsSetting
from gnn.inductive import InductiveEncoder, Known
from gnn.matrices import Floats, edges, matrix
from gnn.passes import states_of
from gnn.spectrum import CONTENT, Spectrum, counted, damped
from graph.model import KINDS, EdgeKind, Tables

if TYPE_CHECKING:
    from gnn.fitting import Encoder


def freeze(
    encoder: Encoder, nodes: Nodes, given: Inputs, tables: Tables, factors: Factors | None
) -> InductiveEncoder:
    """The encoder as it stands on one graph.

    Args:
        encoder: what was learned.
        nodes: the graph's nodes.
        given: the network's inputs of them.
        tables: the graph, as the network may see it.
        factors: of its users and posts.
    """
    network, found = encoder.network, given.spectrum
    network.eval()
    with torch.no_grad():
        *before, _ = states_of(network, given, encoder.config)
        weight = float(torch.exp(network.spectral))
    places = {
        "User": _row_places(found.users, found.damping.rows, found),
        "Post": found.basis / found.damping.posts[:, None],
        **_content(nodes, given, tables, encoder.directions.content),
    }
    factored = {} if factors is None else {"User": factors.users, "Post": factors.posts}
    known = {
        label: Known(
            ids.ids,
            np.stack([states[label].cpu().numpy() for states in before]),
            np.asarray(places[label], dtype=np.float32),
            given.usual if label == "User" else None,
            factored.get(label),
        )
        for label, ids in nodes.ids.items()
    }
    weighed = encoder.factoring or AlsSetting()
    return InductiveEncoder(
        weights={name: each.cpu().numpy() for name, each in network.state_dict().items()},
        known=known,
        values=found.values,
        turn=given.turn,
        lambda_=encoder.directions.lambda_,
        exponent=encoder.directions.exponent,
        content=encoder.directions.content,
        strength=encoder.directions.strength,
        scale=found.damping.scale,
        user_weight=weight / encoder.share,
        now=given.now,
        hash_width=encoder.config.hash_width,
        interests=encoder.config.interests,
        alpha=weighed.alpha,
        ridge=weighed.regularization,
    )


def _content(nodes: Nodes, given: Inputs, tables: Tables, weight: float) -> dict[str, Floats]:
    """What content's rows are on the spectrum's axes, by label."""
    found = {}
    for file in CONTENT:
        kind = KINDS[file]
        assert isinstance(kind, EdgeKind)
        rows = matrix(
            edges(tables, file), nodes.ids["Post"], nodes.ids[kind.target], weight="weight"
        )
        rows.data = counted(rows.data, weight)
        told = sparse.csr_array(rows.T)
        axes, damping = given.spectrum.basis, given.spectrum.damping
        divided = damped(np.diff(told.indptr), damping.exponent)
        places = np.asarray(told @ (axes / damping.posts[:, None]))
        found[kind.target] = _row_places(places, divided, given.spectrum)
    return found


def _row_places(projected: Floats, divided: Floats, found: Spectrum) -> Floats:
    """What rows of S, by their links on the basis, add to the place of a post that they point to.

    Twice divided and scaled: once as the row that was decomposed, once as the new post's entry.
    """
    weights = (found.damping.scale / divided) ** 2
    return np.asarray(projected * weights[:, None], dtype=np.float32)
