"""A server's own folder: configuration, password, lock, ports and the record of its process."""

import contextlib
import fcntl
import json
import os
import re
import secrets
import socket
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from jars import fail

LOCALHOST = "127.0.0.1"


@dataclass(frozen=True)
class Server:
    """A started server: its process and the ports that it listens on."""

    pid: int
    bolt_port: int
    http_port: int


def config_text(
    bolt_port: int, http_port: int, pagecache: str, settings: Sequence[str] = ()
) -> str:
    """The text of ``neo4j.conf``: this machine only, no telemetry, always a password."""
    ours = f"""\
server.default_listen_address={LOCALHOST}
server.default_advertised_address={LOCALHOST}
server.bolt.listen_address=:{bolt_port}
server.bolt.advertised_address=:{bolt_port}
server.http.listen_address=:{http_port}
server.http.advertised_address=:{http_port}
server.memory.pagecache.size={pagecache}
dbms.security.auth_enabled=true
dbms.usage_report.enabled=false
client.allow_telemetry=false
"""
    return ours + "".join(f"{each}\n" for each in settings)


def home_password(home: Path) -> str:
    """The home's password: kept from its first start, from NEO4J_PASSWORD, or a new random one."""
    file = home / "password"
    wished = os.environ.get("NEO4J_PASSWORD")
    if file.exists():
        kept = file.read_text().strip()
        if wished and wished != kept:
            fail(f"{home} has another password than NEO4J_PASSWORD: unset it, or wipe the home.")
        return kept
    password = wished or secrets.token_hex(16)
    if len(password) < 8 or re.search(r"[\s\"'\\]", password):
        fail("NEO4J_PASSWORD must have 8 characters or more, no blank, quote or backslash.")
    with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.write(password)
    return password


def read_record(home: Path) -> Server | None:
    """The server that was last started from `home`, running or not."""
    try:
        return Server(**json.loads((home / "server.json").read_text()))
    except (FileNotFoundError, ValueError, TypeError):
        return None


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold the folder's lock, so that no two commands fetch, start or end the same at once."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with open(folder.with_name(f"{folder.name}.lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def is_free(port: int) -> bool:
    """Whether nothing listens on this port of the machine's own address."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOCALHOST, port))
        except OSError:
            return False
    return True


def choose_port(wished: int | None, default: int) -> int:
    """The wished port (0: any free one); with no wish the default, or a free one if taken."""
    port = default if wished is None else wished
    if port and is_free(port):
        return port
    if wished:
        fail(f"port {wished} is taken; choose another, or 0 for any free one.")
    with socket.socket() as probe:
        probe.bind((LOCALHOST, 0))
        return int(probe.getsockname()[1])
