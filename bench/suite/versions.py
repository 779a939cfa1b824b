"""What a run was made with."""

import platform
import sqlite3
from importlib.metadata import version

from gnn.revision import revision
from graph.model import Row

PACKAGES = ("ladybug", "neo4j", "numpy", "pandas", "scipy", "torch", "implicit", "flask")


def versions() -> Row:
    """Of Python, of the packages that decide a time, of SQLite, and of this repository."""
    packages = {name: version(name) for name in PACKAGES}
    engines = {"python": platform.python_version(), "sqlite": sqlite3.sqlite_version}
    return {"resonance": revision(), **engines, **packages}
