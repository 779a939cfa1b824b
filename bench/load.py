"""How fast a graph folder is loaded: edges a second, and the memory that it takes.

Users, posts and likes with string ids, made by chance; nothing else is written. Measured are a
whole load (check, compare, write) and the writing of its edges alone, for a first load, for the
same again, which only reads and compares, and for one that changes every edge. A server that has
just started compiles its code while it loads: ``--warm 3`` loads and wipes three times before.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import cast

import click
import numpy as np
import pandas as pd

from graph.frames import as_batches
from graph.ingest import ingest
from graph.loaders.folder import read_folder, write_folder
from graph.model import Tables
from graph.store import GraphStore, StoreConfig, open_store

USER, POST = "app:user:", "app:post:"
WIPED, WIPED_EDGES = 2_000, 50_000


def planted(edges: int, seed: int = 0) -> Tables:
    """So many likes, among a fiftieth as many users and a twentieth as many posts."""
    rng = np.random.default_rng(seed)
    users = pd.Series(np.arange(max(edges // 50, 10)).astype(str), dtype="str").radd(USER)
    posts = pd.Series(np.arange(max(edges // 20, 10)).astype(str), dtype="str").radd(POST)
    pairs = np.unique(rng.integers(0, len(users) * len(posts), int(edges * 1.05)))
    pairs = np.sort(rng.permutation(pairs)[:edges])
    source, target = np.divmod(pairs, len(posts))
    at = pd.array(rng.integers(1_600_000_000, 1_700_000_000, len(pairs)), dtype="Int64")
    liked = {"source": users.to_numpy()[source], "target": posts.to_numpy()[target], "at": at}
    return {
        "users": pd.DataFrame({"id": users}),
        "posts": pd.DataFrame({"id": posts, "privacy": "public"}),
        "liked": pd.DataFrame(liked),
    }


class Timed:
    """A store that adds up the seconds of its bulk writes, by kind."""

    def __init__(self, store: GraphStore):
        self._store = store
        self.seconds: dict[str, float] = defaultdict(float)

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)

    def load(self, file: str, frame: pd.DataFrame, *, new: bool = False) -> None:
        """See `GraphStore.load`."""
        began = time.perf_counter()
        self._store.load(file, frame, new=new)
        self.seconds[file] += time.perf_counter() - began


def timed(store: GraphStore, tables: Tables) -> tuple[float, Mapping[str, float]]:
    """Seconds of one load, and of its writes by kind."""
    watched = Timed(store)
    began = time.perf_counter()
    ingest(cast(GraphStore, watched), as_batches(tables))
    return time.perf_counter() - began, watched.seconds


def touched(tables: Tables) -> Tables:
    """The same graph with every like a second later."""
    liked = tables["liked"]
    return {**tables, "liked": liked.assign(at=liked["at"].fillna(0) + 1)}


def wipe(store: GraphStore) -> None:
    """Take everything out of a server's graph, some thousand edges or nodes a transaction."""
    while store.run("wipe_edges", limit=WIPED_EDGES)[0]["gone"]:
        pass
    while store.run("wipe_some", limit=WIPED)[0]["gone"]:
        pass


def peak_gb() -> float:
    """The most memory that this process had resident."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


@click.command()
@click.option("--edges", default=1_000_000, show_default=True)
@click.option(
    "--store",
    "url",
    default="ladybug",
    show_default=True,
    help="ladybug, or an empty bolt:// server.",
)
@click.option("--folder", type=click.Path(path_type=Path), help="Only write the folder there.")
@click.option(
    "--load", "loaded", type=click.Path(path_type=Path), help="Only load that folder, once."
)
@click.option("--warm", default=0, help="Load and wipe so often before measuring (a server only).")
def main(edges: int, url: str, folder: Path | None, loaded: Path | None, warm: int) -> None:
    """Measure a first load, the same again, and one that changes every edge."""
    if warm and url == "ladybug":
        raise click.UsageError("--warm is for a server; an embedded graph has nothing to warm up")
    if folder is not None:
        write_folder(planted(edges), folder)
        return
    with tempfile.TemporaryDirectory() as scratch:
        address = f"ladybug:{scratch}/graph" if url == "ladybug" else url
        source = loaded or Path(scratch) / "folder"
        if loaded is None:  # made by another process: its memory is not the load's
            command = [sys.executable, "-m", "bench.load", "--edges", str(edges)]
            subprocess.run([*command, "--folder", str(source)], check=True)
        began = time.perf_counter()
        tables = read_folder(source)
        reading = time.perf_counter() - began
        count = len(tables["liked"])
        with open_store(StoreConfig.from_env(os.environ, address)) as store:
            if warm:
                if not store.frame("export_users").empty:
                    raise click.ClickException(f"{url} is not empty: --warm would wipe it")
                for _ in range(warm):
                    timed(store, tables)
                    wipe(store)
            first, written = timed(store, tables)
            found = {
                "read the folder": reading,
                "first load": first,
                "  writing its nodes": sum(written.values()) - written["liked"],
                "  writing its edges": written["liked"],
            }
            if loaded is None:
                found["the same again"], _ = timed(store, tables)
                found["every edge changed"], merged = timed(store, touched(tables))
                found["  merging its edges"] = merged["liked"]
    click.echo(
        f"{url}: {count:,} edges{f', on a server that loaded {warm} times before' if warm else ''}"
    )
    for name, seconds in found.items():
        click.echo(f"{name:<22}{seconds:>8.2f} s{count / seconds:>12,.0f} edges/s")
    click.echo(f"{'resident memory, most':<22}{peak_gb():>8.2f} GB")


if __name__ == "__main__":
    main()
