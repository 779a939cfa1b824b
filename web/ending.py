"""How a server ends: it takes nobody new, and whoever it took gets an answer.

``docker stop`` sends SIGTERM and, ten seconds later, kills. So within less than that a server stops
listening, ends its streams (whose clients come again elsewhere with ``Last-Event-ID``), answers
what it was asked, says with each answer that the connection ends with it, and closes those that are
silent. A second signal ends the process at once.
"""

import select
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from web.streams import Streams

SECONDS = 7.0
"""For which is waited for answers; then the graph is closed, which takes time too."""
LOOK = 0.02
"""Seconds after which is looked for what was answered meanwhile."""
FRESH = 0.5
"""Seconds for which a connection may be silent: who has just connected, or been answered, may be
sending, and could not tell a connection that is closed from a request that got no answer."""
SIGNALS = (signal.SIGTERM, signal.SIGINT)


class Ending:
    """Ends one running server of waitress, when it is told to."""

    def __init__(self, server: Any, streams: Streams, seconds: float = SECONDS):
        """Nothing ends yet; `seconds` is how long it may take."""
        self._server, self._streams, self._seconds = server, streams, seconds
        self._begun, self._done = threading.Event(), threading.Event()
        threading.Thread(target=self._end, name="ending", daemon=True).start()

    def begin(self) -> None:
        """Begin to end; returns at once, and may be called where a signal is handled."""
        self._begun.set()

    @contextmanager
    def on_signals(self) -> Iterator[None]:
        """Begin at the first signal that asks for it; later ones do what they did before."""
        before = {each: signal.getsignal(each) for each in SIGNALS}

        def asked(number: int, frame: object) -> None:
            for each, handler in before.items():
                signal.signal(each, handler)
            self.begin()

        for each in SIGNALS:
            signal.signal(each, asked)
        try:
            yield
        finally:
            for each, handler in before.items():
                signal.signal(each, handler)

    def _end(self) -> None:
        self._begun.wait()
        self._streams.end()
        self._in_loop(self._refuse)
        until = time.monotonic() + self._seconds
        while not self._done.is_set() and time.monotonic() < until:
            self._in_loop(self._let_go)
            self._done.wait(LOOK)
        self._in_loop(self._close)

    def _in_loop(self, act: Any) -> None:
        """Have the server's own thread do it, which alone touches its sockets."""
        # Where the server ended by itself, there is nothing to wake.
        with suppress(OSError):
            self._server.trigger.pull_trigger(act)

    def _refuse(self) -> None:
        """Listen no more: who comes now is refused at once, and asks another server."""
        self._server.del_channel()
        self._server.socket.close()

    def _let_go(self) -> None:
        """Close connections that nothing goes over; the others end with their next answer."""
        channels = list(self._server.active_channels.values())
        for channel in channels:
            for request in list(channel.requests):
                request.headers["CONNECTION"] = "close"
            silent = time.monotonic() - channel.last_activity > FRESH
            waits = channel.requests or channel.request or channel.behind
            # What was sent and is not read yet is answered, too.
            if silent and not (waits or channel.total_outbufs_len or _sent_more(channel.socket)):
                channel.handle_close()
        if not self._server.active_channels:
            self._done.set()

    def _close(self) -> None:
        """Close whatever is still open, by which the server's loop ends."""
        for channel in list(self._server.active_channels.values()):
            channel.handle_close()
        self._server.trigger.close()


def _sent_more(connection: socket.socket) -> bool:
    """Whether something came that nobody read; not by `select`, which takes no high numbers."""
    looked_at = select.poll()
    looked_at.register(connection, select.POLLIN)
    return bool(looked_at.poll(0))
