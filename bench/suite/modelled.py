"""Our feed by a trained model: what it costs to rank by one, beside the blend of those without.

Its pages make the viewer's vector anew, look for what is near, and score by all parts. The model is
trained in a hurry: as wide as a training that looks for what is best takes on such a graph, and
worth nothing.
"""

from collections.abc import Iterator
from multiprocessing import get_context
from pathlib import Path

from bench.feed import pages, recommending
from bench.suite.asking import Asking, asked
from bench.suite.bars import SIZE
from bench.suite.results import BY_MODEL, FEED, Amount, Figure, Times
from bench.suite.villages import Village
from feed.nearest import FeedModel
from gnn.config import TrainConfig
from gnn.versions import Models
from graph.model import Tables
from graph.store import GraphStore

HURRIED = TrainConfig(
    epochs=1,
    check_every=1,
    spectrum_dims=(1_024,),
    exponents=(0.2,),
    contents=(0.8,),
    strengths=(0.0,),
    lambdas=(60.0,),
    factor_ridges=(5.0,),
    softmax_steps=1,
    shares=(1.0,),
)
"""One of each grid, and a single epoch."""


def modelled(store: GraphStore, place: Village, asking: Asking) -> Iterator[Figure]:
    """Whole requests of our feed, as `bench.suite.graphs.feeds`, ranked by a model."""
    if place.size > SIZE:  # a training would take hours
        return
    if not Models(place.model):
        hurried(place.world.tables, place.model)
    model = FeedModel(Models(place.model).load())
    said = f"{FEED}{BY_MODEL}"
    yield Amount(f"posts{BY_MODEL}", store.engine, place.size, model.num_posts, "")
    with recommending(store, model) as recommender:
        took = asked(pages(recommender, place.world), asking, f"{said}, {store.engine}")
    yield Times(said, store.engine, place.size, took)


def hurried(tables: Tables, folder: Path) -> None:
    """Train in a hurry, in a process of its own: this one needs no torch, and not that memory."""
    with get_context("spawn").Pool(1) as alone:
        alone.apply(_train, (tables, folder, HURRIED))


def _train(tables: Tables, folder: Path, config: TrainConfig) -> None:
    from gnn.train import train

    Models(folder).add(train(tables, config))
