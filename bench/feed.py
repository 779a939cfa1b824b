"""How long a page of the feed takes, and whether people of different tastes get different ones.

A village of 20,000 people, 50,000 posts and a million engagements, made once under ``.data`` and
kept. Each request is a whole one, live: viewer, sources, ranking, gate, contents, reasons.
"""

import os
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click
import numpy as np

from bench.clock import percentiles, told
from feed.nearest import FeedModel
from feed.recommend import Recommender
from feed.request import Feed, FeedRequest
from feed.sources import POPULAR
from gnn.parallel import calm
from graph.derive.rebuild import derive
from graph.ingest import ingest_tables
from graph.queries.candidates import by_chart
from graph.store import GraphStore, StoreConfig, open_store
from village.world import NOW, World, plant
from web.heap import share_heaps

ENGAGEMENTS = 1_000_000
"""About so many edges from people to posts has the village of the bars."""
A_USER, A_POST = 50, 20
"""Engagements a user and a post of a village, about."""
COMMUNITIES, ENGAGEMENTS_PER_USER = 40, 40.0
USERS, POSTS = ENGAGEMENTS // A_USER, ENGAGEMENTS // A_POST
PAGE = 20


def planted(engagements: int = ENGAGEMENTS, seed: int = 0, now: int = NOW) -> World:
    """The village of the bars, or one of another size and as dense.

    Args:
        engagements: about so many edges from people to posts, 1,000 or more.
        seed: of all that is drawn.
        now: its clock, Unix seconds.
    """
    users = engagements // A_USER
    return plant(
        seed=seed,
        users=users,
        posts=engagements // A_POST,
        communities=min(COMMUNITIES, users // 10),
        engagements_per_user=ENGAGEMENTS_PER_USER,
        now=now,
    )


def filled(folder: Path, world: World) -> None:
    """The village in an embedded graph under `folder`, unless it is there."""
    if (folder / "done").exists():
        return
    shutil.rmtree(folder, ignore_errors=True)
    with open_store(f"ladybug:{folder / 'graph'}") as store:
        fill(store, world)
    (folder / "done").touch()


def fill(store: GraphStore, world: World) -> None:
    """Load the village into an empty graph, and derive."""
    ingest_tables(store, world.tables)
    derive(store)


def milliseconds(seconds: Sequence[float]) -> str:
    """The percentiles that the bars name."""
    return told(percentiles(seconds))


def viewers(world: World, many: int) -> list[str]:
    """So many of its people, or all where there are fewer: the same in the same order always."""
    people = world.tables["users"]["id"].to_numpy()
    drawn: list[str] = np.random.default_rng(0).permutation(people).tolist()
    return drawn[:many]


@contextmanager
def recommending(store: GraphStore, model: FeedModel | None = None) -> Iterator[Recommender]:
    """What makes feeds, as in a server that is ready: everybody's lists are read.

    It goes on reading them while requests are answered.
    """
    recommender = Recommender(store, model)
    filling = recommender.filling()
    filling.fill()
    filling.start()
    try:
        with calm():  # as a server is
            yield recommender
    finally:
        filling.stop()


def pages(recommender: Recommender, world: World) -> Callable[[str], Feed]:
    """What makes the first page of a viewer's feed, by user id."""
    names = world.tables["users"].set_index("id")["username"].to_dict()

    def page(viewer: str) -> Feed:
        return recommender.feed(FeedRequest(names[viewer], page_size=PAGE), world.now)

    return page


def overlaps(world: World, seen: dict[str, Feed]) -> list[float]:
    """Of pairs of viewers of different communities, the part of their pages that they share."""
    people = sorted(seen)
    shown = {viewer: _ids(seen[viewer]) for viewer in people}
    return [
        len(shown[one] & shown[other]) / PAGE
        for one, other in zip(people, people[1:], strict=False)
        if world.community_of_user[one] != world.community_of_user[other]
    ]


def _ids(page: Feed) -> set[str]:
    return {each.post.card.post_id for each in page.posts}


@click.command()
@click.option("--requests", default=1_000, show_default=True)
@click.option("--warm", default=300, show_default=True, help="Requests that are not counted.")
@click.option(
    "--folder", default=Path(".data/bench-feed"), show_default=True, type=click.Path(path_type=Path)
)
@click.option("--store", "url", help="A bolt:// server, empty or with the village; else embedded.")
def main(requests: int, warm: int, folder: Path, url: str | None) -> None:
    """Measure pages of twenty, and how they differ."""
    world = planted()
    if url is None:
        filled(folder, world)
    with open_store(
        StoreConfig.from_env(os.environ, url or f"ladybug:{folder / 'graph'}")
    ) as store:
        if store.frame("whole_people").empty:
            fill(store, world)
        _measure(world, store, requests, warm)


def _measure(world: World, store: GraphStore, requests: int, warm: int) -> None:
    began = time.perf_counter()
    with recommending(store) as recommender:
        click.echo(f"lists of everybody read in {time.perf_counter() - began:.1f} s")
        page, seconds, seen = pages(recommender, world), [], {}
        for viewer in viewers(world, requests + warm):
            began = time.perf_counter()
            seen[viewer] = page(viewer)
            seconds.append(time.perf_counter() - began)
    click.echo(f"{store.engine}: a page of {PAGE}   {milliseconds(seconds[warm:])}")
    shared = overlaps(world, seen)
    click.echo(
        f"two viewers of different communities share {np.mean(shared):.1%} of a page"
        f" (99th percentile {np.percentile(shared, 99):.0%}, {len(shared):,} pairs)"
    )
    (popular,) = by_chart(store, [POPULAR])
    chart = set(popular.ids[:PAGE])
    met = [viewer for viewer in seen if world.favourites[viewer]]
    for name, found in (
        ("the feed", [_ids(seen[viewer]) for viewer in met]),
        ("popularity alone", [chart] * len(met)),
    ):
        hits = [
            bool(some.intersection(world.favourites[viewer]))
            for viewer, some in zip(met, found, strict=True)
        ]
        click.echo(f"{name:<18}a planted favourite in the top {PAGE} for {np.mean(hits):.1%}")


if __name__ == "__main__":
    share_heaps()  # as a server has them
    main()
