"""Reads the named queries under ``cypher/``, and checks what a caller passes to them.

A query is a header, a few lines that say what it answers, and its text::

    // name: posts_liked_by(user_id: string, limit: int)
    // The latest first; ties by post id.
    MATCH ...

Parameter types: ``string``, ``int``, ``float``, ``bool``, ``strings``, ``ints`` or ``floats``
(lists), or rows, written ``[id: string, at: int]``; a row's columns may be null; ``table`` is an
Arrow table. A file in a folder named after an engine overrides the shared queries of the same name
for that engine alone.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import pyarrow as pa

from graph.errors import ParameterError, QueryFileError, UnknownQuery

CYPHER = Path(__file__).resolve().parent.parent / "cypher"
ENGINES = ("ladybug", "neo4j")

_HEADER = re.compile(r"^// name: (?P<name>\w+)\((?P<parameters>.*)\)$")
_SPLIT = re.compile(r",\s*(?![^\[]*\])")
_WRITES = re.compile(r"\b(CREATE|MERGE|SET|DELETE|DROP|ALTER|COPY|RENAME)\b")
_DETACHES = re.compile(r"\bDETACH\s+DELETE\s+(\w+)")
_SETS = re.compile(r"(?<!ON CREATE )\bSET\b")
_DERIVES = re.compile(r"\)-\[e:(TOP|SIMILAR|NEAR)\]->\(")
_UNWINDS = re.compile(r"^UNWIND \$(\w+) AS (\w+)")
_RETURNS = re.compile(
    r"^RETURN (?:DISTINCT )?(.*?)(?=^(?:ORDER BY|LIMIT|UNION)\b|\Z)", re.DOTALL | re.MULTILINE
)
_ALONE = re.compile(
    r"\bLIMIT \$|\bIN TRANSACTIONS\b|^(?:SHOW|DROP) |^MATCH [^({]*\((?![^){]*\{)", re.MULTILINE
)
_BETWEEN = re.compile(r",(?![^(\[{]*[)\]}])")
"""Commas between columns, not those within brackets."""
_PYTHON: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "int": (int,),
    "float": (float,),
    "bool": (bool,),
    "strings": (list,),
    "ints": (list,),
    "floats": (list,),
    "table": (pa.Table,),
}
_ITEMS = {"strings": str, "ints": int, "floats": float}


@dataclass(frozen=True)
class Parameter:
    """A declared parameter: a scalar or list `type`, or rows with typed `columns`."""

    name: str
    type: str
    columns: Mapping[str, str]

    def mismatch(self, value: object) -> str | None:
        """What is wrong with `value`, or None."""
        if self.type == "rows":
            return _rows_mismatch(value, self.columns)
        if type(value) not in _PYTHON[self.type]:
            return f"is {type(value).__name__}, not {self.type}"
        if isinstance(value, list) and not {type(item) for item in value} <= {_ITEMS[self.type]}:
            return f"holds something that is not a {_ITEMS[self.type].__name__}"
        return None


@dataclass(frozen=True)
class Query:
    """One named query as its file tells it."""

    name: str
    parameters: tuple[Parameter, ...]
    doc: str
    text: str
    where: str

    @cached_property
    def writes(self) -> bool:
        """Whether the text changes the graph."""
        return _WRITES.search(self.text) is not None

    @cached_property
    def deletes_nodes(self) -> bool:
        """Whether the text deletes nodes with their edges: it changes what it does not name.

        But for notices: an inbox leads to them and nothing else does, and no look-up tells of it.
        """
        deleted = _DETACHES.findall(self.text)
        return any(re.search(rf"\({each}:Notice\b", self.text) is None for each in deleted)

    @cached_property
    def derives(self) -> bool:
        """Whether it changes derived edges of the one node that its parameter ``source`` names."""
        own = any(parameter.name == "source" for parameter in self.parameters)
        return own and self.writes and _DERIVES.search(self.text) is not None

    @cached_property
    def sets(self) -> bool:
        """Whether it changes properties of what may have been there; not so of derived edges."""
        return _SETS.search(self.text) is not None and not self.derives

    @cached_property
    def columns(self) -> tuple[str, ...] | None:
        """The names of what the text returns, in order; () where it only writes.

        None: it is no part that another text can have, as one that reads and does not end with
        ``RETURN`` at the beginning of a line, one whose limit is a parameter, or that starts at all
        nodes of a kind.
        """
        if (not self.returned and not self.writes) or _ALONE.search(self.text):
            return None
        return self.returned

    @cached_property
    def returned(self) -> tuple[str, ...]:
        """The names of what it returns by a ``RETURN`` at the beginning of a line, in order."""
        found = _RETURNS.findall(self.text)
        items = (item.strip() for item in _BETWEEN.split(found[-1] if found else ""))
        return tuple(item.rpartition(" ")[2] for item in items if item)

    @cached_property
    def unwinds(self) -> str | None:
        """The parameter that the text begins by unwinding: if it is empty, so is the answer."""
        found = _UNWINDS.match(self.text)
        return found.group(1) if found else None

    def check_reads(self) -> None:
        """Raise `ParameterError` if the text changes the graph."""
        if self.writes:
            raise ParameterError(f"{self.name} ({self.where}) writes: run it by itself")

    def check(self, params: Mapping[str, object]) -> None:
        """Raise `ParameterError` unless `params` are exactly what the header declares."""
        declared = {parameter.name for parameter in self.parameters}
        missing, unknown = sorted(declared - set(params)), sorted(set(params) - declared)
        if missing or unknown:
            raise ParameterError(
                f"{self.name} ({self.where}): missing {missing}, unknown {unknown}"
            )
        for parameter in self.parameters:
            if wrong := parameter.mismatch(params[parameter.name]):
                raise ParameterError(f"{self.name} ({self.where}): {parameter.name} {wrong}")


class CypherFiles:
    """The queries that one engine sees: the shared ones, and its overrides of them."""

    def __init__(self, engine: str, root: Path = CYPHER):
        """Read every query file under `root` (each file that ends in ``.cypher``)."""
        self._queries: dict[str, Query] = {}
        others = {name for name in ENGINES if name != engine}
        files = sorted(path for path in root.rglob("*.cypher") if _has_queries(path, root))
        for own in (False, True):
            seen: dict[str, Query] = {}
            for path in files:
                folder = path.parent.name
                if folder in others or (folder == engine) is not own:
                    continue
                for query in read_queries(path, root):
                    if query.name in seen:
                        raise QueryFileError(
                            f"{query.where}: {query.name} is already at {seen[query.name].where};"
                            " a name is given once"
                        )
                    seen[query.name] = query
            self._queries.update(seen)

    def __getitem__(self, name: str) -> Query:
        """The query of that name, or `UnknownQuery` with the nearest ones."""
        if name not in self._queries:
            near = [known for known in self._queries if name[:4] in known][:3]
            raise UnknownQuery(f"no query is named {name!r} under cypher/; near it: {near}")
        return self._queries[name]

    def __iter__(self) -> Iterator[Query]:
        """Every query, in the order of its name."""
        return iter(self._queries[name] for name in sorted(self._queries))


@cache
def queries_of(engine: str) -> CypherFiles:
    """The queries that an engine sees, read once a process, however many stores it opens."""
    return CypherFiles(engine)


def read_queries(path: Path, root: Path = CYPHER) -> list[Query]:
    """The queries of one file, in its order; `QueryFileError` names file and line."""
    queries: list[Query] = []
    block: list[tuple[int, str]] = []
    named = path.relative_to(root).as_posix()
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if line.startswith("// name: "):
            queries += _query(block, named)
            block = []
        if line.startswith("// name: ") or block:
            block.append((number, line.rstrip()))
        elif line.strip() and not line.startswith("//"):
            raise QueryFileError(f"{path.name}:{number}: text before the first '// name:' header")
    return queries + _query(block, named)


def statements(path: Path) -> list[str]:
    """The ``;``-separated statements of a schema file, without its comments."""
    lines = path.read_text(encoding="utf-8").splitlines()
    text = "\n".join(line for line in lines if not line.startswith("//"))
    return [statement.strip() for statement in text.split(";") if statement.strip()]


def _has_queries(path: Path, root: Path) -> bool:
    """Whether it is none of the schema's (`graph.schema`), which are statements without names."""
    return path.relative_to(root).parts[0] != "schema"


