"""Whether a request bears a token that the service knows."""

import hmac

from flask import request


def bears(token: str) -> bool:
    """Whether the request's ``Authorization: Bearer`` is this token; never for an empty one."""
    kind, _, given = request.headers.get("Authorization", "").partition(" ")
    same = hmac.compare_digest(given.strip().encode(), token.encode())
    return bool(token) and kind.lower() == "bearer" and same
