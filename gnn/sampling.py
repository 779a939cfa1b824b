"""Some of every node's neighbours, drawn anew for each step: how a graph of any size is trained on.

Source: Hamilton, Ying and Leskovec, "Inductive Representation Learning on Large Graphs", NeurIPS
2017, algorithm 2. Needs no torch; `gnn.passes` runs the network over what is drawn here.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from gnn.matrices import EdgeType
from gnn.vocabulary import Positions


@dataclass(frozen=True)
class Block:
    """What one round of messages reads and makes, in positions within a sub-graph."""

    targets: dict[str, int]
    """By label: how many nodes the round makes states of; they are the first of the label."""
    edges: dict[EdgeType, Positions]
    """Shape ``(2, num_edges)``: sources over targets; types without an edge are left out."""


@dataclass(frozen=True)
class Subgraph:
    """The part of a graph that some nodes' vectors are made of."""

    nodes: dict[str, Positions]
    """By label: positions in the whole graph, the nodes that were asked for first."""
    blocks: tuple[Block, ...]
    """One a round, the first round first. Each block's targets are all that the next one reads."""


@dataclass(frozen=True)
class _ByTarget:
    """The edges of one type by target."""

    starts: Positions
    """Where each target's begin in `sources`; they end where the next one's begin."""
    sources: np.ndarray
    """Integers of 4 bytes where these are enough."""

    def drawn(
        self, targets: Positions, fanout: int | None, rng: np.random.Generator
    ) -> tuple[Positions, Positions]:
        """At most `fanout` sources of each target, and by place in `targets` whose they are."""
        starts = self.starts[targets]
        degrees = self.starts[targets + 1] - starts
        taken = degrees if fanout is None else np.minimum(degrees, fanout)
        owners = np.repeat(np.arange(len(targets)), taken)
        offsets = np.arange(len(owners)) - (np.cumsum(taken) - taken)[owners]
        capped = degrees > taken
        if fanout is not None and capped.any():
            offsets[capped[owners]] = distinct(degrees[capped], fanout, rng).ravel()
        return self.sources[starts[owners] + offsets].astype(np.int64), owners


class Neighbours:
    """Every node's sources by edge type, in a form that is fast to draw from.

    A source that is joined to a target twice counts twice, as in the mean over all.
    """

    def __init__(self, edges: Mapping[EdgeType, np.ndarray], counts: Mapping[str, int]):
        """Sort the edges by target.

        Args:
            edges: by type; positions of sources over those of targets, ``(2, num_edges)``.
            counts: of the nodes, by label.
        """
        self.counts = dict(counts)
        self._rows = {
            each: _sorted(pairs, counts[each[0]], counts[each[2]])
            for each, pairs in edges.items()
            if pairs.shape[1]
        }

    def sample(
        self,
        seeds: Mapping[str, Positions],
        fanouts: Sequence[int | None],
        rng: np.random.Generator,
    ) -> Subgraph:
        """Draw what the seeds' vectors are made of, from the last round to the first.

        Args:
            seeds: by label, the nodes whose vectors are wanted.
            fanouts: by round, the first round first: how many sources a target hears of each edge
                type, drawn uniformly without replacement; None for all. It bounds a hub as well.
            rng: decides every draw.
        """
        nodes = {label: each for label, each in seeds.items() if len(each)}
        place = {label: np.full(count, -1, dtype=np.int64) for label, count in self.counts.items()}
        for label, each in nodes.items():
            place[label][each] = np.arange(len(each))
        blocks = []
        for fanout in reversed(fanouts):
            targets = {label: len(each) for label, each in nodes.items()}
            drawn = {
                each: row.drawn(nodes[each[2]], fanout, rng)
                for each, row in self._rows.items()
                if each[2] in nodes
            }
            for (label, _, _), (sources, _) in drawn.items():
                nodes[label] = _grown(nodes.get(label), sources, place[label])
            edges = {
                each: np.stack([place[each[0]][sources], owners])
                for each, (sources, owners) in drawn.items()
                if len(sources)
            }
            blocks.append(Block(targets, edges))
        there = {label: each for label, each in nodes.items() if len(each)}
        return Subgraph(there, tuple(reversed(blocks)))

    def spans(self, label: str, size: int) -> Iterator[Positions]:
        """All nodes of a label in runs of `size` nodes and edges to them, at least a node each."""
        costs = np.ones(self.counts[label], dtype=np.int64)
        for (_, _, target), row in self._rows.items():
            if target == label:
                costs += np.diff(row.starts)
        ends, start = np.cumsum(costs), 0
        while start < len(costs):
            before = ends[start] - costs[start]
            end = max(start + 1, int(np.searchsorted(ends, before + size, side="right")))
            yield np.arange(start, end)
            start = end


def _sorted(pairs: np.ndarray, num_sources: int, num_targets: int) -> _ByTarget:
    sources, targets = pairs
    starts = np.zeros(num_targets + 1, dtype=np.int64)
    np.cumsum(np.bincount(targets, minlength=num_targets), out=starts[1:])
    small = np.int32 if num_sources <= np.iinfo(np.int32).max else np.int64
    return _ByTarget(starts, sources[np.argsort(targets, kind="stable")].astype(small))


def _grown(nodes: Positions | None, sources: Positions, place: Positions) -> Positions:
    """The nodes and, behind them, the sources that are new; `place` learns where these are."""
    known = np.zeros(0, dtype=np.int64) if nodes is None else nodes
    new = np.unique(sources[place[sources] < 0])
    place[new] = np.arange(len(known), len(known) + len(new))
    return np.concatenate([known, new])


def distinct(sizes: Positions, count: int, rng: np.random.Generator) -> Positions:
    """For each size, so many distinct numbers below it, each set of them as likely as any other.

    The cost does not depend on the sizes, so that a hub is as cheap as any node. Source: Bentley
    and Floyd, "A Sample of Brilliance", CACM 30(9), 1987, algorithm F2, for all rows at once.

    Args:
        sizes: `count` or more, each.
        count: 1 or more.
        rng: decides the draw.

    Returns:
        Shape ``(len(sizes), count)``; the order within a row says nothing.
    """
    found = np.empty((count, len(sizes)), dtype=np.int64)
    for turn in range(count):
        last = sizes - count + turn
        drawn = rng.integers(0, last, endpoint=True)
        again = (found[:turn] == drawn).any(axis=0)
        found[turn] = np.where(again, last, drawn)
    return found.T
