"""A PostgreSQL for the tests: the one that RESONANCE_TEST_POSTGRES names, or one of our own.

Our own is made of Debian's package in a temporary folder, on a free port of this machine, and ends
with the tests. It runs as ``postgres`` where the tests run as root, since initdb refuses root.
"""

import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

WHERE = "/usr/lib/postgresql"


def binaries() -> Path | None:
    """The newest version's folder with initdb and pg_ctl."""
    found = sorted(Path(WHERE).glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    return found[-1].parent if found else None


@contextmanager
def serve_postgres(bin: Path) -> Iterator[str]:
    """The address of an empty server; gone afterwards, with all its files."""
    home = Path(tempfile.mkdtemp(prefix="resonance-pg-"))
    password, port = secrets.token_hex(8), _free_port()
    (home / "password").write_text(password)
    if os.getuid() == 0:
        for path in (home, home / "password"):
            shutil.chown(path, "postgres", "postgres")
    data = str(home / "data")
    try:
        _run([f"{bin}/initdb", "-D", data, "-U", "tester", "-A", "scram-sha-256", "--no-sync"]
             + ["-E", "UTF8", "--pwfile", str(home / "password")])  # fmt: skip
        options = f"-p {port} -k {home} -h 127.0.0.1 -F"
        _run([f"{bin}/pg_ctl", "-D", data, "-l", str(home / "log"), "-w", "-o", options, "start"])
        try:
            yield f"postgresql://tester:{quote(password)}@127.0.0.1:{port}/postgres"
        finally:
            _run([f"{bin}/pg_ctl", "-D", data, "-m", "immediate", "-w", "stop"])
    finally:
        shutil.rmtree(home)


def _run(command: Sequence[str]) -> None:
    if os.getuid() == 0:
        home = pwd.getpwnam("postgres").pw_dir
        command = ["runuser", "-u", "postgres", "--", "env", f"HOME={home}", *command]
    # Not a pipe: the server that pg_ctl starts would keep it open.
    with tempfile.TemporaryFile() as told:
        done = subprocess.run(command, stdout=told, stderr=told, cwd="/", timeout=60)
        told.seek(0)
        if done.returncode:
            raise RuntimeError(f"{command[-1]}: {told.read().decode()}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
