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

from gnn.matrices import EdgeType

FIRST_OUTPUTS = 0.1


class GraphSage(nn.Module):
    """Rounds of messages over every edge type, then one linear layer a label.

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
        self.hidden = hidden
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
        return self.left(last)

    def states(
        self, features: Mapping[str, Tensor], edges: Mapping[EdgeType, Tensor]
    ) -> list[dict[str, Tensor]]:
        """Every node's state before the first round and after each; ``(num_nodes, hidden)``."""
        found = [self.entered(features)]
        for number in range(len(self.rounds)):
            found.append(self.heard(number, found[-1], edges))
        return found

    @property
    def device(self) -> torch.device:
        """Where the weights are."""
        return self.spectral.device

    def entered(self, features: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """The states before the first round, of any nodes."""
        return {
            label: torch.relu(self.enter[label](self.dropout(each)))
            for label, each in features.items()
        }

    def heard(
        self,
        number: int,
        states: Mapping[str, Tensor],
        edges: Mapping[EdgeType, Tensor],
        targets: Mapping[str, int] | None = None,
    ) -> dict[str, Tensor]:
        """The states after one round.

        Args:
            number: of the round, from 0.
            states: before it, of all nodes that the edges name.
            edges: positions among these.
            targets: by label, how many states are wanted, of the first nodes; all where None.
        """
        after = self.rounds[number](states, edges, targets)
        return {label: self.dropout(state) for label, state in after.items()}

    def left(self, states: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """The vectors of the users and posts that these are the last states of."""
        return {
            label: leave(states[label]) for label, leave in self.leave.items() if label in states
        }


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
        self,
        states: Mapping[str, Tensor],
        edges: Mapping[EdgeType, Tensor],
        targets: Mapping[str, int] | None = None,
    ) -> dict[str, Tensor]:
        kept = (
            states
            if targets is None
            else {label: states[label][:count] for label, count in targets.items()}
        )
        sums = {label: self.own[label](state) for label, state in kept.items()}
        for edge_type, pairs in edges.items():
            source, _, target = edge_type
            if pairs.shape[1]:
                convolve = self.by_type[name(edge_type)]
                sums[target] = sums[target] + convolve((states[source], kept[target]), pairs)
        return {
            label: kept[label] + torch.relu(self.norm[label](each)) for label, each in sums.items()
        }


def name(edge_type: EdgeType) -> str:
    """An edge type as one word, as module names must be."""
    return "__".join(edge_type)
