"""The data sets by name."""

from pathlib import Path
from typing import Protocol

import click

from bench.yardsticks import ciao, delicious, gowalla, lastfm
from bench.yardsticks.archive import unpacked
from gnn.case import Case, make_case
from gnn.config import TrainConfig
from gnn.source import Source
from graph.errors import ResonanceError
from graph.model import Tables


class Yardstick(Protocol):
    """What each data set's module has."""

    ARCHIVE: str
    """The name of its archive, without ``.tar.xz``."""
    CONFIG: TrainConfig

    def convert(self, folder: Path, seed: int | None = None) -> Tables:
        """The data set as one graph; with `seed`, its likes carry a ``split``."""

    def source(self, folder: Path, seed: int | None = None) -> Source:
        """The same, and how its content looks when further links are held out."""


YARDSTICKS: dict[str, Yardstick] = {
    "ciao": ciao,
    "delicious": delicious,
    "gowalla": gowalla,
    "lastfm": lastfm,
}


def case_of(name: str, datasets: Path, seed: int) -> Case:
    """A data set, split.

    Args:
        name: one of `YARDSTICKS`.
        datasets: the folder of the archives.
        seed: of the split.

    Raises:
        click.ClickException: it is not there, or not in its form.
    """
    yardstick = YARDSTICKS[name]
    try:
        with unpacked(datasets, yardstick.ARCHIVE) as folder:
            return make_case(yardstick.source(folder, seed), seed)
    except ResonanceError as error:
        raise click.ClickException(str(error)) from error
