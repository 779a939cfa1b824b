"""What a training leaves for serving to encode by: weights, states, and places on the axes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch
from scipy import sparse

from gnn.data import Inputs, Nodes
from gnn.embeddings import EmbeddingTable
from gnn.factors import AlsSetting
from gnn.inductive import InductiveEncoder
from gnn.known import Known, Places
from gnn.matrices import Floats, edges, matrix
from gnn.passes import states_of
from gnn.spectrum import CONTENT, Spectrum, counted, damped, undone
from graph.model import KINDS, EdgeKind, Tables

if TYPE_CHECKING:
    from gnn.fitting import Encoder


def freeze(
    encoder: Encoder, nodes: Nodes, given: Inputs, tables: Tables, table: EmbeddingTable
) -> InductiveEncoder:
    """The encoder as it stands on one graph.

    Args:
        encoder: what was learned.
        nodes: the graph's nodes.
        given: the network's inputs of them.
        tables: the graph, as the network may see it.
        table: what the encoder makes of its users and posts.
    """
    network, found = encoder.network, given.spectrum
    network.eval()
    with torch.no_grad():
        *before, _ = states_of(network, given, encoder.config)
        weight = float(torch.exp(network.spectral))
    user_weight = weight / encoder.share
    times, axes = undone(found, encoder.directions.lambda_)
    places = {
        "User": Places(
            table.user_vectors,
            _row_weights(found.damping.rows, found) / np.float32(user_weight),
            np.ones_like(axes),
        ),
        "Post": Places(table.post_vectors, times / found.damping.posts, axes),
        **_content(nodes, given, tables, encoder.directions.content),
    }
    factors = {"User": table.users.factors, "Post": table.posts.factors}
    known = {
        label: Known(
            ids.ids,
            np.stack([states[label].cpu().numpy() for states in before]),
            places[label],
            given.usual if label == "User" else None,
            factors.get(label),
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
        user_weight=user_weight,
        now=given.now,
        hash_width=encoder.config.hash_width,
        interests=encoder.config.interests,
        alpha=weighed.alpha,
        ridge=weighed.regularization,
        post_ridge=weighed.post_regularization,
    )


def _content(nodes: Nodes, given: Inputs, tables: Tables, weight: float) -> dict[str, Places]:
    """What content's rows are on the spectrum's axes, by label."""
    found = {}
    for file in CONTENT:
        kind = KINDS[file]
        assert isinstance(kind, EdgeKind)
        links = matrix(
            edges(tables, file), nodes.ids["Post"], nodes.ids[kind.target], weight="weight"
        )
        links.data = counted(links.data, weight)
        told = sparse.csr_array(links.T)
        axes, damping = given.spectrum.basis, given.spectrum.damping
        divided = damped(np.diff(told.indptr), damping.exponent)
        rows = np.asarray(told @ (axes / damping.posts[:, None]))
        rows = rows * _row_weights(divided, given.spectrum)[:, None]
        found[kind.target] = Places(np.asarray(rows, dtype=np.float32))
    return found


def _row_weights(divided: Floats, found: Spectrum) -> Floats:
    """By what rows of S on the basis, as their links add up, count for a post that they point to.

    Twice divided and scaled: once as the row that was decomposed, once as the new post's entry.
    """
    return np.asarray((found.damping.scale / divided) ** 2, dtype=np.float32)
