"""How long a search takes, on a village of 20,000 people and 50,000 posts, kept under ``.data``.

Words are drawn from what people and posts are called: whole, their beginnings, and with a typo.
Each search is a whole one: the viewer, whom they know, candidates, the gate, ranking, and what a
page shows. Some of them follow a write, which they must find. (The village has no groups.)
"""

import os
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path

import click
import numpy as np

from bench.feed import COMMUNITIES, ENGAGEMENTS_PER_USER, POSTS, USERS, filled, milliseconds
from graph.model import Row
from graph.queries.people import gate_context
from graph.search.index import Kind, SearchIndex
from graph.search.opening import open_index
from graph.search.terms import asked, said
from graph.store import GraphStore, StoreConfig, open_store
from social.search import Search, searching
from village.world import World, plant

PAGE = 20
EACH = 10
"""One search of so many follows a write."""
SHOWN: Mapping[Kind, Callable[[Search, tuple[str, ...]], object]] = {
    "people": Search.people,
    "posts": Search.posts,
    "groups": Search.groups,
    "tags": Search.tags,
}
LETTERS = "abcdefghijklmnopqrstuvwxyz"


@click.command()
@click.option("--searches", default=2_000, show_default=True)
@click.option("--users", default=USERS, show_default=True)
@click.option("--posts", default=POSTS, show_default=True)
@click.option(
    "--folder", default=Path(".data/bench-feed"), show_default=True, type=click.Path(path_type=Path)
)
@click.option("--store", "url", help="A bolt:// server that holds the village; default: embedded.")
def main(searches: int, users: int, posts: int, folder: Path, url: str | None) -> None:
    """Measure searches by kind and by how the words are told."""
    world = plant(
        users=users,
        posts=posts,
        communities=COMMUNITIES,
        engagements_per_user=ENGAGEMENTS_PER_USER,
    )
    if url is None:
        filled(folder, world)
    config = StoreConfig.from_env(os.environ, url or f"ladybug:{folder / 'graph'}")
    with open_store(config) as store, closing(open_index(store, config.search_path)) as index:
        began = time.perf_counter()
        index.catch_up()
        click.echo(f"{store.engine}: the index was ready in {time.perf_counter() - began:.1f} s")
        _measure(world, store, index, searches)


def _measure(world: World, store: GraphStore, index: SearchIndex, searches: int) -> None:
    rng = np.random.default_rng(0)
    viewers = rng.choice(world.tables["users"]["id"].to_numpy(), searches).tolist()
    words = _words(world, rng)
    kinds = list(words)
    seconds: dict[str, list[float]] = defaultdict(list)
    missed = 0
    for number, viewer in enumerate(viewers):
        kind = kinds[number % len(kinds)]
        way, told = next(words[kind])
        if number % EACH == 0:
            kind, way, told = "posts", "after a write", _write(store, number)
        began = time.perf_counter()
        made = searching(store, index, gate_context(store, viewer, viewer), asked(told), world.now)
        found = made.found(kind)
        SHOWN[kind](made, found[:PAGE])
        seconds[f"{kind}, {way}"].append(time.perf_counter() - began)
        missed += way == "after a write" and found[:1] != (f"bench:post:{number}",)
    for name in sorted(seconds):
        click.echo(f"{name:<24}{milliseconds(seconds[name])}")
    click.echo(f"{'all':<24}{milliseconds([each for some in seconds.values() for each in some])}")
    click.echo(f"writes that the next search missed: {missed}")


def _words(world: World, rng: np.random.Generator) -> dict[Kind, Iterator[tuple[str, str]]]:
    columns: dict[Kind, tuple[str, str]] = {
        "people": ("users", "username"),
        "posts": ("posts", "title"),
        "tags": ("tags", "name"),
    }

    def drawn(file: str, column: str) -> Iterator[tuple[str, str]]:
        names = world.tables[file][column].dropna().tolist()
        while True:
            told = said(str(rng.choice(names)))
            if told:
                word = str(rng.choice(told))
                yield "whole words", word
                yield "beginnings", word[: int(rng.integers(1, 4))]
                yield "typos", _mistyped(word, rng)

    return {kind: drawn(*each) for kind, each in columns.items()}


def _mistyped(word: str, rng: np.random.Generator) -> str:
    at = int(rng.integers(len(word)))
    return word[:at] + str(rng.choice(list(LETTERS))) + word[at + 1 :]


def _write(store: GraphStore, number: int) -> str:
    """Write a post that says something new; what it says."""
    title = f"benchword{number}"
    columns = "title text url created_at privacy available deleted details author_id tags"
    columns += " category_id topic_id group_id project_code shares_id"
    row: Row = dict.fromkeys(columns.split())
    post = {"id": f"bench:post:{number}", "title": title, "privacy": "public"}
    store.run("load_posts", rows=[row | post])
    return title


if __name__ == "__main__":
    main()
