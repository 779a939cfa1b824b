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
from graph.store import StoreConfig

CONNECT_SECONDS = 10.0
RETRY_SECONDS = 15.0
EDGES_A_TRANSACTION = 10_000
"""How many derived edges one transaction replaces: a few MB of the server's heap."""


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
        return self._together([(name, params)])[0]

    def load(self, file: str, frame: pd.DataFrame) -> None:
        """See `GraphStore.load`: batches of MERGE."""
        columns = self._queries[f"load_{file}"].parameters[0].columns
        for rows in row_batches(completed(frame, columns), f"writing {file}"):
            self.run(f"load_{file}", rows=rows)

    def replace(self, edge: str, rows: Mapping[str, pd.DataFrame]) -> None:
        """See `GraphStore.replace`: each node's list changes within one transaction."""
        for label in self._labels(edge):
            table = f"{edge}_{label}".lower()
            frame = rows.get(label, pd.DataFrame({"source": []}))
            gone = {row["id"] for row in self.run(f"sources_{table}")} - set(frame["source"])
            if gone:
                self.run(f"clear_{table}", sources=sorted(gone))
            for chunk in _by_source(frame):
                sources = sorted({row["source"] for row in chunk})
                clear: tuple[str, Mapping[str, object]] = (f"clear_{table}", {"sources": sources})
                self._together([clear, (f"create_{table}", {"rows": chunk})])

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

    def _together(self, calls: list[tuple[str, Mapping[str, object]]]) -> list[list[Row]]:
        """Run several queries in one transaction: all of them happen, or none."""
        queries = [self._queries[name] for name, _ in calls]
        for query, (_, params) in zip(queries, calls, strict=True):
            query.check(params)

        def work(transaction: neo4j.ManagedTransaction) -> list[list[Row]]:
            return [
                transaction.run(query.text, dict(params)).data()
                for query, (_, params) in zip(queries, calls, strict=True)
            ]

        where = ", ".join(f"{query.name} ({query.where})" for query in queries)
        with _translated(where, self._url), self._session() as session:
            if any(query.writes for query in queries):
                return session.execute_write(work)
            return session.execute_read(work)

    def _session(self) -> neo4j.Session:
        return self._driver.session(database=self._database)

    def _labels(self, edge: str) -> list[str]:
        """The labels that derived edges of this type start from, as the query files tell."""
        prefix = f"clear_{edge.lower()}_"
        names = [query.name for query in self._queries if query.name.startswith(prefix)]
        return [name.removeprefix(prefix).capitalize() for name in names]


def _by_source(frame: pd.DataFrame) -> Iterator[list[Row]]:
    """Rows in chunks of some thousand that never part the rows of one source."""
    chunk: list[Row] = []
    for _, group in frame.groupby("source", sort=True):
        chunk += [
            {str(key): value for key, value in row.items()} for row in group.to_dict("records")
        ]
        if len(chunk) >= EDGES_A_TRANSACTION:
            yield chunk
            chunk = []
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
