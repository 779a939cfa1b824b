"""Whether a server's memory and its answers stay as they are while people read and act.

One client asks `resonance serve` at a steady rate for the feeds of people by chance, sometimes for
the next page; every tenth time somebody likes a post of the page, or writes one. What the server
has resident is looked at every few seconds, by what kind of memory it is. The first third is left
out of the verdict: it is what a server needs once. A line through the rest tells how much an hour
adds. Besides: how long answers took, how many pages lacked what a source would have brought, and
how long the server computed. Where it is asked for, an app tells many likes at once meanwhile, and
again as soon as it is answered. Of a server of several processes all that they have is told, and
what the largest of them has: what they share counts in each.
"""

import json
import re
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import asdict, astuple, dataclass, field, fields
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
from bench.suite.modelled import hurried
from bench.suite.servers import Server, processor, wait_until_ready
from graph.ladybug_file import BUFFER_POOL
from graph.model import Row
from graph.progress import progress
from graph.store import open_store
from village.world import World

LOOKS = 120
"""How often memory is looked at, evenly over the time."""
ACTS, WRITES = 10, 40
"""Every so many-th request is a like; every so many-th is a post."""
_MAPPING = re.compile(
    r"^[0-9a-f]+-[0-9a-f]+ \S+ \S+ \S+ (\d+) .*?^Size: +(\d+) kB.*?^Rss: +(\d+) kB", re.M | re.S
)
"""Of ``/proc/PID/smaps``: the file's number (0: there is none), the size, and what is resident."""
POOL = BUFFER_POOL >> 10
"""KB of a mapping that is the engine's pool, at least: it has one of that size for what it computes
with, and one with room for more pages than any machine has."""


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


@contextmanager
def telling(base: str, world: World, events: int) -> Iterator[list[float]]:
    """Have an app tell so many likes at a time; the seconds that its answers took.

    Raises:
        click.ClickException: some were not taken.
    """
    rng, ends, seconds = np.random.default_rng(1), threading.Event(), list[float]()
    people, posts = (world.tables[file]["id"].to_numpy() for file in ("users", "posts"))
    refused = list[Row]()

    def tell() -> None:
        with closing(Wire(base)) as wire:
            while not ends.is_set():
                pairs = zip(rng.choice(people, events), rng.choice(posts, events), strict=True)
                told = [{"type": "like", "user": user, "post": post} for user, post in pairs]
                at = {"at": int(time.time())}
                lines = (json.dumps({"id": str(rng.random()), **at, **each}) for each in told)
                heard = wire.ask("POST", "/events", {}, "\n".join(lines).encode())
                seconds.append(heard.ended - heard.began)
                if not heard.done or heard.told["refused"]:
                    refused.append(heard.told)
                    return

    thread = threading.Thread(target=tell)
    thread.start()
    try:
        yield seconds
    finally:
        ends.set()
        thread.join()
    if refused:
        raise click.ClickException(f"POST /events: {refused[0]}")


@dataclass(frozen=True)
class Memory:
    """What a process has resident, in MB."""

    heaps: float
    """Objects, and what the allocators keep for more of them."""
    pool: float
    """The embedded engine's, for pages of the graph, in the process that holds it."""
    files: float
    """Of programs and libraries."""
    resident: float
    """All of it."""

    @classmethod
    def of(cls, smaps: str) -> "Memory":
        """As Linux tells it, in the form of ``/proc/PID/smaps``."""
        sizes = [tuple(map(int, each)) for each in _MAPPING.findall(smaps)]
        files = sum(rss for inode, _, rss in sizes if inode)
        pool = sum(rss for inode, size, rss in sizes if not inode and size >= POOL)
        resident = sum(rss for *_, rss in sizes)
        return cls(*(1.024e-3 * kb for kb in (resident - files - pool, pool, files, resident)))

    @classmethod
    def held(cls, pids: Iterable[int]) -> "list[Memory]":
        """Of running processes, each."""
        return [cls.of(Path(f"/proc/{pid}/smaps").read_text()) for pid in pids]

    def __add__(self, other: "Memory") -> "Memory":
        return Memory(*map(sum, zip(astuple(self), astuple(other), strict=True)))

    def __str__(self) -> str:
        return f"heaps {self.heaps:.0f}, pool {self.pool:.0f}, files {self.files:.0f}"


