"""A server that is told to end: whoever was taken gets an answer, nobody new is taken."""

import fcntl
import os
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import requests
from filled_graphs import Fill, Prepared

from graph.store import open_store
from village.world import World
from web.ending import _sent_more

ROOT = Path(__file__).parents[2]


@pytest.fixture
def running(
    prepared: Prepared, derived_village: Fill, tmp_path: Path
) -> Iterator[tuple[str, "subprocess.Popen[bytes]"]]:
    """`resonance serve` over the village, as a container runs it."""
    with ExitStack() as stack:
        prepared.open_copy(derived_village, tmp_path / "copy", stack)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-c", "from resonance import main; main()", "--store"]
    command += [f"ladybug:{tmp_path / 'copy' / 'graph'}", "serve", "--port", str(port)]
    own = {"RESONANCE_MEMORY": "memory.db", "RESONANCE_KEYS": "keys.db", "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, cwd=tmp_path, env={**os.environ, **own}) as process:
        base = f"http://127.0.0.1:{port}"
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                requests.get(f"{base}/health", timeout=5)
                break
            except requests.ConnectionError:
                time.sleep(0.05)
        yield base, process
        process.kill()


def test_a_server_that_is_told_to_end_answers_what_it_was_asked_and_keeps_it(
    running: tuple[str, "subprocess.Popen[bytes]"], village: World, tmp_path: Path
) -> None:
    base, process = running
    public = village.tables["users"].query("privacy == 'public'")["id"].tolist()
    written: list[str] = []

    def act(who: str) -> None:
        with requests.Session() as session:
            for number in range(10_000):
                path = f"{base}/posts?viewer={who}"
                try:
                    told = session.post(path, json={"title": f"{who} {number}"}, timeout=20)
                except requests.ConnectionError:
                    return  # refused, or closed before it was read: then it was not done either
                written.append(told.json()["post"]["post_id"])

    people = [threading.Thread(target=act, args=(who,)) for who in public[:6]]
    stream = requests.get(
        f"{base}/notifications/stream?viewer={public[7]}", stream=True, timeout=20
    )
    for each in people:
        each.start()
    until = time.monotonic() + 20
    while len(written) < 30 and time.monotonic() < until:
        time.sleep(0.01)
    process.send_signal(signal.SIGTERM)
    for each in people:
        each.join(20)
    assert process.wait(20) == 0
    assert b"event: ready" in b"".join(stream.iter_content())  # its end is whole, not cut
    with open_store(f"ladybug:{tmp_path / 'copy' / 'graph'}") as store:
        kept = {row["id"] for row in store.run("export_posts") if row["id"].startswith("app:")}
    assert kept == set(written)


def test_what_was_sent_is_seen_over_any_number_of_connections() -> None:
    few, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    try:
        one, other = socket.socketpair()
        with one, other:
            with socket.socket(fileno=fcntl.fcntl(one, fcntl.F_DUPFD, 1_024)) as high:
                assert not _sent_more(high)
                other.sendall(b"x")
                assert _sent_more(high)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (few, most))
