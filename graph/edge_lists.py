"""Edges in the form in which Neo4j takes and gives them fastest: a list for each source node.

Two writers at once need edges that have no node in common: whoever makes an edge locks both its
ends, and two that wait for one another cost a second each time.
"""

from collections.abc import Iterator
from itertools import chain, pairwise

import numpy as np
import pandas as pd

from graph.frames import numbered
from graph.model import Row

EDGES_A_TRANSACTION = 10_000
"""How many edges one transaction writes: a few MB of the server's heap."""


def grouped(frame: pd.DataFrame) -> Iterator[Row]:
    """A row for each source, with lists of the other columns in the frame's order."""
    if frame.empty:
        return
    frame = frame.sort_values("source", kind="stable")
    values = {
        str(name): series.astype(object).where(series.notna(), None).tolist()
        for name, series in frame.items()
    }
    sources = values.pop("source")
    starts = [0, *(i for i in range(1, len(sources)) if sources[i] != sources[i - 1])]
    for start, end in zip(starts, [*starts[1:], len(sources)], strict=True):
        yield {"source": sources[start]} | {
            name: column[start:end] for name, column in values.items()
        }


def ungrouped(rows: list[Row], names: list[str]) -> pd.DataFrame:
    """The edges of rows with a ``source`` and its ``edges``, by source and target.

    Args:
        rows: an edge is a list of values.
        names: what they are; the first is ``target``.
    """
    sizes = [len(row["edges"]) for row in rows]
    sources = pd.Series([row["source"] for row in rows], dtype="str").repeat(sizes)
    edges = pd.DataFrame(
        chain.from_iterable(row["edges"] for row in rows), columns=names, dtype=object
    )
    edges.insert(0, "source", sources.to_numpy())
    return edges.sort_values(["source", "target"], ignore_index=True)


def chunks(rows: list[Row]) -> Iterator[list[Row]]:
    """Whole lists, some thousand edges together."""
    chunk: list[Row] = []
    edges = 0
    for row in rows:
        chunk.append(row)
        edges += 1 + len(row["target"])
        if edges >= EDGES_A_TRANSACTION:
            yield chunk
            chunk, edges = [], 0
    if chunk:
        yield chunk


def slices(frame: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """The edges by source, some thousand together; those of one source are never parted.

    Each is made when it is asked for: a first load has millions.
    """
    frame = frame.sort_values("source", kind="stable")
    numbers, _ = numbered(frame["source"])
    starts = np.flatnonzero(np.diff(numbers, prepend=-1))
    wished = np.arange(EDGES_A_TRANSACTION, len(frame), EDGES_A_TRANSACTION)
    cuts = np.append(starts, len(frame))[np.searchsorted(starts, wished)]
    for start, end in pairwise(np.unique([0, *cuts, len(frame)]).tolist()):
        yield frame.iloc[start:end]


def apart(frame: pd.DataFrame, alike: bool) -> Iterator[list[pd.DataFrame]]:
    """All edges, in rounds of one or two frames that have no node in common.

    Args:
        frame: edges.
        alike: both ends have the same label, so that a source may be a target too.
    """
    if len(frame) <= EDGES_A_TRANSACTION:
        yield [frame]
        return
    source, target = _half(frame["source"]), _half(frame["target"])
    yield [frame[~source & ~target], frame[source & target]]
    crossing = source != target
    yield [frame[crossing]] if alike else [frame[source & ~target], frame[~source & target]]


def _half(ids: pd.Series) -> pd.Series:
    """Which of the ids are in the second of two halves; an id is always in the same."""
    numbers, distinct = numbered(ids)
    hashes = pd.util.hash_array(distinct.to_numpy(zero_copy_only=False), categorize=False)
    return pd.Series((hashes % 2 == 1)[numbers], ids.index)
