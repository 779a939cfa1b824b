"""One size: every part that is wanted, in the order in which they can share the graph.

What needs no graph comes first; then what reads an open one, for an embedded graph is open in one
process only; then the server.
"""

import os
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import click

from bench.feed import viewers
from bench.load import wipe
from bench.served import begun
from bench.suite import graphs, servers
from bench.suite.asking import Asking
from bench.suite.library import library
from bench.suite.orm import orm
from bench.suite.results import BY_MODEL, Amount, Figure
from bench.suite.servers import Server, patience, wait_until_ready
from bench.suite.training import training
from bench.suite.villages import Village
from bench.suite.writes import writing
from gnn.versions import Models
from graph.derive.rebuild import derive
from graph.ingest import ingest_tables
from graph.store import GraphStore, StoreConfig, open_store

ALONE: Mapping[str, Callable[[Village, Asking], Iterator[Figure]]] = {
    "step": training,
    "library": library,
    "orm": orm,
}
SERVED: Mapping[str, servers.Part] = {**servers.PARTS, "writes": writing}
"""What leaves lists to be made anew comes last: the others measure what they do without it."""
BY_MODEL_TOO = {name: SERVED[name] for name in ("http", "like", "memory")}
"""What a server is asked for by a model, too."""
PARTS = (*ALONE, *graphs.PARTS, *SERVED)
"""The names of all parts, in their order."""


def asking(place: Village, requests: int, warm: int, patience: float) -> Asking:
    """Whom every way answers; where there are too few people, a fifth of them warms up at most."""
    people = tuple(viewers(place.world, requests + warm))
    if len(people) < requests + warm:
        warm = min(warm, len(people) // 5)
    return Asking(people[:warm], people[warm:], patience)


def peers(place: Village, ask: Asking, parts: Collection[str]) -> Iterator[Figure]:
    """What needs no graph."""
    for name in _wanted(ALONE, parts):
        click.echo(f"  {name}", err=True)
        yield from ALONE[name](place, ask)


def embedded(place: Village, ask: Asking, parts: Collection[str], workers: int) -> Iterator[Figure]:
    """On the village's own embedded graph, which stays for the next run."""
    if not _wanted({**graphs.PARTS, **SERVED}, parts):
        return
    config = StoreConfig(f"ladybug:{place.graph}")
    with open_store(config) as store:
        yield from _graph(store, place, ask, parts, place.loaded)
    place.keep()
    yield from _server(config, place, ask, parts, workers)


def on_neo4j(
    url: str, place: Village, ask: Asking, parts: Collection[str], workers: int
) -> Iterator[Figure]:
    """On a server that is empty before, and again afterwards.

    Raises:
        click.ClickException: it is not empty.
    """
    if not _wanted({**graphs.PARTS, **SERVED}, parts):
        return
    config = StoreConfig.from_env(os.environ, url)
    with open_store(config) as store:
        if not store.frame("export_users").empty:
            raise click.ClickException(f"{url} is not empty, and this would change what it has")
    try:
        with open_store(config) as store:
            yield from _graph(store, place, ask, parts, loaded=False)
        yield from _server(config, place, ask, parts, workers)
    finally:
        with open_store(config) as store:
            wipe(store)


def _graph(
    store: GraphStore, place: Village, ask: Asking, parts: Collection[str], loaded: bool
) -> Iterator[Figure]:
    wanted = _wanted(graphs.PARTS, parts)
    if not loaded and "load" not in wanted:
        click.echo(f"  filling {store.engine}", err=True)
        ingest_tables(store, place.world.tables)
    for name, part in graphs.PARTS.items():
        if name in wanted:
            click.echo(f"  {name} ({store.engine})", err=True)
            yield from part(store, place, ask)
        elif name == "derive" and not loaded:
            derive(store)


def _server(
    config: StoreConfig, place: Village, ask: Asking, parts: Collection[str], workers: int
) -> Iterator[Figure]:
    wanted = _wanted(SERVED, parts)
    if not wanted:
        return
    engine = "neo4j" if config.file is None else "ladybug"
    yield Amount("processes that answer", engine, place.size, workers, "")
    yield from _asked(config, place, ask, wanted, workers, None)
    if "model" in parts and Models(place.model) and (wanted := _wanted(BY_MODEL_TOO, parts)):
        for figure in _asked(config, place, ask, wanted, workers, place.model):
            yield replace(figure, what=f"{figure.what}{BY_MODEL}")


def _asked(
    config: StoreConfig,
    place: Village,
    ask: Asking,
    wanted: Sequence[str],
    workers: int,
    model: Path | None,
) -> Iterator[Figure]:
    """What a server of its own is asked for, which ranks by that model, or without one."""
    engine, quiet = "neo4j" if config.file is None else "ladybug", {"RESONANCE_LOG": "off"}
    said = engine if model is None else f"{engine}{BY_MODEL}"
    with tempfile.TemporaryDirectory() as scratch:
        with begun(config.url, Path(scratch), quiet, workers, model) as (base, process):
            wait_until_ready(base, workers, patience(place.size))
            for name in wanted:
                click.echo(f"  {name} ({said})", err=True)
                server = Server(base, process.pid, engine)
                yield from SERVED[name](server, place, ask)


def _wanted(there: Mapping[str, object], parts: Collection[str]) -> list[str]:
    return [name for name in there if name in parts]
