"""Clients that read feeds over HTTP, side by side, each on a connection that stays open."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from queue import SimpleQueue

import click

from bench.crowd.wire import Wire
from bench.feed import PAGE
from bench.suite.villages import Village

CLIENTS = 8


@contextmanager
def reading(base: str, place: Village) -> Iterator[Callable[[Sequence[str]], Iterator[float]]]:
    """What has 8 clients ask for the first pages of people's feeds, one page after the other.

    It takes user ids, and yields the milliseconds of each one's page, in their order. Every
    answer's JSON is read.

    Raises:
        click.ClickException: a page was refused.
    """
    names = place.world.tables["users"].set_index("id")["username"].to_dict()
    wires: SimpleQueue[Wire] = SimpleQueue()

    def page(viewer: str) -> float:
        wire = wires.get()
        try:
            heard = wire.ask("GET", "/feed", {"username": names[viewer], "page_size": PAGE})
        finally:
            wires.put(wire)
        if not heard.done:
            raise click.ClickException(f"/feed of {viewer}: {heard.status}")
        return 1e3 * float(heard.ended - heard.began)

    with ExitStack() as stack:
        for _ in range(CLIENTS):
            wires.put(stack.enter_context(closing(Wire(base))))
        clients = stack.enter_context(ThreadPoolExecutor(CLIENTS))
        yield lambda viewers: clients.map(page, viewers)
