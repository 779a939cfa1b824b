"""Many people write and read at once: nothing is lost, nothing is doubled, and how long it takes.

A village is filled in; 16 clients meet at a few posts and people of it, over HTTP, at the server
that `resonance serve` runs. An oracle in plain Python (`bench.crowd.ledger`) takes every answer in;
at the end the graph's own tables, and what people are told of it, must be what it says.
"""

import json
import os
import resource
import tempfile
import time
from collections import Counter, defaultdict
from pathlib import Path

import click

from bench.clock import fixed_loop, percentiles
from bench.clock import told as line
from bench.crowd.agree import disagreements
from bench.crowd.load import Load, Size
from bench.served import served
from graph.derive.rebuild import derive
from graph.ingest import ingest_tables
from graph.model import Row
from graph.store import StoreConfig, open_store
from village.world import World, plant

MOST_TOLD = 30
"""Differences that are printed; the rest is counted."""


@click.command()
@click.option("--writes", default=2_000, show_default=True)
@click.option("--reads", default=8_000, show_default=True)
@click.option("--clients", default=16, show_default=True)
@click.option("--pause", default=0.0, show_default=True, help="Mean rest of a client, seconds.")
@click.option("--warm", default=200, show_default=True, help="Reads before, not counted.")
@click.option("--pairs", default=20, show_default=True, help="Who see how soon an action shows.")
@click.option("--workers", default=1, show_default=True, help="Processes that serve (Neo4j).")
@click.option("--users", default=5_000, show_default=True)
@click.option("--posts", default=12_000, show_default=True)
@click.option("--seed", default=0, show_default=True)
@click.option("--json", "report", type=click.Path(path_type=Path), help="Write the figures here.")
@click.option("--store", "url", help="An empty bolt:// server; default: embedded, thrown away.")
def main(
    writes: int,
    reads: int,
    clients: int,
    pause: float,
    warm: int,
    pairs: int,
    workers: int,
    users: int,
    posts: int,
    seed: int,
    report: Path | None,
    url: str | None,
) -> None:
    """Have them all act, and compare with the oracle."""
    size = Size(writes, reads, clients, pause, seed)
    world = plant(users=users, posts=posts, communities=20, now=int(time.time()))
    with tempfile.TemporaryDirectory() as folder:
        config = StoreConfig.from_env(os.environ, url or f"ladybug:{folder}/graph")
        _fill(config, world)
        before = _cpu_of_servers()
        with served(config.url, Path(folder), {}, workers) as base:
            load = Load(world, base, size)
            Load(world, base, Size(0, warm, clients, 0.0, seed + 1)).run()
            began = time.perf_counter()
            faults = load.run(len(load.others) // 4)
            seconds = time.perf_counter() - began
            load.watch(pairs)
            lists = load.lists()
        cpu = _cpu_of_servers() - before
        with open_store(config) as store:
            faults += disagreements(load.ledger, store, lists)
            engine = store.engine
    figures = {"server_cpu_seconds": cpu, **_figures(load, seconds, faults)}
    click.echo(f"{engine}: {len(load.samples):,} requests of {clients} clients, {seconds:.1f} s")
    _print(figures)
    if report is not None:
        report.write_text(json.dumps({"engine": engine, **figures}, indent=1))
    if faults:
        raise SystemExit(1)


def _fill(config: StoreConfig, world: World) -> None:
    began = time.perf_counter()
    with open_store(config) as store:
        if not store.frame("export_users").empty:
            raise click.ClickException(
                f"{config.url} is not empty, and this would change what it has"
            )
        ingest_tables(store, world.tables)
        derive(store)
    click.echo(f"filled and derived in {time.perf_counter() - began:.1f} s", err=True)


def _figures(load: Load, seconds: float, faults: list[str]) -> Row:
    told: dict[str, list[float]] = defaultdict(list)
    statuses: Counter[str] = Counter()
    for when, seen in (("alone", load.idle), ("beside the load", load.beside)):
        for effect in seen:
            told[f"shown {when}"].append(effect.seconds)
            told[f"shown {when}: {effect.kind}"].append(effect.seconds)
            if effect.looks > 1:
                faults.append(f"{effect} {when}: the first feed after it does not show it")
    for each in load.samples:
        way = "write" if each.write else "read"
        told[f"{way}s"].append(each.seconds)
        told[f"{way} {each.kind}"].append(each.seconds)
        statuses[f"{way} {each.status}"] += 1
    times = {name: percentiles(told[name]) for name in sorted(told)}
    return {
        "seconds": seconds,
        "calibration_ms": fixed_loop(),
        "load_average": os.getloadavg(),
        "statuses": dict(sorted(statuses.items())),
        "milliseconds": times,
        "faults": faults,
    }


def _cpu_of_servers() -> float:
    """Seconds of processor time that servers took which have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _print(figures: Row) -> None:
    click.echo(
        f"a fixed loop took {figures['calibration_ms']:.0f} ms,"
        f" load average {figures['load_average'][0]:.1f};"
        f" the server took {figures['server_cpu_seconds']:.1f} s of processor time"
    )
    click.echo(", ".join(f"{many:,} {name}" for name, many in figures["statuses"].items()))
    for name, each in figures["milliseconds"].items():
        click.echo(f"{name:<32}{each['count']:>6}   {line(each)}")
    faults = figures["faults"]
    click.echo("\n".join(faults[:MOST_TOLD]) or "the graph is what the oracle says")
    if faults:
        click.echo(f"{len(faults)} differences")


if __name__ == "__main__":
    main()
