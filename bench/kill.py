"""Loads killed at random moments and run again: the graph must equal an undisturbed one's.

A village's SocialVerse is served and loaded; then some of it vanishes and changes, and is loaded
again. Either load is killed (SIGKILL, the whole process) at a random moment of its usual length,
then run to its end. Every kind's rows, every post's card and the look-up of names are compared.
Neo4j is a server of this bench's own, by tools/neo4j/server.py.
"""

import contextlib
import os
import secrets
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import click
import numpy as np
import pandas as pd

from bench.load import wipe
from graph.errors import ConfigError, ResonanceError
from graph.model import Tables
from graph.progress import progress
from graph.queries.export import read_tables
from graph.store import GraphStore, StoreConfig, open_store
from village.server import serve_village
from village.world import World, plant

USERS, POSTS = 200, 500
SERVER = (sys.executable, str(Path(__file__).parents[1] / "tools" / "neo4j" / "server.py"))
LOAD = (sys.executable, "-c", "from resonance import main; main()", "load", "socialverse")


def changed(world: World, seed: int) -> World:
    """The world some time later: a tenth of its posts and likes are gone, some titles are new."""
    rng = np.random.default_rng(seed)
    tables = dict(world.tables)
    posts = tables["posts"]
    left = posts[rng.random(len(posts)) > 0.1].copy()
    renamed = rng.random(len(left)) < 0.2
    left.loc[renamed, "title"] = left["title"][renamed].fillna("") + " again"
    for file, frame in tables.items():
        for end in ("source", "target"):
            if end in frame:
                of_post = frame[end].str.startswith("sv:post:")
                frame = frame[~of_post | frame[end].isin(left["id"])]
        tables[file] = frame
    tables["posts"] = left
    tables["liked"] = tables["liked"][rng.random(len(tables["liked"])) > 0.1]
    return replace(world, tables=tables)


class Place:
    """A graph of this bench's own, to be wiped; embedded here."""

    def __init__(self, scratch: Path):
        self.folder, self.cache = scratch / "store", scratch / "cache"
        self.config = StoreConfig(url=f"ladybug:{self.folder / 'graph'}")

    def wipe(self) -> None:
        """Leave nothing of the graph nor of the pages that were fetched."""
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.rmtree(self.cache, ignore_errors=True)

    def open(self) -> GraphStore:
        """The graph."""
        return open_store(self.config)

    def environment(self, source: str, secret: str, scratch: Path) -> Mapping[str, str]:
        """What a load by the command line wants to know."""
        return os.environ | {
            "RESONANCE_STORE": self.config.url,
            "NEO4J_USER": self.config.user,
            "NEO4J_PASSWORD": self.config.password,
            "RESONANCE_LOAD_REPORT": str(scratch / "report.json"),
            "SOCIALVERSE_CACHE": str(self.cache),
            "SOCIALVERSE_URL": source,
            "SOCIALVERSE_TOKEN": secret,
            "SOCIALVERSE_ALGORITHM": secret,
        }


class ServerPlace(Place):
    """The same in a Neo4j server that was started for it."""

    def __init__(self, scratch: Path, config: StoreConfig):
        super().__init__(scratch)
        self.config = config

    def wipe(self) -> None:
        """See `Place.wipe`."""
        super().wipe()
        with self.open() as store:
            wipe(store)


@contextlib.contextmanager
def place_of(engine: str, scratch: Path) -> Iterator[Place]:
    """A place on that engine; its server ends with it."""
    if engine == "ladybug":
        yield Place(scratch)
        return
    home = [f"--home={scratch / 'neo4j'}"]
    ports = ["--bolt-port=0", "--http-port=0", "--env"]
    clean = {name: value for name, value in os.environ.items() if not name.startswith("NEO4J_")}
    try:
        told = subprocess.run(
            [*SERVER, "start", *home, *ports], env=clean, stdout=subprocess.PIPE, text=True
        )
        if told.returncode:
            raise ConfigError("no Neo4j could be started; `make neo4j` fetches what it needs")
        words = dict(word.split("=", 1) for word in shlex.split(told.stdout) if "=" in word)
        yield ServerPlace(scratch, StoreConfig.from_env(words, words["NEO4J_URI"]))
    finally:
        subprocess.run([*SERVER, "wipe", *home], env=clean, check=True)


def run(environment: Mapping[str, str], kill_after: float | None) -> float:
    """Load once, and kill it after so many seconds; how long it took.

    Raises:
        ConfigError: a load that was left alone failed.
    """
    began = time.monotonic()
    with subprocess.Popen(
        LOAD, env=dict(environment), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as process:
        try:
            _, said = process.communicate(timeout=kill_after)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.communicate()
            return time.monotonic() - began
    if process.returncode:
        raise ConfigError(f"the load failed by itself: {said.decode().strip()}")
    return time.monotonic() - began


def contents(place: Place) -> Tables:
    """Every kind's rows, and the cards."""
    with place.open() as store:
        tables = dict(read_tables(store))
        cards = store.run("post_cards", post_ids=tables["posts"]["id"].tolist())
        tables["cards"] = pd.DataFrame(cards).sort_values("post_id", ignore_index=True)
        for file in ("names", "naming"):
            frame = store.frame(f"export_{file}")
            tables[file] = frame.sort_values(frame.columns.tolist(), ignore_index=True)
    return tables


def differences(found: Tables, wanted: Tables) -> list[str]:
    """The kinds that are not alike."""
    return [file for file in wanted if not found[file].equals(wanted[file])]


@click.command()
@click.option(
    "--rounds", default=50, show_default=True, help="Kills; every second one hits the update."
)
@click.option("--seed", default=0, show_default=True, help="Of the moments.")
@click.option(
    "--engine", type=click.Choice(["ladybug", "neo4j"]), default="ladybug", show_default=True
)
def main(rounds: int, seed: int, engine: str) -> None:
    """Kill loads at random moments, run them again, and compare the graphs."""
    try:
        _measure(rounds, seed, engine)
    except ResonanceError as error:
        raise click.ClickException(str(error)) from error


def _measure(rounds: int, seed: int, engine: str) -> None:
    rng = np.random.default_rng(seed)
    before = plant(users=USERS, posts=POSTS, seed=seed)
    after = changed(before, seed)
    with tempfile.TemporaryDirectory() as folder:
        scratch, secret = Path(folder), secrets.token_hex(16)
        with (
            place_of(engine, scratch) as place,
            serve_village(before, secret, secret) as first,
            serve_village(after, secret, secret) as second,
        ):
            sources = [place.environment(address, secret, scratch) for address in (first, second)]
            place.wipe()
            usual = [run(sources[0], None)]
            wanted = [contents(place)]
            usual.append(run(sources[1], None))
            wanted.append(contents(place))
            if not differences(*wanted):
                raise ConfigError("the update changed nothing: this bench would prove nothing")
            broken = 0
            for number in progress(range(rounds), "kills"):
                place.wipe()
                stage = number % 2
                if stage:
                    run(sources[0], None)
                lived = run(sources[stage], float(rng.uniform(0, usual[stage])))
                run(sources[stage], None)
                wrong = differences(contents(place), wanted[stage])
                broken += bool(wrong)
                said = f"{wrong} differ" if wrong else "alike"
                click.echo(f"kill {number} after {lived:.1f} of {usual[stage]:.1f} s: {said}")
    click.echo(f"{engine}: {rounds} kills, {broken} graphs differ from an undisturbed load")
    if broken:
        raise click.ClickException("a killed load was not put right by the next one")


if __name__ == "__main__":
    main()
