"""The report of the last load as a JSON file, and in it a line of each load before."""

import json
import os
import pwd
from pathlib import Path

from graph.files import whole_file
from graph.report import LoadReport

KEPT = 50
"""Loads of which a line is kept, the last one's among them."""


def keep_report(file: Path, report: LoadReport, source: str, at: int) -> None:
    """Write what a load did over what the one before did, of which its line stays.

    Args:
        file: the report's; where it holds something else, that is gone.
        report: what the load did.
        source: the command and what it read, without addresses, folders or secrets.
        at: when it ended (Unix seconds).

    Raises:
        StoreFull: the file cannot be written; it is as it was.
    """
    line = {"at": at, "source": source, "by": _account(), **report.sums()}
    document = report.as_json() | {"loads": [line, *_before(file)][:KEPT]}
    with whole_file(file) as out:
        out.write(json.dumps(document, indent=1).encode())


def _before(file: Path) -> list[object]:
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):  # the first load, or a file of somebody else's
        return []
    loads = document.get("loads") if isinstance(document, dict) else None
    return loads if isinstance(loads, list) else []


def _account() -> str:
    """Whose process it is; a container's may have a number alone."""
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return f"uid {os.geteuid()}"
