"""How large a body may be, and how deep: what a parser cannot take never reaches one.

A request with a larger body is a 413, whatever it asks for. JSON that nests deeper than any of
ours, or has a number of thousands of digits, is more than Python's parser takes, and is a 400.
"""

import re
from collections.abc import Collection, Mapping

from apiflask.exceptions import HTTPError
from flask import Flask, request

BODY_BYTES = 1 << 20
"""Eight times as much as the longest post takes with every letter escaped."""

SHORT = 256
"""A body of so many bytes is neither deep nor long."""
DEEPEST, DIGITS = 32, 4_000
UNREADABLE = (
    f"The body is no JSON that is read here: it may nest {DEEPEST} levels deep, and a number have"
    f" {DIGITS:,} digits."
)
_TEXTS = re.compile(rb'"(?:[^"\\]|\\.)*"?', re.DOTALL)
_BRACKETS = re.compile(rb"[\[\]{}]")
_DIGITS = re.compile(rb"[0-9]{%d}" % DIGITS)


def too_large(most: int) -> str:
    """What is said of a larger body than `most` bytes."""
    return f"The body is larger than {most:,} bytes; send it in parts."


def limit_bodies(app: Flask, others: Mapping[str, int]) -> None:
    """Look at every body's length before anybody reads it; call it before `web.access.guard`.

    A body that does not tell its length is measured while it is read (`web.errors`).

    Args:
        app: the application.
        others: the most bytes of endpoints that take more, or less, than `BODY_BYTES`.
    """

    @app.before_request
    def limited() -> None:
        most = others.get(request.endpoint or "", BODY_BYTES)
        request.max_content_length = most
        if (request.content_length or 0) > most:
            raise HTTPError(413, too_large(most))


def limit_depth(app: Flask, lines: Collection[str]) -> None:
    """Look at every JSON body before it is parsed; call it after `web.access.guard`.

    Args:
        app: the application.
        lines: endpoints that read a body line by line, and refuse each for itself.
    """

    @app.before_request
    def limited() -> None:
        if request.is_json and request.endpoint not in lines and not readable(request.get_data()):
            raise HTTPError(400, UNREADABLE)


def readable(body: bytes) -> bool:
    """Whether Python's parser can be given it, which says what else is wrong with it."""
    if len(body) <= SHORT:
        return True
    plain, depth = _TEXTS.sub(b"", body), 0
    for found in _BRACKETS.finditer(plain):
        depth += 1 if found[0] in b"[{" else -1
        if depth > DEEPEST:
            return False
    return _DIGITS.search(plain) is None
