"""What one application holds: the store, the model, the recommender, steering, callers, clock."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask

from feed.nearest import FeedModel
from feed.recommend import Recommender
from feed.saved_steering import SavedSteering
from graph.store import GraphStore
from web.callers import Callers

KEY = "resonance"


@dataclass(frozen=True, slots=True)
class State:
    """Made once, shared by all requests."""

    store: GraphStore
    model: FeedModel | None
    recommender: Recommender
    steering: SavedSteering
    callers: Callers
    """Who may ask."""
    clock: Callable[[], float]
    """The time in Unix seconds."""


def state_of(app: Flask) -> State:
    """The state that `create_app` gave to `app`."""
    state = app.extensions[KEY]
    assert isinstance(state, State)
    return state
