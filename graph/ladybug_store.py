"""The embedded engine, behind four conditions that keep it safe.

Each condition answers a fault that was measured in Ladybug 0.22: one writer at a time behind our
own lock (a second writer gets an error, it does not wait); no checkpoint of its own accord, ours
with readers shut out (else they see torn rows); a torn tail of the log costs the last commits and
not the database; no column is ever added inside a transaction. Besides: few connections, one
thread's at a time (`graph.connections`), each with one engine thread, and a stated buffer pool (the
default takes 80 % of memory).
"""

import contextlib
import re
import threading
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
import pandas as pd
import pyarrow as pa

from graph.changes import Changes, Write
from graph.connections import Connections
from graph.cypher_files import Query, queries_of
from graph.errors import StatementFailed, StoreFull
from graph.files import takes_writes
from graph.frames import BATCH, completed, row_batches
from graph.ladybug_errors import translated
from graph.ladybug_file import LadybugFile
from graph.locks import SharedLock
from graph.machine import give_back, processors
from graph.model import Row
from graph.progress import progress
from graph.schema import Run, Schema, bring_up, look
from graph.store import Call, Done, Runs

COPIED = 2_000_000
"""Rows a bulk copy: some seconds of work, and of memory some 200 MB."""
LOG_LIMIT = 64 << 20
"""Bytes of write-ahead log after which a write also checkpoints."""
SET_LIMIT = 2_000
"""Rows that were set, likewise. Until then each property of each holds a version of 2,048 values on
the heap, far more than of the log: 34 KB for a number (Ladybug 0.22), some 60 MB where people like.
It counts as the pool's, too: once that is full, every write fails, and a checkpoint too."""
PUT_OFF = 2.0
"""How many times as much there may be of either while a table is read whole."""
WHOLE = 16 << 20
"""Bytes of a table that was read whole, from which on they are worth to be let go of: most of them
lie in the engine's pool until the graph is opened anew, and nobody reads them again soon."""
TOGETHER = 5
"""So many rows that one statement sets count as one: what lies side by side shares a version."""

_ARROW: Mapping[str, pa.DataType] = {
    "string": pa.string(),
    "int": pa.int64(),
    "float": pa.float64(),
    "bool": pa.bool_(),
    "strings": pa.list_(pa.string()),
}
_PANDAS: Mapping[pa.DataType, Any] = {
    pa.string(): pd.StringDtype(na_value=np.nan),
    pa.int64(): pd.Int64Dtype(),
    pa.float64(): pd.Float64Dtype(),
    pa.bool_(): pd.BooleanDtype(),
}
_DERIVED = pa.schema([(name, pa.string()) for name in ("source", "target")])
_DERIVED = _DERIVED.append(pa.field("score", pa.float64())).append(pa.field("rank", pa.int64()))