KINDS = tuple(each.name for each in fields(Memory))


def soaked(asking: Asking, pids: Sequence[int], minutes: float, rate: float) -> pd.DataFrame:
    """A row a look: minute, requests, those of `Memory`, and what the largest process has."""
    began, done, rows = time.monotonic(), 0, list[dict[str, float]]()
    for look in progress(range(LOOKS), "soaking"):
        until = began + 60 * minutes * (look + 1) / LOOKS
        while time.monotonic() < until:
            done += 1
            asking.once(done)
            time.sleep(max(0.0, min(began + done / rate, until) - time.monotonic()))
        passed = (time.monotonic() - began) / 60
        each = Memory.held(pids)
        most, memory = max(one.resident for one in each), sum(each[1:], each[0])
        rows.append({"minute": passed, "requests": done, "most": most, **asdict(memory)})
    return pd.DataFrame(rows)


def answered(asking: Asking) -> Iterator[str]:
    """How long answers took, and what pages lacked."""
    for kind, seconds in asking.seconds.items():
        if seconds:
            times = f"{told(percentiles(seconds))}   most {1e3 * max(seconds):7.1f} ms"
            yield f"{len(seconds):,} {kind}: {times}"
    yield f"{asking.degraded} pages were degraded"


def growth(looks: pd.DataFrame) -> Memory:
    """MB an hour, by lines of least squares through the last two thirds."""
    rest = looks[looks["minute"] > looks["minute"].max() / 3]
    slopes, _ = np.polyfit(rest["minute"], rest[list(KINDS)], 1)
    return Memory(*(60 * slopes).tolist())


@click.command()
@click.option("--minutes", default=30.0, show_default=True)
@click.option("--rate", default=10.0, show_default=True, help="Requests a second.")
@click.option("--engagements", default=100_000, show_default=True)
@click.option("--workers", default=1, show_default=True, help="Processes that answer.")
@click.option("--events", default=0, show_default=True, help="That an app tells at once beside.")
@click.option("--by-model", is_flag=True, help="Rank by a model, trained first and in a hurry.")
def main(
    minutes: float, rate: float, engagements: int, workers: int, events: int, by_model: bool
) -> None:
    """Soak an embedded server."""
    world = planted(engagements, now=int(time.time()))
    names = world.tables["users"]["username"].tolist()
    with tempfile.TemporaryDirectory() as scratch:
        url = f"ladybug:{scratch}/graph"
        with open_store(url) as store:
            fill(store, world)
        model = Path(scratch) / "model"
        if by_model:
            hurried(world.tables, model)
        with begun(url, Path(scratch), {}, workers, model) as (base, process):
            wait_until_ready(base, workers)
            pids = Server(base, process.pid, "ladybug").processes
            before = processor(pids)
            with ExitStack() as beside:
                wire = beside.enter_context(closing(Wire(base)))
                asking = Asking(wire, names, np.random.default_rng(0))
                if events:
                    asking.seconds["bulks"] = beside.enter_context(telling(base, world, events))
                looks = soaked(asking, pids, minutes, rate)
            used = processor(pids) - before
    for _, row in looks.iloc[:: LOOKS // 12].iterrows():
        asked = f"{row['minute']:6.1f} min {row['requests']:8.0f} requests"
        click.echo(f"{asked} {row['resident']:8.0f} MB ({Memory(**row[list(KINDS)])})")
    for line in answered(asking):
        click.echo(line)
    click.echo(f"the server computed for {used:.1f} s")
    rest, grown = looks[looks["minute"] > looks["minute"].max() / 3], growth(looks)
    click.echo(
        f"from the first third on: {rest['resident'].min():,.0f} to {rest['resident'].max():,.0f}"
        f" MB, {grown.resident:+.0f} MB an hour ({grown})"
    )
    if len(pids) > 1:
        most = f"{rest['most'].min():,.0f} to {rest['most'].max():,.0f} MB"
        click.echo(f"the largest of {len(pids)} processes: {most}")


if __name__ == "__main__":
    main()
