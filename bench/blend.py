"""How the fixed blend ranks what people engage with later: by this its weights were chosen.

A village loses its last 60 days; whole feeds are asked for at that moment, and held against what
the viewers did afterwards, and against their planted favourites. Weights are tried on villages
planted with other seeds than the one that `bench.feed` reports on.
"""

import tempfile
from collections.abc import Mapping
from pathlib import Path
from unittest import mock

import click
import numpy as np

from feed import score
from feed.recommend import Recommender
from feed.request import FeedRequest
from gnn.metrics import ndcg
from gnn.split import engagements, until
from graph.derive.rebuild import derive
from graph.ingest import ingest_tables
from graph.model import Tables
from graph.progress import progress
from graph.store import open_store
from village.world import World, plant

DAY = 86_400
HELD_OUT = 60 * DAY
PAGE = 20
AT = 10


def _weights(told: tuple[str, ...]) -> dict[str, float]:
    try:
        weights = {part: float(number) for part, number in (each.split("=") for each in told)}
    except ValueError as error:
        raise click.BadParameter("a weight is PART=NUMBER, as in similar=7") from error
    if unknown := sorted(weights.keys() - score.BLEND.keys()):
        raise click.BadParameter(f"no part is named {unknown[0]}; parts: {sorted(score.BLEND)}")
    return weights


def as_it_was(world: World, cut: int) -> Tables:
    """The graph of that moment: no edge dated later, and no post made later."""
    seen = dict(until(world.tables, cut))
    posts = seen["posts"]
    gone = set(posts.loc[posts["created_at"] > cut, "id"])
    seen["posts"] = posts[~posts["id"].isin(gone)]
    for file, frame in seen.items():
        ends = [end for end in ("source", "target") if end in frame]
        seen[file] = frame[~frame[ends].isin(gone).any(axis=1)] if ends else frame
    return seen


def later(world: World) -> dict[str, set[str]]:
    """By user: the posts that were there 60 days ago, and that they first engaged with since."""
    cut = world.now - HELD_OUT
    done = engagements(world.tables)
    posts = world.tables["posts"]
    old = set(posts.loc[posts["created_at"] <= cut, "id"])
    after = done[(done["at"] > cut) & done["post_id"].isin(old)]
    found: dict[str, set[str]] = {}
    for user, post in zip(after["user_id"], after["post_id"], strict=True):
        found.setdefault(user, set()).add(post)
    return found


@click.command()
@click.option("--seed", default=1, show_default=True)
@click.option("--users", default=2_000, show_default=True)
@click.option("--viewers", default=500, show_default=True)
@click.option("--weight", "told", multiple=True, help="Try another weight: PART=NUMBER.")
def main(seed: int, users: int, viewers: int, told: tuple[str, ...]) -> None:
    """NDCG@10 of held-out engagements, and how many viewers meet a favourite."""
    weights = _weights(told)
    world = plant(
        seed=seed,
        users=users,
        posts=users * 5 // 2,
        communities=max(2, users // 300),
        engagements_per_user=40.0,
    )
    with tempfile.TemporaryDirectory() as scratch:
        _measure(world, Path(scratch), viewers, weights)


def _measure(world: World, scratch: Path, viewers: int, weights: Mapping[str, float]) -> None:
    relevant = later(world)
    names = world.tables["users"].set_index("id")["username"]
    users = sorted(relevant)
    users = np.random.default_rng(0).permutation(users).tolist()[:viewers]
    cut = world.now - HELD_OUT
    with (
        open_store(f"ladybug:{scratch / 'graph'}") as store,
        mock.patch.dict(score.BLEND, weights),
    ):
        score.blend.cache_clear()
        ingest_tables(store, as_it_was(world, cut))
        derive(store)
        recommender = Recommender(store)
        recommender.filling().fill()
        there = set(store.frame("whole_posts")["post_id"])
        hits = np.zeros((len(users), PAGE), bool)
        met = []
        for row, user in enumerate(progress(users, "feeds")):
            feed = recommender.feed(FeedRequest(str(names[user]), page_size=PAGE), cut)
            ids = [each.post.card.post_id for each in feed.posts]
            hits[row, : len(ids)] = [each in relevant[user] for each in ids]
            if favourites := set(world.favourites[user]) & there:
                met.append(not favourites.isdisjoint(ids))
    sizes = np.array([len(relevant[user]) for user in users])
    found = ndcg(hits, sizes, AT)
    error = found.std() / np.sqrt(len(found))
    click.echo(f"NDCG@{AT} {found.mean():.4f} +-{error:.4f}  a favourite for {np.mean(met):.1%}")


if __name__ == "__main__":
    main()
