"""Everything that a graph, or a folder of files, holds, to look for somebody who left it."""

from collections.abc import Iterator
from pathlib import Path

from graph.ladybug_store import LadybugStore
from graph.neo4j_store import Neo4jStore
from graph.store import GraphStore


def traces_in(store: GraphStore, *words: str) -> list[str]:
    """Every node and edge that holds one of the words in a property, its ends' too."""
    return [each for each in _told(store) if any(word in each for word in words)]


def traces_under(folder: Path, *words: str, but: str) -> list[str]:
    """Every file below the folder whose bytes or name hold one of the words, as any text is kept.

    Args:
        folder: where.
        words: what is looked for.
        but: a longer word that holds one of them, and says nothing.
    """
    found = []
    for path in (path for path in sorted(folder.rglob("*")) if path.is_file()):
        for coding in ("utf-8", "utf-16-le", "utf-32-le"):
            data = (path.name.encode(coding) + path.read_bytes()).replace(but.encode(coding), b"")
            if any(word.encode(coding) in data for word in words):
                found.append(str(path.relative_to(folder)))
    return found


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
