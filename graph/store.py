"""The seam between everything and the engines: named queries in, plain rows out."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self, TypeVar

import pandas as pd

from graph.changes import Changes
from graph.errors import ConfigError, StoreUnavailable
from graph.model import Row
from graph.schema import Schema

Call = tuple[str, Mapping[str, object]]
"""A query's name and its parameters."""
Done = TypeVar("Done")
READ = 0.2
"""Seconds within which whoever reads a list has read it."""
SHARED = "ladybug+unix"
"""The scheme of an embedded graph that another process of the same server holds: its socket."""
SERVERS = tuple(f"{each}{tls}" for each in ("bolt", "neo4j") for tls in ("", "+s", "+ssc"))
"""The schemes of Neo4j's addresses."""


class Runs(Protocol):
    """What runs named queries: a store, or one transaction of it."""

    def run(self, name: str, /, **params: object) -> list[Row]:
        """See `GraphStore.run`."""

    def foresee(self, calls: Sequence[Call]) -> None:
        """Say what will be asked next, so that it can be asked in one round, in this order.

        Each answer is given once, to who runs that very query, and is as of now: nothing that is
        written until then may change it. They may read or hold. Where a round costs nothing, and
        outside of a transaction, it does nothing.
        """


class GraphStore(Protocol):
    """A graph, whichever engine holds it. Safe to share between threads."""

    engine: str
    isolates: bool
    """Whether who reads while a transaction is committed sees all of it or nothing."""
    schema: Schema
    """Its version, as of the opening or the last `migrate`."""
    changes: Changes
    """What was written through this store, for those who keep what they read."""

    @property
    def unfolded(self) -> float:
        """How much of what may lie beside the graph does, before a write folds it; 0: nothing.

        1 also where large tables were read whole, nothing was let go of since, and none is read.
        """

    @property
    def stopped(self) -> bool:
        """Whether every write fails until the graph is opened anew; it is read meanwhile.

        So it is after its disk was full, or failed. What a server has is for that server to say.
        """

    @property
    def mended(self) -> bool:
        """Whether the disk takes writes, as far as is seen: then opening anew ends `stopped`."""

    def run(self, name: str, /, **params: object) -> list[Row]:
        """Run the query of that name under ``cypher/`` and return its rows.

        Raises:
            UnknownQuery: no file declares `name`.
            ParameterError: `params` are not exactly the declared ones; the engine saw nothing.
            StoreError: the engine refused or failed; nothing was written.
        """

    def foresee(self, calls: Sequence[Call]) -> None:
        """See `Runs.foresee`: a store keeps nothing, so it asks nothing."""

    def run_all(self, calls: Sequence[Call]) -> list[list[Row]]:
        """Run reading queries one after the other, in one round as far as the engine can.

        Returns:
            Each call's rows, in the order of `calls`. Nothing is promised about writes in between.

        Raises:
            As `run` does; a query that writes is a ParameterError.
        """

    def transact(self, work: Callable[[Runs], Done]) -> Done:
        """Run several queries as one: what they write is seen at once, or never.

        Args:
            work: gets what runs queries in the transaction. It may be called again from the start
                (Neo4j, after a deadlock), so it must do nothing else. One that first holds the
                nodes it decides by (``hold_people``, ``hold_posts``) decides alone; whatever it
                raises, nothing was written.

        Returns:
            What `work` returns.
        """

    def frame(self, name: str, /, **params: object) -> pd.DataFrame:
        """What `run` returns, as a frame: for a whole table, where a dict a row takes too long.

        Columns have the engine's own types (`graph.frames.typed` gives them a kind's); without
        rows, they are there all the same.
        """

    def load(self, file: str, frame: pd.DataFrame, *, new: bool = False) -> None:
        """Write the rows of one kind, in bulk; safe to run twice, but for `new`.

        Args:
            file: the name of a ``load_...`` query: a kind's file, ``names`` or ``naming``.
            frame: its columns (null where one is missing), each key once; a null leaves what is
                there. Edges whose ends do
                not exist are an error or are left out.
            new: the caller has looked, and the store has none of these rows: they need not be
                searched for. A node that is there all the same is an error, an edge is doubled.
        """

    def replace(self, edge: str, rows: Mapping[str, pd.DataFrame]) -> None:
        """Put new derived edges in the place of all old ones of type `edge`.

        Args:
            edge: ``"TOP"``, ``"SIMILAR"`` or ``"NEAR"``.
            rows: by the label that the edges start from: ``source``, ``target``, ``score``
                (float) and ``rank`` (int, from 0). Rows whose node does not exist are an error.

        A reader meanwhile sees a node's old list, its new one or (Neo4j, for as long as the
        replacing takes) the two together; never none and never a part.
        """

    def fold(self) -> None:
        """Take in what single writes left beside the graph, and keep nothing of what was read.

        Nothing is done where a server sees to that itself, and hardly ever while `frame` reads.
        Readers wait meanwhile, for some half a second at four million edges.
        """

    def migrate(self) -> Schema:
        """Make all of the schema that is not there, also what somebody dropped.

        Opening makes what a graph of an earlier version lacks; this is for what is amiss.
        """

    def close(self) -> None:
        """Let go of the engine; what was written is on disk."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...


@dataclass(frozen=True)
class StoreConfig:
    """Where the graph is, and how to be let in."""

    url: str = "ladybug:.data/graph"
    """``ladybug:PATH`` (embedded), or ``bolt://HOST:PORT`` or ``neo4j://HOST:PORT``, with ``+s`` or
    ``+ssc`` behind the scheme for TLS (the latter asks for no authority's signature)."""
    user: str = "neo4j"
    """The name that a Neo4j server knows (`NEO4J_USER`)."""
    password: str = field(default="", repr=False)
    """Its password (`NEO4J_PASSWORD`); empty means that the server asks for none."""
    database: str = "neo4j"
    """The database inside the server (`NEO4J_DATABASE`)."""
    connections: int = 100
    """To a Neo4j server at most: with one for each thread that asks, none waits for another's."""
    patience: float | None = None
    """Seconds for which one that serves waits for an answer of `run`, `run_all` or `transact`, of a
    Neo4j server; None: for as long as the server bids, as is right for long work."""

    def __post_init__(self) -> None:
        scheme, _, rest = self.url.partition(":")
        if scheme not in ("ladybug", SHARED, *SERVERS) or not rest:
            raise ConfigError(
                f"the store {self.url!r} is neither ladybug:PATH nor bolt://HOST:PORT nor"
                " neo4j://HOST:PORT (bolt+s, neo4j+s over TLS; a Neo4j has its bolt port, 7687,"
                " beside Browser's); set RESONANCE_STORE or --store to one of these"
            )

    @property
    def file(self) -> Path | None:
        """The file of an embedded graph; None: a server has it."""
        scheme, _, rest = self.url.partition(":")
        return Path(rest) if scheme == "ladybug" else None

    def there(self) -> Self:
        """The same, where there is a graph; opening an embedded one that is not there makes it.

        Raises:
            StoreUnavailable: there is none.
        """
        if self.file is not None and not self.file.exists():
            raise StoreUnavailable(
                f"there is no graph at {self.file}: load one (resonance load ...), or name it by"
                " RESONANCE_STORE or --store"
            )
        return self

    @property
    def search_path(self) -> Path | None:
        """The file of the words of an embedded graph, beside it; a server has its own."""
        return None if self.file is None else Path(f"{self.file}-search.db")

    @classmethod
    def from_env(cls, environ: Mapping[str, str], url: str | None = None) -> Self:
        """Settings from the environment; `url` (a command's ``--store``) wins over it."""
        return cls(
            url=environ.get("RESONANCE_STORE") or cls.url if url is None else url,
            user=environ.get("NEO4J_USER") or cls.user,
            password=environ.get("NEO4J_PASSWORD", ""),
            database=environ.get("NEO4J_DATABASE") or cls.database,
        )


def open_store(config: StoreConfig | str, *, as_it_is: bool = False) -> GraphStore:
    """Open the graph that `config` names, and bring its schema up to this version's.

    Args:
        config: where; a plain url takes its credentials from the environment.
        as_it_is: leave the schema as it is; queries may fail for what it lacks.

    Raises:
        StoreUnavailable: no such server, or another process holds the embedded graph.
        CredentialsRefused: the server turned the name and password away.
        SchemaNewer: a later version of Resonance made it.
    """
    if isinstance(config, str):
        config = StoreConfig.from_env(os.environ, config)
    scheme, _, rest = config.url.partition(":")
    # The drivers load only when they are wanted: a Neo4j worker needs no embedded engine.
    if scheme == "ladybug":
        from graph.ladybug_store import LadybugStore

        return LadybugStore(Path(rest), as_it_is)
    if scheme == SHARED:
        from graph.ladybug_client import LadybugClient

        return LadybugClient(Path(rest))
    from graph.neo4j_store import Neo4jStore

    return Neo4jStore(config, as_it_is)
