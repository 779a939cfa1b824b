"""How often one caller may ask: each key, and each viewer with a token, counted by itself.

Counted by this process, or by the workers of one server together (`web.shared_counts`). Whoever is
not known (public routes, the open server) is not counted.
"""

import secrets
import threading
import time
from dataclasses import dataclass
from hashlib import blake2b

from flask import Flask, Response, g, jsonify
from flask_limiter import ApplicationLimit, Limiter, RateLimitExceeded

from web.callers import Operator, Service, Viewer
from web.config import OFF
from web.errors import error_body
from web.shared_counts import SharedCounts

TOO_OFTEN = "This caller asks too often; Retry-After says in how many seconds to ask again."


@dataclass(frozen=True, slots=True)
class Rates:
    """How often, as ``20/second``, by the minute or the hour; ``off``: as often as one likes."""

    keys: str = OFF
    """Of a service or an operator."""
    viewers: str = OFF
    """Of a viewer with a token."""


def limit_rates(
    app: Flask, rates: Rates, counts: SharedCounts | None = None, secret: bytes | None = None
) -> None:
    """Refuse who asks too often with a 429; call it after `web.access.guard`, which tells who.

    Args:
        app: the application.
        rates: how often one may.
        counts: where several processes count together; None: in this one.
        secret: by which those name callers alike.
    """
    kinds = ((rates.keys, (Service, Operator)), (rates.viewers, (Viewer,)))
    limits = [_limit(rate, kind) for rate, kind in kinds if rate != OFF]
    if not limits:
        return
    key = secret or secrets.token_bytes(16)
    # Also in a process alone: spans in the memory of `limits` (5.8) end by the clock that is set.
    counting = counts or SharedCounts(turn=threading.Lock())
    limiter = Limiter(
        lambda: _counted(key),
        app=app,
        application_limits=[*limits],
        storage_uri="shared://",
        storage_options={"counts": counting},  # type: ignore[dict-item]
    )

    @app.errorhandler(RateLimitExceeded)
    def too_often(error: RateLimitExceeded) -> Response:
        breached = limiter.current_limit
        wait = 1 if breached is None else max(1, breached.reset_at - int(time.monotonic()))
        answer = jsonify(error_body(TOO_OFTEN))
        answer.status_code = 429
        answer.headers["Retry-After"] = str(wait)
        return answer


def _limit(rate: str, kinds: tuple[type, ...]) -> ApplicationLimit:
    return ApplicationLimit(rate, exempt_when=lambda: not isinstance(g.get("caller"), kinds))


def _counted(secret: bytes) -> str:
    """Who is counted, as nobody else can read it: Flask-Limiter names it to its log."""
    who = g.caller
    name = who.user_id if isinstance(who, Viewer) else who.name
    told = f"{type(who).__name__}:{name}".encode()
    return blake2b(told, key=secret, digest_size=16).hexdigest()
