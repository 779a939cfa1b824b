"""How long a page of the feed takes, and whether people of different tastes get different ones.

A village of 20,000 people, 50,000 posts and a million engagements, made once under ``.data`` and
kept. Each request is a whole one, live: viewer, sources, ranking, gate, contents, reasons.
"""

import os
import shutil
import time
from collections.abc import Sequence
from pathlib import Path

import click
import numpy as np

from feed.recommend import Recommender
from feed.request import Feed, FeedRequest
from feed.sources import POPULAR
from graph.derive.rebuild import derive
from graph.ingest import ingest_tables
from graph.queries.candidates import by_chart
from graph.store import GraphStore, StoreConfig, open_store
from village.world import World, plant

USERS, POSTS, COMMUNITIES, ENGAGEMENTS_PER_USER = 20_000, 50_000, 40, 40.0
PAGE = 20


def planted() -> World:
    """The village of the bars: some million edges from people to posts."""
    return plant(
        users=USERS,
        posts=POSTS,
        communities=COMMUNITIES,
        engagements_per_user=ENGAGEMENTS_PER_USER,
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
    p50, p90, p99 = np.percentile(np.asarray(seconds) * 1e3, [50, 90, 99])
    return f"p50 {p50:7.1f} ms   p90 {p90:7.1f} ms   p99 {p99:7.1f} ms"


def overlaps(world: World, pages: dict[str, Feed]) -> list[float]:
    """Of pairs of viewers of different communities, the part of their pages that they share."""
    viewers = sorted(pages)
    shown = {viewer: _ids(pages[viewer]) for viewer in viewers}
    return [
        len(shown[one] & shown[other]) / PAGE
        for one, other in zip(viewers, viewers[1:], strict=False)
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
    rng = np.random.default_rng(0)
    viewers = rng.permutation(world.tables["users"]["id"].to_numpy()).tolist()[: requests + warm]
    names = world.tables["users"].set_index("id")["username"]
    recommender = Recommender(store)
    filling = recommender.filling()
    began = time.perf_counter()
    filling.fill()
    click.echo(f"lists of everybody read in {time.perf_counter() - began:.1f} s")
    filling.start()  # as a server does: it goes on while requests are answered
    seconds, pages = [], {}
    for viewer in viewers:
        request = FeedRequest(str(names[viewer]), page_size=PAGE)
        began = time.perf_counter()
        pages[viewer] = recommender.feed(request, world.now)
        seconds.append(time.perf_counter() - began)
    filling.stop()
    click.echo(f"{store.engine}: a page of {PAGE}   {milliseconds(seconds[warm:])}")
    shared = overlaps(world, pages)
    click.echo(
        f"two viewers of different communities share {np.mean(shared):.1%} of a page"
        f" (99th percentile {np.percentile(shared, 99):.0%}, {len(shared):,} pairs)"
    )
    (popular,) = by_chart(store, [POPULAR])
    chart = set(popular.ids[:PAGE])
    met = [viewer for viewer in pages if world.favourites[viewer]]
    for name, found in (
        ("the feed", [_ids(pages[viewer]) for viewer in met]),
        ("popularity alone", [chart] * len(met)),
    ):
        hits = [
            bool(some.intersection(world.favourites[viewer]))
            for viewer, some in zip(met, found, strict=True)
        ]
        click.echo(f"{name:<18}a planted favourite in the top {PAGE} for {np.mean(hits):.1%}")


if __name__ == "__main__":
    main()
