"""How an application is opened for `resonance serve`, in one process or in each of several."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from secrets import token_urlsafe
from typing import TYPE_CHECKING, Self

from feed.config import FeedConfig
from feed.cursors import Cursors
from graph.errors import ConfigError
from graph.events.intake import EventsConfig
from graph.store import GraphStore, StoreConfig, open_store
from web.callers import Callers
from web.config import WebConfig
from web.keys import Keys
from web.threads import asking
from web.viewer_tokens import ViewerTokens

if TYPE_CHECKING:
    from apiflask import APIFlask

    from gnn.artifact import ServingModel
    from web.keeper import Keeper
    from web.shared import Shared

PATIENCE = 15.0
"""Seconds for which whoever is served waits for a Neo4j server; as long as the driver tries again
what a server refused that is being started."""


@dataclass(frozen=True, slots=True)
class Opening:
    """Everything that settings say of a server; nothing of it is open."""

    graph: StoreConfig
    model: Path
    asking: WebConfig
    feed: FeedConfig
    events: EventsConfig
    cursors: Cursors
    """Made once, so that all workers have one key."""
    desk_key: str = field(default_factory=partial(token_urlsafe, 32), repr=False)
    """By which who started an open server is its operator; likewise."""

    def refuse_workers(self) -> None:
        """Raise `ConfigError` where several processes could not answer as one."""
        if self.feed.memory_path is None:
            raise ConfigError(
                "several workers know by a file what was served and which writes were sent"
                " before: set RESONANCE_MEMORY to one, or serve with --workers 1"
            )

    @contextmanager
    def held(self, shared: Shared) -> Iterator[Self]:
        """The same, for several workers: a process of its own holds an embedded graph for them.

        Raises:
            StoreError: it cannot be opened.
        """
        if self.graph.file is None:
            yield self
            return
        from graph.ladybug_server import held

        with held(self.graph, shared.folder, shared.siblings) as config:
            yield replace(self, graph=config)

    def store(self) -> GraphStore:
        """The graph, by which nobody is kept waiting for long; the caller closes it."""
        connections = asking(self.asking.most_streams)
        return open_store(replace(self.graph, connections=connections, patience=PATIENCE))

    @contextmanager
    def looked(self) -> Iterator[tuple[GraphStore, ServingModel | None, Callers]]:
        """The graph, the model that is of it, and who may ask it."""
        from commands.serving import model_of
        from graph.backup import refuse_unfinished

        with self.store() as store:
            refuse_unfinished(store)
            tokens = ViewerTokens(self.asking)
            keys = Keys(self.asking.keys_path)
            callers = Callers(store, keys, tokens, self.desk_key)
            yield store, model_of(self.model, store), callers

    @contextmanager
    def logged(self) -> Iterator[None]:
        """Keep the log meanwhile; of warnings alone, if it is not wanted."""
        from web.json_log import logged_to

        with logged_to(sys.stderr, requests=self.asking.log == "json"):
            yield

    @contextmanager
    def opened(self, shared: Shared | None = None) -> Iterator[APIFlask]:
        """The application, until everything that it rests on is closed again."""
        with ExitStack() as stack:
            # Nothing here keeps what it was made of: its model goes when somebody leaves.
            yield self._application(stack, shared)

    def _application(self, stack: ExitStack, shared: Shared | None) -> APIFlask:
        """The application; the stack closes what it rests on."""
        from feed.memory import ViewerMemory
        from feed.shared_slates import SharedSlates
        from graph.search.opening import open_index
        from web.answers import Answers
        from web.app import create_app
        from web.rates import Rates
        from web.streams import Streams

        store, model, callers = stack.enter_context(self.looked())
        memory = stack.enter_context(ViewerMemory(self.feed.memory_path))
        answers = stack.enter_context(closing(Answers(self.feed.answers_path)))
        index = stack.enter_context(closing(open_index(store, self.graph.search_path)))
        slates = stack.enter_context(closing(SharedSlates(shared.slates))) if shared else None
        index.catch_up()
        return create_app(
            store,
            model,
            events=self.events,
            memory=memory,
            cursors=self.cursors,
            callers=callers,
            answers=answers,
            index=index,
            streams=Streams(self.asking.most_streams),
            model_name=model.name if model else None,
            rates=Rates(self.asking.rate_keys, self.asking.rate_viewers),
            origins=self.asking.origins,
            slates=slates,
            shared=shared,
            records=self.asking.records(self.model),
            # Workers have a process beside them for that.
            fresh_seconds=0.0 if shared else self.asking.seconds_between_looks,
        )

    @property
    def keeps(self) -> bool:
        """Whether derived edges are to be kept up."""
        return self.asking.seconds_between_looks > 0

    @contextmanager
    def kept(self, shared: Shared) -> Iterator[Keeper]:
        """What keeps derived edges up beside workers, until its graph is closed again."""
        from web.keeper import Keeper

        with self.store() as store:
            yield Keeper(store, shared, self.asking.seconds_between_looks)
