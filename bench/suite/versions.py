"""What a run was made with."""

import platform
import sqlite3
import subprocess
from importlib.metadata import version
from pathlib import Path

from graph.model import Row

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("ladybug", "neo4j", "numpy", "pandas", "scipy", "torch", "implicit", "flask")


def versions() -> Row:
    """Of Python, of the packages that decide a time, of SQLite, and of this repository."""
    packages = {name: version(name) for name in PACKAGES}
    engines = {"python": platform.python_version(), "sqlite": sqlite3.sqlite_version}
    return {"resonance": revision(ROOT), **engines, **packages}


def revision(folder: Path) -> str:
    """The commit, and whether anything was changed since; ``unknown`` where there is no git."""
    command = ["git", "describe", "--always", "--dirty", "--abbrev=12"]
    try:
        told = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    except (FileNotFoundError, subprocess.CalledProcessError):
        return "unknown"
    return told.stdout.strip()
