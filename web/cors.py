"""Which pages of other origins may read answers: those that are listed, and by default none.

A browser decides who reads, by what answers say; an answer to anybody else is as without a list.
Nobody is let in by a cookie here, so none is asked for (no ``Access-Control-Allow-Credentials``):
a page sends its viewer's token with each request, as everybody does.
"""

import re
from collections.abc import Collection

from flask import Flask, Response, request

from graph.errors import ConfigError

ALLOWED = ("Authorization", "Content-Type", "Idempotency-Key", "Last-Event-ID", "X-Request-ID")
"""The headers that a page may send besides those that every page may."""
EXPOSED = ("Idempotent-Replayed", "Retry-After", "WWW-Authenticate", "X-Request-ID")
"""Those of an answer that it may read besides those that every page may."""
PREFLIGHT_SECONDS = 600
"""For which a browser need not ask again whether it may ask."""

_ORIGIN = re.compile(r"[a-z][a-z0-9+.-]*://(\[[0-9a-f:]+\]|[a-z0-9.-]+)(:[1-9][0-9]{0,4})?")
_UNSAID = (("https://", ":443"), ("http://", ":80"))
"""Ports that browsers leave out."""


def origins_of(told: str) -> frozenset[str]:
    """Origins, separated by commas: ``https://app.example.com``, letter for letter as browsers say.

    Raises:
        ConfigError: one can be no page's origin.
    """
    found = [each.strip() for each in told.split(",") if each.strip()]
    for each in found:
        unsaid = any(each.startswith(scheme) and each.endswith(port) for scheme, port in _UNSAID)
        if unsaid or not _ORIGIN.fullmatch(each):
            raise ConfigError(
                f"{each!r} is no origin as browsers say it; set RESONANCE_CORS_ORIGINS to such as"
                " https://app.example.com or http://localhost:5173, with commas between: lower-case"
                " letters, no path, no * and no port that the scheme has anyway"
            )
    return frozenset(found)


def allow_origins(app: Flask, origins: Collection[str]) -> None:
    """Have answers say that pages of these origins may read them; call it before any guard.

    A browser that first asks whether it may (a preflight) has no credential to show, and is
    answered before anybody asks for one. Without origins no answer says anything.
    """
    if not origins:
        return

    @app.before_request
    def preflight() -> Response | None:
        method = request.headers.get("Access-Control-Request-Method")
        if request.method != "OPTIONS" or method is None or request.url_rule is None:
            return None
        if request.headers.get("Origin") not in origins:
            return None  # like any other, and the browser finds nothing in it that lets it ask
        answer = app.make_default_options_response()
        answer.status_code = 204
        answer.headers["Access-Control-Allow-Methods"] = answer.headers["Allow"]
        answer.headers["Access-Control-Allow-Headers"] = ", ".join(ALLOWED)
        answer.headers["Access-Control-Max-Age"] = str(PREFLIGHT_SECONDS)
        return answer

    @app.after_request
    def told(response: Response) -> Response:
        response.vary.add("Origin")
        origin = request.headers.get("Origin")
        if origin in origins:
            response.headers["Access-Control-Allow-Origin"] = origin
            response.headers["Access-Control-Expose-Headers"] = ", ".join(EXPOSED)
        return response
