"""The whole graph as tables: for training, for deriving, and for the exchange folder."""

import pandas as pd

from graph.frames import typed
from graph.model import KINDS, key_columns
from graph.progress import progress
from graph.store import GraphStore


def read_tables(store: GraphStore) -> dict[str, pd.DataFrame]:
    """Every kind's rows in the order of their keys, an empty frame where there are none."""
    tables = {}
    for file, kind in progress(KINDS.items(), "reading the graph", total=len(KINDS)):
        rows = store.run(f"export_{file}")
        names = [*key_columns(kind), *(column.name for column in kind.columns)]
        tables[file] = typed(kind, pd.DataFrame(rows, columns=names))
    return tables
