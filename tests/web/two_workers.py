"""A server of two workers in processes of its own, and connections that know which one has them."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlencode

from graph.store import GraphStore, StoreConfig, open_store
from web.config import WebConfig
from web.keys import Keys
from web.viewer_tokens import ViewerTokens

ROOT = Path(__file__).parents[2]
SECRET = "only-for-tests " * 3
PER_MINUTE = 40


class Client:
    """One connection, which one worker has taken; that is its `pid`."""

    def __init__(self, server: "Server"):
        self.headers: dict[str, str] = {}
        self._connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        server.clients.append(self)
        self.ask("GET", "/health")
        self.pid = server.taker(self._connection.sock.getsockname()[1])

    def ask(
        self, method: str, path: str, body: object = None, headers: Mapping[str, str] | None = None
    ) -> tuple[int, Any, Mapping[str, str]]:
        """The status, what was answered and its headers."""
        sent = {**self.headers, **(headers or {})}
        text = None
        if isinstance(body, str):
            text, sent["Content-Type"] = body, "application/x-ndjson"
        elif body is not None:
            text, sent["Content-Type"] = json.dumps(body), "application/json"
        self._connection.request(method, path, text, sent)
        answer = self._connection.getresponse()
        told = answer.read()
        form = answer.headers.get_content_type()
        said = json.loads(told) if form == "application/json" else told.decode()
        return answer.status, said, dict(answer.headers)

    def get(self, path: str, **query: object) -> Any:
        """What is answered to a read that goes well."""
        status, said, _ = self.ask("GET", f"{path}?{urlencode(query)}")
        assert status == 200, said
        return said

    def close(self) -> None:
        self._connection.close()


@dataclass
class Server:
    """A server of two workers, and whoever asks it."""

    process: "subprocess.Popen[bytes]"
    port: int
    graph: StoreConfig
    folder: Path
    config: WebConfig
    service: str
    operator: str
    clients: list[Client] = field(default_factory=list)

    @property
    def workers(self) -> set[int]:
        """The processes that answer."""
        return self._children - self.holders - self.keepers

    @property
    def holders(self) -> set[int]:
        """The process that holds an embedded graph: it alone is not to be told to end."""
        return {child for child in self._children if _ignores(child, signal.SIGTERM)}

    @property
    def keepers(self) -> set[int]:
        """The process that keeps derived edges up: it alone goes behind others, once it does."""
        return {child for child in self._children if _niceness(child) > 0}

    @property
    def _children(self) -> set[int]:
        pid = self.process.pid
        try:
            listed = Path(f"/proc/{pid}/task/{pid}/children").read_text()
        except OSError:  # it has ended
            return set()
        return {int(child) for child in listed.split()}

    def reading(self) -> GraphStore:
        """The graph that is served, as others than its workers may read it."""
        sockets = list(self.folder.glob("resonance-*/graph.sock"))
        return open_store(f"ladybug+unix:{sockets[0]}" if sockets else self.graph)

    def taker(self, port: int) -> int:
        """The worker that holds the other end of a connection from this port."""
        rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        ends = (f"{self.port:04X}", f"{port:04X}")
        found = (row[9] for row in rows if (row[1][-4:], row[2][-4:]) == ends)
        held = f"socket:[{next(found)}]"
        for pid in self.workers:
            for file in Path(f"/proc/{pid}/fd").iterdir():
                with suppress(FileNotFoundError):
                    if os.readlink(file) == held:
                        return pid
        raise AssertionError(f"nobody holds {held}")

    def pair(self, credential: str) -> tuple[Client, Client]:
        """Two connections, one to each worker."""
        taken: dict[int, Client] = {}
        for _ in range(200):
            client = Client(self)
            taken.setdefault(client.pid, client)
            if len(taken) == 2:
                one, other = taken.values()
                one.headers = other.headers = {"Authorization": f"Bearer {credential}"}
                return one, other
        raise AssertionError(f"one worker took all connections: {taken}")

    def hang_up(self) -> None:
        """Close every connection."""
        while self.clients:
            self.clients.pop().close()

    def token(self, user_id: str) -> str:
        return ViewerTokens(self.config).mint(user_id).token

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *told: object) -> None:
        self.hang_up()
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(20)
        finally:
            if self.process.poll() is None:
                for pid in self._children:
                    os.kill(pid, signal.SIGKILL)
                self.process.kill()
                self.process.wait()


def _ignores(pid: int, number: signal.Signals) -> bool:
    with suppress(FileNotFoundError):
        told = Path(f"/proc/{pid}/status").read_text().partition("SigIgn:")[2].split()[0]
        return bool(int(told, 16) >> (number - 1) & 1)
    return False


def _niceness(pid: int) -> int:
    with suppress(FileNotFoundError, ProcessLookupError):
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[16])
    return 0


def started(folder: Path, config: StoreConfig) -> Server:
    """The server, once both workers have read what feeds rest on, and edges are kept up."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    keys = Keys(folder / "keys.db")
    own = {
        "RESONANCE_STORE": config.url,
        "RESONANCE_KEYS": "keys.db",
        "RESONANCE_MEMORY": "memory.db",
        "RESONANCE_TOKEN_SECRET": SECRET,
        "RESONANCE_RATE_VIEWERS": f"{PER_MINUTE}/hour",
        "RESONANCE_RATE_KEYS": "off",
        "NEO4J_USER": config.user,
        "NEO4J_PASSWORD": config.password,
        "NEO4J_DATABASE": config.database,
        "PYTHONPATH": str(ROOT),
        "TMPDIR": str(folder),
    }
    service, operator = keys.add("backend"), keys.add("ops", "operator")
    command = [sys.executable, "-m", "resonance", "serve", "--workers", "2", "--port", str(port)]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=folder, env={**os.environ, **own}, stdout=log, stderr=log
        )
    asking = WebConfig(token_secret=SECRET)
    server = Server(process, port, config, folder, asking, service, operator)
    until = time.monotonic() + 60
    while time.monotonic() < until:
        assert process.poll() is None, (folder / "log").read_text()
        with suppress(OSError):
            ready = [each.ask("GET", "/ready")[0] for each in server.pair(service)]
            server.hang_up()
            if ready == [200, 200] and server.keepers:
                return server
        time.sleep(0.1)
    raise AssertionError((folder / "log").read_text())
