"""The production engine, over Bolt, with the driver's pool, retries and managed transactions."""

import contextlib
from collections.abc import Iterator, Mapping
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
        """See `GraphStore.load`: batches of MERGE."""
        columns = self._queries[f"load_{file}"].parameters[0].columns
        for rows in row_batches(completed(frame, columns), f"writing {file}"):
            self.run(f"load_{file}", rows=rows)

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
            targets = [{"source": row["source"], "targets": row["targets"]} for row in each]
            targets += [{"source": source, "targets": []} for source in sorted(gone)]
            for chunk in _chunks(targets, f"dropping old {table}"):
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
        names = [query.name for query in self._queries if query.name.startswith(prefix)]
        return {name.removeprefix(prefix).capitalize(): name.removeprefix("put_") for name in names}


def _lists(frame: pd.DataFrame | None) -> list[Row]:
    """A row for each node that derived edges start from: its targets and scores, by rank."""
    if frame is None or frame.empty:
        return []
    ordered = frame.sort_values(["source", "rank"])
    return [
        {"source": source, "targets": group["target"].tolist(), "scores": group["score"].tolist()}
        for source, group in ordered.groupby("source", sort=True)
    ]


def _chunks(lists: list[Row], doing: str) -> Iterator[list[Row]]:
    """Whole lists, some thousand edges together; progress in a terminal."""
    chunk: list[Row] = []
    edges = 0
    for row in progress(lists, doing):
        chunk.append(row)
        edges += 1 + len(row["targets"])
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
