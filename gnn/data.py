"""A graph as tensors: features of every node and the edges that carry messages.

Inductive: every feature is computed from content, or from the links that are known at the moment;
no node has a vector of its own to be learned, so a node that training never saw gets one all the
same.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from gnn.features import friendships
from gnn.hashing import hashed, words
from gnn.matrices import EdgeType, Floats, edges, ids_of
from gnn.sampling import Neighbours
from gnn.spectrum import Spectrum, aligned, content_rows, spectrum
from gnn.split import as_of
from gnn.strengths import counted_links, link_strengths, means
from gnn.vocabulary import Vocabulary
from graph.model import KINDS, SIGNALS, EdgeKind, Tables

DAY = 86_400
LABELS = ("User", "Post", "Tag", "Category", "Mood", "Topic")
CARRIERS = (
    *(kind.file for kind in SIGNALS),
    "authored",
    "tagged",
    "in_category",
    "evokes",
    "about",
    "interested_in",
    "friend",
)
"""The edge files that carry messages, each in both directions."""


@dataclass(frozen=True)
class Nodes:
    """What of a graph does not change with its links: ids, and their hashed content."""

    ids: Mapping[str, Vocabulary]
    """By label."""
    content: Mapping[str, Floats]
    """By label; shape ``(num_nodes, width)``."""
    times: Mapping[str, Floats]
    """By label: joined or created, Unix seconds; nan where unknown."""


@dataclass(frozen=True)
class Inputs:
    """What the network reads of one graph."""

    features: dict[str, Tensor]
    """By label; shape ``(num_nodes, num_features)`` float32."""
    edges: dict[EdgeType, Tensor]
    """Shape ``(2, num_edges)`` int64: positions of sources over those of targets."""
    spectrum: Spectrum
    turn: Floats
    """What turned the leading coordinates to the reference's axes; shape ``(dim, dim)``."""
    usual: Floats
    """How strongly each user engages in the mean (`gnn.strengths`); shape ``(num_users,)``."""
    now: int
    """What ages count from (Unix seconds)."""

    @property
    def num_edges(self) -> int:
        """Of all types, both directions counted."""
        return sum(pairs.shape[1] for pairs in self.edges.values())

    @cached_property
    def neighbours(self) -> Neighbours:
        """The edges by target, to draw from; sorted when first asked for."""
        edges = {each: pairs.cpu().numpy() for each, pairs in self.edges.items()}
        return Neighbours(edges, {label: len(each) for label, each in self.features.items()})


def nodes_of(tables: Tables, users: Vocabulary, posts: Vocabulary, width: int) -> Nodes:
    """Hash the content of every node."""
    ids = {label: ids_of(tables, label) for label in LABELS} | {"User": users, "Post": posts}
    bags: dict[str, list[list[str]]] = {
        label: [words(each) for each in ids[label].ids] for label in LABELS[2:]
    }
    bags["User"] = _tokens(tables, users, ("interested_in",), {})
    bags["Post"] = _tokens(
        tables, posts, ("tagged", "in_category", "evokes", "about"), _texts(tables)
    )
    content = {label: hashed(bag, width) for label, bag in bags.items()}
    times = {
        "User": _times(tables.get("users"), users, "joined_at"),
        "Post": _times(tables.get("posts"), posts, "created_at"),
    }
    return Nodes(ids, content, times)


def _tokens(
    tables: Tables, ids: Vocabulary, files: tuple[str, ...], start: Mapping[str, list[str]]
) -> list[list[str]]:
    """Every node's tokens: those it starts with, and one for each node that it points to."""
    bags = {each: list(start.get(each, [])) for each in ids.ids}
    for file in files:
        frame, kind = edges(tables, file), KINDS[file]
        label = kind.target if isinstance(kind, EdgeKind) else ""
        for source, target in zip(frame["source"], frame["target"], strict=True):
            bags[source].append(f"{label}:{target}")
    return list(bags.values())


def _texts(tables: Tables) -> dict[str, list[str]]:
    frame = tables.get("posts", pd.DataFrame({"id": []}))
    nothing = pd.Series("", index=frame.index)
    columns = [frame.get(column, nothing) for column in ("title", "text")]
    return {
        each: words(title) + words(text)
        for each, title, text in zip(frame["id"], *columns, strict=True)
    }


