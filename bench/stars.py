"""How well Ciao's ratings are predicted (`bench.yardsticks.ciao.ratings`): MAE and RMSE on test."""

from pathlib import Path

import click
import pandas as pd

from bench.yardsticks import ciao
from bench.yardsticks.archive import DATASETS_OPTION, unpacked
from gnn.ratings import Rated, errors, fitted
from gnn.split import PARTS
from gnn.vocabulary import Vocabulary
from graph.errors import ResonanceError


@click.command()
@DATASETS_OPTION
def main(datasets: Path) -> None:
    """Print each predictor's errors, in percent of five stars."""
    try:
        with unpacked(datasets, ciao.ARCHIVE) as folder:
            given = ciao.ratings(folder, seed=0)
    except ResonanceError as error:
        raise click.ClickException(str(error)) from error
    click.echo(given["split"].value_counts().to_dict())
    for name, found in rating_errors_of(given).items():
        click.echo(f"{name:<16} mae {found['mae']:7.3f}   rmse {found['rmse']:7.3f}")


def rating_errors_of(given: pd.DataFrame) -> dict[str, dict[str, float]]:
    """The errors on test of what is fitted on train and chosen on valid; no vectors are known."""
    users, posts = (Vocabulary(given[each].unique()) for each in ciao.PAIR)
    parts = []
    for part in PARTS:
        rows = given[given["split"] == part]
        ends = users.positions(rows["user_id"]), posts.positions(rows["post_id"])
        parts.append(Rated(*ends, rows["percent"].to_numpy(dtype=float)))
    train, valid, test = parts
    predictors = fitted(train, valid, None, (len(users), len(posts)), seed=0)
    return {name: errors(predict, test) for name, predict in predictors.items()}


if __name__ == "__main__":
    main()
