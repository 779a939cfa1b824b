"""The production engine, over Bolt, with the driver's pool, retries and managed transactions."""

import contextlib
import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from functools import partial
from types import TracebackType
from typing import Any, Self

import neo4j
import pandas as pd
from neo4j import exceptions

from graph.ahead import Foreseen
from graph.changes import Changes, Write
from graph.cypher_files import CypherFiles, Query, queries_of
from graph.edge_lists import apart, chunks, grouped, slices, ungrouped
from graph.errors import (
    CredentialsRefused,
    StatementFailed,
    StoreError,
    StoreFull,
    StoreUnavailable,
    without_values,
)
from graph.frames import completed, row_batches
from graph.model import STORED, EdgeKind, Row
from graph.neo4j_patience import Patience
from graph.neo4j_rounds import Round
from graph.progress import progress
from graph.schema import Run, Schema, bring_up, look
from graph.store import READ, Call, Done, Runs, StoreConfig

CONNECT_SECONDS = 10.0
RETRY_SECONDS = 15.0
GONE = "Neo.ClientError.Statement.EntityNotFound"
"""What the server says to who found a node that somebody erased before they could lock it."""
MADE = "AlreadyExists"
"""What it says to who makes an index that another process was making: said again, it is there."""
AGAIN = 5
"""How often either is tried: then what was erased is not found any more, and what was made is."""
FIRST_RETRY = 0.02
"""Seconds after which a transaction that met a deadlock begins again; twice as long each time. The
driver's own is a second, in which a person waits for their like."""
RETRIED = "will be retried"
"""In what the driver logs of a transaction that it begins again."""
ABSENT = (
    exceptions.ServiceUnavailable,
    exceptions.SessionExpired,
    exceptions.ConnectionAcquisitionTimeoutError,
    OSError,
)
"""What the driver raises of a server that does not answer."""
BROKEN = frozenset(
    f"Neo.DatabaseError.Transaction.Transaction{each}Failed" for each in ("Start", "Commit")
)
"""What Neo4j says when it could not write, as on a full disk, and from then on of all it is asked,
until it is restarted: it names no cause."""


