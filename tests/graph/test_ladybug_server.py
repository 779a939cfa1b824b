"""A graph that one process holds for others: what becomes of it where one of them goes away."""

import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Client, Connection
from pathlib import Path

import pytest

from graph.errors import ParameterError, StatementFailed, StoreUnavailable, UnknownQuery
from graph.ladybug_server import SOCKET, GraphServer
from graph.model import Row
from graph.store import SHARED, GraphStore, Runs, open_store

ANA: Row = {"id": "t:user:ana", "username": "ana", "joined_at": None, "privacy": None}
ANA |= {"active": None, "details": None}


@pytest.fixture
def socket(store: GraphStore, tmp_path: Path) -> Iterator[Path]:
    server = GraphServer(store, tmp_path / SOCKET)
    yield tmp_path / SOCKET
    server.end()


@contextmanager
def asking(socket: Path) -> Iterator[Connection]:
    """A connection without a store around it."""
    with Client(str(socket), "AF_UNIX") as connection:
        yield connection


def ask(connection: Connection, what: str, *args: object, **named: object) -> object:
    connection.send_bytes(pickle.dumps((what, args, named)))
    done, answer = pickle.loads(connection.recv_bytes())
    assert done, answer
    return answer


def test_who_goes_away_in_a_transaction_wrote_nothing_and_stops_nobody(
    store: GraphStore, socket: Path
) -> None:
    with asking(socket) as gone:
        ask(gone, "transact")
        ask(gone, "run", "load_users", rows=[ANA])
    with open_store(f"{SHARED}:{socket}") as other:
        other.transact(lambda runs: runs.run("load_users", rows=[{**ANA, "id": "t:user:ben"}]))
    assert [row["id"] for row in store.run("export_users")] == ["t:user:ben"]


def test_what_is_wrong_is_raised_where_it_was_asked_for(socket: Path) -> None:
    with open_store(f"{SHARED}:{socket}") as other:
        with pytest.raises(UnknownQuery, match="no_such"):
            other.run("no_such")
        with pytest.raises(ParameterError, match="rows"):
            other.run("load_users")

        def work(runs: Runs) -> None:
            runs.run("load_users", rows=[ANA])
            runs.run("load_users", rows=[ANA | {"joined_at": "no number"}])

        with pytest.raises((ParameterError, StatementFailed)):
            other.transact(work)
        assert other.run("export_users") == []


def test_whether_it_can_be_written_is_known_to_all(
    store: GraphStore, socket: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_store(f"{SHARED}:{socket}") as other:
        for stopped, mended in ((False, True), (True, False), (True, True)):
            monkeypatch.setattr(store, "_full", stopped)
            monkeypatch.setattr("graph.ladybug_store.takes_writes", lambda *_, said=mended: said)
            assert (other.stopped, other.mended) == (stopped, mended)
    monkeypatch.undo()  # else it would be closed as if its disk were full


def test_one_that_holds_it_no_more_is_named(store: GraphStore, tmp_path: Path) -> None:
    server = GraphServer(store, tmp_path / SOCKET)
    other = open_store(f"{SHARED}:{tmp_path / SOCKET}")
    other.close()
    server.end()
    with pytest.raises(StoreUnavailable, match="serve it again"):
        other.run("export_users")
