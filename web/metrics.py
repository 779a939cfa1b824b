"""What an operator watches, as Prometheus reads it: one registry an application, of numbers alone.

No label names a person, a post or a word: routes are told by their rule, sources by their name.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask, Response, request
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector

from web.request_log import rule, seconds, waited
from web.streams import Streams
from web.turns import READING, Queue

REQUEST_BUCKETS = (0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
SOURCE_BUCKETS = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 2.5)
"""Seconds; most sources find their lists in memory."""
_NAME = "%Y%m%d-%H%M%S"
"""How trainings are named (`gnn.versions`)."""


class Metrics:
    """Counts and times, of one application; safe to share between threads.

    Of one process; or, where prometheus_client was told so before it was imported
    (`web.shared.Shared`), of all the workers of one server.
    """

    def __init__(
        self,
        streams: Streams,
        model_name: str | None,
        clock: Callable[[], float],
        folder: Path | None = None,
    ):
        """Nothing was asked yet.

        Args:
            streams: those that are open.
            model_name: of the training that ranks; None: there is none, or it has no name.
            clock: Unix seconds, for the age of the model.
            folder: through which the workers of one server tell each other; None: there are none.
        """
        self._folder = folder
        self._looks: list[Callable[[], None]] = []
        self._asks: list[Callable[[], None]] = []
        self._registry = registry = CollectorRegistry()
        self._requests = Histogram(
            "resonance_request_seconds",
            "How long answers took, by method, route and status; without the wait for a turn.",
            ("method", "rule", "status"),
            registry=registry,
            buckets=REQUEST_BUCKETS,
        )
        self._waits = Histogram(
            "resonance_turn_wait_seconds",
            "How long requests waited for a turn, before that.",
            ("turn",),
            registry=registry,
            buckets=REQUEST_BUCKETS,
        )
        self._sources = Histogram(
            "resonance_source_seconds",
            "How long a source of the feed took.",
            ("source",),
            registry=registry,
            buckets=SOURCE_BUCKETS,
        )
        self._by_source: dict[str, Histogram] = {}
        self._left_out = Counter(
            "resonance_degraded", "Answers that lack a source.", ("source",), registry=registry
        )
        self._waiting = Gauge(
            "resonance_requests_waiting",
            "Who wait for a turn.",
            ("turn",),
            registry=registry,
            multiprocess_mode="livesum",
        )
        open_now = Gauge(
            "resonance_streams_open",
            "Streams that are open.",
            registry=registry,
            multiprocess_mode="livesum",
        )
        self._tell(open_now, lambda: streams.open)
        self._refused = Gauge(
            "resonance_writes_refused",
            "1: the graph is read and not written until this server is started again.",
            registry=registry,
            multiprocess_mode="livemax",
        )
        self._lists_waiting = Gauge(
            "resonance_lists_waiting",
            "Derived lists that may have changed, and nodes that were written to.",
            registry=registry,
            multiprocess_mode="livesum",
        )
        self._lists_age = Gauge(
            "resonance_lists_waiting_seconds",
            "Since the first of them came to wait.",
            registry=registry,
            multiprocess_mode="livemax",
        )
        self._lists_kept = Gauge(
            "resonance_lists_kept",
            "1: this server keeps derived lists up; 0: another does, or none, or not yet.",
            registry=registry,
            multiprocess_mode="livemax",
        )
        self._lists_changed = Counter(
            "resonance_lists_changed", "Derived lists that were changed.", registry=registry
        )
        self._lists_failed = Counter(
            "resonance_lists_failed", "Times that it failed.", registry=registry
        )
        if model_name is not None:
            self._tell_of_model(model_name, clock)

    def took(self, source: str, seconds: float) -> None:
        """A source of the feed took so long."""
        child = self._by_source.get(source)
        if child is None:  # `labels` would take a lock and look at every name, each time
            child = self._by_source[source] = self._sources.labels(source)
        child.observe(seconds)

    def left_out(self, sources: Iterable[str]) -> None:
        """An answer lacks these sources."""
        for source in sources:
            self._left_out.labels(source).inc()

    def answered(self, method: str, rule: str | None, status: int, seconds: float) -> None:
        """A request was answered; where there is no such route, its method is not told either."""
        told = ("", "") if rule is None else (method, rule)
        self._requests.labels(*told, status).observe(seconds)

    def waited(self, acts: bool, seconds: float) -> None:
        """A request waited so long for its turn, to act or to read."""
        self._waits.labels("act" if acts else "read").observe(seconds)

    def watch(self, queue: Queue) -> None:
        """Tell how many wait there, as of the moment of asking."""
        self._tell(self._waiting.labels("act"), lambda: queue.waiting[0])
        self._tell(self._waiting.labels("read"), lambda: queue.waiting[1])

    def watch_store(self, stopped: Callable[[], bool]) -> None:
        """Tell whether the graph takes no writes any more (`graph.store.GraphStore.stopped`)."""
        # Who holds it may be a process that is busy: asked with the rest, not at every `look`.
        self._tell(self._refused, stopped, self._asks)

    def watch_lists(
        self, waiting: Callable[[], float], age: Callable[[], float], kept: Callable[[], float]
    ) -> None:
        """Tell how many derived lists wait, since when, and whether this process keeps them up."""
        self._tell(self._lists_waiting, waiting)
        self._tell(self._lists_age, age)
        self._tell(self._lists_kept, kept)

    def lists_changed(self, number: int) -> None:
        """So many derived lists are other ones now."""
        self._lists_changed.inc(number)

    def list_failed(self) -> None:
        """They could not be brought up to date."""
        self._lists_failed.inc()

    def text(self) -> str:
        """All of it, in Prometheus' text format."""
        return generate_latest(self._now()).decode()

    def families(self) -> list[Metric]:
        """All of it, as it is at this moment."""
        return list(self._now().collect())

    def _now(self) -> CollectorRegistry:
        if self._folder is None:
            return self._registry
        self.look()
        for ask in self._asks:
            ask()
        registry = CollectorRegistry()
        MultiProcessCollector(registry, str(self._folder))  # type: ignore[no-untyped-call]
        return registry

    def look(self) -> None:
        """Tell the other workers what is so at this moment."""
        for look in self._looks:
            look()

    def _tell(
        self,
        gauge: Gauge,
        now: Callable[[], float],
        among: list[Callable[[], None]] | None = None,
    ) -> None:
        """Have the gauge tell what is so when it is asked; other workers ask no function."""
        if self._folder is None:
            gauge.set_function(now)
        else:
            (self._looks if among is None else among).append(lambda: gauge.set(now()))

    def _tell_of_model(self, name: str, clock: Callable[[], float]) -> None:
        version = Gauge(
            "resonance_model_info",
            "The training that ranks.",
            ("version",),
            registry=self._registry,
            multiprocess_mode="livemax",
        )
        version.labels(name).set(1)
        try:
            ended = datetime.strptime(name[:15], _NAME).replace(tzinfo=UTC).timestamp()
        except ValueError:
            return
        age = Gauge(
            "resonance_model_age_seconds",
            "Since it was trained.",
            registry=self._registry,
            multiprocess_mode="livemax",
        )
        self._tell(age, lambda: clock() - ended)


def measure(app: Flask, metrics: Metrics) -> None:
    """Time every request; call it after `web.request_log.log_requests`."""

    @app.after_request
    def measured(response: Response) -> Response:
        metrics.answered(request.method, rule(), response.status_code, seconds())
        if (before := waited()) is not None:
            metrics.waited(request.method not in READING, before)
        return response
