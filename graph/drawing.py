"""Answers of nodes and edges as one picture: what is in it, and where it stands."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import networkx as nx

from graph.explore import drawings, parameters
from graph.model import Row
from graph.store import GraphStore

NAMES: Mapping[str, str] = {"User": "username", "Post": "title"}
"""By label: what is written beside a node, where that is not its ``name``."""
UNTOLD = ("details",)
"""What a source left of its own accord is not drawn."""


@dataclass(frozen=True)
class Node:
    """A node of a picture."""

    label: str
    name: str
    told: Mapping[str, object]
    """What is known of it, by property."""


@dataclass(frozen=True)
class Edge:
    """An edge of a picture; its ends by key, in the graph's own direction."""

    source: str
    target: str
    kind: str


@dataclass(frozen=True)
class Picture:
    """Nodes by key, the edges between them, and where each node stands: x and y from -1 to 1."""

    nodes: Mapping[str, Node]
    edges: tuple[Edge, ...]
    places: Mapping[str, tuple[float, float]]


@runtime_checkable
class _DriversNode(Protocol):
    """A node as Neo4j's driver has it; it is a mapping of its properties, too."""

    element_id: str
    labels: Iterable[str]

    def items(self) -> Iterable[tuple[str, object]]:
        """Its properties."""


@runtime_checkable
class _DriversEdge(Protocol):
    """A relationship as Neo4j's driver has it."""

    nodes: tuple[_DriversNode, _DriversNode]
    type: str


def draw(store: GraphStore, name: str, texts: Mapping[str, str | Sequence[str]]) -> Picture:
    """The answer of a drawing, on whichever engine.

    Raises:
        UnknownQuery, ParameterError: as for `graph.explore.parameters`.
    """
    return picture(store.run(name, **parameters(drawings(), name, texts)))


def picture(rows: Iterable[Row]) -> Picture:
    """Every node and edge of the rows once; places by forces between them, always the same.

    What is not connected would push each other away without an end, so each such part is placed
    by itself, and they stand in rows.

    Source of the places: Fruchterman and Reingold, "Graph Drawing by Force-directed Placement",
    1991, as networkx has it.
    """
    nodes, edges = dict[str, Node](), dict[Edge, None]()
    for row in rows:
        for value in row.values():
            if isinstance(value, _DriversEdge):
                source, target = value.nodes
                edges[Edge(source.element_id, target.element_id, value.type)] = None
            elif isinstance(value, _DriversNode):
                (label,) = value.labels
                nodes[value.element_id] = _node(label, dict(value.items()))
            elif isinstance(value, dict) and "_SRC" in value:
                edges[Edge(_key(value["_SRC"]), _key(value["_DST"]), value["_LABEL"])] = None
            elif isinstance(value, dict) and "_LABEL" in value:
                nodes[_key(value["_ID"])] = _node(value["_LABEL"], value)
    graph = nx.Graph()
    graph.add_nodes_from(nodes)
    drawn = tuple(each for each in edges if each.source in nodes and each.target in nodes)
    graph.add_edges_from((each.source, each.target) for each in drawn)
    return Picture(nodes, drawn, _places(graph))


def _places(graph: "nx.Graph[str]") -> dict[str, tuple[float, float]]:
    """Where nodes stand: the largest part first, rows about as long as there are of them."""
    parts = sorted(nx.connected_components(graph), key=lambda part: (-len(part), min(part)))
    sides = [math.sqrt(len(part)) for part in parts]
    length = max(math.sqrt(sum(side**2 for side in sides)), *sides, 1.0)
    found, x, y, row = dict[str, tuple[float, float]](), 0.0, 0.0, 0.0
    for part, side in zip(parts, sides, strict=True):
        if x and x + side > length + 1e-9:
            x, y, row = 0.0, y + row, 0.0
        row = max(row, side)
        inside = graph.subgraph(sorted(part))
        placed = nx.spring_layout(inside, seed=0, iterations=200, scale=0.42 * side)
        for key, (right, down) in placed.items():
            found[key] = (x + side / 2 + float(right), y + side / 2 + float(down))
        x += side
    return _within(found)


def _within(places: Mapping[str, tuple[float, float]]) -> dict[str, tuple[float, float]]:
    """The same, from -1 to 1 both ways."""
    if not places:
        return {}
    across, down = (_to_ends(each) for each in zip(*places.values(), strict=True))
    return dict(zip(places, zip(across, down, strict=True), strict=True))


def _to_ends(values: Sequence[float]) -> list[float]:
    low, high = min(values), max(values)
    return [2 * (each - low) / (high - low) - 1 if high > low else 0.0 for each in values]


def _key(internal: Mapping[str, int]) -> str:
    return f"{internal['table']}:{internal['offset']}"


def _node(label: str, properties: Mapping[str, object]) -> Node:
    told = {
        key: value
        for key, value in properties.items()
        if value is not None and not key.startswith("_") and key not in UNTOLD
    }
    name = told.get(NAMES.get(label, "name")) or told.get("id")
    return Node(label, str(name), told)
