"""What an outsider may do to a server by connections alone, and who is answered meanwhile."""

import hashlib
import http.client
import inspect
import select
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from apiflask import APIFlask
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import BaseWSGIServer, TcpWSGIServer
from waitress.wasyncore import dispatcher, poll2, readwrite

from graph.store import GraphStore
from village.world import NOW
from web.app import create_app
from web.connections import (
    AT_ONCE,
    FEW,
    FEWEST,
    GIVEN,
    LATER,
    MOST,
    SLOWEST,
    SPARE,
    Channel,
    Limits,
    connections,
)
from web.serve import serving
from web.shared_activity import SharedActivity
from web.state import KEY, state_of
from web.streams import Streams
from web.threads import answering

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

WAIT = 30
"""Seconds after which a test gives up waiting for what must happen."""
LONG = 600
"""Seconds of a limit that no test reaches."""
PATIENT = Limits(most=200, asking=LONG, taking=LONG, idle=LONG)
DOCUMENT = b"GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n"
HEALTH = b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n"


@pytest.fixture(scope="module")
def town(village_store: GraphStore) -> APIFlask:
    return create_app(village_store, clock=lambda: float(NOW), streams=Streams(1))


class Asked:
    """An application, and how many requests it began to answer; it waits until it may go on."""

    def __init__(self, app: APIFlask):
        self.app, self.begun, self.may_go = app, 0, threading.Event()
        self._as_it_is = app.wsgi_app
        self.may_go.set()

    def __call__(self, environ: "WSGIEnvironment", start: "StartResponse") -> object:
        self.begun += 1
        self.may_go.wait(WAIT)
        return self._as_it_is(environ, start)


@pytest.fixture
def asked(town: APIFlask, monkeypatch: pytest.MonkeyPatch) -> Asked:
    asked = Asked(town)
    monkeypatch.setattr(town, "wsgi_app", asked)
    return asked


@contextmanager
def address(app: APIFlask, limits: Limits) -> Iterator[tuple[str, int]]:
    with serving(app, limits=limits) as url:
        host, _, port = url.removeprefix("http://").partition(":")
        yield host, int(port)


def opened(where: tuple[str, int], stack: ExitStack, source: str = "127.0.0.1") -> socket.socket:
    """A connection whose client's own memory for what comes is small."""
    one = stack.enter_context(socket.socket())
    one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 64 << 10)
    one.settimeout(WAIT)
    one.bind((source, 0))
    one.connect(where)
    return one


def healthy(where: tuple[str, int]) -> int:
    """What somebody who connects now is answered."""
    asking = http.client.HTTPConnection(*where, timeout=WAIT)
    try:
        asking.request("GET", "/health")
        return asking.getresponse().status
    finally:
        asking.close()


def until(true: Callable[[], bool]) -> bool:
    """Whether it comes to be true."""
    end = time.monotonic() + WAIT
    while not (happened := true()) and time.monotonic() < end:
        time.sleep(0.05)
    return happened


def ended(connection: socket.socket) -> bool:
    """Whether the server ended it; nothing is read."""
    looked_at = select.poll()
    looked_at.register(connection, select.POLLRDHUP)
    return bool(looked_at.poll(0))


def statuses(connection: socket.socket, number: int) -> list[tuple[int, bytes]]:
    """So many answers that come down a connection, one behind the other."""
    told = []
    with connection.makefile("rb") as reading:
        for _ in range(number):
            status = int(reading.readline().split()[1])
            headers = http.client.parse_headers(reading)
            told.append((status, reading.read(int(headers["Content-Length"]))))
    return told


def dribbled(connection: socket.socket, begin: bytes, piece: bytes) -> bool:
    """Whether a connection ends over which a request comes in pieces, without an end."""
    connection.sendall(begin)

    def more() -> bool:
        try:
            connection.sendall(piece)
        except OSError:
            return True
        time.sleep(0.15)
        return ended(connection)

    return until(more)


