"""The application in a process of its own, as it is run: `resonance serve`."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path

import click

SERVE = (sys.executable, "-c", "from resonance import main; main()")
PATIENCE = 120.0
"""Seconds for a server to begin, and to end."""


@contextlib.contextmanager
def served(url: str, scratch: Path, environ: Mapping[str, str], workers: int = 1) -> Iterator[str]:
    """Serve the graph at `url`; yields the address. Ended by SIGTERM, as a container is.

    Raises:
        click.ClickException: it did not begin, or did not end well.
    """
    with begun(url, scratch, environ, workers) as (base, process):
        try:
            yield base
        finally:
            if (died := process.poll()) is not None:
                raise click.ClickException(f"the server died with {died}")
            process.send_signal(signal.SIGTERM)
            status = process.wait(PATIENCE)
    if status:
        raise click.ClickException(f"the server ended with {status}")


@contextlib.contextmanager
def begun(
    url: str,
    scratch: Path,
    environ: Mapping[str, str],
    workers: int = 1,
    model: Path | None = None,
) -> Iterator[tuple[str, "subprocess.Popen[bytes]"]]:
    """The address and the process of a server that answers; ended where it still runs at the end.

    Raises:
        click.ClickException: it did not begin.
    """
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    own = {
        "RESONANCE_MEMORY": str(scratch / "memory.db"),
        "RESONANCE_KEYS": str(scratch / "keys.db"),
        "RESONANCE_MODEL": str(model or scratch / "no-model"),
    }
    command = [*SERVE, "--store", url, "serve", "--port", str(port), "--workers", str(workers)]
    with subprocess.Popen(
        command, env={**os.environ, **environ, **own}, stdout=subprocess.DEVNULL
    ) as process:
        try:
            base = f"http://127.0.0.1:{port}"
            _wait(base, process)
            yield base, process
        finally:
            if workers > 1 and process.poll() is None:
                process.terminate()  # which has its workers end before it
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(PATIENCE)
            process.kill()


def _wait(base: str, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{base}/health", timeout=5):
            return
        time.sleep(0.1)
    raise click.ClickException("the server did not begin")
