"""Edge tables as sparse matrices, over given vocabularies."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from gnn.vocabulary import Positions, Vocabulary
from graph.model import KINDS, EdgeKind, Tables

Floats = npt.NDArray[np.float32]
EdgeType = tuple[str, str, str]
"""The sources' label, the edge file, the targets' label."""
NO_EDGES = pd.DataFrame({"source": pd.Series(dtype=str), "target": pd.Series(dtype=str)})


def edges(tables: Tables, file: str) -> pd.DataFrame:
    """The edge table of that name; one without rows where the graph has none."""
    return tables.get(file, NO_EDGES)


def ids_of(tables: Tables, label: str) -> Vocabulary:
    """Every id of `label`: from its own table, and from any edge that names one."""
    found: list[pd.Series] = []
    for file, frame in tables.items():
        kind = KINDS.get(file)
        if isinstance(kind, EdgeKind):
            ends = {"source": kind.source, "target": kind.target}
            found += [frame[column] for column, end in ends.items() if end == label]
        elif kind is not None and kind.label == label:
            found.append(frame["id"])
    return Vocabulary(each for ids in found for each in ids.unique())


def matrix(
    frame: pd.DataFrame,
    rows: Vocabulary,
    columns: Vocabulary,
    weight: str | None = None,
    row: str = "source",
    column: str = "target",
) -> sparse.csr_array:
    """An edge frame as a matrix; shape ``(len(rows), len(columns))`` float32.

    An edge with an unknown end is left out, a repeated one counts once (the last), and a missing
    `weight` is 1; without `weight` every edge is 1.
    """
    row_pos = rows.positions(frame[row], unknown="minus_one")
    column_pos = columns.positions(frame[column], unknown="minus_one")
    values = np.ones(len(frame), dtype=np.float32)
    if weight is not None and weight in frame:
        values = frame[weight].astype("float64").fillna(1.0).to_numpy(dtype=np.float32)
    known = (row_pos >= 0) & (column_pos >= 0)
    keys = row_pos[known] * len(columns) + column_pos[known]
    _, last = np.unique(keys[::-1], return_index=True)
    kept = np.flatnonzero(known)[::-1][last]
    return sparse.csr_array(
        (values[kept], (row_pos[kept], column_pos[kept])), shape=(len(rows), len(columns))
    )


def blocks(positions: Positions, size: int) -> Iterator[Positions]:
    """Cut positions into runs of at most `size`, so that a dense block of scores fits memory."""
    for start in range(0, len(positions), size):
        yield positions[start : start + size]
