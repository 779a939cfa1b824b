"""What is measured of a server in a process of its own: requests, likes and memory.

Clients and server share the machine, as the bars say; the clients read every answer's JSON.
"""

import os
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import click

from bench.crowd.effects import Effect, Pair
from bench.crowd.wire import Wire
from bench.served import PATIENCE
from bench.suite.asking import Asking
from bench.suite.bars import SIZE
from bench.suite.reading import reading
from bench.suite.results import (
    HTTP,
    LIKE,
    PROCESSOR,
    RATE,
    RESIDENT,
    SHOWN,
    TOGETHER,
    Amount,
    Figure,
    Times,
)
from bench.suite.villages import Village, public
from graph.progress import progress

LIKES, LIKES_BEFORE = 200, 20
"""How often somebody likes, and how often before, uncounted."""
QUIET, BUSY = 5, 0.1
"""Seconds in a row in each of which a server computed for no longer: it is at rest."""
LOOKS = 10
"""How often in a row a server of several workers is found ready, for each of them."""


@dataclass(frozen=True)
class Server:
    """One that answers."""

    base: str
    pid: int
    engine: str

    @property
    def processes(self) -> list[int]:
        """All that it is made of."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text()
        return [self.pid, *map(int, children.split())]


Part = Callable[[Server, Village, Asking], Iterator[Figure]]


def patience(engagements: int) -> float:
    """Seconds for a server to be ready, or at rest: the more, the larger the village."""
    return PATIENCE * max(1.0, engagements / SIZE)


def wait_until_ready(base: str, workers: int = 1, seconds: float = PATIENCE) -> None:
    """Until everybody's lists are read, as a balancer waits.

    Args:
        base: the server's address.
        workers: of it; each connection comes to one of them by chance.
        seconds: how long that may take.

    Raises:
        click.ClickException: it took too long.
    """
    until, in_a_row = time.monotonic() + seconds, 0
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(f"{base}/ready", timeout=seconds):
                in_a_row += 1
            if workers == 1 or in_a_row >= LOOKS * workers:
                return
        except urllib.error.HTTPError as error:
            error.close()
            in_a_row = 0
            time.sleep(0.2)
    raise click.ClickException("the server was not ready in time")


def wait_until_quiet(server: Server, seconds: float = PATIENCE) -> None:
    """Until it computes nothing any more: then it has read what derived lists are kept up by.

    Args:
        server: which.
        seconds: how long that may take.

    Raises:
        click.ClickException: it took too long.
    """
    until, quiet = time.monotonic() + seconds, 0
    while time.monotonic() < until:
        before = processor(server.processes)
        time.sleep(1.0)
        quiet = quiet + 1 if processor(server.processes) - before < BUSY else 0
        if quiet >= QUIET:
            return
    raise click.ClickException("the server did not come to rest")


def requests(server: Server, place: Village, asking: Asking) -> Iterator[Figure]:
    """First pages of feeds for 8 clients that ask one after the other, each on its connection."""
    with reading(server.base, place) as read:
        for _ in read(asking.warm):
            pass
        began, before = time.perf_counter(), processor(server.processes)
        took = tuple(progress(read(asking.viewers), HTTP, len(asking.viewers)))
        seconds, used = time.perf_counter() - began, processor(server.processes) - before
    yield Times(HTTP, server.engine, place.size, took)
    yield Amount(RATE, server.engine, place.size, len(took) / seconds, "req/s")
    yield Amount(PROCESSOR, server.engine, place.size, 1e3 * used / len(took), "ms")


def likes(server: Server, place: Village, asking: Asking) -> Iterator[Figure]:
    """Likes, and from each one's answer to the end of the first feed that is after it.

    A feed is after it that no more has the post. Each is taken back afterwards, uncounted. What
    follows from likes in derived lists is made meanwhile.
    """
    wait_until_quiet(server, patience(place.size))
    with closing(Wire(server.base)) as wire:
        people = public(place)[: LIKES + LIKES_BEFORE]
        seen = [_liked(wire, each) for each in progress(people, LIKE)][LIKES_BEFORE:]
    if not seen:
        return
    yield Times(LIKE, server.engine, place.size, tuple(1e3 * each.acted for each in seen))
    yield Times(SHOWN, server.engine, place.size, tuple(1e3 * each.seconds for each in seen))
    late = sum(each.looks > 1 for each in seen)
    yield Amount("likes that the next feed did not know", server.engine, place.size, late, "")


def _liked(wire: Wire, viewer: str) -> Effect:
    return Pair(wire, viewer, viewer).liked()


def memory(server: Server, place: Village, asking: Asking) -> Iterator[Figure]:
    """What serving processes have resident, after what was asked of them before."""
    for name, what in (("VmRSS", RESIDENT), ("VmHWM", f"{RESIDENT}, most")):
        each = [status_gb(pid, name) for pid in server.processes]
        yield Amount(what, server.engine, place.size, max(each), "GB")
        if name == "VmRSS":
            yield Amount(TOGETHER, server.engine, place.size, sum(each), "GB")


def processor(pids: Sequence[int]) -> float:
    """Seconds that processes computed so far, by Linux' account."""
    found = 0
    for pid in pids:
        told = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        found += int(told[11]) + int(told[12])
    return found / os.sysconf("SC_CLK_TCK")


def status_gb(pid: int, name: str) -> float:
    """A line of Linux' account of a process, in GB."""
    told = Path(f"/proc/{pid}/status").read_text()
    (line,) = (each for each in told.splitlines() if each.startswith(f"{name}:"))
    return int(line.split()[1]) * 1024 / 1e9


PARTS: Mapping[str, Part] = {"http": requests, "like": likes, "memory": memory}
