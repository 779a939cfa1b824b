"""Several processes that serve one address over a graph that many may write, under gunicorn.

gunicorn starts them, starts anew whichever dies or hangs, and has all end together. In each runs
the very server that runs alone elsewhere (`web.serve`): what is said of turns, of refusals and of
how a server ends holds for each worker. What they must share, they share (`web.shared`).

One more process keeps derived edges up beside them, where that is wanted (`web.keeper`). To
gunicorn it is a worker, too, and so is started anew as they are.
"""

import logging
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from apiflask import APIFlask
from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger
from gunicorn.workers.base import Worker
from prometheus_client.multiprocess import mark_process_dead

from graph.errors import ResonanceError
from web.ending import SECONDS, Ending
from web.keeper import Keeper
from web.serve import make_ready, run, server_on
from web.state import state_of

HUNG = 60
"""Seconds without a sign of life after which a worker is ended and another takes its place."""
BEAT = 1.0
"""Seconds between two signs."""
AGAIN = 1.0
"""Seconds after which a worker that cannot open the graph dies, and another one tries."""

log = logging.getLogger(__name__)

Opened = Callable[[], AbstractContextManager[APIFlask]]
"""Opens the application, in the process in which it is to answer."""
Kept = Callable[[], AbstractContextManager[Keeper]]
"""Opens what keeps derived edges up, in the process in which it is to do so."""


def serve_by_workers(
    opened: Opened, bound: socket.socket, number: int, kept: Kept | None = None
) -> None:
    """Serve by so many processes until told to end; for the main thread of one without others.

    Args:
        opened: the application; called in each worker.
        bound: what is listened on; it is not the caller's any more.
        number: of workers.
        kept: what keeps derived edges up; called in a process beside them. None: they are not.
    """
    Workers(opened, bound, number, kept).run()


class Workers(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """What gunicorn is to run."""

    def __init__(self, opened: Opened, bound: socket.socket, number: int, kept: Kept | None):
        # gunicorn takes the descriptor over: nothing listens when it and its workers have ended.
        self.opened, self._bound = opened, bound.detach()
        self.kept, self.number = kept, number
        super().__init__()

    def load_config(self) -> None:
        """Set everything here, whatever files and variables gunicorn would look at."""
        settings: dict[str, object] = {
            "bind": f"fd://{self._bound}",
            "workers": self.number + (self.kept is not None),
            "worker_class": ServingWorker,
            "timeout": HUNG,
            "graceful_timeout": int(SECONDS) + 2,
            "loglevel": "warning",
            "logger_class": PassedOn,
            "control_socket_disable": True,
            "pre_fork": _told,
            "child_exit": _buried,
        }
        for name, value in settings.items():
            self.cfg.set(name, value)

    def load(self) -> None:
        """Nothing: each worker opens the application itself."""


class ServingWorker(Worker):  # type: ignore[misc]
    """One of the processes."""

    keeps = False
    """Whether it is the one that keeps derived edges up, and answers nobody."""

    def load_wsgi(self) -> None:
        """Nothing is loaded before `run`, in which it is closed again, too."""

    def init_signals(self) -> None:
        """Have the process end at once when it is told to before it serves."""
        super().init_signals()
        for each in (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT):
            signal.signal(each, lambda number, frame: sys.exit(0))

    def run(self) -> None:
        """Serve, or keep derived edges up, until told to end."""
        life = _Life(self)
        try:
            if self.keeps:
                self._keep()
            else:
                self._serve(life)
        except ResonanceError as error:
            log.error("a worker cannot serve: %s", error)
            time.sleep(AGAIN)
            sys.exit(1)
        finally:
            life.over.set()

    def _serve(self, life: "_Life") -> None:
        """Open the application, serve, and end as a server that runs alone does."""
        with self.app.opened() as app:
            make_ready(app)
            server = server_on(app, self.sockets[0].sock)
            ending = Ending(server, state_of(app).streams)
            # gunicorn sends it in the place of SIGINT, which a terminal sends to all of them.
            signal.signal(signal.SIGQUIT, lambda number, frame: ending.begin())
            life.serving(app, server, ending)
            with ending.on_signals():
                run(app, server)

    def _keep(self) -> None:
        """Let go of the address, and keep edges up."""
        for each in self.sockets:
            each.close()
        ends = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT):
            signal.signal(number, lambda number, frame: ends.set())
        with self.app.kept() as keeper:
            done = keeper.keep(ends, lambda: os.getppid() == self.ppid, BEAT)
        if not done:  # a bug, which Python has told of
            time.sleep(AGAIN)
            sys.exit(1)


class _Life:
    """Shows gunicorn that a worker lives: from when it serves, that its loop goes on."""

    def __init__(self, worker: ServingWorker):
        self._worker = worker
        self.over = threading.Event()
        self._sign: Callable[[], object] = worker.notify
        threading.Thread(target=self._show, name="life", daemon=True).start()

    def serving(self, app: APIFlask, server: Any, ending: Ending) -> None:
        """From now on, the server's own loop gives the signs, and ends where gunicorn has died."""

        def sign() -> None:
            if os.getppid() != self._worker.ppid:
                ending.begin()
            state = state_of(app)
            state.metrics.look()
            if state.activity is not None and state.recommender.ready:
                state.activity.fill()
            state.store.changes.heed()  # one that nobody asks must not miss any
            try:
                server.trigger.pull_trigger(self._worker.notify)
            except OSError:  # the loop has ended, and the process is closing the graph
                self._sign = self._worker.notify

        self._sign = sign

    def _show(self) -> None:
        while not self.over.wait(BEAT):
            self._sign()


class PassedOn(Logger):  # type: ignore[misc]
    """gunicorn's warnings, in the log of everything else."""

    def setup(self, cfg: Any) -> None:
        """Let them through to the root's handlers, in place of its own."""
        super().setup(cfg)
        self.error_log.handlers.clear()
        self.error_log.propagate = True


def _told(arbiter: Any, worker: ServingWorker) -> None:
    """Which kind a worker is, before it begins: the last of its generation is the keeper.

    When all are started anew those that go are of another, with settings of their own.
    """
    own = [each.keeps for each in arbiter.WORKERS.values() if each.cfg is worker.cfg]
    wanted = worker.app.kept is not None and not any(own)
    worker.keeps = wanted and len(own) >= worker.app.number


def _buried(arbiter: object, worker: ServingWorker) -> None:
    """What a worker that died had open or waiting is no more."""
    mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]
