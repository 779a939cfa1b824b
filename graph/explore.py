"""The annotated queries under ``cypher/explore/``: what there are, and one's answer as a table.

Those in ``drawings.cypher`` answer with nodes and edges, to be drawn (`graph.drawing`).
"""

import json
import re
from collections.abc import Mapping, Sequence

import pandas as pd

from graph.cypher_files import CYPHER, Parameter, Query, read_queries
from graph.errors import ParameterError, UnknownQuery
from graph.store import GraphStore

DEFAULTS: Mapping[str, str] = {"limit": "20"}
DRAWN = "drawings.cypher"


def explorations() -> dict[str, Query]:
    """Every query that answers people with a table, by name."""
    files = sorted((CYPHER / "explore").glob("*.cypher"))
    return {
        query.name: query for file in files if file.name != DRAWN for query in read_queries(file)
    }


def drawings() -> dict[str, Query]:
    """Every query that answers people with nodes and edges, by name."""
    return {query.name: query for query in read_queries(CYPHER / "explore" / DRAWN)}


def parameters(
    known: Mapping[str, Query], name: str, texts: Mapping[str, str | Sequence[str]]
) -> dict[str, object]:
    """What a person typed, as the types that the query declares; ``limit`` has a default.

    Args:
        known: the queries that there are.
        name: one of them.
        texts: what was typed, by parameter; a list is typed with commas between, or given as one.

    Raises:
        UnknownQuery: nothing to explore has that name.
        ParameterError: a parameter is missing, unknown or no number where one is needed.
    """
    if name not in known:
        raise UnknownQuery(f"there is nothing to explore called {name!r}; there are {list(known)}")
    wanted = {parameter.name: parameter for parameter in known[name].parameters}
    given = {**{key: DEFAULTS[key] for key in DEFAULTS if key in wanted}, **texts}
    if given.keys() != wanted.keys():
        missing, unknown = sorted(wanted.keys() - given), sorted(given.keys() - wanted)
        raise ParameterError(
            f"{name}: missing {missing}, unknown {unknown}; give each as --set NAME=VALUE"
        )
    return {key: _value(name, wanted[key], text) for key, text in given.items()}


def explore(store: GraphStore, name: str, texts: Mapping[str, str | Sequence[str]]) -> pd.DataFrame:
    """The answer as a table, on whichever engine."""
    return pd.DataFrame(store.run(name, **parameters(explorations(), name, texts)))


def pasted(text: str, values: Mapping[str, object]) -> str:
    """A query as one statement that Neo4j Browser takes: with its parameters put in."""
    return re.sub(r"\$(\w+)", lambda found: json.dumps(values[found[1]], ensure_ascii=False), text)


def _value(name: str, parameter: Parameter, text: str | Sequence[str]) -> object:
    if parameter.type == "strings":
        return text.split(",") if isinstance(text, str) else list(text)
    if parameter.type != "int" or not isinstance(text, str):
        return text
    if not text.isdecimal():
        raise ParameterError(f"{name}: {parameter.name} is {text!r}, not a whole number")
    return int(text)
