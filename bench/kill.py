"""Loads killed at random moments and run again: the graph must equal an undisturbed one's.

A village's SocialVerse is served and loaded; then some of it vanishes and changes, and is loaded
again. Either load is killed (SIGKILL, the whole process) at a random moment of its usual length,
then run to its end. Every kind's rows and every post's card are compared.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import click
import neo4j
import numpy as np
import pandas as pd

from graph.errors import ConfigError, ResonanceError
from graph.model import Tables
from graph.progress import progress
from graph.queries.export import read_tables
from graph.store import GraphStore, StoreConfig, open_store
from village.server import serve_village
from village.world import World, plant

USERS, POSTS = 200, 500
SECRET = "only-for-this-bench"
LOAD = (sys.executable, "-c", "from resonance import main; main()", "load", "socialverse")
WIPE = "MATCH (n) WHERE NOT n:TestGraph CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 500 ROWS"


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
    """An engine's graph that this bench may wipe."""

    def __init__(self, url: str, scratch: Path):
        self.embedded = url == "ladybug"
        address = f"ladybug:{scratch / 'graph'}" if self.embedded else url
        self.config = StoreConfig.from_env(os.environ, address)
        self.cache = scratch / "cache"

    def wipe(self) -> None:
        """Leave no node, in a graph that was empty or that a test or this bench has marked."""
        shutil.rmtree(self.cache, ignore_errors=True)
        if self.embedded:
            for file in Path(self.config.url.partition(":")[2]).parent.glob("graph*"):
                file.unlink()
            return
        auth = (self.config.user, self.config.password)
        with neo4j.GraphDatabase.driver(self.config.url, auth=auth) as driver:
            found = driver.execute_query("MATCH (n) RETURN count(n), count(n:TestGraph)").records[0]
            if found[0] and not found[1]:
                raise ConfigError(
                    f"{self.config.url} holds a graph; give --store a server that may be wiped"
                )
            driver.execute_query("MERGE (:TestGraph)")
            with driver.session() as session:
                session.run(WIPE).consume()

    def open(self) -> GraphStore:
        """The graph."""
        return open_store(self.config)

    def environment(self, source: str, scratch: Path) -> Mapping[str, str]:
        """What a load by the command line wants to know."""
        return os.environ | {
            "RESONANCE_STORE": self.config.url,
            "RESONANCE_LOAD_REPORT": str(scratch / "report.json"),
            "SOCIALVERSE_CACHE": str(self.cache),
            "SOCIALVERSE_URL": source,
            "SOCIALVERSE_TOKEN": SECRET,
            "SOCIALVERSE_ALGORITHM": SECRET,
        }


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
    return tables


def differences(found: Tables, wanted: Tables) -> list[str]:
    """The kinds that are not alike."""
    return [file for file in wanted if not found[file].equals(wanted[file])]


@click.command()
@click.option(
    "--rounds", default=50, show_default=True, help="Kills; every second one hits the update."
)
@click.option(
    "--store",
    "url",
    default="ladybug",
    show_default=True,
    help="ladybug, or a bolt:// that may be wiped.",
)
@click.option("--seed", default=0, show_default=True, help="Of the moments.")
def main(rounds: int, url: str, seed: int) -> None:
    """Kill loads at random moments, run them again, and compare the graphs."""
    try:
        _measure(rounds, url, seed)
    except ResonanceError as error:
        raise click.ClickException(str(error)) from error


def _measure(rounds: int, url: str, seed: int) -> None:
    rng = np.random.default_rng(seed)
    before = plant(users=USERS, posts=POSTS, seed=seed)
    after = changed(before, seed)
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        place = Place(url, scratch)
        with (
            serve_village(before, SECRET, SECRET) as first,
            serve_village(after, SECRET, SECRET) as second,
        ):
            sources = [place.environment(address, scratch) for address in (first, second)]
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
                run(sources[stage], float(rng.uniform(0, usual[stage])))
                run(sources[stage], None)
                if wrong := differences(contents(place), wanted[stage]):
                    broken += 1
                    click.echo(f"kill {number}: {wrong} differ")
    click.echo(f"{url}: {rounds} kills, {broken} graphs differ from an undisturbed load")
    if broken:
        raise click.ClickException("a killed load was not put right by the next one")


if __name__ == "__main__":
    main()
