"""The audit of dependencies: it never takes silence for a pass."""

import importlib
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
CLEAN = {"name": "flask", "version": "3.1.3", "vulns": []}
SILENT = {"name": "click", "skip_reason": "Dependency not found on PyPI"}
OURS = {"name": "resonance", "skip_reason": "distribution marked as editable"}
BAD = {
    "name": "requests",
    "version": "2.0",
    "vulns": [{"id": "PYSEC-1", "aliases": ["CVE-1"], "fix_versions": ["2.1"]}],
}


@pytest.fixture
def audit(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """The tool, which is a script and no package; `pip check` says yes without being run."""
    monkeypatch.syspath_prepend(str(ROOT / "tools" / "audit"))
    module = importlib.import_module("audit")
    yes = subprocess.CompletedProcess([], 0)
    monkeypatch.setattr(module.subprocess, "run", lambda *told, **more: yes)
    yield module


def answering(audit: ModuleType, monkeypatch: pytest.MonkeyPatch, *packages: Any) -> None:
    """The index answers the first question well, and says this of the packages."""
    told = iter([[CLEAN], list(packages)])
    monkeypatch.setattr(audit, "ask", lambda *_: audit.audited({"dependencies": next(told)}))


def test_nothing_known_is_a_pass_that_says_of_how_many(
    audit: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answering(audit, monkeypatch, CLEAN, OURS)
    assert audit.main() == 0
    assert capsys.readouterr().out == "audit: nothing known against 1 packages\n"


def test_a_vulnerability_fails_with_where_it_is_fixed(
    audit: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answering(audit, monkeypatch, CLEAN, BAD)
    assert audit.main() == 1
    assert "VULNERABLE: requests 2.0: PYSEC-1; fixed in: 2.1" in capsys.readouterr().out


def test_one_that_does_not_touch_us_is_told_with_the_reason(
    audit: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(audit, "ACCEPTED", {"CVE-1": "we send no cookies"})
    answering(audit, monkeypatch, BAD)
    assert audit.main() == 0
    assert "accepted: requests 2.0: PYSEC-1" in capsys.readouterr().out


@pytest.mark.parametrize("required", [False, True])
def test_an_index_that_is_silent_is_told_and_fails_only_where_an_audit_is_required(
    audit: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    required: bool,
) -> None:
    monkeypatch.setenv("RESONANCE_REQUIRE_AUDIT", "1" if required else "")
    asked: list[Any] = []

    def silent(*arguments: str) -> Any:
        asked.append(arguments)
        return audit.audited({"dependencies": [SILENT]})

    monkeypatch.setattr(audit, "ask", silent)
    assert audit.main() == required
    said = capsys.readouterr().out
    assert "AUDIT NOT DONE" in said and "click" in said and "nothing known" not in said
    assert len(asked) == 1  # and nobody is asked in vain about all the others


def test_a_package_of_which_nothing_is_said_is_named(
    audit: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answering(audit, monkeypatch, CLEAN, SILENT)
    assert audit.main() == 0
    assert "AUDIT NOT DONE" in (said := capsys.readouterr().out) and "of click" in said


def test_packages_that_do_not_fit_together_fail(
    audit: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    no = subprocess.CompletedProcess([], 1)
    monkeypatch.setattr(audit.subprocess, "run", lambda *told, **more: no)
    assert audit.main() == 1


def test_without_a_network_the_tool_says_that_nobody_looked(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    nowhere = f"http://127.0.0.1:{port}"
    own = {"HTTPS_PROXY": nowhere, "https_proxy": nowhere, "RESONANCE_REQUIRE_AUDIT": "1"}
    own |= {"PIP_CACHE_DIR": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path)}
    told = subprocess.run(
        [sys.executable, "tools/audit/audit.py"],
        cwd=ROOT,
        env={**os.environ, **own},
        capture_output=True,
        text=True,
    )
    assert told.returncode == 1
    assert "No broken requirements found." in told.stdout and "AUDIT NOT DONE" in told.stdout
