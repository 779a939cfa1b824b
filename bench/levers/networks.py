"""What trainings find when the network reads or hears more: the vectors alone, and the full model.

* as it is;
* similar posts as edges: each post hears the ten that are most similar to it;
* ids: a learned vector a user and post beside its features, left out by dropout as these are;
* duplicates: whoever has at most three links hears itself as a neighbour (Guo et al., "Node
  Duplication Improves Cold-start Link Prediction", 2024, where a duplicate is linked to its node).

Each is a training of its own, with the settings of the data set.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial
from typing import Any
from unittest import mock

import numpy as np
import torch
from torch import Tensor, nn

from gnn import fitting
from gnn.case import Case
from gnn.config import TrainConfig
from gnn.data import Inputs, Nodes, inputs
from gnn.matrices import EdgeType
from gnn.model import GraphSage
from gnn.strengths import link_strengths, linked
from graph.derive.similar import similar_posts
from graph.model import Tables

HEARD, FEW = 10, 3
Edges = dict[EdgeType, Tensor]


def networks(case: Case, config: TrainConfig) -> Iterator[tuple[str, float]]:
    """Each training (see the module), and its NDCG@10 on valid: of the vectors, of the model."""
    tried: Mapping[str, AbstractContextManager[object]] = {
        "as it is": nullcontext(),
        "similar posts as edges": mock.patch.object(fitting, "inputs", _with(_similar)),
        "ids": _ids(case),
        "duplicates of who has few links": mock.patch.object(fitting, "inputs", _with(_itself)),
    }
    for said, lever in tried.items():
        with lever:
            fitted = fitting.fit(case, config)
        yield f"{said}: the vectors alone", fitted.valid_ndcg
        yield f"{said}: the full model", fitted.fit.valid_ndcg


def _with(further: Callable[[Nodes, Tables], Edges]) -> Callable[..., Inputs]:
    def widened(nodes: Nodes, tables: Tables, *args: Any) -> Inputs:
        given = inputs(nodes, tables, *args)
        given.edges.update(further(nodes, tables))
        return given

    return widened


def _similar(nodes: Nodes, tables: Tables) -> Edges:
    links = linked(link_strengths(tables, nodes.ids["User"], nodes.ids["Post"]))
    found = similar_posts(links, keep=HEARD).tocoo()
    pairs = np.stack([found.col, found.row]).astype(np.int64)
    return {("Post", "similar", "Post"): torch.from_numpy(pairs)}


def _itself(nodes: Nodes, tables: Tables) -> Edges:
    links = linked(link_strengths(tables, nodes.ids["User"], nodes.ids["Post"]))
    found = Edges()
    for axis, label in enumerate(("User", "Post")):
        few = np.flatnonzero(np.asarray(links.sum(axis=1 - axis)).ravel() <= FEW)
        found[label, "itself", label] = torch.from_numpy(np.stack([few, few]))
    return found


class _WithIds(GraphSage):
    """A network that adds a learned vector to what a user or a post enters with.

    It is told who is who by the last column of their features.
    """

    def __init__(
        self,
        counts: Mapping[str, int],
        widths: Mapping[str, int],
        edge_types: Iterable[EdgeType],
        hidden: int,
        *others: Any,
    ) -> None:
        told = {label: width - (label in counts) for label, width in widths.items()}
        super().__init__(told, edge_types, hidden, *others)
        self.ids = nn.ModuleDict(
            {label: nn.Embedding(count, hidden) for label, count in counts.items()}
        )

    def entered(self, features: Mapping[str, Tensor]) -> dict[str, Tensor]:
        told = {
            label: each[:, :-1] if label in self.ids else each for label, each in features.items()
        }
        states = super().entered(told)
        for label, ids in self.ids.items():
            if label in features:
                states[label] = states[label] + self.dropout(ids(features[label][:, -1].long()))
        return states


def _counted(nodes: Nodes, tables: Tables, *args: Any) -> Inputs:
    given = inputs(nodes, tables, *args)
    for label in ("User", "Post"):
        features = given.features[label]
        place = torch.arange(len(features), dtype=features.dtype)[:, None]
        given.features[label] = torch.cat([features, place], dim=1)
    return given


@contextmanager
def _ids(case: Case) -> Iterator[None]:
    counts = {"User": len(case.users), "Post": len(case.posts)}
    with (
        mock.patch.object(fitting, "GraphSage", partial(_WithIds, counts)),
        mock.patch.object(fitting, "inputs", _counted),
    ):
        yield
