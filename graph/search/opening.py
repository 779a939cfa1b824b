"""Opens the index that stands beside a graph, and makes it anew."""

from pathlib import Path

from graph.search.embedded import EmbeddedIndex
from graph.search.index import SearchIndex
from graph.search.lucene import LuceneIndex
from graph.store import GraphStore, StoreConfig, open_store

_INDEXES = ("people", "handles", "posts", "groups", "tags")


def open_index(store: GraphStore, path: Path | None = None) -> SearchIndex:
    """The index of a graph.

    Args:
        store: the graph.
        path: the embedded engine's file; None: in memory, made when it is first needed.
    """
    return LuceneIndex(store) if store.engine == "neo4j" else EmbeddedIndex(store, path)


def reindex(config: StoreConfig) -> str:
    """Make the index of a graph anew; what was done, in words.

    Raises:
        StoreError: the graph cannot be opened or read.
        MemoryUnavailable: the index's file cannot be written.
    """
    with open_store(config) as store:
        if store.engine != "neo4j":
            index = EmbeddedIndex(store, config.search_path)
            nodes = index.rebuild()
            index.close()
            return f"{config.search_path}: {nodes:,} nodes"
        for name in _INDEXES:
            store.run(f"drop_search_{name}")
        store.migrate()
        LuceneIndex(store).wait()
    return f"{config.url}: {len(_INDEXES)} full-text indexes"
