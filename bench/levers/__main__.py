"""Print what single scores, decoders and networks find on valid of a data set, and how near."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

import click

from bench.levers.decoders import decoders
from bench.levers.distilled import distilled
from bench.levers.networks import networks
from bench.levers.scores import scores
from bench.yardsticks.archive import DATASETS_OPTION
from bench.yardsticks.named import YARDSTICKS, case_of
from gnn.case import Case, valid_ndcg
from gnn.config import TrainConfig

Found = Iterator[tuple[str, float]]
KINDS: Mapping[str, tuple[Callable[[Case, TrainConfig], Found], str]] = {
    "decoders": (decoders, "ndcg@10"),
    "networks": (networks, "ndcg@10"),
    "distilled": (distilled, "share"),
}


@click.command()
@click.argument("name", type=click.Choice(sorted(YARDSTICKS)))
@DATASETS_OPTION
@click.option("--seed", default=0, show_default=True, help="Of the split.")
@click.option("--k", default=10, show_default=True, help="Cut-off of single scores' NDCG.")
@click.option(
    "--only",
    type=click.Choice(["scores", *KINDS]),
    multiple=True,
    help="These kinds; all by default.",
)
def main(name: str, datasets: Path, seed: int, k: int, only: tuple[str, ...]) -> None:
    """Print NDCG on valid of each thing by itself; at 10 that of decoders and networks."""
    case = case_of(name, datasets, seed)
    if "scores" in only or not only:
        score = partial(valid_ndcg, case, k=k)
        for said, ranker in scores(case, score):
            click.echo(f"{name}  scores    {said:<58} ndcg@{k} {score(ranker):.4f}")
    for kind in (each for each in KINDS if each in only or not only):
        tried, what = KINDS[kind]
        for said, value in tried(case, YARDSTICKS[name].CONFIG):
            click.echo(f"{name}  {kind:<9} {said:<58} {what} {value:.4f}")


if __name__ == "__main__":
    main()
