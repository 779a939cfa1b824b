"""Everything that a graph, or a folder of files, holds, to look for somebody who left it."""

from collections.abc import Iterator
from pathlib import Path

from graph.ladybug_store import LadybugStore
from graph.neo4j_store import Neo4jStore
from graph.store import GraphStore


def traces_in(store: GraphStore, *words: str) -> list[str]:
    """Every node and edge that holds one of the words in a property, its ends' too."""
    return [each for each in _told(store) if any(word in each for word in words)]


def traces_under(folder: Path, *words: str) -> list[str]:
    """Every file below the folder whose bytes or name hold one of the words."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return [
        str(path.relative_to(folder))
        for path in files
        for data in [str(path).encode() + path.read_bytes()]
        if any(word.encode() in data for word in words)
    ]


def _told(store: GraphStore) -> Iterator[str]:
    if isinstance(store, Neo4jStore):
        with store._session() as session:
            for query in (
                "MATCH (n) RETURN labels(n) AS l, properties(n) AS p",
                "MATCH (a)-[e]->(b) RETURN type(e) AS l, properties(e) AS p, a.id AS a, b.id AS b",
            ):
                yield from map(str, session.run(query).data())
        return
    assert isinstance(store, LadybugStore)
    for table in store._execute("CALL show_tables() RETURN *", {}, "tables"):
        name, kind = table["name"], table["type"]
        query = f"MATCH (n:`{name}`) RETURN n"
        if kind == "REL":
            query = f"MATCH (a)-[e:`{name}`]->(b) RETURN a.id, e, b.id"
        yield from (f"{name} {row}" for row in store._execute(query, {}, name))
