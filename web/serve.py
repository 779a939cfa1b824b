"""Runs the application in a production server."""

import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

from apiflask import APIFlask

from gnn.parallel import calm_from_now_on
from graph.errors import ConfigError
from social.rehearsal import rehearse
from web.connections import Limits, Server
from web.ending import Ending
from web.open_doors import refuse_to_open
from web.state import state_of
from web.threads import ACTING, READING, answering
from web.turns import Turns

BODY_LIMIT = 16 << 20
"""Bytes; waitress would keep up to 1 GB of a body before anybody looks at who sends it."""
SWITCH = 0.001
"""Seconds after which Python takes turns between threads: an action has many short waits, and after
each would stand back for so long behind whoever computes. Python's own 5 ms are for throughput."""


def serve(app: APIFlask, host: str, port: int, listening: Callable[[], object]) -> None:
    """Serve until interrupted or told to end; what ranking rests on is kept in memory meanwhile.

    Derived edges are kept up, too, where the application was made so.

    Whatever was asked for by then is answered first (`web.ending`). For the main thread alone,
    which is the one that signals reach.

    Whoever began to leave before a process died is erased to the end first.

    Args:
        app: the application.
        host: the address.
        port: 0: any free one.
        listening: called once it is sure that the address is ours, before anybody is answered.

    Raises:
        StoreError, MemoryUnavailable: they cannot be; nobody is served.
        ConfigError: the address cannot be listened on, or the application is open and others
            than this machine could reach it.
    """
    make_ready(app)
    server = server_on(app, bind(host, port, state_of(app).callers.open))
    listening()
    with Ending(server, state_of(app).streams).on_signals():
        run(app, server)


def make_ready(app: APIFlask) -> None:
    """Do what must be done, or is better done, before anybody is answered."""
    state = state_of(app)
    sys.setswitchinterval(SWITCH)
    calm_from_now_on()
    state.leaving.finish(int(state.clock()))
    rehearse(state.store, int(state.clock()))
    state.recommender.rehearse()


def run(app: APIFlask, server: Any) -> None:
    """Serve until the server's loop ends."""
    filling = state_of(app).recommender.filling()
    freshening = state_of(app).freshening
    filling.start()
    freshening.start()
    try:
        server.run()
    finally:
        server.task_dispatcher.shutdown(timeout=1)
        freshening.stop()
        filling.stop()


@contextmanager
def serving(
    app: APIFlask, host: str = "127.0.0.1", port: int = 0, limits: Limits | None = None
) -> Iterator[str]:
    """Serve in a thread while the caller goes on; yields the address (port 0: any free one)."""
    server = server_on(app, bind(host, port, state_of(app).callers.open), limits)
    ending = Ending(server, state_of(app).streams)
    thread = Thread(target=server.run, name="serving", daemon=True)
    thread.start()
    try:
        yield f"http://{host}:{server.effective_port}"
    finally:
        ending.begin()
        thread.join(timeout=10)
        server.task_dispatcher.shutdown(timeout=1)


def bind(host: str, port: int, only_here: bool) -> socket.socket:
    """A socket that listens there.

    Args:
        host: the address.
        port: 0: any free one.
        only_here: whether it must be this machine's alone.

    Raises:
        ConfigError: it cannot be listened on, or others could reach it.
    """
    # Not by waitress, which leaks its sockets when the port is taken (3.0.2).
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        bound = socket.create_server((host, port), family=family)
    except (OSError, OverflowError) as error:
        raise ConfigError(
            f"{host}:{port} cannot be listened on ({error}); choose another with --host or --port"
        ) from error
    if only_here:
        try:
            refuse_to_open(bound.getsockname()[0])
        except ConfigError:
            bound.close()
            raise
    return bound


def server_on(app: APIFlask, bound: socket.socket, limits: Limits | None = None) -> Server:
    """A server of waitress that takes what comes to the socket; it does not run yet."""
    engine = state_of(app).store.engine
    turns = Turns(app, ACTING[engine], READING[engine], state_of(app).activity)
    state_of(app).metrics.watch(turns.queue)
    state_of(app).freshening.watch(turns.queue)
    threads = answering(engine, state_of(app).streams.most)
    shared = state_of(app).activity is not None
    return Server(turns, bound, threads, BODY_LIMIT, limits or Limits(), shared)