class LadybugStore:
    """A graph in one file; this process alone, and one store in it, may hold it open."""

    engine = "ladybug"
    isolates = True

    def __init__(self, path: Path, as_it_is: bool = False):
        """Open or make the graph at `path`; its folder is made too (`graph.store.open_store`)."""
        self._path = path.resolve()
        self._queries = queries_of(self.engine)
        self._file = LadybugFile(self._path)
        self._writing = threading.RLock()
        self._checkpoint = SharedLock()
        self._full = False
        self._connections = Connections(self._file.connection)
        self.changes = Changes(alone=True)
        self._write: Write | None = None
        self._transacting = False
        self._set_rows, self._folds = 0, 0
        self._reading, self._folding, self._turn = 0, False, threading.Condition()
        """How many whole tables are being read, and whether the graph is being folded, for which
        whoever is to read one waits."""
        self._read_whole = False
        self._sealed = True
        try:
            self.schema = self._with_schema(look if as_it_is else bring_up)
        except BaseException:
            self._let_go()
            raise

    def run(self, name: str, /, **params: object) -> list[Row]:
        """See `GraphStore.run`; writes of all threads follow one another."""
        query = self._queries[name]
        query.check(params)
        if query.unwinds is not None and not params[query.unwinds]:
            return []
        text = _with_typed_nulls(query, params)
        if not query.writes:
            with self._checkpoint.shared():
                return self._execute(text, params, f"{name} ({query.where})")
        with self._one_write() as write, self._checkpoint.shared(), self._connections.writing():
            write.add(query, params)
            self._set_rows += max(1, _rows(params) // TOGETHER) if query.sets else 0
            return self._execute(text, params, f"{name} ({query.where})")

    def transact(self, work: Callable[[Runs], Done]) -> Done:
        """See `GraphStore.transact`; nobody else writes meanwhile, and `work` is called once."""
        with self._one_write(), self._transaction():
            return work(self)

    def foresee(self, calls: Sequence[Call]) -> None:
        """See `GraphStore.foresee`: a call of the engine in this process has no way to go."""

    def run_all(self, calls: Sequence[Call]) -> list[list[Row]]:
        """See `GraphStore.run_all`: likewise."""
        for name, _ in calls:
            self._queries[name].check_reads()
        return [self.run(name, **params) for name, params in calls]

    def frame(self, name: str, /, **params: object) -> pd.DataFrame:
        """See `GraphStore.frame`: by columns, some thirty times as fast as by rows."""
        query = self._queries[name]
        query.check(params)
        with (
            self._reads_whole(),
            self._checkpoint.shared(),
            translated(f"{name} ({query.where})"),
            self._connections.lent() as connection,
            contextlib.closing(connection.execute(query.text, dict(params))) as result,
        ):
            rows: pa.Table = result.get_as_arrow(COPIED)
            if rows.nbytes >= WHOLE:
                self._read_whole = True
        found: pd.DataFrame = rows.to_pandas(types_mapper=_PANDAS.get)
        return found

    def load(self, file: str, frame: pd.DataFrame, *, new: bool = False) -> None:
        """See `GraphStore.load`: a bulk copy of many new rows, and of any into an empty table.

        The others are merged in batches; so are a few new ones, as a copy has its fixed cost.
        """
        schema = _schema(self._queries[f"load_{file}"])
        frame = completed(frame, schema.names)
        with self._one_write() as write:
            write.add_frame(frame)
            if self.run(f"first_{file}") and not (new and len(frame) > BATCH):
                for rows in row_batches(frame, f"writing {file}"):
                    self.run(f"load_{file}", rows=rows)
                return
            for start in progress(range(0, len(frame), COPIED), f"copying {file}"):
                part = frame.iloc[start : start + COPIED]
                self._copy(f"copy_{file}", pa.Table.from_pandas(part, schema, False))
            self.checkpoint()

    def replace(self, edge: str, rows: Mapping[str, pd.DataFrame]) -> None:
        """See `GraphStore.replace`: a new table beside the old one, then a rename."""
        table = edge.lower()
        with self._one_write() as write:
            write.add_around()
            self.run(f"unstage_{table}")
            self.run(f"stage_{table}")
            for label, frame in rows.items():
                if len(frame):
                    batch = pa.Table.from_pandas(frame, schema=_DERIVED, preserve_index=False)
                    self._copy(f"copy_{table}_{label.lower()}", batch)
            with self._transaction():
                self.run(f"drop_{table}")
                self.run(f"swap_{table}")
            self.checkpoint()

    @property
    def unfolded(self) -> float:
        """See `GraphStore.unfolded`."""
        waits = self._read_whole and not self._reading and not self._full
        return max(self._written, float(waits))

    @property
    def _written(self) -> float:
        """How much of what may be left of writes is."""
        return max(self._log_size() / LOG_LIMIT, self._set_rows / SET_LIMIT)

    @property
    def stopped(self) -> bool:
        """See `GraphStore.stopped`, and `_refuse_when_full`."""
        return self._full

    @property
    def mended(self) -> bool:
        """See `GraphStore.mended`; with room for a checkpoint, which is soon due."""
        return takes_writes(self._path.parent, LOG_LIMIT)

    def fold(self) -> None:
        """See `GraphStore.fold`; nothing is left to do for who waited while another did it.

        On a disk that fails or is nearly full a fold ends writes: there what was read is kept. It
        is put off while a whole table is read.
        """
        before = self._folds
        if self._read_whole and not self.mended:
            self._read_whole = False
            return
        with self._writing:
            if self._folds == before:
                self._take_in()

    def migrate(self) -> Schema:
        """See `GraphStore.migrate`."""
        self.schema = self._with_schema(partial(bring_up, again=True))
        return self.schema

    def checkpoint(self, anew: bool = False) -> None:
        """Fold the log into the file, with every reader shut out meanwhile.

        Connections start anew after it: they keep the plan of every text that they have run, and a
        plan made when a table was empty (a scan of its other end) would outlive that emptiness.
        What they held, and what was folded, goes back to the system.

        Args:
            anew: whether the graph is opened anew, too, so that the engine lets go of whatever it
                keeps; a load of many tables has no use for that.
        """
        with self._writing:
            with self._checkpoint.alone():
                self._refuse_when_full()
                self._execute("CHECKPOINT", {}, "checkpoint")
                self._connections.renew()
                if anew:
                    self._file.reopen()
                    self._read_whole = False
                self._set_rows = 0
                self._folds += 1
            give_back()

    def seal(self) -> str:
        """A name that the graph bears from now on, and until the next write to it.

        Who kept something of the graph knows by the query ``seal``, whoever opens the graph next,
        whether it is as it was.
        """
        with self._writing:
            name = uuid.uuid4().hex
            self._put_seal(name)
            self._sealed = True
            return name

    def close(self) -> None:
        """Fold the log in and let go of the file."""
        if not self._file.is_open:
            return
        try:
            if not self._full:
                self.checkpoint()
        finally:
            self._let_go()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _copy(self, name: str, rows: pa.Table) -> None:
        """Run a bulk copy on all cores; a query is bounded and gains nothing from a second one."""
        query = self._queries[name]
        query.check({"rows": rows})
        # None of those that are lent: it would take a reader's place.
        copier = self._file.connection(processors())
        with contextlib.closing(copier), self._checkpoint.shared():
            self._execute(query.text, {"rows": rows}, f"{name} ({query.where})", copier)

    @contextlib.contextmanager
    def _one_write(self) -> Iterator[Write]:
        """Nobody else writes inside; at the end of the outermost one, what changed is told."""
        with self._writing:
            if self._write is not None:
                yield self._write
                self._fold()
                return
            self._refuse_when_full()
            if self._sealed:
                self._put_seal("")
                self._sealed = False
            self._write = Write()
            try:
                yield self._write
            finally:
                write, self._write = self._write, None
                write.tell(self.changes)
            self._fold()

    def _refuse_when_full(self) -> None:
        """Write nothing more once the disk was full or failed, whether or not it is well again.

        The log may end with half a record: whoever opens it next reads nothing that comes after,
        so that what was acknowledged since would be lost, and some commits then wait without an
        end (Ladybug 0.22). A new opening cuts that record off.
        """
        if self._full:
            raise StoreFull(
                f"{self._path}: the disk was full, or took no writes; make room or mend it, and"
                " start again what has the graph open: until then it is read and not written"
            )

    def _fold(self) -> None:
        """Checkpoint where much was written; a load of many batches must not wait for its end."""
        if not self._transacting and self._written > 1.0:
            self._take_in()

    def _take_in(self) -> None:
        """Checkpoint, and open the graph anew.

        As long as a table is read whole, which takes seconds where it is large, all who read would
        wait for that: then it is put off, as far as there is room.
        """
        with self._turn:
            if self._reading and self._written <= PUT_OFF:
                return
            self._folding = True
        try:
            self.checkpoint(anew=True)
        finally:
            with self._turn:
                self._folding = False
                self._turn.notify_all()

    @contextlib.contextmanager
    def _reads_whole(self) -> Iterator[None]:
        with self._turn:
            self._turn.wait_for(lambda: not self._folding)
            self._reading += 1
        try:
            yield
        finally:
            with self._turn:
                self._reading -= 1

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        """Everything inside becomes visible at once, or not at all."""
        with self._writing, self._connections.writing():
            self._execute("BEGIN TRANSACTION", {}, "begin")
            self._transacting = True
            try:
                yield
            except BaseException:
                # The engine has already rolled back where the statement itself failed.
                with contextlib.suppress(StatementFailed):
                    self._execute("ROLLBACK", {}, "rollback")
                raise
            else:
                self._execute("COMMIT", {}, "commit")
            finally:
                self._transacting = False

    def _with_schema(self, act: Callable[[str, str, Run], Schema]) -> Schema:
        """Each statement by itself: a column that is added in a transaction outlives its end."""
        where = str(self._path)
        with self._writing, self._checkpoint.shared(), self._connections.writing():
            return act(self.engine, where, lambda text, told: self._execute(text, told, where))

    def _put_seal(self, name: str) -> None:
        query = self._queries["put_seal"]
        with self._checkpoint.shared(), self._connections.writing():
            self._execute(query.text, {"name": name}, query.where)

    def _execute(
        self, text: str, params: Mapping[str, object], where: str, connection: Any = None
    ) -> list[Row]:
        try:
            with translated(where), contextlib.ExitStack() as stack:
                mine = connection or stack.enter_context(self._connections.lent())
                result = mine.execute(text, dict(params))
                results = result if isinstance(result, list) else [result]
                for one in results:
                    stack.callback(one.close)
                return [row for one in results for row in one.rows_as_dict()]
        except StoreFull:
            self._full = True
            raise

    def _let_go(self) -> None:
        if self._full:
            self._file.abandon(self._connections.all)
            return
        for connection in self._connections.all:
            connection.close()
        self._file.close()

    def _log_size(self) -> int:
        log = self._path.with_name(self._path.name + ".wal")
        return log.stat().st_size if log.exists() else 0


def _rows(params: Mapping[str, object]) -> int:
    """How many rows a query is given, one where it is given none."""
    return max((len(each) for each in params.values() if isinstance(each, list)), default=1)


def _schema(query: Query) -> pa.Schema:
    """The columns of a load query's rows, typed."""
    columns = query.parameters[0].columns
    return pa.schema([(name, _ARROW[kind]) for name, kind in columns.items()])


def _with_typed_nulls(query: Query, params: Mapping[str, object]) -> str:
    """The text, with NULL in the place of columns that are null in every row.

    Ladybug reads a column's type off its values, takes one without any for text, and then refuses
    to store it as a number (0.22); a NULL in the text has no type.
    """
    text = query.text
    for parameter in query.parameters:
        rows = params[parameter.name]
        if not isinstance(rows, list):
            continue
        for column in parameter.columns:
            if all(row[column] is None for row in rows):
                text = re.sub(rf"\brow\.{column}\b", "NULL", text)
    return text
