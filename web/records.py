"""What lies beside the graph, for an operator: trainings, an evaluation, the last load's report."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

DOCUMENT = "report.json"
"""As `gnn.report` names it, which serving does not import."""


@dataclass(frozen=True, slots=True)
class Records:
    """Where it lies; None: nowhere."""

    models: Path | None = None
    """The folder of trainings (`gnn.versions`)."""
    evaluation: Path | None = None
    """The folder of an evaluation (`resonance evaluate --out`)."""
    load: Path | None = None
    """The report of the last load."""


@dataclass(frozen=True, slots=True)
class Told:
    """A document, and when it was written (Unix seconds)."""

    at: int
    document: Mapping[str, object]


def read(path: Path | None) -> Told | None:
    """The JSON object in a file; None where there is no such file, or it is none.

    What is no JSON (NaN, which Python writes where nothing was measured) is null.
    """
    try:
        if path is None:
            return None
        at, text = int(path.stat().st_mtime), path.read_text(encoding="utf-8")
        document = json.loads(text, parse_constant=lambda _: None)
    except (OSError, ValueError):  # what is not there, or is another's: ours are written whole
        return None
    return Told(at, document) if isinstance(document, dict) else None
