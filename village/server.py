"""The village's local SocialVerse server: the API's paths, headers and envelope.

``python -m village.server --port 8100`` serves a fresh village and prints its address.
"""

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from threading import Event, Thread
from typing import NamedTuple

import click
from flask import Flask, Response, jsonify, make_response, request
from flask.json.provider import DefaultJSONProvider
from werkzeug.serving import WSGIRequestHandler, make_server

from village.faults import Failure, FailureCounts, Faults, FaultyRows, Instead
from village.socialverse import INTERACTIONS, PATHS, SUMMARIES, USERS, SocialVerseRows, rows_of
from village.world import World, plant

MAX_PAGE_SIZE = 1000
POLL_S = 0.02
"""How often the thread looks whether to end."""
HTML = "<!doctype html><title>Down for maintenance</title>"
BEGAN = datetime(2025, 1, 1, tzinfo=UTC)
"""Before every page's last change, for a server that marks its answers with one."""
MESSAGES = {
    "/posts/view": "Viewed posts fetched successfully",
    "/posts/like": "Liked posts fetched successfully",
    "/posts/inspire": "Inspired posts fetched successfully",
    "/posts/rating": "Rated posts fetched successfully",
    SUMMARIES: "Posts fetched successfully",
    USERS: "Users fetched successfully",
}


class Asked(NamedTuple):
    """A request that was answered."""

    path: str
    page: int
    status: int


class _Quiet(WSGIRequestHandler):
    """Requests carry the algorithm's key in their query, so they are not written to a log."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


def create_village_server(
    world: World,
    token: str,
    algorithm: str,
    faults: Faults | None = None,
    asked: list[Asked] | None = None,
) -> Flask:
    """The app: six paths, two of them behind ``Flic-Token: token``, four behind `algorithm`.

    `faults` may be changed while it runs; `asked` gets what was asked for.
    """
    app = Flask("village")
    json = DefaultJSONProvider(app)
    json.sort_keys = False
    app.json = json
    rows, asked = rows_of(world), [] if asked is None else asked
    served = _Served(rows, token, algorithm, faults or Faults(), asked)
    for path in PATHS:
        app.add_url_rule(path, path, served.answer)
    return app


@contextmanager
def serve_village(
    world: World,
    token: str,
    algorithm: str,
    port: int = 0,
    faults: Faults | None = None,
    asked: list[Asked] | None = None,
) -> Iterator[str]:
    """Serve on 127.0.0.1 in a thread (port 0: any free one); yields the base address."""
    app = create_village_server(world, token, algorithm, faults, asked)
    server = make_server("127.0.0.1", port, app, threaded=True, request_handler=_Quiet)
    thread = Thread(target=server.serve_forever, args=(POLL_S,), name="village", daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Served:
    def __init__(
        self, rows: SocialVerseRows, token: str, algorithm: str, faults: Faults, asked: list[Asked]
    ) -> None:
        self.rows, self.token, self.algorithm = FaultyRows(rows, faults), token, algorithm
        self.own_posts, self.faults, self.asked = rows.own_posts, faults, asked
        self.counts = FailureCounts()
        self.contents: dict[tuple[str, int], list[bytes]] = {}

    def answer(self) -> Response:
        path = request.path
        page = max(1, request.args.get("page", 1, type=int))
        response = self._answer(path, page)
        self.asked.append(Asked(path, page, response.status_code))
        return response

    def _answer(self, path: str, page: int) -> Response:
        time.sleep(self.counts.wait_s(self.faults))
        if (failure := self.counts.next(self.faults, path, page)) is not None:
            return _failed(failure)
        if path in self.faults.html:
            return make_response(HTML, 200)
        response = self._page(path, page)
        if response.status_code == 200:
            self._mark(path, page, response)
            response.make_conditional(request)
        return response

    def _mark(self, path: str, page: int, response: Response) -> None:
        """`Last-Modified` is a second later for each content that the page has had."""
        if "ETag" in self.faults.validators:
            response.add_etag()
        if "Last-Modified" in self.faults.validators:
            had = self.contents.setdefault((path, page), [])
            if not had or had[-1] != response.data:
                had.append(response.data)
            response.last_modified = BEGAN + timedelta(seconds=len(had))

    def _page(self, path: str, page: int) -> Response:
        asked = min(max(1, request.args.get("page_size", 10, type=int)), MAX_PAGE_SIZE)
        if path in INTERACTIONS and request.args.get("resonance_algorithm") == self.algorithm:
            return self._envelope(path, page, asked, self.rows.page(path, page, asked))
        if request.headers.get("Flic-Token") != self.token:
            return _error(401, "Invalid token")
        if path in INTERACTIONS:
            own = self.own_posts((page - 1) * asked, page * asked)
            return self._envelope(path, page, asked, own)
        return self._envelope(path, page, asked, self.rows.page(path, page, asked))

    def _envelope(self, path: str, page: int, asked: int, rows: Sequence[object]) -> Response:
        """`page_size` counts the rows here; `max_page_size` is the cap that was asked for."""
        sizes = {"page_size": len(rows), "max_page_size": asked}
        key = "users" if path == USERS else "posts"
        return jsonify(
            {"status": "success", "message": MESSAGES[path], "page": page}
            | (dict(reversed(sizes.items())) if path == USERS else sizes)
            | {"data" if path in self.faults.wrong_key else key: rows}
        )


def _failed(failure: Failure) -> Response:
    if failure.instead is Instead.HTML:
        answer = make_response(HTML, failure.status)
    elif failure.instead is Instead.DROP:
        answer = Response(iter([b'{"status": "succ']), 200, {"Content-Length": "1000"})
    else:
        answer = _error(failure.status, "Something went wrong")
    if failure.retry_after:
        answer.headers["Retry-After"] = failure.retry_after
    return answer


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
