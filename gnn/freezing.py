"""What a training leaves for serving to encode by: weights, states, and places on the axes."""

import numpy as np
import torch

from gnn.data import Inputs, Nodes
from gnn.fitting import Encoder
from gnn.inductive import InductiveEncoder, Known
from gnn.matrices import Floats, edges, matrix
from gnn.passes import states_of
from gnn.spectrum import CONTENT, CONTENT_WEIGHT
from graph.model import KINDS, EdgeKind, Tables


def freeze(encoder: Encoder, nodes: Nodes, given: Inputs, tables: Tables) -> InductiveEncoder:
    """The encoder as it stands on one graph.

    Args:
        encoder: what was learned.
        nodes: the graph's nodes.
        given: the network's inputs of them.
        tables: the graph, as the network may see it.
    """
    network, found = encoder.network, given.spectrum
    network.eval()
    with torch.no_grad():
        *before, _ = states_of(network, given, encoder.config)
        weight = float(torch.exp(network.spectral))
    places = {"User": found.users, "Post": found.basis, **_content(nodes, given, tables)}
    known = {
        label: Known(
            ids.ids,
            np.stack([states[label].cpu().numpy() for states in before]),
            np.asarray(places[label], dtype=np.float32),
        )
        for label, ids in nodes.ids.items()
    }
    return InductiveEncoder(
        weights={name: each.cpu().numpy() for name, each in network.state_dict().items()},
        known=known,
        values=found.values,
        turn=given.turn,
        lambda_=encoder.lambda_,
        user_weight=weight / encoder.share,
        now=given.now,
        hash_width=encoder.config.hash_width,
        interests=encoder.config.interests,
    )


def _content(nodes: Nodes, given: Inputs, tables: Tables) -> dict[str, Floats]:
    """What content's rows are on the spectrum's axes, by label."""
    found = {}
    for file in CONTENT:
        kind = KINDS[file]
        assert isinstance(kind, EdgeKind)
        rows = matrix(
            edges(tables, file), nodes.ids["Post"], nodes.ids[kind.target], weight="weight"
        )
        rows.data = CONTENT_WEIGHT * np.log2(1.0 + np.maximum(rows.data, 0.0))
        found[kind.target] = np.asarray(rows.T @ given.spectrum.basis, dtype=np.float32)
    return found
