"""The queries that draw a reason's path, as texts to be run elsewhere (Neo4j Browser)."""

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from graph.cypher_files import queries_of

PREFIX = "path_"


class PathQuery(NamedTuple):
    """A query's name, its text, and what to run it with."""

    name: str
    text: str
    parameters: dict[str, str]


def path_query(name: str, ids: Sequence[str]) -> PathQuery | None:
    """The query ``path_NAME`` for the nodes with these ids, from the first to the last.

    None where there is no such query, or it is about another number of nodes.
    """
    query = _queries().get(name)
    if query is None or len(query[1]) != len(ids):
        return None
    return PathQuery(query[2], query[0], dict(zip(query[1], ids, strict=True)))


@cache
def _queries() -> dict[str, tuple[str, tuple[str, ...], str]]:
    """Text, parameters and name, by NAME; the texts are the same on both engines."""
    return {
        query.name.removeprefix(PREFIX): (
            query.text,
            tuple(parameter.name for parameter in query.parameters),
            query.name,
        )
        for query in queries_of("neo4j")
        if query.name.startswith(PREFIX)
    }
