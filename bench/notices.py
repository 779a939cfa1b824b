"""How long after an act its notification is down an open stream; and what telling costs the act.

Over HTTP, in one process with the embedded graph (or Neo4j: ``--store``, an empty one). ana follows
a stream; people like her posts, one after the other. `told` is from the begin of the like's request
to the event; `answered` until the like's own answer; `later` how long after that the event came.
Every like is by another person, so that each is new; the last ones meet an inbox that is full.
"""

import tempfile
import threading
import time
from pathlib import Path

import click
import numpy as np
import pandas as pd
import requests

from graph.ingest import ingest_tables
from graph.store import open_store
from web.app import create_app
from web.serve import serving

ANA, POST = "app:user:ana", "app:post:1"
PATIENCE = 60.0
"""Seconds for an event to come: more than a stream lasts, so that one may end meanwhile."""


def _filled(url: str, likes: int) -> None:
    ids = [ANA, *(f"app:user:{number}" for number in range(likes))]
    users = pd.DataFrame({"id": ids, "username": ids})
    posts = pd.DataFrame({"id": [POST], "title": ["Slow bread"]})
    authored = pd.DataFrame({"source": [ANA], "target": [POST]})
    with open_store(url) as store:
        if not store.frame("export_users").empty:
            raise click.ClickException(f"{url} is not empty, and this would change what it has")
        ingest_tables(store, {"users": users, "posts": posts, "authored": authored})


def _follow(base: str, came: list[float], ready: threading.Event, over: threading.Event) -> None:
    """Note when each event comes; comes again as a client does."""
    last = "0"
    while not over.is_set():
        asked = {"viewer": ANA, "after": last}
        with requests.get(f"{base}/notifications/stream", asked, stream=True, timeout=60) as stream:
            for line in stream.iter_lines(chunk_size=1):
                ready.set()
                if line.startswith(b"id: "):
                    last = line[4:].decode()
                if line.startswith(b"data: "):
                    came.append(time.perf_counter())
                if over.is_set():
                    return


def _liked(base: str, likes: int, came: list[float]) -> tuple[list[float], list[float]]:
    """Milliseconds to the answer and to the event, of each like."""
    answered, told = [], []
    with requests.Session() as session:
        for number in range(likes):
            known, begun = len(came), time.perf_counter()
            path = f"{base}/posts/{POST}/likes/me"
            session.put(path, params={"viewer": f"app:user:{number}"}).raise_for_status()
            answered.append(1e3 * (time.perf_counter() - begun))
            while len(came) == known:
                if time.perf_counter() - begun > PATIENCE:
                    raise click.ClickException(f"like {number} was told of to nobody")
                time.sleep(0.0005)
            told.append(1e3 * (came[-1] - begun))
    return answered, told


@click.command()
@click.option("--likes", default=1_000, show_default=True)
@click.option("--store", "url", help="An empty graph; without it a new embedded one.")
def main(likes: int, url: str | None) -> None:
    """Measure."""
    with tempfile.TemporaryDirectory() as folder:
        url = url or f"ladybug:{Path(folder) / 'graph'}"
        _filled(url, likes)
        came: list[float] = []
        ready, over = threading.Event(), threading.Event()
        with open_store(url) as store, serving(create_app(store)) as base:
            reader = threading.Thread(target=_follow, args=(base, came, ready, over), daemon=True)
            reader.start()
            ready.wait(30)
            answered, told = _liked(base, likes, came)
            later = [max(end - answer, 0.0) for end, answer in zip(told, answered, strict=True)]
            for name, each in (("answered", answered), ("told", told), ("later", later)):
                p50, p99 = np.percentile(each, [50, 99])
                click.echo(f"{name:<9}{likes:,} likes   p50 {p50:6.1f} ms   p99 {p99:6.1f} ms")
            over.set()


if __name__ == "__main__":
    main()