class Neo4jStore:
    """A graph in a Neo4j server that many processes may share."""

    engine = "neo4j"
    isolates = False

    def __init__(self, config: StoreConfig, as_it_is: bool = False):
        """Connect, check the credentials, and see to the schema (`graph.store.open_store`)."""
        self._url = config.url
        self._database = config.database
        self.changes = Changes(alone=False)
        self._queries = queries_of(self.engine)
        self._names = {query.name for query in self._queries}
        with _translated(config.url):
            self._driver = neo4j.GraphDatabase.driver(
                config.url,
                auth=(config.user, config.password) if config.password else None,
                connection_timeout=CONNECT_SECONDS,
                connection_acquisition_timeout=CONNECT_SECONDS,
                max_connection_pool_size=config.connections,
                max_transaction_retry_time=RETRY_SECONDS,
                initial_retry_delay=FIRST_RETRY,
                notifications_min_severity="OFF",
            )
        self._patience = Patience(
            self._driver._pool, config.url, config.patience, partial(self._run, "schema_version")
        )
        try:
            self.schema = self._with_schema(look if as_it_is else bring_up)
        except StoreError:
            self._driver.close()
            raise

    def run(self, name: str, /, **params: object) -> list[Row]:
        """See `GraphStore.run`; a passing fault of the server is tried again for 15 seconds."""
        write = Write()
        write.add(self._queries[name], params)
        try:
            with self._patience.waiting():
                return self._run(name, **params)
        finally:
            write.tell(self.changes)

    def _run(self, name: str, /, **params: object) -> list[Row]:
        """`run`, for whoever tells of many writes together."""
        query = self._queries[name]
        query.check(params)
        with _translated(f"{name} ({query.where})", self._url):
            if query.writes:
                with self._session() as session:
                    return _unless(GONE, session, lambda own: _rows(own.run(query.text, params)))
            if query.columns is None:
                return self._looked_up(query.text, params)
            return self._rounded([(name, params)])[0]

    def _rounded(self, calls: Sequence[Call]) -> list[list[Row]]:
        """Each call's rows, of queries that can be asked together."""
        asked = Round(calls)
        (answer,) = self._looked_up(asked.text, asked.parameters)
        return asked.rows(list(answer.values()))

    def _looked_up(self, text: str, params: Mapping[str, object]) -> list[Row]:
        """The rows of a text that reads, in one trip where a managed transaction takes three.

        After a passing fault of the server it is such a transaction, which tries again.
        """
        reading = self._driver.session(
            database=self._database, default_access_mode=neo4j.READ_ACCESS
        )
        try:
            with reading as session:
                return _rows(session.run(text, dict(params)))
        except (exceptions.Neo4jError, exceptions.DriverError) as error:
            if not error.is_retryable():
                raise
        with self._session() as session:
            return session.execute_read(lambda each: _rows(each.run(text, dict(params))))

    def transact(self, work: Callable[[Runs], Done]) -> Done:
        """See `GraphStore.transact`: a managed transaction, which a deadlock starts again."""
        write = Write()

        def managed(transaction: neo4j.ManagedTransaction) -> Done:
            runs = _Transaction(transaction, self._queries, write)
            done = work(runs)
            runs.send()
            return done

        try:
            with (
                self._patience.waiting(),
                _translated("a transaction", self._url),
                self._session() as session,
            ):
                return _unless(GONE, session, managed)
        finally:
            write.tell(self.changes)

    def foresee(self, calls: Sequence[Call]) -> None:
        """See `GraphStore.foresee`."""

    def run_all(self, calls: Sequence[Call]) -> list[list[Row]]:
        """See `GraphStore.run_all`: one statement of all queries (`graph.neo4j_rounds`)."""
        queries = [(self._queries[name], params) for name, params in calls]
        for query, params in queries:
            query.check_reads()
            query.check(params)
        together = [call for call, (query, _) in zip(calls, queries, strict=True) if query.columns]
        where = ", ".join(dict.fromkeys(f"{query.name} ({query.where})" for query, _ in queries))
        with self._patience.waiting():
            with _translated(where, self._url):
                found = iter(self._rounded(together) if together else ())
            return [
                next(found) if query.columns else self._run(query.name, **params)
                for query, params in queries
            ]

    def frame(self, name: str, /, **params: object) -> pd.DataFrame:
        """See `GraphStore.frame`; the edges of a kind come as lists, ten times as fast."""
        file = name.removeprefix("export_")
        if f"list_{file}" in self._names:
            edge = STORED.get(file)
            own = edge.columns if isinstance(edge, EdgeKind) else ()
            names = [column.name for column in own] if edge else self._queries[name].returned[2:]
            with _translated(f"list_{file}", self._url):  # a row a node, as they come
                lists = self._looked_up(self._queries[f"list_{file}"].text, {})
            return ungrouped(lists, ["target", *names])
        query = self._queries[name]
        query.check(params)

        def work(transaction: neo4j.ManagedTransaction) -> pd.DataFrame:
            result = transaction.run(query.text, dict(params))
            return pd.DataFrame(result.values(), columns=result.keys())

        with _translated(f"{name} ({query.where})", self._url), self._session() as session:
            return session.execute_read(work)

    def load(self, file: str, frame: pd.DataFrame, *, new: bool = False) -> None:
        """See `GraphStore.load`: edges of a kind that has none yet are created, the rest merged.

        New edges beside old ones are merged too: another process may have written them by now.
        """
        columns = self._queries[f"load_{file}"].parameters[0].columns
        frame = completed(frame, columns)
        write = Write()
        write.add_frame(frame)
        try:
            self._load(file, frame)
        finally:
            write.tell(self.changes)

    def _load(self, file: str, frame: pd.DataFrame) -> None:
        if f"create_{file}" not in self._names:
            for rows in row_batches(frame, f"writing {file}"):
                self._run(f"load_{file}", rows=rows)
        elif self.run(f"first_{file}"):
            self._put(f"merge_{file}", file, frame)
        else:
            self._put(f"create_{file}", file, frame)

    def _put(self, name: str, file: str, frame: pd.DataFrame) -> None:
        """Edges, grouped by source, by two writers who never meet at a node."""
        edge = STORED.get(file)
        alike = isinstance(edge, EdgeKind) and edge.source == edge.target
        with _retries_unsaid():
            for parts in apart(frame, alike):
                self._put_beside(name, file, parts)

    def _put_beside(self, name: str, file: str, parts: Sequence[pd.DataFrame]) -> None:
        writers = [ThreadPoolExecutor(1) for _ in parts]
        try:
            written = [
                writer.submit(self._put_lists, name, edges)
                for writer, part in zip(writers, parts, strict=True)
                for edges in slices(part)
            ]
            for each in progress(as_completed(written), f"writing {file}", len(written)):
                each.result()
        finally:
            for writer in writers:
                writer.shutdown(cancel_futures=True)

    def _put_lists(self, name: str, edges: pd.DataFrame) -> None:
        """One transaction, whose lists are made while the other writer's are being written."""
        self._run(name, rows=list(grouped(edges)))

    def replace(self, edge: str, rows: Mapping[str, pd.DataFrame]) -> None:
        """See `GraphStore.replace`: every new edge is put before the first old one is dropped.

        A list that changed within one transaction was seen half by its readers: the server does not
        isolate them from the moment of a commit. Whoever reads as the new ones come may miss these:
        the old ones stay until that read has ended.
        """
        lists = {table: _lists(rows.get(label)) for label, table in self._tables(edge).items()}
        before = {table: {row["id"] for row in self.run(f"sources_{table}")} for table in lists}
        for table, each in lists.items():
            old = [row for row in each if row["source"] in before[table]]
            new = [row for row in each if row["source"] not in before[table]]
            wanted = [("create", chunk) for chunk in chunks(new)]
            wanted += [("put", chunk) for chunk in chunks(old)]
            for how, chunk in progress(wanted, f"writing {table}"):
                self.run(f"{how}_{table}", rows=chunk)
        if any(before.values()):
            time.sleep(READ)
        for table, each in lists.items():
            targets = dict.fromkeys(sorted(before[table]), list[object]())
            targets |= {row["source"]: row["target"] for row in each if row["source"] in targets}
            kept_lists = [{"source": source, "target": left} for source, left in targets.items()]
            for chunk in progress(list(chunks(kept_lists)), f"dropping old {table}"):
                self.run(f"drop_{table}", rows=chunk)
        self.changes.note_around(())

    unfolded = 0.0
    """See `GraphStore.unfolded`: the server's own affair."""
    stopped = False
    """See `GraphStore.stopped`: likewise."""
    mended = False
    """See `GraphStore.mended`: likewise."""

    def fold(self) -> None:
        """See `GraphStore.fold`: likewise."""

    def migrate(self) -> Schema:
        """See `GraphStore.migrate`."""
        self.schema = self._with_schema(partial(bring_up, again=True))
        return self.schema

    def close(self) -> None:
        """Close the pool; the server keeps what it acknowledged."""
        self._patience.close()
        self._driver.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _with_schema(self, act: Callable[[str, str, Run], Schema]) -> Schema:
        """A statement by itself, in one round; again where other processes open the graph too.

        At first in no managed transaction: that would wait for a server which is not there.
        """
        with _translated(self._url), self._session() as session:

            def run(text: str, params: Mapping[str, object]) -> list[Row]:
                try:
                    return _rows(session.run(text, dict(params)))
                except (exceptions.TransientError, exceptions.ClientError) as error:
                    if isinstance(error, exceptions.ClientError) and MADE not in str(error.code):
                        raise
                return _unless(MADE, session, lambda each: _rows(each.run(text, dict(params))))

            return act(self.engine, self._url, run)

    def _session(self) -> neo4j.Session:
        return self._driver.session(database=self._database)

    def _tables(self, edge: str) -> dict[str, str]:
        """The query files' names for derived edges of this type, by the label they start from."""
        prefix = f"put_{edge.lower()}_"
        names = sorted(name for name in self._names if name.startswith(prefix))
        return {name.removeprefix(prefix).capitalize(): name.removeprefix("put_") for name in names}


