"""Requests take turns, so that streams which wait in a thread each take no turn from the others."""

import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

STREAM = "/notifications/stream"


class Turns:
    """An application of which so many requests are answered at once, and streams besides.

    A server has a thread for each turn and for each stream (`web.streams.Streams.most`). More
    streams than that are refused at once; so whoever waits for a turn waits for nobody but others
    who have one.
    """

    def __init__(self, app: "WSGIApplication", most: int):
        """Let so many requests be answered at once."""
        self._app, self._turns = app, threading.BoundedSemaphore(most)

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer a request; what it is made of, but for a stream, is made within its turn."""
        if environ.get("PATH_INFO") == STREAM:
            return self._app(environ, start_response)
        with self._turns:
            return self._app(environ, start_response)
