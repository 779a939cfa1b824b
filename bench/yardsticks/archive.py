"""Where a data set lies, and its tables as they were published."""

import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import pandas as pd

from graph.errors import ConfigError, MalformedSource

DATASETS = Path(__file__).parents[3] / "shared" / "datasets"
"""Beside the checkout."""
DATASETS_OPTION = click.option(
    "--datasets",
    type=click.Path(path_type=Path),
    envvar="RESONANCE_YARDSTICKS",
    default=DATASETS,
    show_default=True,
    show_envvar=True,
    help="The folder of the archives.",
)
NEXT = "Give --data the archive or the folder of this data set."


def extracted(data: Path, into: Path) -> Path:
    """The folder of the data: `data` itself, or what the archive `data` holds, unpacked `into`.

    Raises:
        ConfigError: there is no such folder or archive.
    """
    if data.is_dir():
        return data
    try:
        with tarfile.open(data) as archive:
            archive.extractall(into, filter="data")
    except (OSError, tarfile.TarError) as error:
        raise ConfigError(
            f"There is no data set at {data} ({error}): give --data its archive or its folder, "
            "or RESONANCE_YARDSTICKS the folder of the archives."
        ) from error
    inside = sorted(into.iterdir())
    return inside[0] if len(inside) == 1 and inside[0].is_dir() else into


@contextmanager
def unpacked(datasets: Path, name: str) -> Iterator[Path]:
    """The folder of the data set of that name, while it is read.

    Raises:
        ConfigError: there is no such archive.
    """
    with tempfile.TemporaryDirectory() as scratch:
        yield extracted(datasets / f"{name}.tar.xz", Path(scratch))


def table(path: Path, encoding: str = "utf-8", separator: str = "\t") -> pd.DataFrame:
    """A file of a header and rows, with `separator` between the columns; all of them as text.

    Raises:
        MalformedSource: the file is not there, or is not a table.
    """
    try:
        return pd.read_csv(
            path, sep=separator, dtype=str, encoding=encoding, quoting=3, keep_default_na=False
        )
    except (OSError, ValueError) as error:
        raise MalformedSource(f"{path} cannot be read as a table: {error}. {NEXT}") from error


def lists(path: Path) -> pd.DataFrame:
    """A file whose lines are a user and then that user's items, all numbers, with spaces between.

    Returns:
        Columns user and item, as text; a row for each item, in the file's order.

    Raises:
        MalformedSource: the file is not there, or a line holds something else.
    """
    split = [line.split() for line in lines(path)]
    for number, line in enumerate(split, 1):
        if not line or not all(each.isdecimal() for each in line):
            raise MalformedSource(
                f"{path}, line {number}: expected a user and items, as numbers. {NEXT}"
            )
    users = [line[0] for line in split for _ in line[1:]]
    items = [item for line in split for item in line[1:]]
    return pd.DataFrame({"user": users, "item": items}, dtype=str)


def lines(path: Path) -> list[str]:
    """The lines of a text file.

    Raises:
        MalformedSource: the file is not there, or is no text.
    """
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError) as error:
        raise MalformedSource(f"{path} cannot be read as text: {error}. {NEXT}") from error