class _Transaction:
    """Runs named queries in one transaction, and gathers what it writes.

    A text that only writes is sent with the next one that answers, or at the end: nobody waits for
    it alone.
    """

    def __init__(self, transaction: neo4j.ManagedTransaction, queries: CypherFiles, write: Write):
        self._transaction, self._queries, self._write = transaction, queries, write
        self._unsent: list[Call] = []
        self._foreseen = Foreseen()

    def run(self, name: str, /, **params: object) -> list[Row]:
        """See `GraphStore.run`."""
        if (rows := self._foreseen.take(name, params)) is not None:
            return rows
        query = self._ask(name, params)
        if query.columns is None:
            self.send()
            return _rows(self._transaction.run(query.text, params))
        self._unsent.append((name, params))
        return self.send()[-1] if query.columns else []

    def foresee(self, calls: Sequence[Call]) -> None:
        """See `Runs.foresee`."""
        for name, params in calls:
            self._ask(name, params)
        before = len(self._unsent)
        self._unsent += calls
        self._foreseen.put(calls, self.send()[before:])

    def send(self) -> list[list[Row]]:
        """Send what was not; each one's rows."""
        if not self._unsent:
            return []
        asked, self._unsent = Round(self._unsent), []
        (answer,) = self._transaction.run(asked.text, dict(asked.parameters)).values()
        return asked.rows(answer)

    def _ask(self, name: str, params: Mapping[str, object]) -> Query:
        """The query, whose parameters are right, and of which it is noted what it changes."""
        query = self._queries[name]
        query.check(params)
        self._write.add(query, params)
        return query


