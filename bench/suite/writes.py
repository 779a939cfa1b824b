"""What is measured of writes over HTTP: how long each kind takes, and whether reads wait for them.

Whatever is written is taken back.
"""

import itertools
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager

from bench.crowd.wire import Heard, Wire
from bench.suite.acting import KINDS, Done, Writer, take_back, write, writers
from bench.suite.asking import Asking
from bench.suite.reading import reading
from bench.suite.results import (
    ALONE,
    BESIDE,
    WRITE,
    WRITE_BESIDE,
    WRITE_RATE,
    WRITE_RATE_BESIDE,
    Amount,
    Figure,
    Times,
)
from bench.suite.servers import Server, patience, wait_until_quiet
from bench.suite.villages import Village
from graph.progress import progress

PEOPLE, BEFORE = 200, 20
"""Who do each kind once, and who do it before, uncounted."""
RESTS = 5
"""How many times as long as at its start a server may need to come to rest."""
CLIENTS, RATE = 4, 20.0
"""Clients that write beside reads, and how many writes a second all of them together: half of
these take the other half back."""


def writing(server: Server, place: Village, asking: Asking) -> Iterator[Figure]:
    """Feeds alone; the same feeds while others write; and the writes of one client alone.

    All feeds were asked for once before, so that neither time is of people who are met anew. What
    follows from writes in derived lists is made meanwhile, as soon as there are any.
    """
    with closing(Wire(server.base)) as wire, reading(server.base, place) as read:
        people = writers(wire, place, PEOPLE + BEFORE)
        if not people:
            return
        before = min(BEFORE, len(people) // 5)
        _each_kind(wire, people[:before])
        # What follows from these writes, and from likes that were measured before, is made first.
        wait_until_quiet(server, RESTS * patience(place.size))
        for _ in read([*asking.warm, *asking.viewers]):
            pass
        took = tuple(progress(read(asking.viewers), ALONE, len(asking.viewers)))
        yield Times(ALONE, server.engine, place.size, took)
        with _stream(server.base, people) as heard:
            took = tuple(progress(read(asking.viewers), BESIDE, len(asking.viewers)))
        yield Times(BESIDE, server.engine, place.size, took)
        yield Times(WRITE_BESIDE, server.engine, place.size, tuple(map(_milliseconds, heard)))
        yield Amount(WRITE_RATE_BESIDE, server.engine, place.size, _rate(heard), "writes/s")
        done = _each_kind(wire, people[before:])
    for kind in KINDS:
        took = tuple(_milliseconds(each.heard) for each in done if each.kind == kind)
        yield Times(f"{WRITE}: {kind}", server.engine, place.size, took)
    rate = _rate([each.heard for each in done])
    yield Amount(WRITE_RATE, server.engine, place.size, rate, "writes/s")


def _each_kind(wire: Wire, people: Sequence[Writer]) -> list[Done]:
    """Each kind of write by each of them, without a rest; all is taken back afterwards."""
    every = progress(itertools.product(people, KINDS), WRITE, len(people) * len(KINDS))
    done = [write(wire, who, kind) for who, kind in every]
    for each in done:
        take_back(wire, each)
    return done


@contextmanager
def _stream(base: str, people: Sequence[Writer]) -> Iterator[list[Heard]]:
    """Clients that write meanwhile; what they heard, once they have ended."""
    heard: list[Heard] = []
    over, clients = threading.Event(), min(CLIENTS, len(people))
    with ThreadPoolExecutor(clients) as threads:
        running = [
            threads.submit(_keep_writing, base, people[number::clients], clients / RATE, over)
            for number in range(clients)
        ]
        try:
            yield heard
        finally:
            over.set()
        for each in running:
            heard += each.result()


def _keep_writing(
    base: str, people: Sequence[Writer], pause: float, over: threading.Event
) -> list[Heard]:
    """A write every `pause` seconds, as far as the server keeps up; each is taken back at once."""
    heard: list[Heard] = []
    began = time.monotonic()
    with closing(Wire(base)) as wire:
        for who, kind in itertools.cycle(itertools.product(people, KINDS)):
            done = write(wire, who, kind)
            heard += [done.heard, take_back(wire, done)]
            if over.wait(max(0.0, began + len(heard) * pause - time.monotonic())):
                break
    return heard


def _milliseconds(heard: Heard) -> float:
    return 1e3 * (heard.ended - heard.began)


def _rate(heard: Sequence[Heard]) -> float:
    """A second, from the first one's beginning to the last one's end."""
    began, ended = (each.began for each in heard), (each.ended for each in heard)
    return len(heard) / (max(ended) - min(began))
