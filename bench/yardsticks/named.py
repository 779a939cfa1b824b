"""The data sets by name."""

from pathlib import Path
from typing import Protocol

from bench.yardsticks import ciao, delicious, gowalla, lastfm
from gnn.config import TrainConfig
from gnn.source import Source
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
