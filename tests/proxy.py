"""A way between a client and a server that may be slow, silent or cut."""

import socket
import threading
import time
from contextlib import suppress
from typing import Self


class Proxy:
    """Listens on this machine and hands on, in both directions, what comes to it."""

    def __init__(self, host: str, port: int):
        """To that server, and open."""
        self._server = (host, port)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._held: set[socket.socket] = set()
        self.cut = False
        """Whether whoever connects is sent away."""
        self.silent = False
        """Whether whatever comes is swallowed, in both directions, and nobody is sent away."""
        self.delay = 0.0
        """Seconds that each piece waits on its way to the server."""
        self.port: int = self._listening.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def stop(self) -> None:
        """Cut every connection, and let nobody through, as when the server has ended."""
        self.cut = True
        for each in list(self._held):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def start(self) -> None:
        """Let everybody through again."""
        self.cut = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                if self.cut:
                    client.close()
                    continue
                server = socket.create_connection(self._server)
                self._held |= {client, server}
                for ends, slow in (((client, server), True), ((server, client), False)):
                    threading.Thread(target=self._hand_on, args=(*ends, slow), daemon=True).start()

    def _hand_on(self, one: socket.socket, other: socket.socket, slow: bool) -> None:
        with suppress(OSError):
            while piece := one.recv(1 << 16):
                if self.silent:
                    continue
                if slow:
                    time.sleep(self.delay)
                other.sendall(piece)
        for each in (one, other):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        one.close()
        self._held.discard(one)
