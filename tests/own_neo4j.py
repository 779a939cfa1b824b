"""A Neo4j of a test's own, by tools/neo4j/server.py: one that may be filled, and stopped."""

import json
import os
import re
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from graph.store import StoreConfig

ROOT = Path(__file__).parents[1]
LIB = Path(os.environ.get("RESONANCE_NEO4J_LIB") or ROOT / ".data" / "neo4j" / "lib")
REQUIRED = os.environ.get("RESONANCE_REQUIRE_NEO4J") == "1"
TOOL = (sys.executable, str(ROOT / "tools" / "neo4j" / "server.py"))
# Its few seconds are not worth Java's slower second compiler.
ENVIRONMENT = {**os.environ, "JAVA_TOOL_OPTIONS": "-XX:TieredStopAtLevel=1"}


class OwnNeo4j:
    """A server in a folder of its own; not started yet."""

    def __init__(self, scratch: Path):
        """In that folder; skips the test where the jars are not there."""
        if not LIB.exists():
            said = f"no Neo4j jars in {LIB}; `make neo4j` fetches"
            pytest.fail(said) if REQUIRED else pytest.skip(said)
        self.home = scratch / "home"
        self.bolt_port = 0

    @property
    def _record(self) -> Path:
        return self.home / "server.json"

    def tell(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run the tool for it."""
        where = [f"--home={self.home}", f"--lib={LIB}"]
        return subprocess.run(
            [*TOOL, *words, *where], capture_output=True, text=True, env=ENVIRONMENT
        )

    def start(self, *settings: str) -> StoreConfig:
        """Start it, at the port that it had before, with further settings; where it is."""
        ports = [f"--bolt-port={self.bolt_port}", "--http-port=0"]
        more = [f"--setting={each}" for each in settings]
        told = self.tell("start", *ports, *more, "--heap=512m", "--pagecache=64m", "--env")
        assert told.returncode == 0, told.stderr
        environ = dict(re.findall(r"export (\w+)='?([^'\n]*)", told.stdout))
        config = StoreConfig.from_env(environ, environ["NEO4J_URI"])
        self.bolt_port = int(config.url.rsplit(":", 1)[1])
        return config

    def stop(self) -> None:
        """End it, as an operator does."""
        told = self.tell("stop")
        assert told.returncode == 0, told.stderr

    def send(self, number: signal.Signals) -> None:
        """Send its process a signal."""
        os.kill(json.loads(self._record.read_text())["pid"], number)

    def kill(self) -> None:
        """End it at once, where it runs: what it holds is wanted by nobody any more."""
        if self._record.exists():
            with suppress(ProcessLookupError):  # it ended by itself: the test says of what
                self.send(signal.SIGKILL)
            self._record.unlink()
