"""What tests of the embedded engine's files share."""

import subprocess
import sys
import textwrap
from pathlib import Path

from graph.store import GraphStore

ROOT = Path(__file__).resolve().parents[1]
OPENING = "import sys; from graph.store import open_store; open_store(sys.argv[1])"


def python(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the code in a process of its own."""
    command = [sys.executable, "-c", textwrap.dedent(code), *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)


def tags(store: GraphStore) -> set[str]:
    """The ids of all tags."""
    return {row["id"] for row in store.run("export_tags")}
