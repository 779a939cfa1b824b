"""A model tells by which revision it was trained."""

import subprocess
from pathlib import Path

import pytest

from gnn.revision import revision


def test_a_folder_without_git_has_no_revision(tmp_path: Path) -> None:
    assert revision(tmp_path) == "unknown"


def test_without_the_program_there_is_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert revision() == "unknown"


def test_a_checkout_tells_its_commit_and_changes_and_not_to_what_lies_inside_it(
    tmp_path: Path,
) -> None:
    def git(*words: str) -> str:
        who = ("-c", "user.name=test", "-c", "user.email=test@example.org")
        command = ["git", *who, *words]
        return subprocess.run(
            command, cwd=tmp_path, check=True, capture_output=True, text=True
        ).stdout.strip()

    git("init", "-q")
    file = tmp_path / "file"
    file.write_text("one")
    git("add", "file")
    git("commit", "-q", "-m", "one")
    commit = git("rev-parse", "HEAD")[:12]
    assert revision(tmp_path) == commit
    file.write_text("two")
    assert revision(tmp_path) == f"{commit}-dirty"
    inside = tmp_path / "site-packages"
    inside.mkdir()
    assert revision(inside) == "unknown"