def test_whoever_asks_much_and_reads_nothing_holds_no_thread_and_is_asked_no_more(
    asked: Asked, village_store: GraphStore
) -> None:
    number = answering(village_store.engine, 1) + 3
    with address(asked.app, PATIENT) as where, ExitStack() as stack:
        for _ in range(number):
            opened(where, stack).sendall(DOCUMENT * 40)
        seen = -1
        while asked.begun > seen:  # until it stands still
            seen = asked.begun
            time.sleep(1)
        assert healthy(where) == 200
        assert asked.begun < 12 * number, "some megabytes are the system's; waitress begins 17 more"


def test_whoever_takes_nothing_of_an_answer_is_cut_off(town: APIFlask) -> None:
    limits = Limits(most=200, asking=LONG, taking=2, idle=LONG)
    with address(town, limits) as where, ExitStack() as stack:
        held = [opened(where, stack) for _ in range(3)]
        for each in held:
            each.sendall(DOCUMENT * 40)
        assert until(lambda: all(ended(each) for each in held))


def test_requests_that_are_sent_at_once_are_answered_one_by_one_in_their_order(
    town: APIFlask,
) -> None:
    post = b"POST /nope HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody"
    chunked = (
        b"POST /no HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n"
    )
    sent = [HEALTH, post, b"\r\n", chunked, DOCUMENT] * 30
    with address(town, PATIENT) as where, ExitStack() as stack:
        one = opened(where, stack)
        one.sendall(b"".join(sent))
        one.shutdown(socket.SHUT_WR)  # who has asked all may say so
        told = statuses(one, 120)
    assert [status for status, _ in told] == [200, 404, 404, 200] * 30
    assert len({len(body) for status, body in told if status == 200}) == 2


def test_a_slow_reader_that_goes_on_gets_all_of_its_answers(town: APIFlask) -> None:
    limits = Limits(most=200, asking=LONG, taking=3, idle=LONG)
    with address(town, limits) as where, ExitStack() as stack:
        one = opened(where, stack)
        one.sendall(DOCUMENT * 8)
        taken, last = 0, b""
        # Too little for the server's system to call the connection writable within the limit.
        slowly = time.monotonic() + 3 * limits.taking
        while time.monotonic() < slowly:
            taken += len(one.recv(20_000))
            time.sleep(0.2)
        one.sendall(HEALTH.removesuffix(b"\r\n") + b"Connection: close\r\n\r\n")
        while piece := one.recv(1 << 16):
            taken, last = taken + len(piece), (last + piece)[-2_000:]
    taken -= len(last) - last.rindex(b"HTTP/1.1 200")  # of the ninth, by which it ended
    assert taken % 8 == 0 and taken > 8 * 500_000


