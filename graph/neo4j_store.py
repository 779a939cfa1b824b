"""The production engine, over Bolt, with the driver's pool, retries and managed transactions."""

import contextlib
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Any, Self

import neo4j
import pandas as pd
from neo4j import exceptions

from graph.cypher_files import CYPHER, CypherFiles, statements
from graph.errors import (
    CredentialsRefused,
    StatementFailed,
    StoreError,
    StoreFull,
    StoreUnavailable,
)
from graph.frames import completed, row_batches
from graph.model import Row
from graph.progress import progress
from graph.store import StoreConfig

CONNECT_SECONDS = 10.0
RETRY_SECONDS = 15.0
WRITERS = 2
"""Threads of a first load; more were no faster on two cores."""
EDGES_A_TRANSACTION = 10_000
"""How many derived edges one transaction writes: a few MB of the server's heap."""


class Neo4jStore:
    """A graph in a Neo4j server that many processes may share."""

    engine = "neo4j"

    def __init__(self, config: StoreConfig):
        """Connect, check the credentials, and make the constraints if they are not there."""
        self._url = config.url
        self._database = config.database
        self._queries = CypherFiles(self.engine)
        self._names = {query.name for query in self._queries}
        with _translated(config.url):
            self._driver = neo4j.GraphDatabase.driver(
                config.url,
                auth=(config.user, config.password) if config.password else None,
                connection_timeout=CONNECT_SECONDS,
                max_transaction_retry_time=RETRY_SECONDS,
                notifications_min_severity="OFF",
            )
        try:
            with _translated(config.url), self._session() as session:
                for statement in statements(CYPHER / "schema" / "neo4j.cypher"):
                    session.run(statement).consume()
        except StoreError:
            self._driver.close()
            raise

    def run(self, name: str, /, **params: object) -> list[Row]:
        """See `GraphStore.run`; a passing fault of the server is tried again for 15 seconds."""
        query = self._queries[name]
        query.check(params)

        def work(transaction: neo4j.ManagedTransaction) -> list[Row]:
            return transaction.run(query.text, dict(params)).data()

        with _translated(f"{name} ({query.where})", self._url), self._session() as session:
            return session.execute_write(work) if query.writes else session.execute_read(work)

    def load(self, file: str, frame: pd.DataFrame) -> None:
        """See `GraphStore.load`: edges of a kind that has none yet are created, the rest merged."""
        columns = self._queries[f"load_{file}"].parameters[0].columns
        frame = completed(frame, columns)
        if f"create_{file}" in self._names and not self.run(f"first_{file}"):
            self._create(file, frame)
            return
        for rows in row_batches(frame, f"writing {file}", EDGES_A_TRANSACTION):
            self.run(f"load_{file}", rows=rows)

    def _create(self, file: str, frame: pd.DataFrame) -> None:
        """Grouped by source, by two writers; a deadlock between them is tried again."""
        chunks = _chunks(list(_grouped(frame)), f"creating {file}")
        with ThreadPoolExecutor(WRITERS) as writers:
            for _ in writers.map(lambda rows: self.run(f"create_{file}", rows=rows), chunks):
                pass

    def replace(self, edge: str, rows: Mapping[str, pd.DataFrame]) -> None:
        """See `GraphStore.replace`: every new edge is put before the first old one is dropped.

        A list that changed within one transaction was seen half by its readers: the server does not
        isolate them from the moment of a commit.
        """
        lists = {table: _lists(rows.get(label)) for label, table in self._tables(edge).items()}
        for table, each in lists.items():
            for chunk in _chunks(each, f"writing {table}"):
                self.run(f"put_{table}", rows=chunk)
        for table, each in lists.items():
            kept = {row["source"] for row in each}
            gone = {row["id"] for row in self.run(f"sources_{table}")} - kept
            kept_lists = [{"source": row["source"], "target": row["target"]} for row in each]
            kept_lists += [{"source": source, "target": []} for source in sorted(gone)]
            for chunk in _chunks(kept_lists, f"dropping old {table}"):
                self.run(f"drop_{table}", rows=chunk)

    def close(self) -> None:
        """Close the pool; the server keeps what it acknowledged."""
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

    def _session(self) -> neo4j.Session:
        return self._driver.session(database=self._database)

    def _tables(self, edge: str) -> dict[str, str]:
        """The query files' names for derived edges of this type, by the label they start from."""
        prefix = f"put_{edge.lower()}_"
        names = sorted(name for name in self._names if name.startswith(prefix))
        return {name.removeprefix(prefix).capitalize(): name.removeprefix("put_") for name in names}


def _lists(frame: pd.DataFrame | None) -> list[Row]:
    """A row for each node that derived edges start from: its targets and scores, by rank."""
    if frame is None or frame.empty:
        return []
    return list(_grouped(frame.sort_values(["source", "rank"])[["source", "target", "score"]]))


def _grouped(frame: pd.DataFrame) -> Iterator[Row]:
    """A row for each source, with lists of the other columns in the frame's order."""
    if frame.empty:
        return
    frame = frame.sort_values("source", kind="stable")
    values = {
        str(name): series.astype(object).where(series.notna(), None).tolist()
        for name, series in frame.items()
    }
    sources = values.pop("source")
    starts = [0, *(i for i in range(1, len(sources)) if sources[i] != sources[i - 1])]
    for start, end in zip(starts, [*starts[1:], len(sources)], strict=True):
        yield {"source": sources[start]} | {
            name: column[start:end] for name, column in values.items()
        }


def _chunks(lists: list[Row], doing: str) -> Iterator[list[Row]]:
    """Whole lists, some thousand edges together; progress in a terminal."""
    chunk: list[Row] = []
    edges = 0
    for row in progress(lists, doing):
        chunk.append(row)
        edges += 1 + len(row["target"])
        if edges >= EDGES_A_TRANSACTION:
            yield chunk
            chunk, edges = [], 0
    if chunk:
        yield chunk


@contextlib.contextmanager
def _translated(where: str, url: str = "") -> Iterator[None]:
    """Turn the driver's errors into ours, once."""
    try:
        yield
    except (exceptions.Neo4jError, exceptions.DriverError, ValueError, OSError) as error:
        raise _translation(error, where, url or where) from error


def _translation(error: Any, where: str, url: str) -> StoreError:
    message = getattr(error, "message", None) or str(error)
    if isinstance(error, exceptions.AuthError):
        return CredentialsRefused(
            f"{url} turned the user name or password away; set NEO4J_USER and NEO4J_PASSWORD"
        )
    if isinstance(error, exceptions.ServiceUnavailable | exceptions.SessionExpired | OSError):
        return StoreUnavailable(
            f"{url} does not answer; start Neo4j there (make neo4j) or choose another --store"
        )
    if "No space left" in message:
        return StoreFull(f"{url}: the server's disk is full; make room and run it again")
    return StatementFailed(f"{where}: {message}")
