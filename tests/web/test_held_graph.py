"""`resonance serve --workers 2` over an embedded graph: what becomes of it with its holder."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from two_workers import ROOT, started

from graph.derive.rebuild import derive
from graph.ingest import ingest_tables
from graph.store import GraphStore, StoreConfig, open_store
from village.world import World

pytestmark = pytest.mark.skipif(
    not Path("/proc/net/tcp").exists(), reason="connections are seen in /proc"
)


def test_a_server_ends_with_the_process_that_holds_its_graph_and_loses_nothing(
    tmp_path: Path, ladybug_url: str, village: World
) -> None:
    with open_store(ladybug_url) as store:
        ingest_tables(store, village.tables)
        derive(store)
    with started(tmp_path, StoreConfig(ladybug_url)) as server:
        one, other = server.pair(server.service)
        author = village.tables["users"].query("privacy == 'public'")["id"].iloc[0]
        written = [
            client.ask("POST", f"/posts?viewer={author}", {"title": "Kept"})[1]["post"]["post_id"]
            for client in (one, other, one)
        ]
        (holder,) = server.holders
        os.kill(holder, signal.SIGKILL)
        assert server.process.wait(30) == 1
        assert server.workers == set()
    said = (tmp_path / "log").read_text()
    assert f"the process that held {ladybug_url} died" in said and "Traceback" not in said
    with open_store(ladybug_url) as store:
        assert set(written) <= {row["id"] for row in store.run("export_posts")}


def test_a_graph_that_another_process_holds_is_named_before_anybody_is_served(
    tmp_path: Path, store: GraphStore, ladybug_url: str
) -> None:
    command = [sys.executable, "-m", "resonance", "--store", ladybug_url, "serve", "--workers", "2"]
    own = {**os.environ, "PYTHONPATH": str(ROOT)}
    told = subprocess.run(command, cwd=tmp_path, env=own, capture_output=True, text=True)
    assert told.returncode == 1
    assert "is held open by another process" in told.stderr and "Traceback" not in told.stderr
