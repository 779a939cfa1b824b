"""Frames of the graph's kinds: typed columns in, plain rows out."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
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
    numbers, distinct = numbered(values)
    found = pc.is_in(distinct, value_set=_text(ids)).to_numpy(zero_copy_only=False)
    return pd.Series(found[numbers] if len(found) else False, values.index, dtype=bool)


def repeated(frame: pd.DataFrame, keys: Sequence[str]) -> pd.Series:
    """Which rows have the keys (text without null) of a later row."""
    numbers, _ = _joint(frame, frame.head(0), keys)
    return pd.Series(pd.Series(numbers).duplicated(keep="last").to_numpy(), frame.index, dtype=bool)


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
    text = pa.array(values.astype("str"), pa.large_string())
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
