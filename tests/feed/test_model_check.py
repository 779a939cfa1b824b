"""A model is served with the graph that it was trained on, however that has grown, and no other."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from feed.model_check import refuse_foreign
from gnn.artifact import ServingModel
from gnn.config import TrainConfig
from gnn.train import train
from graph.errors import ModelMismatch
from graph.ingest import ingest_tables
from graph.model import SIGNALS, Tables
from graph.store import GraphStore
from village.world import World, plant

NEW_LIKES = 15
QUICK = TrainConfig(
    hash_width=16,
    hidden=8,
    out=4,
    spectrum_dims=(32,),
    exponents=(0.2,),
    contents=(0.8,),
    strengths=(0.25,),
    factors=4,
    factor_ridges=(5.0,),
    softmax_steps=20,
    coordinates=16,
    epochs=2,
    near=50,
    pool=60,
)


@pytest.fixture(scope="module")
def world() -> World:
    return plant(seed=1, users=80, posts=200, communities=4)


def model_of(tables: Tables) -> ServingModel:
    found = train(tables, QUICK, seed=0)
    return ServingModel(found.embeddings, found.decoder, found.metadata, found.encoder)


@pytest.fixture(scope="module")
def model(world: World) -> ServingModel:
    return model_of(world.tables)


def test_a_model_is_of_the_graph_that_it_was_trained_on(
    any_store: GraphStore, world: World, model: ServingModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    ingest_tables(any_store, world.tables)
    asked: list[str] = []
    for name in ("run", "run_all"):
        monkeypatch.setattr(any_store, name, noted(asked, name, getattr(any_store, name)))
    refuse_foreign(any_store, model)
    # A server's engine is asked for all that users did in one round.
    assert any_store.changes.alone or asked == ["run", "run", "run_all"]


def noted(asked: list[str], name: str, ask: Callable[..., object]) -> Callable[..., object]:
    """The same, noting each call."""

    def noting(*args: object, **params: object) -> object:
        asked.append(name)
        return ask(*args, **params)

    return noting


def test_a_model_of_another_graph_with_the_same_ids_is_refused_by_name(
    any_store: GraphStore, world: World, model: ServingModel
) -> None:
    other = plant(seed=2, users=80, posts=200, communities=4)
    assert np.isin(model.embeddings.user_ids, other.tables["users"]["id"]).mean() > 0.9
    ingest_tables(any_store, other.tables)
    with pytest.raises(ModelMismatch, match=r"another graph: .* tastes .* cosine -?0\.[01]"):
        refuse_foreign(any_store, model)


def test_a_model_of_long_ago_is_of_the_graph_that_grew(any_store: GraphStore, world: World) -> None:
    """A fifth of what people did was there when it was trained."""
    rng = np.random.default_rng(0)
    then = dict(world.tables)
    for kind in SIGNALS:
        if kind.file in then:
            rows = then[kind.file]
            then[kind.file] = rows[rng.random(len(rows)) < 0.2].reset_index(drop=True)
    ingest_tables(any_store, world.tables)
    refuse_foreign(any_store, model_of(then))


def test_a_model_is_of_its_graph_however_tastes_have_changed(
    any_store: GraphStore, world: World, model: ServingModel
) -> None:
    """Everybody has come to like as many posts of any kind as they did anything with before."""
    rng = np.random.default_rng(0)
    users, posts = (world.tables[each]["id"] for each in ("users", "posts"))
    later = pd.DataFrame(
        {
            "source": np.repeat(users, NEW_LIKES),
            "target": rng.choice(posts, NEW_LIKES * len(users)),
        }
    ).drop_duplicates()
    ingest_tables(any_store, {**world.tables, "liked": later})
    refuse_foreign(any_store, model)


def test_of_users_who_do_nothing_here_nothing_is_told(
    any_store: GraphStore, world: World, model: ServingModel
) -> None:
    """They have no vector, so that the model does not rank for them."""
    ingest_tables(any_store, {each: world.tables[each] for each in ("users", "posts")})
    refuse_foreign(any_store, model)
