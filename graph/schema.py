"""Which schema a graph has, and how it comes to have this version's.

A migration is a numbered file under ``cypher/schema/`` (one text for both engines) or under the
engine's folder there: ``003_what_it_is.cypher``. What it says can be said again without harm, and
adds alone, so that a process that died in the middle is followed by one that begins anew, and other
processes of the version before go on meanwhile. A graph bears the number of the last one that
was applied to its end. Graphs from before there were numbers count as version 1.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

from graph.cypher_files import CYPHER, queries_of, statements
from graph.errors import QueryFileError, SchemaNewer
from graph.model import Row

SCHEMA = CYPHER / "schema"
KEPT_FROM = 2
"""The first version that a graph can say it has; before it there is nowhere to keep a number."""

_FILE = re.compile(r"(?P<number>\d{3})_\w+\.cypher")
_NAMED = re.compile(r"TABLE IF NOT EXISTS `?(\w+)`?\(|(?:CONSTRAINT|INDEX) (\w+) IF NOT EXISTS")

Run = Callable[[str, Mapping[str, object]], list[Row]]
"""Has the engine run a text."""


@dataclass(frozen=True)
class Migration:
    """One numbered step of the schema."""

    number: int
    file: str
    statements: tuple[str, ...]


@dataclass(frozen=True)
class Schema:
    """Which version a graph's schema has."""

    before: int
    """The one that it had when it was opened; 0: it was empty."""
    version: int
    """The one that it has now."""
    known: int
    """The one that this code brings graphs up to."""


@cache
def migrations(engine: str) -> tuple[Migration, ...]:
    """An engine's migrations by number, which have no gaps.

    Raises:
        QueryFileError: a file is named in another way, or two have one number.
    """
    found = [*SCHEMA.glob("*.cypher"), *(SCHEMA / engine).glob("*.cypher")]
    files = sorted(found, key=lambda path: path.name)
    numbers = [int(named["number"]) if (named := _FILE.fullmatch(f.name)) else -1 for f in files]
    if numbers != list(range(1, len(files) + 1)):
        names = [path.name for path in files]
        raise QueryFileError(f"{SCHEMA.name} ({engine}): {names} are not 001_..., 002_..., ...")
    return tuple(
        Migration(number, path.name, tuple(statements(path)))
        for number, path in zip(numbers, files, strict=True)
    )


def latest(engine: str) -> int:
    """The version that this code knows."""
    return migrations(engine)[-1].number


def names(engine: str) -> frozenset[str]:
    """What the schema makes, by name: tables, or constraints and indexes."""
    texts = (text for each in migrations(engine) for text in each.statements)
    found = (_NAMED.search(text) for text in texts)
    return frozenset(each.group(1) or each.group(2) for each in found if each is not None)


def bring_up(engine: str, where: str, run: Run, again: bool = False) -> Schema:
    """Apply the migrations that a graph lacks; its number follows when each is whole.

    Args:
        engine: whose.
        where: the graph, for an error.
        run: has the engine run a text.
        again: apply those too that it has: they make what somebody dropped.

    Raises:
        SchemaNewer: a later version of Resonance made it; nothing was changed.
        StoreError: the engine refused; the graph has the number of what is whole.
    """
    before, numbered, known = _found(engine, where, run)
    keep = queries_of(engine)["put_schema_version"].text
    for each in migrations(engine):
        lacks = not numbered or each.number > before
        if again or lacks:
            for text in each.statements:
                run(text, {})
            if lacks and each.number >= KEPT_FROM:
                run(keep, {"version": each.number})
    return Schema(before, known, known)


def look(engine: str, where: str, run: Run) -> Schema:
    """Which version a graph has, and leave it as it is; arguments and errors as for `bring_up`."""
    before, _, known = _found(engine, where, run)
    return Schema(before, before, known)


def _found(engine: str, where: str, run: Run) -> tuple[int, bool, int]:
    """The version, whether the graph itself says so, and the version that is known here."""
    queries, known = queries_of(engine), latest(engine)
    there = {row["name"] for row in run(queries["schema_parts"].text, {})}
    kept = {"Schema", "schema_id"} & there
    rows = run(queries["schema_version"].text, {}) if kept else []
    if not rows:
        return int(not there.isdisjoint(names(engine))), False, known
    if (version := int(rows[0]["version"])) > known:
        raise SchemaNewer(
            f"{where} has a schema of version {version}, and this Resonance knows versions up to"
            f" {known}: run it with the Resonance that made it, or a later one"
        )
    return version, True, known
