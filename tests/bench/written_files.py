"""Tiny data sets in the forms of the archives; every row is made up."""

from collections.abc import Iterable, Sequence
from pathlib import Path


def write(path: Path, rows: Iterable[Sequence[object]], encoding: str = "utf-8") -> None:
    """Rows as tab-separated lines."""
    text = "\n".join("\t".join(map(str, row)) for row in rows)
    path.write_bytes(text.encode(encoding) + b"\n")
