"""Reading queries asked of Neo4j together: one statement, whose answer is one record.

A statement costs its way to the server and back, and a record two system calls and an object of
the driver's; beside other threads each of those calls also costs the wait for Python's lock, so
that a request of thirty statements spent most of its time there. So however many queries are asked
at once, each with any number of parameters, the server gets one text: a subquery a name, made of
``cypher/read/neo4j/round.template``, which collects the rows of each call in their order.

There are as many texts as places that ask, so the server keeps their plans as any others'.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from graph.cypher_files import CYPHER, queries_of
from graph.model import Row
from graph.store import Call

_PARAMETER = re.compile(r"\$(\w+)")
_BLANK = re.compile(r"<(\w+)>")
_TEMPLATE = CYPHER / "read" / "neo4j" / "round.template"


class Round:
    """Calls of reading queries that can be parts of one text (`graph.cypher_files.Query`)."""

    def __init__(self, calls: Sequence[Call]):
        """These calls, one at least, with the parameters that their queries declare."""
        self._calls = calls
        self._names = sorted({name for name, _ in calls})
        self.text = _text_of(tuple(self._names))

    @property
    def parameters(self) -> dict[str, list[Mapping[str, object]]]:
        """What the text is to be run with."""
        return {
            f"calls_{n}": [params for called, params in self._calls if called == name]
            for n, name in enumerate(self._names)
        }

    def rows(self, record: Sequence[Any]) -> list[list[Row]]:
        """Each call's rows, of the one record that answers."""
        found = {name: iter(lists) for name, lists in zip(self._names, record, strict=True)}
        return [
            [dict(zip(_columns(name), row, strict=True)) for row in next(found[name])]
            for name, _ in self._calls
        ]


@cache
def _columns(name: str) -> tuple[str, ...]:
    return queries_of("neo4j")[name].columns or ()


@cache
def _text_of(names: tuple[str, ...]) -> str:
    template = _TEMPLATE.read_text(encoding="utf-8")
    parts = [_part(template, n, name) for n, name in enumerate(names)]
    return "".join(parts) + "RETURN " + ", ".join(f"found_{n}" for n in range(len(names)))


def _part(template: str, n: int, name: str) -> str:
    text = _PARAMETER.sub(r"this_call.\1", queries_of("neo4j")[name].text)
    told = {"n": str(n), "text": text, "columns": ", ".join(_columns(name))}
    return _BLANK.sub(lambda blank: told[blank[1]], template)
