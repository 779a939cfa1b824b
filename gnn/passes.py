"""Ways to run the network: over a whole graph at once, over a sample of it, and block by block.

A graph of at most `TrainConfig.edges_at_once` edges, both directions counted, is computed on whole.
A larger one is trained on drawn neighbours (`gnn.sampling`) and encoded layer by layer in blocks
that hear all of them, so that a vector in use does not depend on a draw. What a step computes on
then depends on who is asked for, not on the graph. Features, edges and two layers' states of the
whole graph lie in the machine's memory, not in the device's.
"""

from collections import deque
from collections.abc import Iterator, Mapping

import numpy as np
import torch
from torch import Tensor

from gnn.config import TrainConfig
from gnn.data import Inputs
from gnn.matrices import EdgeType
from gnn.model import GraphSage
from gnn.sampling import Block
from gnn.vocabulary import Positions

PARTS = 8
"""A block is smaller than a graph that is computed on whole, since all nodes' states lie beside."""


def at_once(given: Inputs, config: TrainConfig) -> bool:
    """Whether a graph is computed on whole."""
    return given.num_edges <= config.edges_at_once


def vectors_of(
    network: GraphSage,
    given: Inputs,
    seeds: Mapping[str, Positions],
    fanout: int | None,
    rng: np.random.Generator,
) -> dict[str, Tensor]:
    """The seeds' vectors from a fresh draw of their neighbours; all of these where None.

    Shapes:
        output: label -> ``(len(seeds[label]), out)``, in the order of the seeds.
    """
    drawn = given.neighbours.sample(seeds, [fanout] * len(network.rounds), rng)
    states = network.entered(_rows(given.features, drawn.nodes, network.device))
    for number, block in enumerate(drawn.blocks):
        states = network.heard(number, states, *_moved(block, network.device))
    return network.left(states)


def encoded(network: GraphSage, given: Inputs, config: TrainConfig) -> dict[str, Tensor]:
    """The vectors of every user and post, as in `states_of`; ``(num_nodes, out)``."""
    last = deque(states_of(network, given, config), maxlen=1).pop()
    there = {label: last[label].to(network.device) for label in network.leave}
    return network.left(there)


def states_of(
    network: GraphSage, given: Inputs, config: TrainConfig
) -> Iterator[dict[str, Tensor]]:
    """Every node's state before the first round and after each; ``(num_nodes, hidden)``.

    Without gradients: to be called within `torch.no_grad`.
    """
    if at_once(given, config):
        yield from network.states(given.features, given.edges)
        return
    states = dict[str, Tensor]()
    for number in range(-1, len(network.rounds)):
        states = _layer(network, given, number, states, max(1, config.edges_at_once // PARTS))
        yield states


def _layer(
    network: GraphSage, given: Inputs, number: int, states: dict[str, Tensor], size: int
) -> dict[str, Tensor]:
    """All states after a round, or, for round -1, before the first; kept where the features are."""
    found = {}
    for label, features in given.features.items():
        made = features.new_empty(len(features), network.hidden)
        for span in given.neighbours.spans(label, size):
            if number < 0:
                rows = _rows(given.features, {label: span}, network.device)
                made[span] = network.entered(rows)[label].to(made.device)
            else:
                made[span] = _heard(network, given, number, states, label, span).to(made.device)
        found[label] = made
    return found


def _heard(
    network: GraphSage,
    given: Inputs,
    number: int,
    states: dict[str, Tensor],
    label: str,
    span: Positions,
) -> Tensor:
    nothing_is_drawn = np.random.default_rng(0)
    part = given.neighbours.sample({label: span}, [None], nothing_is_drawn)
    around = _rows(states, part.nodes, network.device)
    return network.heard(number, around, *_moved(part.blocks[0], network.device))[label]


def _rows(
    tensors: Mapping[str, Tensor], nodes: Mapping[str, Positions], device: torch.device
) -> dict[str, Tensor]:
    return {
        label: tensors[label][torch.from_numpy(each)].to(device) for label, each in nodes.items()
    }


def _moved(block: Block, device: torch.device) -> tuple[dict[EdgeType, Tensor], dict[str, int]]:
    edges = {each: torch.from_numpy(pairs).to(device) for each, pairs in block.edges.items()}
    return edges, block.targets