@pytest.mark.parametrize(
    ("begin", "piece"),
    [
        (b"GET /health HTTP/1.1\r\nX-Slow: ", b"x"),
        (b"", b"\r"),
        (HEALTH.removesuffix(b"\r\n"), b"X: y\r\n"),
        (b"POST /posts HTTP/1.1\r\nHost: x\r\nContent-Length: 900000\r\n\r\n", b"x"),
        (b"POST /posts HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
        (HEALTH + b"GET /health HTTP/1.1\r\nX-Slow: ", b"x"),
    ],
    ids=["header", "nothing whole", "headers", "body", "chunks", "after another"],
)
def test_a_request_that_comes_in_drops_ends_its_connection(
    town: APIFlask, begin: bytes, piece: bytes
) -> None:
    limits = Limits(most=200, asking=1, taking=LONG, idle=LONG)
    with address(town, limits) as where, ExitStack() as stack:
        assert dribbled(opened(where, stack), begin, piece)
        assert healthy(where) == 200


def test_a_silent_newcomer_is_cut_off_and_who_was_answered_or_sends_on_is_not(
    town: APIFlask,
) -> None:
    limits = Limits(most=200, asking=2, taking=2, idle=LONG)
    size, pieces = 5 * SLOWEST, 8
    with address(town, limits) as where, ExitStack() as stack:
        answered, sending, silent = (opened(where, stack) for _ in range(3))
        answered.sendall(HEALTH)
        assert statuses(answered, 1)[0][0] == 200
        head = f"POST /nope HTTP/1.1\r\nHost: x\r\nContent-Length: {size * pieces}\r\n\r\n"
        sending.sendall(head.encode())
        for _ in range(pieces):
            sending.sendall(b"x" * size)
            time.sleep(0.5)
        assert statuses(sending, 1)[0][0] == 404
        assert until(lambda: ended(silent))
        answered.sendall(HEALTH)
        assert statuses(answered, 1)[0][0] == 200


def test_a_connection_that_is_silent_after_its_answer_is_closed_in_the_end(town: APIFlask) -> None:
    limits = Limits(most=200, asking=LONG, taking=LONG, idle=1)
    with address(town, limits) as where, ExitStack() as stack:
        one = opened(where, stack)
        one.sendall(HEALTH)
        assert statuses(one, 1)[0][0] == 200
        assert until(lambda: ended(one))


def test_while_one_address_holds_all_connections_others_keep_theirs_and_get_new_ones(
    town: APIFlask,
) -> None:
    limits = Limits(most=20, asking=LONG, taking=LONG, idle=LONG)
    with address(town, limits) as where, ExitStack() as stack:
        first = opened(where, stack)
        first.sendall(HEALTH)
        assert statuses(first, 1)[0][0] == 200
        held = [opened(where, stack, "127.0.0.2") for _ in range(3 * (limits.most + SPARE))]
        for each in held:
            with suppress(OSError):
                each.sendall(HEALTH[:-2])
        assert [healthy(where) for _ in range(5)] == [200] * 5
        first.sendall(HEALTH)
        assert statuses(first, 1)[0][0] == 200
        assert until(lambda: sum(not ended(each) for each in held) < limits.most)


def test_of_one_address_the_oldest_idle_connection_gives_way_and_nothing_that_is_under_way(
    village_store: GraphStore,
) -> None:
    limits = Limits(most=20, asking=LONG, taking=2, idle=LONG)
    app = create_app(village_store)  # its own, as a server's end is the end of its app's streams
    who = str(village_store.frame("export_users")["username"][0])
    follow = f"GET /notifications/stream?viewer={who}&seconds=8 HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with address(app, limits) as where, ExitStack() as stack:
        stream, oldest = opened(where, stack), opened(where, stack)
        stream.sendall(follow.encode())
        told = stream.recv(4_096)
        oldest.sendall(HEALTH)
        assert statuses(oldest, 1)[0][0] == 200
        assert healthy(where) == 200  # by now the thread that answered the oldest is done with it
        held = [opened(where, stack) for _ in range(3 * (limits.most + SPARE))]
        assert healthy(where) == 200
        assert until(lambda: sum(not ended(each) for each in held) < limits.most)
        gone = [ended(each) for each in held]
        assert gone == sorted(gone, reverse=True), "the oldest first"
        assert ended(oldest)
        while piece := stream.recv(4_096):
            told += piece
    assert b"still here" in told and told.endswith(b"0\r\n\r\n"), "it lives on while it is read"


def test_when_what_is_under_way_ends_those_above_the_limit_give_way_too(asked: Asked) -> None:
    """As when all that may be open ask at once, and nobody can be taken while they are answered."""
    limits = Limits(most=2, asking=LONG, taking=LONG, idle=LONG)
    with address(asked.app, limits) as where, ExitStack() as stack:
        asked.may_go.clear()
        stack.callback(asked.may_go.set)
        held = [opened(where, stack) for _ in range(4 * SPARE)]
        for each in held:
            each.sendall(HEALTH)
        assert until(lambda: asked.begun >= SPARE)
        asked.may_go.set()
        assert healthy(where) == 200
        assert until(lambda: sum(not ended(each) for each in held) <= limits.most)


def test_an_urgent_byte_ends_its_connection(town: APIFlask) -> None:
    with address(town, PATIENT) as where, ExitStack() as stack:
        one = opened(where, stack)
        one.send(b"!", socket.MSG_OOB)
        assert until(lambda: ended(one))


@pytest.mark.parametrize(
    ("files", "most"),
    [(-1, MOST), (1 << 20, MOST), (1_024, 256), (256, FEWEST), (64, FEWEST)],
)
def test_connections_are_as_many_as_files_allow(files: int, most: int) -> None:
    assert connections(files) == most


WRAPPED: Sequence[object] = [
    HTTPChannel.__init__,
    HTTPChannel.writable,
    HTTPChannel.handle_write,
    HTTPChannel.readable,
    HTTPChannel.handle_read,
    HTTPChannel.send_continue,
    HTTPChannel.received,
    HTTPChannel._flush_some_if_lockable,
    HTTPChannel._flush_some,
    HTTPChannel.handle_close,
    HTTPChannel.add_channel,
    HTTPChannel.del_channel,
    HTTPChannel.write_soon,
    HTTPChannel._flush_outbufs_below_high_watermark,
    HTTPChannel.service,
    HTTPRequestParser.__init__,
    HTTPRequestParser.received,
    BaseWSGIServer.__init__,
    BaseWSGIServer.readable,
    BaseWSGIServer.handle_accept,
    BaseWSGIServer.maintenance,
    BaseWSGIServer.run,
    TcpWSGIServer,
    dispatcher.send,
    dispatcher.close,
    dispatcher.handle_expt_event,
    poll2,
    readwrite,
]
"""Of waitress, what `web.connections` (and `web.ending`) overrides, or relies on."""


def test_waitress_is_as_it_was_when_its_connections_were_wrapped() -> None:
    """Where this fails, read `web/connections.py` beside the new texts, and put the sum here."""
    text = "".join(inspect.getsource(each) for each in WRAPPED)  # type: ignore[arg-type]
    sum_ = hashlib.sha256(text.encode()).hexdigest()[:16]
    assert sum_ == "744853e2ef545a42"
    assert issubclass(Channel, HTTPChannel)


@pytest.mark.parametrize("shared", [True, False])
def test_a_worker_with_connections_lets_the_others_be_first_to_take_one(
    town: APIFlask, monkeypatch: pytest.MonkeyPatch, shared: bool
) -> None:
    waited = list[float]()
    clock = SimpleNamespace(monotonic=time.monotonic, sleep=waited.append)
    monkeypatch.setattr("web.connections.time", clock)
    with ExitStack() as stack:
        activity = stack.enter_context(closing(SharedActivity())).of_worker(0)
        state = replace(state_of(town), activity=activity if shared else None)
        monkeypatch.setitem(town.extensions, KEY, state)
        where = stack.enter_context(address(town, PATIENT))
        for _ in range(FEW + 2):
            (one := opened(where, stack)).sendall(HEALTH)
            assert statuses(one, 1)[0][0] == 200
    wanted = [LATER * min(number, FEW) for number in range(FEW + 2)]
    assert waited == (wanted if shared else [])


def test_who_connects_without_end_has_the_others_wait_for_a_share_of_the_time_alone(
    town: APIFlask, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited, now, ahead = list[float](), time.monotonic(), [0.0]
    clock = SimpleNamespace(monotonic=lambda: now + ahead[0], sleep=waited.append)
    monkeypatch.setattr("web.connections.time", clock)
    with ExitStack() as stack:
        activity = stack.enter_context(closing(SharedActivity())).of_worker(0)
        monkeypatch.setitem(town.extensions, KEY, replace(state_of(town), activity=activity))
        where = stack.enter_context(address(town, PATIENT))
        for seconds in (0.0, 0.2, 1_000.0):
            waited.clear()
            ahead[0] += seconds
            for _ in range(40):
                (one := opened(where, stack)).sendall(HEALTH)
                assert statuses(one, 1)[0][0] == 200
            share = min(GIVEN * seconds, AT_ONCE) if seconds else AT_ONCE
            assert share <= sum(waited) <= share + LATER * FEW