def _query(block: list[tuple[int, str]], named: str) -> list[Query]:
    if not block:
        return []
    number, header = block[0]
    where = f"{named}:{number}"
    found = _HEADER.match(header)
    if found is None:
        raise QueryFileError(f"{where}: {header!r} is not '// name: NAME(PARAMETER: TYPE, ...)'")
    doc = [line[2:].strip() for _, line in block[1:] if line.startswith("//")]
    text = [line for _, line in block[1:] if line and not line.startswith("//")]
    if not text:
        raise QueryFileError(f"{where}: {found['name']} has no text")
    parameters = tuple(_parameters(found["parameters"], where))
    return [Query(found["name"], parameters, " ".join(doc), "\n".join(text).rstrip(";"), where)]


def _parameters(text: str, where: str) -> Iterator[Parameter]:
    for part in filter(None, _SPLIT.split(text)):
        name, _, kind = part.partition(": ")
        if kind.startswith("["):
            columns = dict(column.split(": ") for column in kind.strip("[]").split(", "))
            kind = "rows"
        else:
            columns = {}
        if kind not in (*_PYTHON, "rows") or not set(columns.values()) <= set(_PYTHON):
            raise QueryFileError(f"{where}: {part!r} is not 'NAME: TYPE'; types: {list(_PYTHON)}")
        yield Parameter(name, kind, columns)


def _rows_mismatch(value: object, columns: Mapping[str, str]) -> str | None:
    if not isinstance(value, list):
        return f"is {type(value).__name__}, not rows"
    for row in value:
        if row.keys() != columns.keys():
            return f"has a row of {sorted(row)}, not of {sorted(columns)}"
    for name, kind in columns.items():
        wrong = {type(row[name]) for row in value} - {type(None), *_PYTHON[kind]}
        if wrong:
            return f"has {sorted(found.__name__ for found in wrong)} in {name}, not {kind}"
    return None
