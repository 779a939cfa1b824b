"""The model of a worker lets go of whom another worker erased, and of nobody else."""

import threading
from collections.abc import Collection
from copy import copy
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd
from random_encoder import random_encoder, random_table

from feed.letting_go import let_go
from feed.nearest import FeedModel
from gnn.artifact import ServingModel
from gnn.features import PARTS
from gnn.likelihood import Decoder
from graph.changes import AROUND
from graph.ingest import ingest_tables
from graph.store import GraphStore
from web.app import create_app
from web.shared import shared
from web.state import state_of

PEOPLE, POSTS = ["ann", "ben"], ["p", "q"]


@dataclass
class Disk:
    """Counts how often what is kept was written anew."""

    asked: int = 0

    def __call__(self, user_ids: Collection[str], post_ids: Collection[str]) -> dict[str, str]:
        self.asked += 1
        return {}


def trained(disk: Disk) -> FeedModel:
    table = random_table(PEOPLE, POSTS)
    decoder = Decoder(PARTS, (0.1,) * len(PARTS), -1.0)
    model = ServingModel(table, decoder, {}, random_encoder(table))
    return FeedModel(replace(model, forget=disk))


def settled() -> None:
    """Wait for whatever was begun a moment ago."""
    for thread in threading.enumerate():
        if thread.name == "letting go":
            thread.join()


def test_who_is_gone_is_not_known_and_who_was_only_named_still_is(store: GraphStore) -> None:
    disk = Disk()
    model = trained(disk)
    users = pd.DataFrame({"id": ["ben"], "username": ["ben"]})
    ingest_tables(store, {"users": users, "posts": pd.DataFrame({"id": ["q"]})})
    let_go(store, model, frozenset({"ann", "ben", "p", "q", "a comment"}))
    settled()
    assert model.embedding_of("ann") is None and model.embedding_of("ben") is not None
    assert model.known(["ann", "ben", "p", "q"]) == {"ben", "q"}
    assert model.num_posts == 1
    assert disk.asked == 0  # the other worker has seen to that


def test_an_application_hears_by_its_next_request_whom_another_worker_erased(
    store: GraphStore,
) -> None:
    users = pd.DataFrame({"id": ["ben"], "username": ["ben"]})
    ingest_tables(store, {"users": users, "posts": pd.DataFrame({"id": POSTS})})
    with shared() as together:
        app = create_app(store, trained(Disk())._now.model, shared=together)
        other = copy(together.siblings)
        other.join()
        other.tell((AROUND, frozenset({"ann", "ben"})))
        assert app.test_client().get("/health").status_code == 200
        settled()
        model = state_of(app).model
        assert model is not None and model.known(PEOPLE) == {"ben"}


def test_nobody_asks_the_graph_about_strangers(store: GraphStore, monkeypatch: Any) -> None:
    model = trained(Disk())

    def never(*told: object, **more: object) -> None:
        raise AssertionError("asked")

    monkeypatch.setattr("feed.letting_go.user_cards", never)
    let_go(store, model, frozenset({"a comment", "somebody"}))
    settled()
    assert model.num_posts == 2
