"""The headers that answers have unless a view says otherwise."""

from collections.abc import Mapping

from flask import Flask, Response

UNLESS_SAID: Mapping[str, str] = {
    # A feed is one viewer's alone: nothing on the way may keep it.
    "Cache-Control": "no-store",
    # An answer is data: a browser that is led to one runs, loads and frames nothing.
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",  # addresses name people
    "X-Content-Type-Options": "nosniff",
}


def give_headers(app: Flask) -> None:
    """Have every answer bear `UNLESS_SAID`, but for those that its view gave it itself."""

    @app.after_request
    def given(response: Response) -> Response:
        for name, value in UNLESS_SAID.items():
            response.headers.setdefault(name, value)
        return response