def _times(frame: pd.DataFrame | None, ids: Vocabulary, column: str) -> Floats:
    times = np.full(len(ids), np.nan)
    if frame is not None and column in frame:
        known = frame[column].astype("Float64").to_numpy(dtype=np.float64, na_value=np.nan)
        times[ids.positions(frame["id"])] = known
    return times


def inputs(
    nodes: Nodes,
    tables: Tables,
    dim: int,
    coordinates: int,
    seed: int,
    upto: int | None = None,
    reference: Floats | None = None,
    exponent: float = 0.0,
    content: float = 0.8,
    strength: float = 0.0,
    found: Spectrum | None = None,
) -> Inputs:
    """Everything the network may know when `tables` are all that is known.

    Args:
        nodes: the ids, which may be more than those in `tables`.
        tables: the graph without the links that are to be predicted.
        dim: directions of the spectrum.
        coordinates: how many of them are features; the rest serve the scores only.
        seed: of the spectrum's random start.
        upto: ages count from here (Unix seconds), from the latest link where None.
        reference: a basis along whose axes the coordinates are turned; shape ``(num_posts,
            coordinates)``.
        exponent: of the degrees that links are divided by before they are decomposed.
        content: what a tag of weight 1 counts there beside one user's engagement.
        strength: exponent of what a link counts there by how strong it is (`gnn.strengths`).
        found: what all this was decomposed to before; it is decomposed here where None.
    """
    users, posts = nodes.ids["User"], nodes.ids["Post"]
    strengths = link_strengths(tables, users, posts)
    links = counted_links(strengths, strength)
    if found is None:
        found = spectrum(links, content_rows(tables, posts, content), dim, seed, exponent)
    basis = found.basis[:, :coordinates]
    turn = np.eye(basis.shape[1]) if reference is None else aligned(basis, reference)
    now = as_of(tables, upto) if upto is None else upto
    popularity = np.diff(links.tocsc().indptr)
    activity = np.diff(links.indptr)
    friends = np.diff(friendships(tables, users).indptr)
    added = {
        "User": [_unit(found.users[:, :coordinates] @ turn), _log(activity), _log(friends)],
        "Post": [_unit(basis * found.values[: basis.shape[1]] @ turn), _log(popularity)],
    }
    for label, times in nodes.times.items():
        added[label] += list(_ages(times, now))
    carried = _edges(nodes, tables)
    for label in LABELS[2:]:
        added[label] = [_log(_degrees(carried, label, len(nodes.ids[label])))]
    features = {
        label: torch.from_numpy(
            np.concatenate([nodes.content[label], *added[label]], axis=1).astype(np.float32)
        )
        for label in LABELS
    }
    turned = np.asarray(turn, dtype=np.float32)
    return Inputs(features, carried, found, turned, means(strengths), now)


def _unit(rows: np.ndarray) -> np.ndarray:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(lengths > 1e-9, lengths, 1.0))


def _log(counts: np.ndarray) -> np.ndarray:
    return np.asarray(np.log1p(counts)[:, None] / 5.0)


def _ages(times: np.ndarray, now: int) -> tuple[np.ndarray, np.ndarray]:
    """Log age in days (0 for what is not there yet), and whether it is known at all."""
    days = np.maximum(now - times, 0.0) / DAY
    known = ~np.isnan(times)
    return np.where(known, np.log1p(days), 0.0)[:, None] / 5.0, known[:, None].astype(np.float32)


def _edges(nodes: Nodes, tables: Tables) -> dict[EdgeType, Tensor]:
    carried: dict[EdgeType, Tensor] = {}
    for file in CARRIERS:
        kind = KINDS[file]
        assert isinstance(kind, EdgeKind)
        frame = edges(tables, file)
        ends = np.stack(
            [
                nodes.ids[kind.source].positions(frame["source"], unknown="minus_one"),
                nodes.ids[kind.target].positions(frame["target"], unknown="minus_one"),
            ]
        )
        there = torch.from_numpy(ends[:, (ends >= 0).all(axis=0)])
        carried[kind.source, file, kind.target] = there
        carried[kind.target, f"rev_{file}", kind.source] = there.flip(0)
    return carried


def _degrees(carried: Mapping[EdgeType, Tensor], label: str, count: int) -> np.ndarray:
    ends = [pair[1] for (_, _, target), pair in carried.items() if target == label]
    return torch.bincount(torch.cat(ends), minlength=count).numpy()
