"""What one application holds: the store, the model, what is kept beside the graph, the clock."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask

from feed.cursors import Cursors
from feed.nearest import FeedModel
from feed.recommend import Recommender
from feed.saved_steering import SavedSteering
from graph.search.index import SearchIndex
from graph.store import GraphStore
from social.leaving import Leaving
from web.answers import Answers
from web.callers import Callers
from web.counting import Counting
from web.freshening import Freshening
from web.metrics import Metrics
from web.records import Records
from web.shared_activity import OwnActivity
from web.streams import Streams

KEY = "resonance"


@dataclass(frozen=True, slots=True)
class State:
    """Made once, shared by all requests."""

    store: GraphStore
    viewers: GraphStore
    """The same graph, to look up who asks: that may come from memory. Whom and what they name may
    not, or how long an answer takes would tell whether something hidden is there."""
    model: FeedModel | None
    recommender: Recommender
    steering: SavedSteering
    callers: Callers
    """Who may ask."""
    clock: Callable[[], float]
    """The time in Unix seconds."""
    cursors: Cursors
    answers: Answers
    """To writes with a key (`web.idempotency`)."""
    streams: Streams
    """The streams of notifications that are open."""
    prefix: str
    """Of the ids of what is made here: ``app``."""
    search: SearchIndex
    metrics: Metrics
    """What an operator watches."""
    freshening: Freshening
    leaving: Leaving
    counting: Counting
    records: Records
    """What an operator may look up beside the graph."""
    model_name: str | None
    """Of the training that ranks, at the start; None: there is none, or it has no name."""
    activity: OwnActivity | None
    """Is told who asks; None: there are no other workers."""


def state_of(app: Flask) -> State:
    """The state that `create_app` gave to `app`."""
    state = app.extensions[KEY]
    assert isinstance(state, State)
    return state
