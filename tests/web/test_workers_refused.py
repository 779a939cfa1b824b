"""Where several processes could not answer as one would, they are refused."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from resonance import main


def refused(store: str) -> str:
    told = CliRunner().invoke(main, ["--store", store, "serve", "--workers", "2"])
    assert told.exit_code == 1
    return told.output


def test_workers_know_by_a_file_what_was_served(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RESONANCE_MEMORY", "off")
    assert "set RESONANCE_MEMORY" in refused("bolt://127.0.0.1:9")


def test_a_graph_that_does_not_answer_is_said_before_anybody_is_served(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NEO4J_PASSWORD", "any-password")
    assert "bolt://127.0.0.1:9" in refused("bolt://127.0.0.1:9")
