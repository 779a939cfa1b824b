"""One line of the log a request: which route, what came of it, how long it took, whose kind asked.

Never who: no user id, username, address or word of a query, and the route's rule in place of the
path, since paths name people. Lines are made only where a log is kept (`web.json_log`).
"""

import logging
import time
from types import TracebackType
from typing import Any

from apiflask import APIFlask
from flask import Flask, Response, g, request

from web.callers import Operator, Service
from web.request_ids import HEADER, request_id
from web.turns import WAITED

log = logging.getLogger(__name__)


class Logged(APIFlask):
    """An application whose bugs are logged under the route's rule."""

    def log_exception(
        self,
        exc_info: tuple[type[BaseException], BaseException, TracebackType | None]
        | tuple[None, None, None],
    ) -> None:
        """As Flask does it, which would name the path, and so people."""
        self.logger.error("a bug at %s %s", request.method, rule(), exc_info=exc_info)


def log_requests(app: Flask) -> None:
    """Have every answer bear its request's id, and a line of the log; call it before all hooks."""

    @app.before_request
    def begin() -> None:
        g.began = time.perf_counter()

    @app.after_request
    def end(response: Response) -> Response:
        response.headers[HEADER] = request_id()
        if log.isEnabledFor(logging.INFO):
            level = logging.ERROR if response.status_code >= 500 else logging.INFO
            log.log(level, "request", extra={"told": _told(response)})
        return response


def rule() -> str | None:
    """The present route's: ``/posts/<post>``; None where there is no such address."""
    return None if request.url_rule is None else request.url_rule.rule


def seconds() -> float:
    """For how long the present request has been answered; without its wait for a turn."""
    began: float = g.began
    return time.perf_counter() - began


def waited() -> float | None:
    """For how many seconds it waited for that; None: it needs no turn, or there are none."""
    found: float | None = request.environ.get(WAITED)
    return found


def _told(response: Response) -> dict[str, Any]:
    who, before = g.get("caller"), waited()
    return {
        "request_id": request_id(),
        "method": request.method,
        "rule": rule(),
        "status": response.status_code,
        "ms": round(seconds() * 1000, 1),
        "wait_ms": None if before is None else round(before * 1000, 1),
        "caller": None if who is None else type(who).__name__.lower(),
        "key": who.name if isinstance(who, Service | Operator) else None,
    }
