"""Whether a server's memory and its answers stay as they are while people read and act.

One client asks `resonance serve` at a steady rate for the feeds of people by chance, sometimes for
the next page; every tenth time somebody likes a post of the page, or writes one. What the server
has resident is looked at every few seconds. The first third is left out of the verdict: it is what
a server needs once. A line through the rest tells how much an hour adds. Besides: how long answers
took, how many pages lacked what a source would have brought, and how long the server computed.
"""

import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import click
import numpy as np
import pandas as pd

from bench.clock import percentiles, told
from bench.crowd.reads import full_id
from bench.crowd.wire import Wire
from bench.feed import PAGE, fill, planted
from bench.served import begun
from bench.suite.servers import processor, status_gb, wait_until_ready
from graph.model import Row
from graph.progress import progress
from graph.store import open_store

LOOKS = 120
"""How often memory is looked at, evenly over the time."""
ACTS, WRITES = 10, 40
"""Every so many-th request is a like; every so many-th is a post."""


@dataclass
class Asking:
    """One client who asks one thing after the other."""

    wire: Wire
    names: list[str]
    rng: np.random.Generator
    seconds: dict[str, list[float]] = field(default_factory=lambda: {"reads": [], "acts": []})
    """That answers took."""
    degraded: int = 0
    """Pages that lacked what a source would have brought."""

    def once(self, number: int) -> None:
        """The so many-th request: a page and, now and then, what somebody does with it.

        Raises:
            click.ClickException: one was not answered as it should be.
        """
        viewer = str(self.rng.choice(self.names))
        page = self._read(viewer)
        if number % WRITES == 0:
            self._told("POST", "/posts", {"viewer": viewer}, {"text": f"Soaked {number}."})
        elif number % ACTS == 0 and page["post"]:
            post = full_id(page["post"][int(self.rng.integers(len(page["post"])))])
            self._told("PUT", f"/posts/{quote(post)}/likes/me", {"viewer": viewer})
        elif number % 3 == 0 and page["next_cursor"]:
            self._read(viewer, page["next_cursor"])

    def _read(self, viewer: str, cursor: str | None = None) -> Row:
        query: Row = {"username": viewer, "page_size": PAGE}
        page = self._told("GET", "/feed", query | ({"cursor": cursor} if cursor else {}))
        self.degraded += bool(page["degraded"])
        return page

    def _told(
        self, method: str, path: str, query: Mapping[str, str | int], body: object = None
    ) -> Row:
        heard = self.wire.ask(method, path, query, body)
        if not heard.done:
            raise click.ClickException(f"{method} {path}: {heard.status} {heard.told}")
        kind = "reads" if method == "GET" else "acts"
        self.seconds[kind].append(heard.ended - heard.began)
        return heard.told


def soaked(asking: Asking, pid: int, minutes: float, rate: float) -> pd.DataFrame:
    """Columns minute, requests and resident (MB), a row a look."""
    began, done, rows = time.monotonic(), 0, list[tuple[float, int, float]]()
    for look in progress(range(LOOKS), "soaking"):
        until = began + 60 * minutes * (look + 1) / LOOKS
        while time.monotonic() < until:
            done += 1
            asking.once(done)
            time.sleep(max(0.0, min(began + done / rate, until) - time.monotonic()))
        passed = (time.monotonic() - began) / 60
        rows.append((passed, done, 1e3 * status_gb(pid, "VmRSS")))
    return pd.DataFrame(rows, columns=["minute", "requests", "resident"])


def answered(asking: Asking) -> Iterator[str]:
    """How long answers took, and what pages lacked."""
    for kind, seconds in asking.seconds.items():
        if seconds:
            times = f"{told(percentiles(seconds))}   most {1e3 * max(seconds):7.1f} ms"
            yield f"{len(seconds):,} {kind}: {times}"
    yield f"{asking.degraded} pages were degraded"


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
            before = processor([process.pid])
            with closing(Wire(base)) as wire:
                asking = Asking(wire, names, np.random.default_rng(0))
                looks = soaked(asking, process.pid, minutes, rate)
            used = processor([process.pid]) - before
    for _, row in looks.iloc[:: LOOKS // 12].iterrows():
        click.echo(
            f"{row['minute']:6.1f} min {row['requests']:8.0f} requests {row['resident']:8.0f} MB"
        )
    for line in answered(asking):
        click.echo(line)
    click.echo(f"the server computed for {used:.1f} s")
    rest = looks[looks["minute"] > looks["minute"].max() / 3]
    click.echo(
        f"from the first third on: {rest['resident'].min():,.0f} to {rest['resident'].max():,.0f}"
        f" MB, {growth(looks):+.0f} MB an hour"
    )


if __name__ == "__main__":
    main()
