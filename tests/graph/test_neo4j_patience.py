"""Who is late has somebody look; only a server that answers nobody is asked no more."""

import threading
import time
from types import SimpleNamespace
from typing import Any

import pytest

from graph import neo4j_patience
from graph.errors import StoreUnavailable
from graph.neo4j_patience import Patience

SECONDS = 0.05


class Socket:
    """Remembers what it was bounded to."""

    def set_read_deadline(self, left: Any) -> None:
        self.reading = left

    def set_write_deadline(self, left: Any) -> None:
        self.writing = left


def pool_of(socket: Socket) -> Any:
    connection = SimpleNamespace(socket=socket)
    return SimpleNamespace(acquire=lambda: connection, _acquire=lambda *_: connection)


def late(patience: Patience) -> None:
    with pytest.raises(StoreUnavailable, match="lost to others"), patience.waiting():
        time.sleep(2 * SECONDS)
        raise StoreUnavailable("lost to others again and again")


def looker() -> threading.Thread | None:
    return next((each for each in threading.enumerate() if each.name == "awaiting Neo4j"), None)


def test_a_connection_is_bounded_for_who_waits_and_for_nobody_else() -> None:
    socket = Socket()
    pool = pool_of(socket)
    patience = Patience(pool, "bolt://there", 10.0, lambda: None)
    with patience.waiting():
        pool.acquire()
        assert 9.0 < socket.reading <= 10.0 and socket.writing == socket.reading
        with patience.waiting():
            pool.acquire()
    pool.acquire()
    assert socket.reading is None and socket.writing is None


def test_a_server_that_answers_is_asked_on_however_late_somebody_was() -> None:
    pool, looked = pool_of(Socket()), threading.Event()
    patience = Patience(pool, "bolt://there", SECONDS, looked.set)
    late(patience)
    assert looked.wait(10)
    for _ in range(3):
        with patience.waiting():
            pool.acquire()


def test_a_server_that_answers_nobody_is_asked_by_one_alone_until_it_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(neo4j_patience, "LOOK", 0.01)
    answers, looks, pool = threading.Event(), list[float](), pool_of(Socket())

    def look() -> None:
        looks.append(time.monotonic())
        pool.acquire()
        if not answers.is_set():
            raise StoreUnavailable("silent")

    patience = Patience(pool, "bolt://there", SECONDS, look)
    late(patience)
    while len(looks) < 3:
        time.sleep(0.001)
    with pytest.raises(StoreUnavailable, match="bolt://there does not answer within 0.05 seconds"):
        with patience.waiting():
            pytest.fail("it was asked")
    with pytest.raises(StoreUnavailable):
        pool.acquire()  # nor does what is not bounded ask
    (looking,) = filter(None, [looker()])
    answers.set()
    looking.join(10)
    with patience.waiting():
        pool.acquire()


def test_where_nobody_can_look_the_server_is_asked_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    pool = pool_of(Socket())
    patience = Patience(pool, "bolt://there", SECONDS, lambda: None)
    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", refused)
        late(patience)
    with patience.waiting():
        pool.acquire()


def test_who_closes_it_ends_the_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    def look() -> None:
        raise StoreUnavailable("silent")

    patience = Patience(pool_of(Socket()), "bolt://there", SECONDS, look)
    late(patience)
    (looking,) = filter(None, [looker()])
    patience.close()
    looking.join(10)
    assert not looking.is_alive()
