"""An application, opened as `resonance serve` opens it."""

import gc
import weakref
from pathlib import Path

import pandas as pd
from random_encoder import RandomTraining

from commands.opening import Opening
from feed.config import FeedConfig
from feed.cursors import Cursors
from gnn.versions import Models
from graph.events.intake import EventsConfig
from graph.ingest import ingest_tables
from graph.store import StoreConfig, open_store
from web.config import WebConfig
from web.state import state_of

PEOPLE, POSTS = ["ann", "ben"], ["p", "q"]


def test_nothing_keeps_the_vectors_of_who_left(ladybug_url: str, tmp_path: Path) -> None:
    graph = StoreConfig(ladybug_url)
    with open_store(graph) as store:
        users = pd.DataFrame({"id": PEOPLE, "username": PEOPLE})
        ingest_tables(store, {"users": users, "posts": pd.DataFrame({"id": POSTS})})
    Models(tmp_path / "model").add(RandomTraining(PEOPLE, POSTS))
    settings = FeedConfig.from_env({})
    opening = Opening(
        graph,
        tmp_path / "model",
        WebConfig.from_env({}),
        settings,
        EventsConfig.from_env({}),
        Cursors(settings.cursor_key),
    )
    with opening.opened() as app:
        model = state_of(app).model
        assert model is not None and model.known(PEOPLE) == {*PEOPLE}
        before = weakref.ref(model._now.model)
        model.forget(["ann"], [])
        gc.collect()
        assert model.known(PEOPLE) == {"ben"} and before() is None
