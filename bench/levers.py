"""What single scores find on valid of a data set: which lists are worth keeping, and how long.

Each is a part of the decoder by itself, at what it is and at what it might be: people of a like
taste (counted, or by how near they are; as many as a feed looks at, or all that the graph keeps),
similar posts (as many as the graph keeps, or more), and the spectrum (by its exponent and its
directions, at the ridge that is best). Then what a decoder makes of all of them but the network, by
exponent: what a training's choice goes by. Test is not read.
"""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import click
import numpy as np
from scipy import sparse

from bench.yardsticks.archive import DATASETS_OPTION, unpacked
from bench.yardsticks.named import YARDSTICKS
from gnn.baselines.counted import Neighbours
from gnn.baselines.ranker import Factors, Ranker, Score, chosen
from gnn.case import Case, make_case, valid_ndcg
from gnn.config import TrainConfig
from gnn.directions import COMPARED, together, told_of
from gnn.features import NEAR_KEPT, SIMILAR_KEPT
from gnn.inner import held_inside
from gnn.matrices import edges, matrix
from gnn.spectrum import Spectrum, content_rows, spectrum
from gnn.vocabulary import Vocabulary
from graph.derive.near import KEEP, near_people
from graph.derive.similar import BETA, similar_posts
from graph.errors import ResonanceError


@click.command()
@click.argument("name", type=click.Choice(sorted(YARDSTICKS)))
@DATASETS_OPTION
@click.option("--seed", default=0, show_default=True, help="Of the split.")
@click.option("--k", default=20, show_default=True, help="Cut-off of NDCG.")
def main(name: str, datasets: Path, seed: int, k: int) -> None:
    """Print NDCG on valid of each score by itself, and of all together but the network's."""
    yardstick = YARDSTICKS[name]
    try:
        with unpacked(datasets, yardstick.ARCHIVE) as folder:
            case = make_case(yardstick.source(folder, seed), seed)
    except ResonanceError as error:
        raise click.ClickException(str(error)) from error
    score = partial(valid_ndcg, case, k=k)
    for said, ranker in scores(case, score):
        click.echo(f"{name}  {said:<58} ndcg@{k} {score(ranker):.4f}")
    for exponent, value in decoders(case):
        click.echo(
            f"{name}  {f'all but the network, exponent {exponent:g}':<58} ndcg@10 {value:.4f}"
        )


def scores(case: Case, score: Score) -> Iterator[tuple[str, Ranker]]:
    """Each score and what it is (see the module); `score` chooses the ridge."""
    yield from _near(case)
    for keep in (SIMILAR_KEPT, 2 * SIMILAR_KEPT, 4 * SIMILAR_KEPT):
        for beta in (0.0, BETA):
            similar = similar_posts(case.train, beta=beta, keep=keep)
            yield f"similar: {keep} posts, beta {beta}", Neighbours(case.train, similar)
    yield from _spectrum(case, score)


def decoders(case: Case) -> Iterator[tuple[float, float]]:
    """By exponent, what a decoder over all parts but the network's finds (`gnn.directions`)."""
    config = TrainConfig()
    inner, outer = told_of(held_inside(case)), told_of(case)
    for exponent in config.exponents:
        found = outer.spectrum(min(max(config.spectrum_dims), COMPARED), exponent)
        yield exponent, together(inner, outer, found, config)


def _spectrum(case: Case, score: Score) -> Iterator[tuple[str, Ranker]]:
    config, content = TrainConfig(), content_rows(case.tables, case.posts)
    for exponent in config.exponents:
        found = spectrum(case.train, content, max(config.spectrum_dims), 0, exponent)
        for dim in config.spectrum_dims:
            kept = found.leading(dim)
            makers = {each: partial(_filtered, kept, each) for each in config.lambdas}
            ridge, ranker = chosen(makers, score)
            said = f"spectrum: exponent {exponent:g}, {dim} directions, best ridge {ridge:g}"
            yield said, ranker


def _filtered(kept: Spectrum, ridge: float) -> Ranker:
    return Factors(kept.users, kept.post_table(ridge))


def _near(case: Case) -> Iterator[tuple[str, Ranker]]:
    interested = edges(case.tables, "interested_in")
    tags = Vocabulary(interested["target"].unique())
    interests = matrix(interested, case.users, tags)
    for keep in (NEAR_KEPT, KEEP):
        near = near_people(case.train, interests, keep=keep)
        counted = sparse.csr_array((np.sign(near.data), near.indices, near.indptr), near.shape)
        yield f"near: {keep} people, counted", Neighbours(counted, case.train)
        yield f"near: {keep} people, by how near they are", Neighbours(near, case.train)


if __name__ == "__main__":
    main()
