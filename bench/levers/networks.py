"""What trainings find when the network reads or hears more: the vectors alone, and the full model.

* as it is;
* similar posts as edges: each post hears the ten that are most similar to it;
* ids: a learned vector a user and post beside its features, which begins at 0, is left out by
  chance, a node at a time, and is none of whoever has no links;
* duplicates: whoever has at most three links hears itself as a neighbour (Guo et al., "Node
  Duplication Improves Cold-start Link Prediction", 2024, where a duplicate is linked to its node);
* in-batch negatives: what was drawn as near to any of an epoch's users competes for all of them;
* by strength: who engaged more strongly than usual is heard more often (`gnn.strengths`), in steps
  of a quarter of a link;
* interests the other way: read where the data set's settings leave them out, or the reverse.

Each is a training of its own, otherwise with the settings of the data set, beside the same
spectrum and factors: what these are does not depend on the network.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar
from unittest import mock

import numpy as np
import torch
from scipy import sparse
from torch import Tensor, nn

from gnn import fitting, supervision
from gnn.case import Case, rank
from gnn.config import TrainConfig
from gnn.data import Inputs, Nodes, inputs
from gnn.decoding import PartsRanker
from gnn.fitting import Fitted
from gnn.matrices import EdgeType, edges, matrix
from gnn.model import GraphSage
from gnn.slices import slices
from gnn.strengths import counted_links, link_strengths, linked
from gnn.supervision import Lesson, Sample, draw, pairs
from graph.derive.similar import similar_posts
from graph.model import SIGNALS, Tables

HEARD, FEW = 10, 3
STRENGTH, QUARTERS = 0.25, 4
Edges = dict[EdgeType, Tensor]
Made = TypeVar("Made")


def networks(case: Case, config: TrainConfig) -> Iterator[tuple[str, float]]:
    """Each training (see the module), and its NDCG@10 on valid.

    Of the vectors, of the model, and of the model for users with little history.
    """
    read = partial(mock.patch.object, fitting, "inputs")
    other = replace(config, interests=not config.interests)
    tried: Mapping[str, tuple[AbstractContextManager[object], TrainConfig]] = {
        "as it is": (nullcontext(), config),
        "similar posts as edges": (read(_with(_similar)), config),
        "ids": (_ids(case), config),
        "duplicates of who has few links": (read(_with(_itself)), config),
        "in-batch negatives": (mock.patch.object(supervision, "draw", _all_compete), config),
        "by strength": (read(_with(_by_strength)), config),
        f"interests {'read' if other.interests else 'left out'}": (nullcontext(), other),
    }
    beside = (
        mock.patch.object(fitting, name, _once(getattr(fitting, name)))
        for name in ("directions", "factoring_of")
    )
    with next(beside), next(beside):
        for said, (lever, settings) in tried.items():
            with lever:
                fitted = fitting.fit(case, settings)
            yield f"{said}: the vectors alone", fitted.valid_ndcg
            yield f"{said}: the full model", fitted.fit.valid_ndcg
            yield from _with_little_history(said, case, fitted)


def _with_little_history(said: str, case: Case, fitted: Fitted) -> Iterator[tuple[str, float]]:
    ranker = PartsRanker(fitted.shown.known, fitted.shown.table, fitted.fit.before)
    for name, values in slices(case, rank(case, ranker, "valid", 10), 10, "valid").items():
        if name.startswith("ndcg"):
            yield f"{said}: the full model, {name.partition(' of ')[2]}", float(values.mean())


def _once(make: Callable[..., Made]) -> Callable[..., Made]:
    """What it makes of the first that it is asked."""
    made: list[Made] = []

    def kept(*args: Any) -> Made:
        if not made:
            made.append(make(*args))
        return made[0]

    return kept


def _all_compete(given: Lesson, *args: Any) -> Sample:
    sample = draw(given, *args)
    user_pos, post_pos = sample.user_pos, sample.post_pos
    competes = torch.ones_like(sample.competes)
    competes[pairs(given.messages, user_pos, post_pos)] = False
    rows, columns = map(torch.from_numpy, pairs(given.supervision, user_pos, post_pos))
    return replace(sample, competes=competes, positives=(rows, columns))


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


def _by_strength(nodes: Nodes, tables: Tables) -> Edges:
    users, posts = nodes.ids["User"], nodes.ids["Post"]
    often = counted_links(link_strengths(tables, users, posts), STRENGTH)
    often.data = np.maximum(np.rint(QUARTERS * often.data), 1.0)
    found = Edges()
    for kind in SIGNALS:
        given = matrix(edges(tables, kind.file), users, posts)
        told = sparse.coo_array(given.multiply(often))
        ends = np.repeat(np.stack([told.row, told.col]), told.data.astype(np.int64), axis=1)
        there = torch.from_numpy(ends.astype(np.int64))
        found["User", kind.file, "Post"] = there
        found["Post", f"rev_{kind.file}", "User"] = there.flip(0)
    return found


class _WithIds(GraphSage):
    """A network that adds a learned vector to what a user or a post enters with.

    It is told who is who by the last column of their features; -1 for whoever has no links.
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
            {label: _from_zero(count, hidden) for label, count in counts.items()}
        )

    def entered(self, features: Mapping[str, Tensor]) -> dict[str, Tensor]:
        told = {
            label: each[:, :-1] if label in self.ids else each for label, each in features.items()
        }
        states = super().entered(told)
        for label, ids in self.ids.items():
            if label in features:
                place = features[label][:, -1].long()
                heard = place >= 0
                if self.training:
                    heard &= torch.rand(len(place), device=place.device) >= self.dropout.p
                states[label] = states[label] + heard[:, None] * ids(place.clamp(min=0))
        return states


def _from_zero(count: int, width: int) -> nn.Embedding:
    made = nn.Embedding(count, width)
    nn.init.zeros_(made.weight)
    return made


def _counted(nodes: Nodes, tables: Tables, *args: Any) -> Inputs:
    given = inputs(nodes, tables, *args)
    links = linked(link_strengths(tables, nodes.ids["User"], nodes.ids["Post"]))
    for axis, label in enumerate(("User", "Post")):
        features = given.features[label]
        place = torch.arange(len(features), dtype=features.dtype)
        place[np.asarray(links.sum(axis=1 - axis)).ravel() == 0] = -1
        given.features[label] = torch.cat([features, place[:, None]], dim=1)
    return given


@contextmanager
def _ids(case: Case) -> Iterator[None]:
    counts = {"User": len(case.users), "Post": len(case.posts)}
    with (
        mock.patch.object(fitting, "GraphSage", partial(_WithIds, counts)),
        mock.patch.object(fitting, "inputs", _counted),
    ):
        yield
