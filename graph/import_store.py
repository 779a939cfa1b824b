"""A graph that is only written: the files that ``neo4j-admin database import`` reads.

`graph.ingest` writes to it as to an engine without a row, so an imported graph is the one that a
load over Bolt would have made: the same rows, cards and names, the same refusals.
"""

import contextlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self, cast

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from graph.changes import Changes
from graph.cypher_files import queries_of
from graph.errors import MalformedSource, StatementFailed
from graph.files import new_folder
from graph.frames import completed
from graph.loaders.folder import header
from graph.model import STORED, Column, ColumnType, EdgeKind, Kind, NodeKind, Row
from graph.progress import progress
from graph.schema import Schema
from graph.store import Call, Done, Runs

ARGUMENTS = "import.args"
"""The file of arguments, which ``neo4j-admin`` takes as ``@import.args`` in the folder itself."""
ROWS = 1_000_000
"""Rows that are turned into CSV at a time: some 100 MB of memory."""
JOINED_BY = "\x1f"
"""Between the tags of a card: ASCII's own separator, since an id may hold any that people type."""

_ARROW: Mapping[str, pa.DataType] = {
    "string": pa.large_string(),
    "int": pa.int64(),
    "float": pa.float64(),
    "bool": pa.bool_(),
    "strings": pa.list_(pa.large_string()),
}


@contextlib.contextmanager
def import_folder(path: Path) -> Iterator["ImportStore"]:
    """A store that becomes the folder `path` when the block ends well, and nothing otherwise.

    Raises:
        SourceUnavailable: `path` exists and is not an empty folder, or cannot be written.
        MalformedSource: there was no node; an import needs one.
    """
    with new_folder(path) as partial, ImportStore(partial) as store:
        yield store


class ImportStore:
    """An empty graph whose rows go to CSV files; it finds nothing and takes bulk loads only."""

    engine = "neo4j"
    isolates = False

    schema = Schema(0, 0, 0)

    def __init__(self, folder: Path):
        self._folder = folder
        self.changes = Changes(alone=True)
        self._queries = queries_of(self.engine)
        self._files: dict[str, BinaryIO] = {}
        self._multiline: set[str] = set()

    def run(self, name: str, /, **params: object) -> list[Row]:
        """See `GraphStore.run`: a read finds no row.

        Raises:
            StatementFailed: the query writes; the files take whole kinds only.
        """
        query = self._queries[name]
        query.check(params)
        if query.writes:
            raise StatementFailed(f"{name} ({query.where}): files for an import take bulk loads")
        return []

    def run_all(self, calls: Sequence[Call]) -> list[list[Row]]:
        """See `GraphStore.run_all`."""
        return [self.run(name, **params) for name, params in calls]

    def foresee(self, calls: Sequence[Call]) -> None:
        """See `GraphStore.foresee`."""

    def transact(self, work: Callable[[Runs], Done]) -> Done:
        """Nothing is decided by what is there: the files take whole kinds only."""
        raise StatementFailed("files for an import take bulk loads, no transactions")

    def frame(self, name: str, /, **params: object) -> pd.DataFrame:
        """See `GraphStore.frame`: the query's columns, and no row."""
        rows = self.run(name, **params)
        answer = self._queries[name].text.rpartition("RETURN")[2]
        return pd.DataFrame(rows, columns=re.findall(r"\bAS (\w+)", answer))

    def load(self, file: str, frame: pd.DataFrame, *, new: bool = False) -> None:
        """See `GraphStore.load`; here every row is new, in all calls together."""
        columns = self._queries[f"load_{file}"].parameters[0].columns
        frame = completed(frame, columns)
        schema = pa.schema([(name, _ARROW[type]) for name, type in columns.items()])
        for start in progress(range(0, len(frame), ROWS), f"writing {file}"):
            part = pa.Table.from_pandas(frame.iloc[start : start + ROWS], schema, False)
            text, multiline = _csv(_joined(part))
            self._file(file, columns).write(text)
            if multiline:
                self._multiline.add(file)

    def replace(self, edge: str, rows: Mapping[str, pd.DataFrame]) -> None:
        """Derived edges are no part of an import: derive them from the imported graph."""
        raise StatementFailed(f"{edge}: derive after the import, on the server")

    unfolded = 0.0
    """See `GraphStore.unfolded`."""
    stopped = False
    """See `GraphStore.stopped`."""
    mended = False
    """See `GraphStore.mended`."""

    def fold(self) -> None:
        """See `GraphStore.fold`: there is nothing beside the files."""

    def migrate(self) -> Schema:
        """There is no schema in files: the graph that takes them in makes its own."""
        return self.schema

    def close(self) -> None:
        """Let go of the files."""
        for file in self._files.values():
            file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
        if error is None:
            text = "".join(f"{argument}\n" for argument in self._arguments())
            (self._folder / ARGUMENTS).write_text(text, encoding="utf-8")

    def _file(self, file: str, columns: Mapping[str, str]) -> BinaryIO:
        """The kind's file; a new one begins with its header."""
        if file not in self._files:
            opened = (self._folder / f"{file}.csv").open("wb")
            self._files[file] = opened
            opened.write(f"{','.join(header(_kind(file, columns)))}\n".encode())
        return self._files[file]

    def _arguments(self) -> list[str]:
        """One a line: what is in which file, and how it is written."""
        kinds = {file: STORED[file] for file in self._files}
        nodes = {file: kind for file, kind in kinds.items() if isinstance(kind, NodeKind)}
        edges = {file: kind for file, kind in kinds.items() if isinstance(kind, EdgeKind)}
        if not nodes:
            raise MalformedSource("no user, post or other node is left: there is nothing to import")
        arguments = [f"--nodes={kind.label}={file}.csv" for file, kind in nodes.items()]
        arguments += [f"--relationships={kind.type}={file}.csv" for file, kind in edges.items()]
        arguments.append(f"--array-delimiter=U+{ord(JOINED_BY):04X}")
        if self._multiline:  # only where there are some: such a file is read by one thread
            files = ",".join(f"{file}.csv" for file in sorted(self._multiline))
            arguments += ["--multiline-fields-format=v2", f"--multiline-fields={files}"]
        return arguments


