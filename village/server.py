"""The village's local SocialVerse server: the API's paths, headers and envelope.

``python -m village.server --port 8100`` serves a fresh village and prints its address.
"""

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event, Lock, Thread

import click
from flask import Flask, Response, jsonify, make_response, request
from flask.json.provider import DefaultJSONProvider
from werkzeug.serving import WSGIRequestHandler, make_server

from village.socialverse import INTERACTIONS, PATHS, SUMMARIES, USERS, Row, SocialVerseRows
from village.world import World, plant

MAX_PAGE_SIZE = 1000
MESSAGES = {
    "/posts/view": "Viewed posts fetched successfully",
    "/posts/like": "Liked posts fetched successfully",
    "/posts/inspire": "Inspired posts fetched successfully",
    "/posts/rating": "Rated posts fetched successfully",
    SUMMARIES: "Posts fetched successfully",
    USERS: "Users fetched successfully",
}


@dataclass(frozen=True)
class Failure:
    """Answer the first `times` requests for a page of a path with a status and no rows."""

    path: str
    page: int = 1
    status: int = 500
    times: int = 1


@dataclass(frozen=True)
class Faults:
    """What the server does wrong, by path; nothing by default."""

    failures: tuple[Failure, ...] = ()
    html: frozenset[str] = frozenset()
    """Paths that answer 200 with a web page."""
    ignores_page: frozenset[str] = frozenset()
    """Paths that answer the first page whatever was asked."""
    wrong_key: frozenset[str] = frozenset()
    """Paths whose rows are under ``data``."""


class _Quiet(WSGIRequestHandler):
    """Requests carry the algorithm's key in their query, so they are not written to a log."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


def create_village_server(
    world: World, token: str, algorithm: str, faults: Faults | None = None
) -> Flask:
    """The app: six paths, two of them behind ``Flic-Token: token``, four behind `algorithm`."""
    app = Flask("village")
    json = DefaultJSONProvider(app)
    json.sort_keys = False
    app.json = json
    served = _Served(SocialVerseRows(world), token, algorithm, faults or Faults())
    for path in PATHS:
        app.add_url_rule(path, path, served.answer)
    return app


@contextmanager
def serve_village(
    world: World, token: str, algorithm: str, port: int = 0, faults: Faults | None = None
) -> Iterator[str]:
    """Serve on 127.0.0.1 in a thread (port 0: any free one); yields the base address."""
    app = create_village_server(world, token, algorithm, faults)
    server = make_server("127.0.0.1", port, app, threaded=True, request_handler=_Quiet)
    thread = Thread(target=server.serve_forever, name="village", daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Served:
    def __init__(self, rows: SocialVerseRows, token: str, algorithm: str, faults: Faults) -> None:
        self.rows, self.token, self.algorithm, self.faults = rows, token, algorithm, faults
        self.failed: Counter[Failure] = Counter()
        self.lock = Lock()

    def answer(self) -> Response:
        path = request.path
        page = max(1, request.args.get("page", 1, type=int))
        if (status := self._fails(path, page)) is not None:
            return _error(status, "Something went wrong")
        if path in self.faults.html:
            return make_response("<!doctype html><title>Down for maintenance</title>", 200)
        return self._page(path, 1 if path in self.faults.ignores_page else page)

    def _fails(self, path: str, page: int) -> int | None:
        with self.lock:
            for failure in self.faults.failures:
                here = (failure.path, failure.page) == (path, page)
                if here and self.failed[failure] < failure.times:
                    self.failed[failure] += 1
                    return failure.status
        return None

    def _page(self, path: str, page: int) -> Response:
        asked = min(max(1, request.args.get("page_size", 10, type=int)), MAX_PAGE_SIZE)
        start, stop = (page - 1) * asked, page * asked
        if path in INTERACTIONS and request.args.get("resonance_algorithm") == self.algorithm:
            return self._envelope(path, page, asked, self.rows.rows(path, start, stop))
        if request.headers.get("Flic-Token") != self.token:
            return _error(401, "Invalid token")
        if path in INTERACTIONS:
            return self._envelope(path, page, asked, self.rows.own_posts(start, stop))
        return self._envelope(path, page, asked, self.rows.rows(path, start, stop))

    def _envelope(self, path: str, page: int, asked: int, rows: list[Row]) -> Response:
        """`page_size` counts the rows here; `max_page_size` is the cap that was asked for."""
        sizes = {"page_size": len(rows), "max_page_size": asked}
        key = "users" if path == USERS else "posts"
        return jsonify(
            {"status": "success", "message": MESSAGES[path], "page": page}
            | (dict(reversed(sizes.items())) if path == USERS else sizes)
            | {"data" if path in self.faults.wrong_key else key: rows}
        )


def _error(status: int, message: str) -> Response:
    answer = make_response(jsonify({"status": "error", "message": message}), status)
    if 300 <= status < 400:
        answer.location = request.full_path
    return answer


@click.command()
@click.option("--port", default=8100, show_default=True, help="Port on 127.0.0.1; 0 for any.")
@click.option("--seed", default=0, show_default=True, help="Which village.")
@click.option("--users", default=600, show_default=True)
@click.option("--posts", default=1500, show_default=True)
def main(port: int, seed: int, users: int, posts: int) -> None:
    """Serve a village in the SocialVerse API's shapes until Ctrl-C.

    SOCIALVERSE_TOKEN and SOCIALVERSE_ALGORITHM are what it asks of its callers ("village" both
    where they are not set).
    """
    token = os.environ.get("SOCIALVERSE_TOKEN", "village")
    algorithm = os.environ.get("SOCIALVERSE_ALGORITHM", "village")
    world = plant(seed=seed, users=users, posts=posts)
    with serve_village(world, token, algorithm, port) as url:
        click.echo(url)
        try:
            Event().wait()
        except KeyboardInterrupt:
            click.echo("stopped")


if __name__ == "__main__":
    main()
