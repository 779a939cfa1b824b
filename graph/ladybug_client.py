"""An embedded graph that another process of the same server holds (`graph.ladybug_server`)."""

import pickle
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from multiprocessing.connection import Client, Connection
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pandas as pd

from graph.changes import Changes
from graph.connections import Connections
from graph.errors import StoreUnavailable
from graph.model import Row
from graph.schema import Schema
from graph.store import Call, Done, Runs


class LadybugClient:
    """The graph, as a worker has it; what is asked is done by the process that holds it."""

    engine = "ladybug"
    isolates = True

    def __init__(self, socket: Path):
        """Connect to who listens at `socket` (`graph.store.open_store`)."""
        self._socket = socket
        self._connections = Connections(self._connect)
        self.changes = Changes(alone=False, told=True)
        self.schema: Schema = self._ask("schema")

    def run(self, name: str, /, **params: object) -> list[Row]:
        """See `GraphStore.run`."""
        rows: list[Row] = self._ask("run", name, **params)
        return rows

    def transact(self, work: Callable[[Runs], Done]) -> Done:
        """See `GraphStore.transact`; nobody else writes meanwhile, and `work` is called once."""
        with self._lent() as connection:
            _asked(connection, "transact")
            try:
                done = work(_Transaction(connection))
            except BaseException:
                # What the holder says of it, or that it is gone, is not why it is taken back.
                with suppress(StoreUnavailable):
                    _asked(connection, "roll back")
                raise
            _asked(connection, "commit")
            return done

    def foresee(self, calls: Sequence[Call]) -> None:
        """See `GraphStore.foresee`: the engine answers as fast as it is asked."""

    def run_all(self, calls: Sequence[Call]) -> list[list[Row]]:
        """See `GraphStore.run_all`."""
        rows: list[list[Row]] = self._ask("run_all", list(calls))
        return rows

    def frame(self, name: str, /, **params: object) -> pd.DataFrame:
        """See `GraphStore.frame`."""
        found: pd.DataFrame = self._ask("frame", name, **params)
        return found

    def load(self, file: str, frame: pd.DataFrame, *, new: bool = False) -> None:
        """See `GraphStore.load`."""
        self._ask("load", file, frame, new=new)

    def replace(self, edge: str, rows: Mapping[str, pd.DataFrame]) -> None:
        """See `GraphStore.replace`."""
        self._ask("replace", edge, dict(rows))

    @property
    def unfolded(self) -> float:
        """See `GraphStore.unfolded`."""
        found: float = self._ask("unfolded")
        return found

    @property
    def stopped(self) -> bool:
        """See `GraphStore.stopped`."""
        found: bool = self._ask("stopped")
        return found

    @property
    def mended(self) -> bool:
        """See `GraphStore.mended`."""
        found: bool = self._ask("mended")
        return found

    def fold(self) -> None:
        """See `GraphStore.fold`."""
        self._ask("fold")

    def migrate(self) -> Schema:
        """See `GraphStore.migrate`."""
        self._ask("migrate")
        self.schema = self._ask("schema")
        return self.schema

    def close(self) -> None:
        """Hang up; the graph stays open for others."""
        self._connections.renew()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _ask(self, what: str, /, *args: object, **named: object) -> Any:
        with self._lent() as connection:
            return _asked(connection, what, *args, **named)

    @contextmanager
    def _lent(self) -> Iterator[Connection]:
        """A connection; one that broke is lent to nobody any more."""
        with self._connections.lent() as connection:
            try:
                yield connection
            except StoreUnavailable:
                self._connections.renew()
                raise
            finally:
                # The holder tells of a write before it answers: from now on it holds here, too.
                self.changes.heed()

    def _connect(self) -> Connection:
        try:
            return Client(str(self._socket), "AF_UNIX")
        except OSError as error:
            raise _gone(self._socket) from error


class _Transaction:
    """One transaction of a store, on its connection."""

    def __init__(self, connection: Connection):
        self._connection = connection

    def run(self, name: str, /, **params: object) -> list[Row]:
        """See `Runs.run`."""
        rows: list[Row] = _asked(self._connection, "run", name, **params)
        return rows

    def foresee(self, calls: Sequence[Call]) -> None:
        """See `Runs.foresee`."""


def _asked(connection: Connection, what: str, /, *args: object, **named: object) -> Any:
    """What the holder returns.

    Raises:
        ResonanceError: what it raises; StoreUnavailable: it is gone.
    """
    told = pickle.dumps((what, args, named), pickle.HIGHEST_PROTOCOL)
    try:
        connection.send_bytes(told)
        heard = connection.recv_bytes()
    except (EOFError, OSError) as error:
        raise _gone("its connection is closed") from error
    except BaseException:
        connection.close()  # what it answers would be taken for another answer
        raise
    done, answer = pickle.loads(heard)
    if done:
        return answer
    raise answer


def _gone(where: object) -> StoreUnavailable:
    return StoreUnavailable(
        f"the process that holds the graph does not answer ({where}); serve it again"
    )
