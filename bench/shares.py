"""Whether a data set's parts are drawn alike: which posts', and whose, links valid and test hold.

Where a split is at random each part holds the same share of every post's links. Where it does not,
what valid prefers need not be what test rewards.
"""

from pathlib import Path

import click
import numpy as np
import pandas as pd

from bench.yardsticks.archive import DATASETS_OPTION
from bench.yardsticks.named import YARDSTICKS, case_of
from gnn.case import Case

BOUNDS = (0, 10, 20, 50, 100, 200, 500)
"""Links of a post, or of a user, above which the next row begins."""


@click.command()
@click.argument("name", type=click.Choice(sorted(YARDSTICKS)))
@DATASETS_OPTION
@click.option("--seed", default=0, show_default=True, help="Of the split.")
def main(name: str, datasets: Path, seed: int) -> None:
    """Print what share of their links valid and test hold, of posts and users with so many."""
    case = case_of(name, datasets, seed)
    for side, axis in (("posts", 0), ("users", 1)):
        click.echo(f"\n{name}: {side} by how many links they have in all")
        click.echo(shares(case, axis).to_string(float_format="{:.3f}".format))


def shares(case: Case, axis: int) -> pd.DataFrame:
    """By how many links there are in all: how many have so many, and what share each part holds.

    Args:
        case: the split.
        axis: 0 for posts, 1 for users.

    Returns:
        Index the rows' lower bounds, exclusive; columns count, links, valid and test. Rows that
        nobody is in are left out.
    """
    train, valid, test = (
        np.asarray(part.sum(axis=axis)).ravel() for part in (case.train, case.valid, case.test)
    )
    links = train + valid + test
    told = pd.DataFrame({"links": links, "valid": valid, "test": test})
    there = told[links > 0]
    rows = np.array(BOUNDS)[np.searchsorted(BOUNDS, there["links"], side="left") - 1]
    sums = there.groupby(rows).sum()
    sums.insert(0, "count", there.groupby(rows).size())
    sums[["valid", "test"]] = sums[["valid", "test"]].div(sums["links"], axis=0)
    found: pd.DataFrame = sums.rename_axis("more than").astype({"links": int})
    return found


if __name__ == "__main__":
    main()
