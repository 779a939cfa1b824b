"""What goes over the wire to a Neo4j server: a door before it that counts as it lets through.

Counted are the messages of Bolt that ask, as they are sent, so that nothing of a driver's own
(retries, keep-alives, its reading ahead) is left out.
"""

import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

BEGIN, RUN = 0x11, 0x10
HANDSHAKE = 20
"""Bytes before the first message."""
MANIFEST, CHOSEN = b"\x00\x00\x01\xff", 5
"""How a server begins that lists its versions, and how many bytes say which was chosen of them."""
PIECE = 1 << 16


@dataclass
class Counts:
    """What was asked of the server so far."""

    trips: int = 0
    """How often somebody asked who had been answered all before: each waits for an answer."""
    statements: int = 0
    transactions: int = 0
    """Those that were begun; a statement alone begins none."""


class Messages:
    """Takes a client's bytes apart into messages, of which it counts some."""

    def __init__(self, counts: Counts):
        self._counts, self._left, self._rest = counts, HANDSHAKE, b""
        self._inside = False

    def skip(self, size: int) -> None:
        """So many bytes more come before the first message."""
        self._left += size

    def take(self, told: bytes) -> None:
        """More bytes."""
        skipped = min(self._left, len(told))
        self._left -= skipped
        self._rest += told[skipped:]
        while len(self._rest) >= 2:
            size = int.from_bytes(self._rest[:2], "big")
            if len(self._rest) < 2 + size:
                return
            if size and not self._inside:
                self._counts.statements += self._rest[3] == RUN
                self._counts.transactions += self._rest[3] == BEGIN
            self._inside = size > 0
            self._rest = self._rest[2 + size :]


@contextmanager
def counting(host: str, port: int) -> Iterator[tuple[int, Counts]]:
    """A port of this machine that leads to the server, and what was asked through it.

    The counts are whole once nobody waits for an answer any more.
    """
    counts = Counts()

    class Through(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with socket.create_connection((host, port)) as server:
                for each in (server, self.request):  # no piece waits for the one before it
                    each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                asks = _Asking(counts)
                back = threading.Thread(target=asks.answers, args=(server, self.request))
                back.start()
                asks.asks(self.request, server)
                back.join()

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Through) as door:
        door.daemon_threads = True
        serving = threading.Thread(target=door.serve_forever, daemon=True)
        serving.start()
        try:
            yield door.server_address[1], counts
        finally:
            door.shutdown()


class _Asking:
    """One connection: whose turn it is to speak."""

    def __init__(self, counts: Counts):
        self._counts, self._messages, self._answered = counts, Messages(counts), True

    def asks(self, client: socket.socket, server: socket.socket) -> None:
        """Let through what is asked, until nothing more is."""
        while told := client.recv(PIECE):
            self._counts.trips += self._answered
            self._answered = False
            self._messages.take(told)
            server.sendall(told)
        server.shutdown(socket.SHUT_WR)

    def answers(self, server: socket.socket, client: socket.socket) -> None:
        """Let through what is answered."""
        first = True
        while told := server.recv(PIECE):
            if first and told.startswith(MANIFEST):
                self._messages.skip(CHOSEN)
            first, self._answered = False, True
            client.sendall(told)
