"""Queries asked of Neo4j together: one statement, whose answer is one record.

A statement costs its way to the server and back, and a record two system calls and an object of
the driver's; beside other threads each of those calls also costs the wait for Python's lock, so
that a request of thirty statements spent most of its time there. So however many queries are asked
at once, each with any number of parameters, the server gets one text, of the templates in
``cypher/``: a subquery for each that follows on another, which collects the rows of each call in
their order. They run in the order in which they are asked, each sees what those before it wrote.

There are as many texts as ways to ask, and the server keeps their plans. It would make them anew
whenever its counts have changed much, which on a young graph is often, and takes a hundred times as
long as to run one; but each query starts at keys (`Query.columns`), and its part says so (``USING
INDEX SEEK``): what the server knows of its indexes lags by seconds, and one that it takes for empty
it would rather scan, and keep doing so. It also would plan anew for each order of magnitude of a
list that is a parameter (``SizeHint`` in its planner), and a round has several; so all of them lie
in one map, which has no size.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import groupby
from typing import Any

from graph.cypher_files import CYPHER, queries_of
from graph.model import Row
from graph.store import Call

_PARAMETER = re.compile(r"\$(\w+)")
_BLANK = re.compile(r"<(\w+)>")
_PATTERN = re.compile(
    r"\bMATCH\b.*?(?=\s*(?:\b(?:CALL|CREATE|DELETE|DETACH|MATCH|MERGE|OPTIONAL|RETURN|SET|UNION"
    r"|UNWIND|WHERE|WITH)\b|(?<=\))\s*\}|\Z))",
    re.DOTALL,
)
"""What a text wants found, up to the next clause or the end of a subquery."""
_KEYED = re.compile(r"\((\w+):(`?\w+`?) \{id: [^}]*\}\)")
"""A node of it that is known by its key."""
_WHOLE, _KEY = "neo4j_round_whole.template", "neo4j_round_key.template"
_RETURNING, _UNIT = "neo4j_round.template", "neo4j_round_unit.template"


class Round:
    """Calls of queries that can be parts of one text (`graph.cypher_files.Query.columns`)."""

    def __init__(self, calls: Sequence[Call]):
        """These calls, one at least, with the parameters that their queries declare."""
        self._parts = [
            (name, [params for _, params in some])
            for name, some in groupby(calls, key=lambda call: call[0])
        ]
        self.text = _text_of(tuple(name for name, _ in self._parts))

    @property
    def parameters(self) -> dict[str, dict[str, list[Mapping[str, object]]]]:
        """What the text is to be run with."""
        return {"calls": {f"part_{n}": calls for n, (_, calls) in enumerate(self._parts)}}

    def rows(self, record: Sequence[Any]) -> list[list[Row]]:
        """Each call's rows, of the one record that answers."""
        left, found = iter(record), list[list[Row]]()
        for name, calls in self._parts:
            if columns := _columns(name):
                lists = next(left)
                found += ([dict(zip(columns, row, strict=True)) for row in rows] for rows in lists)
            else:
                found += ([] for _ in calls)
        return found


def _columns(name: str) -> tuple[str, ...]:
    return queries_of("neo4j")[name].columns or ()


@cache
def _text_of(names: tuple[str, ...]) -> str:
    parts = [_part(n, name) for n, name in enumerate(names)]
    found = [f"found_{n}" for n, name in enumerate(names) if _columns(name)]
    return _filled(_WHOLE, parts="".join(parts), found=", ".join(found) or "0 AS nothing")


def _part(n: int, name: str) -> str:
    columns = _columns(name)
    text = _PATTERN.sub(_from_its_keys, queries_of("neo4j")[name].text)
    text = _PARAMETER.sub(r"this_call.\1", text)
    return _filled(
        _RETURNING if columns else _UNIT, n=str(n), text=text, columns=", ".join(columns)
    )


def _from_its_keys(pattern: re.Match[str]) -> str:
    keyed = _KEYED.findall(pattern[0])
    seeks = (_filled(_KEY, node=node, label=label).rstrip() for node, label in keyed)
    return pattern[0] + "".join(seeks)


def _filled(template: str, **told: str) -> str:
    return _BLANK.sub(lambda blank: told[blank[1]], _read(template))


@cache
def _read(template: str) -> str:
    return (CYPHER / template).read_text(encoding="utf-8")
