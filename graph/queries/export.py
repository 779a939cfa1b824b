"""The whole graph as tables: for training, for deriving, and for the exchange folder."""

import pandas as pd

from graph.frames import typed
from graph.model import KINDS
from graph.progress import progress
from graph.store import GraphStore


def read_tables(store: GraphStore) -> dict[str, pd.DataFrame]:
    """Every kind's rows in the order of their keys, an empty frame where there are none."""
    tables = {}
    for file, kind in progress(KINDS.items(), "reading the graph", total=len(KINDS)):
        tables[file] = typed(kind, store.frame(f"export_{file}"))
    return tables
