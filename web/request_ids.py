"""Each request's id, by which an answer, an error and a line of the log are known to be of one."""

import re
import secrets

from flask import g, request

HEADER = "X-Request-ID"
_WELL_FORMED = re.compile(
    r"[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE
)
"""What is taken over from whoever asks: 32 hexadecimal digits, as proxies and tracers make them, or
a UUID. Anything else could be written to fill or forge a log, or be somebody's name, and the log
names nobody."""


def request_id() -> str:
    """The present request's: what its header says where that can be no name, or a new one."""
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
