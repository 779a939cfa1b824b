"""Print what single scores, decoders and networks find on valid of a data set."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

import click

from bench.levers.decoders import decoders
from bench.levers.networks import networks
from bench.levers.scores import scores
from bench.yardsticks.archive import DATASETS_OPTION, unpacked
from bench.yardsticks.named import YARDSTICKS
from gnn.case import Case, make_case, valid_ndcg
from gnn.config import TrainConfig
from graph.errors import ResonanceError

Found = Iterator[tuple[str, float]]


def _scores(case: Case, _: TrainConfig) -> Found:
    score = partial(valid_ndcg, case, k=10)
    return ((said, score(ranker)) for said, ranker in scores(case, score))


KINDS: Mapping[str, Callable[[Case, TrainConfig], Found]] = {
    "scores": _scores,
    "decoders": decoders,
    "networks": networks,
}


@click.command()
@click.argument("name", type=click.Choice(sorted(YARDSTICKS)))
@DATASETS_OPTION
@click.option("--seed", default=0, show_default=True, help="Of the split.")
@click.option(
    "--only", type=click.Choice(list(KINDS)), multiple=True, help="These kinds; all by default."
)
def main(name: str, datasets: Path, seed: int, only: tuple[str, ...]) -> None:
    """Print NDCG@10 on valid of each thing by itself."""
    yardstick = YARDSTICKS[name]
    try:
        with unpacked(datasets, yardstick.ARCHIVE) as folder:
            case = make_case(yardstick.source(folder, seed), seed)
    except ResonanceError as error:
        raise click.ClickException(str(error)) from error
    for kind in only or KINDS:
        for said, value in KINDS[kind](case, yardstick.CONFIG):
            click.echo(f"{name}  {kind:<8}  {said:<58} ndcg@10 {value:.4f}")


if __name__ == "__main__":
    main()
