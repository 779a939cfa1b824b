"""Where a data set lies, and its tables as they were published."""

import tarfile
from pathlib import Path

import pandas as pd

from graph.errors import ConfigError, MalformedSource

DATASETS = Path(__file__).parents[3] / "shared" / "datasets"
"""Beside the checkout."""


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


def table(path: Path, encoding: str = "utf-8") -> pd.DataFrame:
    """A tab-separated file with a header, all columns as text.

    Raises:
        MalformedSource: the file is not there, or is not a table.
    """
    try:
        return pd.read_csv(
            path, sep="\t", dtype=str, encoding=encoding, quoting=3, keep_default_na=False
        )
    except (OSError, ValueError) as error:
        raise MalformedSource(
            f"{path} cannot be read as a table: {error}. Give --data the archive or the folder of "
            "this data set."
        ) from error
