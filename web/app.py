"""The application factory."""

import time
from collections.abc import Callable, Collection
from functools import partial
from typing import TYPE_CHECKING, Any

from apiflask import APIFlask

from feed.cursors import Cursors
from feed.letting_go import let_go
from feed.memory import ViewerMemory
from feed.nearest import FeedModel, LinkModel
from feed.recommend import Recommender
from feed.saved_steering import SavedSteering
from feed.slate import KeptSlates
from graph.events.intake import EventIntake, EventsConfig
from graph.kept import kept
from graph.search.index import SearchIndex
from graph.search.opening import open_index
from graph.store import GraphStore
from web import (
    comments,
    desk,
    desk_models,
    explain,
    feed,
    friendships,
    front,
    groups,
    happenings,
    health,
    labels,
    leaving,
    memberships,
    mutes,
    notifications,
    notifications_stream,
    operating,
    people,
    posts,
    preview,
    profiles,
    reactions,
    search,
    steering,
    tokens,
    written,
)
from web.access import guard
from web.access_openapi import with_access
from web.answers import Answers
from web.answers_openapi import with_answers
from web.body_limit import limit_bodies, limit_depth
from web.callers import Callers
from web.cors import allow_origins
from web.counting import Counting
from web.errors import register_errors
from web.events import register_events
from web.events_openapi import with_event_schema
from web.freshening import Freshening
from web.headers import give_headers
from web.json_answers import JsonAnswers
from web.leaving import heed_leaving, leaving_of
from web.metrics import Metrics, measure
from web.rates import Rates, limit_rates
from web.records import Records
from web.request_log import Logged, log_requests
from web.requests_openapi import with_requests
from web.state import KEY, State
from web.streams import Streams

if TYPE_CHECKING:
    from web.shared import Shared


def create_app(
    store: GraphStore,
    model: LinkModel | None = None,
    clock: Callable[[], float] = time.time,
    events: EventsConfig | None = None,
    memory: ViewerMemory | None = None,
    cursors: Cursors | None = None,
    patience: float = 1.0,
    callers: Callers | None = None,
    answers: Answers | None = None,
    index: SearchIndex | None = None,
    streams: Streams | None = None,
    model_name: str | None = None,
    rates: Rates | None = None,
    origins: Collection[str] = (),
    slates: KeptSlates | None = None,
    shared: "Shared | None" = None,
    records: Records | None = None,
    fresh_seconds: float = 0.0,
) -> APIFlask:
    """Make the WSGI application.

    Args:
        store: an open graph; the caller closes it.
        model: a trained model (`gnn.artifact.load_model`), or None: the fixed blend ranks.
        clock: the time in Unix seconds.
        events: how events are named, and how many are taken at a time.
        memory: what was served to whom; None: each visit is as the first, and no steering is kept.
        cursors: seals and opens cursors; None: with a key of this process.
        callers: who may ask; None: anyone, on this machine alone (an open server).
        answers: to writes that may be sent again; None: kept in this process alone.
        index: of the graph's words, which the caller closes; None: one in memory.
        streams: how many streams of notifications may be open; None: as many as by default.
        model_name: the model's, by which `gnn.versions` keeps it, for metrics.
        rates: how often one caller may ask; None: as often as they like.
        origins: whose pages may read answers (`web.cors`).
        slates: of pages asked for by number; None: those of this process.
        shared: with the other workers of the server; None: there are none.
        records: what an operator may look up beside the graph; None: there is nothing.
        fresh_seconds: between two looks at what derived edges follow from; 0: they are not kept up.
        patience: for how long what was read is used again (`feed.remembered.Remembered`).
    """
    # No page of documentation: APIFlask's would load scripts from foreign hosts.
    app = Logged(
        __name__,
        title="Resonance",
        version="0.1.0",
        docs_path=None,
        static_folder=None,  # type: ignore[arg-type]  # Flask takes None: `web.front` serves them
    )
    log_requests(app)
    give_headers(app)
    allow_origins(app, origins)
    app.config["VALIDATION_ERROR_STATUS_CODE"] = 400
    app.config["AUTO_VALIDATION_ERROR_RESPONSE"] = False
    app.config["AUTO_404_RESPONSE"] = False
    app.config["DESCRIPTION"] = "Personal, private and explained feeds from a property graph."
    app.json = JsonAnswers(app)
    feed_model = None if model is None else FeedModel(model)
    if shared is not None:
        gone = partial(let_go, store, feed_model) if feed_model else frozenset
        shared.siblings.join()
        store.changes.join(shared.siblings, gone)
        app.before_request(store.changes.heed)
    cursors, events = cursors or Cursors(), events or EventsConfig()
    records = records or Records()
    answers, index = answers or Answers(), index or open_index(store)
    callers, remembering = callers or Callers(store), kept(store)
    streams = streams or Streams()
    metrics = Metrics(streams, model_name, clock, shared.metrics if shared else None)
    metrics.watch_store(lambda: store.stopped)
    recommender = Recommender(
        remembering, feed_model, memory, cursors, patience, metrics.took, slates
    )
    measure(app, metrics)
    heed_leaving(store, recommender, index)
    freshening = Freshening(store, metrics, fresh_seconds, lambda: recommender.ready)
    intake = EventIntake(store, events, clock, shared.turn if shared else None)
    app.extensions[KEY] = State(
        store=store,
        viewers=remembering,
        model=feed_model,
        recommender=recommender,
        steering=SavedSteering(store, memory),
        callers=callers,
        clock=clock,
        cursors=cursors,
        answers=answers,
        streams=streams,
        prefix=events.prefix,
        search=index,
        metrics=metrics,
        freshening=freshening,
        leaving=leaving_of(store, recommender, answers, index, intake, records.models),
        counting=Counting(store, clock),
        records=records,
        model_name=model_name,
        activity=shared.activity.of_worker(shared.siblings.number) if shared else None,
    )
    app.register_blueprint(feed.blueprint)
    app.register_blueprint(explain.blueprint)
    app.register_blueprint(health.blueprint)
    app.register_blueprint(front.blueprint)
    front.serve_files(app)
    app.register_blueprint(operating.blueprint)
    app.register_blueprint(desk.blueprint)
    app.register_blueprint(desk_models.blueprint)
    app.register_blueprint(steering.blueprint)
    app.register_blueprint(preview.blueprint)
    app.register_blueprint(people.blueprint)
    app.register_blueprint(friendships.blueprint)
    app.register_blueprint(mutes.blueprint)
    app.register_blueprint(notifications.blueprint)
    app.register_blueprint(notifications_stream.blueprint)
    app.register_blueprint(posts.blueprint)
    app.register_blueprint(written.blueprint)
    app.register_blueprint(labels.blueprint)
    app.register_blueprint(reactions.blueprint)
    app.register_blueprint(profiles.blueprint)
    app.register_blueprint(leaving.blueprint)
    app.register_blueprint(groups.blueprint)
    app.register_blueprint(memberships.blueprint)
    app.register_blueprint(comments.blueprint)
    app.register_blueprint(happenings.blueprint)
    app.register_blueprint(search.blueprint)
    app.register_blueprint(tokens.blueprint)
    register_events(app, intake)
    register_errors(app)
    limit_bodies(app, {"events.events": events.max_bytes})
    guard(app, callers)
    limit_depth(app, {"events.events"})
    counting = (shared.counts, shared.secret) if shared else ()
    limit_rates(app, rates or Rates(), *counting)

    @app.spec_processor
    def described(spec: Any) -> Any:
        told = with_requests(with_access(with_event_schema(spec), app), app)
        return with_answers(told, app)

    return app
