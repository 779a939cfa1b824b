"""What somebody gets of whom next to nothing is known: one like, or a mood and nothing else.

A village loses its last 60 days. Of some viewers all is taken away that they ever did or said, and
their friends; then either the last like from before is given back, or they say the mood that the
posts they had engaged with mostly have. Feeds are asked for at that moment, without a model and
with one that was trained on what is left, and held against what the viewers did in the 60 days.
Beside them stands what was popular in the 30 days before, in one order for everybody.
"""

import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

import click
import numpy as np
import pandas as pd

from bench.blend import HELD_OUT, as_it_was, later
from feed.nearest import FeedModel
from feed.recommend import Recommender
from feed.request import FeedRequest
from gnn.config import TrainConfig
from gnn.metrics import ndcg
from gnn.split import engagements
from gnn.train import train
from gnn.versions import Models
from graph.derive.rebuild import derive
from graph.ingest import ingest_tables
from graph.model import Tables
from graph.progress import progress
from graph.store import open_store
from village.people import DAY
from village.world import World, plant

AT = 10
POPULAR_FOR = 30 * DAY

Asked = Callable[[str], FeedRequest]
"""A user id in, what they ask for out."""


class Cold(NamedTuple):
    """A graph in which some are hardly known, and what they ask for."""

    name: str
    tables: Tables
    asked: Asked


def viewers_of(world: World, most: int) -> list[str]:
    """Who is to be cold: they liked before and engage with something later, and write nothing."""
    cut, tables = world.now - HELD_OUT, world.tables
    liked = tables["liked"]
    before = set(liked.loc[liked["at"] <= cut, "source"])
    able = sorted(before.intersection(later(world)).difference(tables["authored"]["source"]))
    drawn = np.random.default_rng(world.seed).permutation(len(able))[:most]
    return [able[place] for place in drawn]


def forgotten(tables: Tables, viewers: list[str]) -> Tables:
    """The graph without an edge from or to these people."""
    return {
        file: frame[~frame[["source", "target"]].isin(viewers).any(axis=1)]
        if "source" in frame
        else frame
        for file, frame in tables.items()
    }


def colds(world: World, viewers: list[str]) -> list[Cold]:
    """Both kinds: one like each, and one mood each."""
    known = as_it_was(world, world.now - HELD_OUT)
    bare = forgotten(known, viewers)
    names = world.tables["users"].set_index("id")["username"]
    mine = known["liked"][known["liked"]["source"].isin(viewers)]
    last = mine.sort_values(["at", "target"]).drop_duplicates("source", keep="last")
    liked = pd.concat([bare["liked"], last], ignore_index=True)
    moods = moods_of(known, viewers)
    return [
        Cold(
            "one like",
            {**bare, "liked": liked},
            lambda user: FeedRequest(str(names[user]), page_size=AT),
        ),
        Cold(
            "a mood",
            bare,
            lambda user: FeedRequest(str(names[user]), mood=moods[user], page_size=AT),
        ),
    ]


def moods_of(tables: Tables, viewers: list[str]) -> dict[str, str]:
    """By viewer: the mood that weighs most in what they engaged with; ties to the first by name."""
    done = engagements(tables)
    done = done[done["user_id"].isin(viewers)]
    felt = done.merge(tables["evokes"], left_on="post_id", right_on="source")
    sums = felt.groupby(["user_id", "target"])["weight"].sum().reset_index()
    best = sums.sort_values(["weight", "target"], ascending=[False, True])
    return dict(best.drop_duplicates("user_id").set_index("user_id")["target"])


def popular(tables: Tables, cut: int) -> list[str]:
    """Public posts by how many engaged with them in the 30 days before; ties to the first by id."""
    done = engagements(tables, cut)
    recent = done[done["at"] > cut - POPULAR_FOR]
    public = set(tables["posts"].loc[tables["posts"]["privacy"] == "public", "id"])
    counts = recent[recent["post_id"].isin(public)].groupby("post_id").size()
    return list(counts.sort_index().sort_values(ascending=False, kind="stable").index)


def measured(
    cold: Cold,
    relevant: Mapping[str, set[str]],
    cut: int,
    scratch: Path,
    config: TrainConfig | None = None,
) -> dict[str, np.ndarray]:
    """NDCG@10 by how one ranks, one value a viewer in the order of `relevant`."""
    known = engagements(cold.tables, cut).groupby("user_id")["post_id"].agg(set)
    chart = popular(cold.tables, cut)
    ranked = {
        "popular": {
            user: [post for post in chart if post not in known.get(user, ())][:AT]
            for user in relevant
        }
    }
    models = Models(scratch / "model")
    models.add(train(cold.tables, config, upto=cut))
    with open_store(f"ladybug:{scratch / 'graph'}") as store:
        ingest_tables(store, cold.tables)
        derive(store)
        ways: dict[str, FeedModel | None] = {"no model": None, "model": FeedModel(models.load())}
        for way, model in ways.items():
            recommender = Recommender(store, model)
            recommender.filling().fill()
            ranked[way] = {
                user: [
                    each.post.card.post_id for each in recommender.feed(cold.asked(user), cut).posts
                ]
                for user in progress(relevant, f"{cold.name}, {way}")
            }
    return {way: _ndcgs(posts, relevant) for way, posts in ranked.items()}


def _ndcgs(ranked: Mapping[str, list[str]], relevant: Mapping[str, set[str]]) -> np.ndarray:
    hits = np.zeros((len(relevant), AT), bool)
    for row, (user, wanted) in enumerate(relevant.items()):
        hits[row, : len(ranked[user])] = [post in wanted for post in ranked[user]]
    return ndcg(hits, np.array([len(each) for each in relevant.values()]), AT)


@click.command()
@click.option("--seeds", default=3, show_default=True, help="Villages, planted with 1 and so on.")
@click.option("--users", default=1_000, show_default=True)
@click.option("--viewers", default=100, show_default=True, help="Who is made cold, by village.")
def main(seeds: int, users: int, viewers: int) -> None:
    """NDCG@10 of people of whom one like, or a mood, is known."""
    found: dict[tuple[str, str], list[np.ndarray]] = {}
    for seed in range(1, seeds + 1):
        world = plant(
            seed=seed,
            users=users,
            posts=users * 5 // 2,
            communities=max(2, users // 150),
            engagements_per_user=40.0,
        )
        chosen, after = viewers_of(world, viewers), later(world)
        for cold in colds(world, chosen):
            with tempfile.TemporaryDirectory() as scratch:
                relevant = {user: after[user] for user in chosen}
                cut = world.now - HELD_OUT
                for way, values in measured(cold, relevant, cut, Path(scratch)).items():
                    found.setdefault((cold.name, way), []).append(values)
    click.echo("known     ranked by   viewers  NDCG@10  +-      of popular's")
    for (name, way), several in found.items():
        values = np.concatenate(several)
        ratio = values.mean() / np.concatenate(found[name, "popular"]).mean()
        click.echo(
            f"{name:<10}{way:<12}{len(values):7}{values.mean():9.4f}"
            f"{values.std() / np.sqrt(len(values)):8.4f}{ratio:8.1f} x"
        )


if __name__ == "__main__":
    main()
