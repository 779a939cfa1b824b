"""One client's connection to a server, with the time of each request."""

import http.client
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

import orjson

from graph.model import Row

SECONDS = 60.0
"""After which a request counts as never answered."""


@dataclass(frozen=True, slots=True)
class Heard:
    """An answer, and when it was asked for and heard."""

    status: int
    told: Row
    began: float
    """`time.perf_counter` seconds, as the next."""
    ended: float
    replayed: bool
    """Whether the server says that it gave this answer before."""

    @property
    def done(self) -> bool:
        """Whether what was asked was done."""
        return self.status < 400


class Wire:
    """A connection that stays open, for one thread."""

    def __init__(self, base: str):
        """To the server at that address."""
        self._connection = http.client.HTTPConnection(urlsplit(base).netloc, timeout=SECONDS)

    def ask(
        self,
        method: str,
        path: str,
        query: Mapping[str, str | int],
        body: object = None,
        key: str | None = None,
    ) -> Heard:
        """Ask once; `key` is the Idempotency-Key. A body of bytes is events, a line each.

        Raises:
            OSError, http.client.HTTPException: nothing was answered.
        """
        kind = "application/x-ndjson" if isinstance(body, bytes) else "application/json"
        headers = {"Content-Type": kind} if body is not None else {}
        if key is not None:
            headers["Idempotency-Key"] = key
        text = body if body is None or isinstance(body, bytes) else json.dumps(body)
        began = time.perf_counter()
        self._connection.request(method, f"{path}?{urlencode(query)}", text, headers)
        answer = self._connection.getresponse()
        told = answer.read()
        ended = time.perf_counter()
        replayed = answer.headers.get("Idempotent-Replayed") == "true"
        return Heard(answer.status, orjson.loads(told), began, ended, replayed)

    def close(self) -> None:
        """Let go of it."""
        self._connection.close()
