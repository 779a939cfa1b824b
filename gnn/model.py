"""Heterogeneous GraphSAGE: each node's vector from its features and its neighbours' means.

Source: Hamilton, Ying and Leskovec, "Inductive Representation Learning on Large Graphs", NeurIPS
2017, algorithm 1, with one aggregator an edge type (Schlichtkrull et al., ESWC 2018) whose messages
are summed.
"""

import math
from collections.abc import Iterable, Mapping

import torch
from torch import Tensor, nn
from torch_geometric.nn import SAGEConv

from gnn.data import EdgeType

FIRST_OUTPUTS = 0.1


class GraphSage(nn.Module):
    """Two rounds of messages over every edge type, then one linear layer a label.

    Shapes:
        features: label -> ``(num_nodes, num_features)`` float32.
        edges: edge type -> ``(2, num_edges)`` int64.
        output: label -> ``(num_nodes, out)`` float32, for User and Post.
    """

    def __init__(
        self,
        widths: Mapping[str, int],
        edge_types: Iterable[EdgeType],
        hidden: int,
        out: int,
        layers: int,
        dropout: float,
    ) -> None:
        super().__init__()
        self.edge_types = list(edge_types)
        self.enter = nn.ModuleDict(
            {label: nn.Linear(width, hidden) for label, width in widths.items()}
        )
        self.rounds = nn.ModuleList(_Round(self.edge_types, widths, hidden) for _ in range(layers))
        self.leave = nn.ModuleDict({label: nn.Linear(hidden, out) for label in ("User", "Post")})
        self.dropout = nn.Dropout(dropout)
        self.spectral = nn.Parameter(torch.zeros(()))
        """The logarithm of what the spectrum's score weighs beside the dot product."""

    def start_from(self, spectral_weight: float) -> None:
        """Begin near the spectrum's own ranking: small outputs beside a score of that weight."""
        with torch.no_grad():
            self.spectral.fill_(math.log(spectral_weight))
            for each in self.leave.children():
                for parameter in each.parameters():
                    parameter.mul_(FIRST_OUTPUTS)

    def forward(
        self, features: Mapping[str, Tensor], edges: Mapping[EdgeType, Tensor]
    ) -> dict[str, Tensor]:
        """The vectors of users and posts."""
        *_, last = self.states(features, edges)
        return {label: leave(last[label]) for label, leave in self.leave.items()}

    def states(
        self, features: Mapping[str, Tensor], edges: Mapping[EdgeType, Tensor]
    ) -> list[dict[str, Tensor]]:
        """Every node's state before the first round and after each; ``(num_nodes, hidden)``."""
        states = {
            label: torch.relu(self.enter[label](self.dropout(each)))
            for label, each in features.items()
        }
        found = [states]
        for each in self.rounds:
            states = {label: self.dropout(state) for label, state in each(states, edges).items()}
            found.append(states)
        return found


class _Round(nn.Module):
    """One round: a node's own state, plus the mean of its neighbours by edge type, normalised."""

    def __init__(self, edge_types: list[EdgeType], labels: Iterable[str], hidden: int) -> None:
        super().__init__()
        self.by_type = nn.ModuleDict(
            {
                name(each): SAGEConv((hidden, hidden), hidden, root_weight=False, bias=False)
                for each in edge_types
            }
        )
        self.own = nn.ModuleDict({label: nn.Linear(hidden, hidden) for label in labels})
        self.norm = nn.ModuleDict({label: nn.LayerNorm(hidden) for label in labels})

    def forward(
        self, states: Mapping[str, Tensor], edges: Mapping[EdgeType, Tensor]
    ) -> dict[str, Tensor]:
        sums = {label: self.own[label](state) for label, state in states.items()}
        for edge_type, pairs in edges.items():
            source, _, target = edge_type
            if pairs.shape[1]:
                convolve = self.by_type[name(edge_type)]
                sums[target] = sums[target] + convolve((states[source], states[target]), pairs)
        return {
            label: states[label] + torch.relu(self.norm[label](each))
            for label, each in sums.items()
        }


def name(edge_type: EdgeType) -> str:
    """An edge type as one word, as module names must be."""
    return "__".join(edge_type)
