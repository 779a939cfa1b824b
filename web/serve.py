"""Runs the application in a production server."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Thread
from typing import Any

from apiflask import APIFlask
from waitress import create_server
from waitress.task import ThreadedTaskDispatcher

from graph.errors import ConfigError
from web.open_doors import refuse_to_open
from web.state import state_of
from web.streams import Streams
from web.turns import Turns

BODY_LIMIT = 16 << 20
"""Bytes; waitress would keep up to 1 GB of a body before anybody looks at who sends it."""
THREADS = 8
"""Requests at once; each waits for the engine most of its time. Streams of notifications, which
wait for somebody to act, have threads beside these."""


def serve(app: APIFlask, host: str = "127.0.0.1", port: int = 8000) -> None:
    """Serve until interrupted; what ranking rests on is kept in memory meanwhile.

    Whoever began to leave before a process died is erased to the end first.

    Raises:
        StoreError, MemoryUnavailable: they cannot be; nobody is served.
        ConfigError: the address cannot be listened on, or the application is open and others
            than this machine could reach it.
    """
    state = state_of(app)
    state.leaving.finish(int(state.clock()))
    server = _listening(app, host, port)
    filling = state.recommender.filling()
    filling.start()
    try:
        server.run()
    finally:
        server.close()
        filling.stop()


@contextmanager
def serving(app: APIFlask, host: str = "127.0.0.1", port: int = 0) -> Iterator[str]:
    """Serve in a thread while the caller goes on; yields the address (port 0: any free one)."""
    server = _listening(app, host, port)
    thread = Thread(target=server.run, name="serving", daemon=True)
    thread.start()
    try:
        yield f"http://{host}:{server.effective_port}"
    finally:
        # Answers under way end first; then the serving thread closes what it selects on.
        server.task_dispatcher.shutdown()
        # A worker's own wake-up may run the closing before ours is written: then it is done.
        with suppress(OSError):
            server.trigger.pull_trigger(lambda: _close(server))
        thread.join(timeout=10)


def _close(server: Any) -> None:
    for channel in list(server.active_channels.values()):
        channel.handle_close()
    server.close()


def _listening(app: APIFlask, host: str, port: int) -> Any:
    # Bound here and not by waitress, which leaks its sockets when the port is taken (3.0.2).
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        bound = socket.create_server((host, port), family=family)
    except (OSError, OverflowError) as error:
        raise ConfigError(
            f"{host}:{port} cannot be listened on ({error}); choose another with --host or --port"
        ) from error
    if state_of(app).callers.open:
        try:
            refuse_to_open(bound.getsockname()[0])
        except ConfigError:
            bound.close()
            raise
    streams = state_of(app).streams
    dispatcher = _Threads(streams)
    dispatcher.set_thread_count(THREADS + streams.most)
    return create_server(
        Turns(app, THREADS),
        _dispatcher=dispatcher,
        sockets=[bound],
        ident="resonance",
        max_request_body_size=BODY_LIMIT,
    )


class _Threads(ThreadedTaskDispatcher):  # type: ignore[misc]  # waitress has no types
    """The threads that answer; before they are waited for, streams are told to end."""

    def __init__(self, streams: Streams):
        super().__init__()
        self._streams = streams

    def shutdown(self, cancel_pending: bool = True, timeout: float = 5) -> bool:
        """See waitress."""
        self._streams.end()
        return bool(super().shutdown(cancel_pending, timeout))
