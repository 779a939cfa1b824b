"""How large a body may be: a request with a larger one is a 413, whatever it asks for."""

from collections.abc import Mapping

from apiflask.exceptions import HTTPError
from flask import Flask, request

BODY_BYTES = 1 << 20
"""Eight times as much as the longest post takes with every letter escaped."""


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
