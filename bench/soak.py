"""Whether a server's memory stays flat while people read and act, for half an hour and longer.

One client asks `resonance serve` at a steady rate for the feeds of people by chance, sometimes for
the next page; every tenth time somebody likes a post of the page, or writes one. What the server
has resident is looked at every few seconds. The first third is left out of the verdict: it is what
a server needs once. A line through the rest tells how much an hour adds.
"""

import itertools
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import click
import numpy as np
import pandas as pd

from bench.crowd.reads import full_id
from bench.crowd.wire import Wire
from bench.feed import PAGE, fill, planted
from bench.served import begun
from bench.suite.servers import status_gb, wait_until_ready
from graph.model import Row
from graph.progress import progress
from graph.store import open_store

LOOKS = 120
"""How often memory is looked at, evenly over the time."""
ACTS, WRITES = 10, 40
"""Every so many-th request is a like; every so many-th is a post."""


def asked(wire: Wire, names: list[str], rng: np.random.Generator) -> Iterator[None]:
    """One request after the other, without an end.

    Raises:
        click.ClickException: one was not answered as it should be.
    """
    for number in itertools.count(1):
        viewer = str(rng.choice(names))
        page = _told(wire, "GET", "/feed", {"username": viewer, "page_size": PAGE})
        if number % WRITES == 0:
            _told(wire, "POST", "/posts", {"viewer": viewer}, {"text": f"Soaked {number}."})
        elif number % ACTS == 0 and page["post"]:
            post = full_id(page["post"][int(rng.integers(len(page["post"])))])
            _told(wire, "PUT", f"/posts/{quote(post)}/likes/me", {"viewer": viewer})
        elif number % 3 == 0 and page["next_cursor"]:
            more: Row = {"username": viewer, "page_size": PAGE, "cursor": page["next_cursor"]}
            _told(wire, "GET", "/feed", more)
        yield


def _told(
    wire: Wire, method: str, path: str, query: Mapping[str, str | int], body: object = None
) -> Row:
    heard = wire.ask(method, path, query, body)
    if not heard.done:
        raise click.ClickException(f"{method} {path}: {heard.status}")
    return heard.told


def soaked(base: str, pid: int, names: list[str], minutes: float, rate: float) -> pd.DataFrame:
    """Columns minute, requests and resident (MB), a row a look."""
    began, done, rows = time.monotonic(), 0, list[tuple[float, int, float]]()
    with closing(Wire(base)) as wire:
        people = asked(wire, names, np.random.default_rng(0))
        for look in progress(range(LOOKS), "soaking"):
            until = began + 60 * minutes * (look + 1) / LOOKS
            while time.monotonic() < until:
                next(people)
                done += 1
                time.sleep(max(0.0, min(began + done / rate, until) - time.monotonic()))
            passed = (time.monotonic() - began) / 60
            rows.append((passed, done, 1e3 * status_gb(pid, "VmRSS")))
    return pd.DataFrame(rows, columns=["minute", "requests", "resident"])


def growth(looks: pd.DataFrame) -> float:
    """MB an hour, by a line of least squares through the last two thirds."""
    rest = looks[looks["minute"] > looks["minute"].max() / 3]
    slope, _ = np.polyfit(rest["minute"], rest["resident"], 1)
    return float(60 * slope)


@click.command()
@click.option("--minutes", default=30.0, show_default=True)
@click.option("--rate", default=10.0, show_default=True, help="Requests a second.")
@click.option("--engagements", default=100_000, show_default=True)
def main(minutes: float, rate: float, engagements: int) -> None:
    """Soak an embedded server."""
    world = planted(engagements, now=int(time.time()))
    names = world.tables["users"]["username"].tolist()
    with tempfile.TemporaryDirectory() as scratch:
        url = f"ladybug:{scratch}/graph"
        with open_store(url) as store:
            fill(store, world)
        with begun(url, Path(scratch), {}) as (base, process):
            wait_until_ready(base)
            looks = soaked(base, process.pid, names, minutes, rate)
    for _, row in looks.iloc[:: LOOKS // 12].iterrows():
        click.echo(
            f"{row['minute']:6.1f} min {row['requests']:8.0f} requests {row['resident']:8.0f} MB"
        )
    rest = looks[looks["minute"] > looks["minute"].max() / 3]
    click.echo(
        f"from the first third on: {rest['resident'].min():,.0f} to {rest['resident'].max():,.0f}"
        f" MB, {growth(looks):+.0f} MB an hour"
    )


if __name__ == "__main__":
    main()
