"""Frames of the graph's kinds: typed columns in, plain rows out."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from graph.model import KINDS, Batch, Kind, Row, Tables, key_columns
from graph.progress import progress

BATCH = 5_000
"""Rows a query: where both engines' bulk MERGE has levelled off."""

DTYPES: Mapping[str, Any] = {
    "string": "str",
    "int": "Int64",
    "float": "Float64",
    "bool": "boolean",
    "strings": "object",
}


def gather(batches: Iterable[Batch]) -> dict[str, pd.DataFrame]:
    """All batches as one frame a kind, in the order they came; every column typed."""
    parts: dict[str, list[pd.DataFrame]] = {}
    for batch in batches:
        parts.setdefault(batch.kind.file, []).append(typed(batch.kind, batch.frame))
    return {file: pd.concat(frames, ignore_index=True) for file, frames in parts.items()}


def as_batches(tables: Tables) -> Iterable[Batch]:
    """A whole graph as one batch a kind: nodes first, as `graph.model.KINDS` orders them."""
    return (Batch(kind, tables[file]) for file, kind in KINDS.items() if file in tables)


def typed(kind: Kind, frame: pd.DataFrame) -> pd.DataFrame:
    """The kind's columns of `frame`, each of its own type, null where `frame` has none."""
    columns = {name: frame[name].astype("str") for name in key_columns(kind)}
    for column in kind.columns:
        if column.name in frame:
            columns[column.name] = frame[column.name].astype(DTYPES[column.type])
        else:
            columns[column.name] = pd.Series(None, frame.index, DTYPES[column.type])
    return pd.DataFrame(columns)


def completed(frame: pd.DataFrame, columns: Iterable[str]) -> pd.DataFrame:
    """Those columns of `frame`, in that order; one that it lacks is null."""
    names = list(columns)
    return frame.assign(**{name: None for name in names if name not in frame})[names]


def among(values: pd.Series, ids: pd.Series) -> pd.Series:
    """Which of `values` are among `ids`, both text without null; pandas takes ten times as long."""
    held = pa.array(ids.astype("str"), pa.large_string())
    found = pc.is_in(pa.array(values.astype("str"), pa.large_string()), value_set=held)
    return pd.Series(found.to_numpy(zero_copy_only=False), values.index, dtype=bool)


def row_batches(frame: pd.DataFrame, what: str, size: int = BATCH) -> Iterator[list[Row]]:
    """`rows_of`, some thousand at a time, with a progress bar called `what`."""
    for start in progress(range(0, len(frame), size), what):
        yield rows_of(frame.iloc[start : start + size])


def rows_of(frame: pd.DataFrame) -> list[Row]:
    """Rows for the store: plain Python values, None where there is none."""
    columns = [
        series.astype(object).where(series.notna(), None).tolist() for _, series in frame.items()
    ]
    names = [str(name) for name in frame.columns]
    return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]