def _kind(file: str, columns: Mapping[str, str]) -> Kind:
    """The kind with all columns that are stored, the copies on a post too."""
    kind = STORED[file]
    keys = {"id", "source", "target"}
    stored = tuple(
        Column(name, cast(ColumnType, type)) for name, type in columns.items() if name not in keys
    )
    if isinstance(kind, NodeKind):
        return NodeKind(kind.label, file, stored)
    return EdgeKind(kind.type, file, kind.source, kind.target, stored)


def _joined(part: pa.Table) -> pa.Table:
    """The table with its lists as text."""
    for position, field in enumerate(part.schema):
        if pa.types.is_list(field.type):
            items = part[field.name].combine_chunks()
            if pc.any(pc.match_substring(items.flatten(), JOINED_BY)).as_py():
                raise MalformedSource(
                    f"an id in {field.name} holds U+{ord(JOINED_BY):04X}, which separates them in"
                    " the files of an import; mend the source, or load over Bolt"
                )
            between = pa.scalar(JOINED_BY, pa.large_string())
            part = part.set_column(position, field.name, pc.binary_join(items, between))
    return part


def _csv(part: pa.Table) -> tuple[memoryview, bool]:
    """The rows as CSV, and whether a field has a line break; null is an empty field."""
    texts = [part[field.name] for field in part.schema if pa.types.is_large_string(field.type)]
    if not any(pc.any(pc.equal(text, "")).as_py() for text in texts):
        with contextlib.suppress(pa.ArrowInvalid):  # a field that must be quoted
            return _written(part, "none"), False
    return _written(part, "needed"), any(
        pc.any(pc.match_substring_regex(text, "[\r\n]")).as_py() for text in texts
    )


def _written(part: pa.Table, quoting: str) -> memoryview:
    out = pa.BufferOutputStream()
    options = pa_csv.WriteOptions(include_header=False, quoting_style=quoting)
    pa_csv.write_csv(part, out, options)
    return memoryview(out.getvalue())
