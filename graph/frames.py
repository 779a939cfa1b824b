"""Frames of the graph's kinds: typed columns in, plain rows out."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from graph.model import KINDS, Batch, Kind, Row, Tables, key_columns
from graph.progress import progress

BATCH = 5_000
"""Rows a query: where both engines' bulk MERGE has levelled off."""

TEXT = pd.StringDtype(na_value=np.nan)
DTYPES: Mapping[str, Any] = {
    "string": TEXT,
    "int": pd.Int64Dtype(),
    "float": pd.Float64Dtype(),
    "bool": pd.BooleanDtype(),
    "strings": np.dtype(object),
}


def gather(batches: Iterable[Batch]) -> dict[str, pd.DataFrame]:
    """All batches as one frame a kind, in the order they came; every column typed."""
    parts: dict[str, list[pd.DataFrame]] = {}
    for batch in batches:
        parts.setdefault(batch.kind.file, []).append(typed(batch.kind, batch.frame))
    return {
        file: pd.concat(frames, ignore_index=True) if len(frames) > 1 else _renumbered(frames[0])
        for file, frames in parts.items()
    }


def _renumbered(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.reset_index(drop=True)


def as_batches(tables: Tables) -> Iterable[Batch]:
    """A whole graph as one batch a kind: nodes first, as `graph.model.KINDS` orders them."""
    return (Batch(kind, tables[file]) for file, kind in KINDS.items() if file in tables)


def typed(kind: Kind, frame: pd.DataFrame) -> pd.DataFrame:
    """The kind's columns of `frame`, each of its own type, null where `frame` has none."""
    keys = key_columns(kind)
    if not len(frame) and all(key in frame for key in keys):
        return empty(kind).copy()
    columns = {
        name: _column(frame[name], dtype)
        if name in keys or name in frame
        else _nulls(dtype, len(frame))
        for name, dtype in _dtypes(kind).items()
    }
    return pd.DataFrame(columns, frame.index)


@lru_cache
def empty(kind: Kind) -> pd.DataFrame:
    """What `typed` makes of no rows: the same frame every time, which nobody writes to."""
    return pd.DataFrame({name: _nulls(dtype, 0) for name, dtype in _dtypes(kind).items()})


@lru_cache
def _dtypes(kind: Kind) -> Mapping[str, Any]:
    keys = dict.fromkeys(key_columns(kind), TEXT)
    return keys | {column.name: DTYPES[column.type] for column in kind.columns}


def _column(values: pd.Series, dtype: Any) -> Any:
    """The values as an array of that type; to ask for the type they have costs pandas a copy."""
    return (values if values.dtype == dtype else values.astype(dtype)).array


def _nulls(dtype: Any, rows: int) -> Any:
    return pd.array([None] * rows, dtype)


def completed(frame: pd.DataFrame, columns: Iterable[str]) -> pd.DataFrame:
    """Those columns of `frame`, in that order; one that it lacks is null."""
    names = list(columns)
    return frame.assign(**{name: None for name in names if name not in frame})[names]


def among(values: pd.Series, ids: pd.Series) -> pd.Series:
    """Which of `values` are among `ids`, both text without null; pandas takes ten times as long."""
    numbers, distinct = numbered(values)
    found = pc.is_in(distinct, value_set=_text(ids)).to_numpy(zero_copy_only=False)
    return pd.Series(found[numbers] if len(found) else False, values.index, dtype=bool)


def repeated(frame: pd.DataFrame, keys: Sequence[str]) -> pd.Series:
    """Which rows have the keys (text without null) of a later row."""
    if len(frame) < 2:
        return pd.Series(False, frame.index)
    numbers = np.zeros(len(frame), np.int64)
    for key in keys:
        codes, distinct = numbered(frame[key])
        numbers = numbers * len(distinct) + codes
    return pd.Series(pd.Series(numbers).duplicated(keep="last").to_numpy(), frame.index)


def positions(frame: pd.DataFrame, among: pd.DataFrame, keys: Sequence[str]) -> np.ndarray:
    """Where in `among` each row of `frame` has its keys (text without null), -1 for nowhere.

    Shapes:
        (len(frame),) int64
    """
    wanted, held = _joint(frame, among, keys)
    places = pd.Series(np.arange(len(held)), held)[held >= 0]
    places = places[~places.index.duplicated(keep="last")]
    return places.reindex(wanted, fill_value=-1).to_numpy()


def _joint(
    frame: pd.DataFrame, other: pd.DataFrame, keys: Sequence[str]
) -> tuple[np.ndarray, np.ndarray]:
    """A number for each row's keys, in both frames alike; -1 for keys that `frame` never has."""
    ours = np.zeros(len(frame), np.int64)
    theirs = np.zeros(len(other), np.int64)
    for key in keys:
        numbers, distinct = numbered(frame[key])
        ours = ours * len(distinct) + numbers
        met = pc.index_in(_text(other[key]), value_set=distinct).fill_null(-1).to_numpy()
        theirs = np.where((theirs < 0) | (met < 0), -1, theirs * len(distinct) + met)
    return ours, theirs


def numbered(values: pd.Series) -> tuple[np.ndarray, pa.Array]:
    """The position of each value (text without null) among the distinct ones, and these."""
    encoded = _text(values).dictionary_encode()
    return encoded.indices.to_numpy(), encoded.dictionary


def _text(values: pd.Series) -> pa.Array:
    text = pa.array(_column(values, TEXT), pa.large_string())
    return text.combine_chunks() if isinstance(text, pa.ChunkedArray) else text


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
