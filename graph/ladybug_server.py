"""A process that holds an embedded graph for the workers of one server, which ask it by a socket.

The engine lets one process write; so one holds the graph, and several compute feeds. What comes in
is a method of `graph.store.GraphStore` with its arguments, and what goes back is what that
returned or raised (`graph.ladybug_client`). Every write is told to the workers (`graph.siblings`)
before it is acknowledged: so each of them may keep what it read as if it were alone.

Its socket lies in a folder that the server's own user alone may enter, which is all that guards
it: whoever may write there may write to the graph's file, too.
"""

import contextlib
import logging
import os
import pickle
import signal
import threading
import time
import traceback
from collections.abc import Iterator
from multiprocessing.connection import Connection, Listener, Pipe
from pathlib import Path
from typing import NoReturn

from graph.errors import ResonanceError, StoreUnavailable
from graph.siblings import Siblings
from graph.store import SHARED, GraphStore, Runs, StoreConfig, open_store

SOCKET = "graph.sock"
ENDING = 30.0
"""Seconds in which those who still ask, when the server was killed, must be done."""
PASSED_ON = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
"""What a terminal or a supervisor sends to all processes of a server: the graph is the last to end,
when nobody asks it any more."""
ASKED = frozenset({"run", "run_all", "frame", "load", "replace", "fold", "migrate"})
"""What may be asked for by name, beside a transaction."""
TOLD = frozenset({"schema", "unfolded", "stopped", "mended"})
"""What is a property."""

log = logging.getLogger(__name__)


@contextlib.contextmanager
def held(config: StoreConfig, folder: Path, siblings: Siblings) -> Iterator[StoreConfig]:
    """Have a process hold an embedded graph; yields how others reach it.

    Call it before this process has threads, or anything else that must not be copied.

    Args:
        config: of the graph.
        folder: for the socket; its owner alone may enter it.
        siblings: who are told of every write.

    Raises:
        StoreError: it cannot be opened; or, at the end, it was not held to the end.
    """
    ours, theirs = Pipe()
    maker = os.getpid()
    holder = os.fork()
    if not holder:
        ours.close()
        _hold_and_exit(config, folder, siblings, theirs)
    theirs.close()
    try:
        error = ours.recv()
    except EOFError:
        error = _died(config)
    if error is not None:
        _wait_for(holder)
        raise error
    life = _Life(ours)
    try:
        yield StoreConfig(f"{SHARED}:{folder / SOCKET}")
    finally:
        # A worker ends in copies of its maker's frames, and so passes here, too.
        if os.getpid() == maker:
            life.end()
            _wait_for(holder)
            if life.cut_off:
                raise _died(config)


class _Life:
    """Has this server end when the graph is gone: no worker could answer anything."""

    def __init__(self, holder: Connection):
        self._holder, self._ended = holder, False
        self.cut_off = False
        threading.Thread(target=self._watch, name="graph", daemon=True).start()

    def end(self) -> None:
        """Have the holder let go of the graph."""
        self._ended = True
        with contextlib.suppress(OSError):
            self._holder.send("end")

    def _watch(self) -> None:
        with contextlib.suppress(EOFError, OSError):
            self._holder.recv()
        if not self._ended:
            self.cut_off = True
            log.error("the process that holds the graph died")
            os.kill(os.getpid(), signal.SIGTERM)


def _wait_for(process: int) -> None:
    with contextlib.suppress(ChildProcessError):  # gunicorn waits for any child
        os.waitpid(process, 0)


def _died(config: StoreConfig) -> StoreUnavailable:
    return StoreUnavailable(
        f"the process that held {config.url} died; what was acknowledged is in the graph: serve it"
        " again"
    )


def _hold_and_exit(
    config: StoreConfig, folder: Path, siblings: Siblings, server: Connection
) -> NoReturn:
    """All that the process does: nothing of what its maker had begun is ended here."""
    status = 1
    try:
        _hold(config, folder, siblings, server)
        status = 0
    finally:
        if status:
            traceback.print_exc()
        os._exit(status)


def _hold(config: StoreConfig, folder: Path, siblings: Siblings, server: Connection) -> None:
    """Hold the graph until told to end, or until the last of the server's processes is gone."""
    for each in PASSED_ON:
        signal.signal(each, signal.SIG_IGN)
    try:
        store = open_store(config)
    except ResonanceError as error:
        server.send(error)
        return
    with store:
        siblings.join()
        store.changes.join(siblings, frozenset)
        try:
            answering = GraphServer(store, folder / SOCKET)
        except OSError as error:
            server.send(StoreUnavailable(f"{folder} can have no socket ({error}); set TMPDIR"))
            return
        server.send(None)
        with contextlib.suppress(EOFError):
            server.recv()
        answering.end()


class GraphServer:
    """Answers whoever connects, each in a thread of its own."""

    def __init__(self, store: GraphStore, socket: Path):
        self._store = store
        self._listener = Listener(str(socket), "AF_UNIX", backlog=64)
        self._turn = threading.Condition()
        self._open = 0
        threading.Thread(target=self._accept, name="accepting", daemon=True).start()

    def end(self) -> None:
        """Wait for who is there to go, for a while, and take nobody in any more."""
        until = time.monotonic() + ENDING
        with self._turn:
            self._turn.wait_for(lambda: not self._open, max(0.0, until - time.monotonic()))
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                connection = self._listener.accept()
            except OSError:  # closed
                return
            with self._turn:
                self._open += 1
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: Connection) -> None:
        try:
            with connection, contextlib.suppress(EOFError, ConnectionError):
                while True:
                    what, args, named = _read(connection)
                    if what == "transact":
                        self._transact(connection)
                    elif what in TOLD:
                        _say(connection, True, getattr(self._store, what))
                    else:
                        _do(connection, self._store, what, args, named)
        finally:
            with self._turn:
                self._open -= 1
                self._turn.notify_all()

    def _transact(self, connection: Connection) -> None:
        """A transaction of one who asks; who goes away in the middle wrote nothing."""

        def work(runs: Runs) -> None:
            _say(connection, True, None)
            while True:
                what, args, named = _read(connection)
                if what == "commit":
                    return
                if what == "roll back":
                    raise _TakenBack
                _do(connection, runs, what, args, named)

        try:
            self._store.transact(work)
        except _TakenBack:
            _say(connection, True, None)
        except ResonanceError as error:
            _say(connection, False, error)
        else:
            _say(connection, True, None)


class _TakenBack(Exception):
    """Who asks wants nothing of the transaction."""


def _do(
    connection: Connection,
    runs: GraphStore | Runs,
    what: str,
    args: tuple[object, ...],
    named: dict[str, object],
) -> None:
    assert what in ASKED, what
    try:
        found = getattr(runs, what)(*args, **named)
    except ResonanceError as error:
        _say(connection, False, error)
    else:
        _say(connection, True, None if what == "migrate" else found)


def _read(connection: Connection) -> tuple[str, tuple[object, ...], dict[str, object]]:
    told: tuple[str, tuple[object, ...], dict[str, object]] = pickle.loads(connection.recv_bytes())
    return told


def _say(connection: Connection, done: bool, answer: object) -> None:
    connection.send_bytes(pickle.dumps((done, answer), pickle.HIGHEST_PROTOCOL))
