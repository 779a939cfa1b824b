"""Few connections serve many threads, and none is two threads' at once."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from graph.connections import AGE, Connections, connections_for


class Connection:
    def __init__(self) -> None:
        self.used = threading.Lock()
        self.closed = False

    def close(self) -> None:
        self.closed = True


def test_many_threads_share_few_connections_and_none_is_used_by_two() -> None:
    connections = Connections(Connection, most=3)
    seen: set[Connection] = set()

    def use(_: int) -> None:
        with connections.lent() as mine:
            assert mine.used.acquire(blocking=False)
            seen.add(mine)
            mine.used.release()

    with ThreadPoolExecutor(12) as threads:
        list(threads.map(use, range(500)))
    assert 1 <= len(seen) <= 3
    assert seen == connections.all


def test_a_thread_has_the_same_one_within_a_block() -> None:
    connections = Connections(Connection, most=1)
    with connections.lent() as outer, connections.lent() as inner:
        assert inner is outer
    with connections.lent() as later:
        assert later is outer


def test_who_must_wait_gets_the_one_that_comes_back() -> None:
    connections = Connections(Connection, most=1)
    with ThreadPoolExecutor(1) as other:
        with connections.lent() as mine:
            waiting = other.submit(lambda: connections.lent().__enter__())
            assert not waiting.done()
        assert waiting.result(timeout=10) is mine


def test_after_renewing_no_older_one_is_lent() -> None:
    connections = Connections(Connection, most=2)
    with connections.lent() as idle:
        pass
    connections.renew()
    assert idle.closed
    with connections.lent() as held:
        with ThreadPoolExecutor(1) as other:
            other.submit(connections.renew).result()
        assert not held.closed
    assert held.closed
    with connections.lent() as new:
        assert new is not held and not new.closed


def test_a_reader_gets_none_that_is_old_and_a_writer_the_same_all_the_time() -> None:
    now = [0.0]
    connections = Connections(Connection, most=3, clock=lambda: now[0])
    with connections.writing() as writer:
        pass
    with connections.lent() as long, ThreadPoolExecutor(1) as other:

        def use(after: float) -> Connection:
            now[0] += after
            with connections.lent() as mine:
                used: Connection = mine
            return used

        first = other.submit(use, 0.0).result()
        assert other.submit(use, AGE).result() is first and not first.closed
        assert other.submit(use, 1.0).result() is first and first.closed
        second = other.submit(use, 0.0).result()
        assert second is not first and not long.closed
    assert long.closed and connections.all == {writer, second}
    now[0] += AGE
    with connections.writing() as later:
        assert later is writer and not writer.closed


def test_all_who_write_have_one_connection_which_no_reader_gets_or_waits_for() -> None:
    connections = Connections(Connection, most=1)
    with connections.writing() as writer, connections.lent() as inner:
        assert inner is writer
    with connections.lent() as reader, ThreadPoolExecutor(1) as other:
        assert reader is not writer
        assert other.submit(lambda: connections.writing().__enter__()).result(10) is writer


def test_after_renewing_whoever_writes_has_a_new_one() -> None:
    connections = Connections(Connection, most=1)
    with connections.writing() as writer:
        connections.renew()
        assert not writer.closed
    assert writer.closed
    with connections.writing() as second:
        assert second is not writer
    connections.renew()
    assert second.closed
    with connections.writing() as third:
        assert not third.closed and third is not second


def test_there_are_four_connections_a_processor_and_sixteen_at_most() -> None:
    assert [connections_for(each) for each in (1, 2, 3, 4, 64)] == [4, 8, 12, 16, 16]


def test_unless_told_there_are_as_many_as_the_processors_need(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("graph.connections.processors", lambda: 1)
    connections = Connections(Connection)
    with ThreadPoolExecutor(9) as threads:
        barrier = threading.Barrier(4, timeout=30)

        def use(_: int) -> None:
            with connections.lent():
                barrier.wait()

        list(threads.map(use, range(8)))
    assert len(connections.all) == 4