def _rows(result: neo4j.Result) -> list[Row]:
    """What the driver's own `data` gives, in a fifth of the time: rows bear no nodes or paths."""
    columns = result.keys()
    return [dict(zip(columns, values, strict=True)) for values in result.values()]


@contextlib.contextmanager
def _retries_unsaid() -> Iterator[None]:
    """The driver does not tell of transactions that it begins again.

    Two writers of a load meet now and then, though at no node of theirs. Beside a load's progress
    that would look like a fault.
    """

    def another(record: logging.LogRecord) -> bool:
        return RETRIED not in record.getMessage()

    driver = logging.getLogger("neo4j.session")
    driver.addFilter(another)
    try:
        yield
    finally:
        driver.removeFilter(another)


def _unless(
    said: str, session: neo4j.Session, work: Callable[[neo4j.ManagedTransaction], Done]
) -> Done:
    """Run a managed transaction; again where it failed by what another process did meanwhile."""
    for left in reversed(range(AGAIN)):
        try:
            return session.execute_write(work)
        except exceptions.ClientError as error:
            if said not in (error.code or "") or not left:
                raise
    raise AssertionError("it was tried at least once")


def _lists(frame: pd.DataFrame | None) -> list[Row]:
    """A row for each node that derived edges start from: its targets and scores, by rank."""
    if frame is None or frame.empty:
        return []
    return list(grouped(frame.sort_values(["source", "rank"])[["source", "target", "score"]]))


@contextlib.contextmanager
def _translated(where: str, url: str = "") -> Iterator[None]:
    """Turn the driver's errors into ours, once."""
    try:
        yield
    except (exceptions.Neo4jError, exceptions.DriverError, ValueError, OSError) as error:
        raise _translation(error, where, url or where) from error


def _translation(error: Any, where: str, url: str) -> StoreError:
    # Of an error of its own, a driver's `message` says no more than that there is one.
    message = error.message if isinstance(error, exceptions.Neo4jError) else str(error)
    if isinstance(error, exceptions.AuthError):
        return CredentialsRefused(
            f"{url} turned the user name or password away; set NEO4J_USER and NEO4J_PASSWORD"
        )
    if isinstance(error, ABSENT):
        return StoreUnavailable(
            f"{url} does not answer{_because(error)}; start Neo4j there (on this machine: make"
            " neo4j), or name another by --store or RESONANCE_STORE"
        )
    if "No space left" in (message or ""):
        return StoreFull(f"{url}: the server's disk is full; make room and run it again")
    kind = getattr(error, "code", None) or type(error).__name__
    if kind == "Neo.ClientError.Database.DatabaseNotFound":
        return StoreUnavailable(f"{url} has no such database; NEO4J_DATABASE says which is meant")
    if kind in BROKEN:
        return StoreUnavailable(
            f"{url} cannot begin or commit transactions ({kind}); its debug.log says why, and a "
            "full disk is one reason: mend that, and restart Neo4j"
        )
    return StatementFailed(f"{where}: {kind}: {without_values(message or '')}")


def _because(error: BaseException | None) -> str:
    """What the system said, in brackets; nothing where it said nothing."""
    while error is not None:
        if isinstance(error, BaseExceptionGroup):
            error = error.exceptions[0]
        elif isinstance(error, OSError) and error.strerror:
            return f" ({error.strerror})"
        else:
            error = error.__cause__ or error.__context__
    return ""
