"""Each request's id, by which an answer, an error and a line of the log are known to be of one."""

import re
import secrets

from flask import g, request

HEADER = "X-Request-ID"
_WELL_FORMED = re.compile(r"[A-Za-z0-9._-]{8,64}")
"""What is taken over from whoever asks; anything else could be written to fill or forge a log."""


def request_id() -> str:
    """The present request's: what its header says where that is well-formed, or a new one."""
    found: str | None = g.get("request_id")
    if found is None:
        found = g.request_id = _told() or new_id()
    return found


def new_id() -> str:
    """An id that nobody else has."""
    return secrets.token_hex(16)


def _told() -> str | None:
    told = request.headers.get(HEADER, "")
    return told if _WELL_FORMED.fullmatch(told) else None
