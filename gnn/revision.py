"""Which revision of Resonance computed something: what a model's metadata and a report tell."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def revision(folder: Path = ROOT) -> str:
    """The commit, and whether anything was changed since; ``unknown`` where there is no git.

    So it is where `folder` is no checkout of its own: installed into somebody's project, it must
    not tell that project's commit.
    """
    root = _git(folder, "rev-parse", "--show-toplevel")
    if root is None or Path(root).resolve() != folder.resolve():
        return "unknown"
    return _git(folder, "describe", "--always", "--dirty", "--abbrev=12") or "unknown"


def _git(folder: Path, *words: str) -> str | None:
    try:
        told = subprocess.run(
            ["git", *words], cwd=folder, capture_output=True, text=True, check=True
        )
    except (FileNotFoundError, subprocess.CalledProcessError):
        return None
    return told.stdout.strip()
