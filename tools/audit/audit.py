#!/usr/bin/env python3
"""Whether what is installed has known vulnerabilities, as far as that can be known here.

``pip-audit`` asks the package index, which not every network reaches and not every mirror answers.
It calls that a pass, with everything skipped. So one package is asked about first, and where there
is no answer it is said, in words that cannot be taken for a pass; ``RESONANCE_REQUIRE_AUDIT=1``
makes that a failure. Whether the installed packages fit together needs no network::

    .venv/bin/python tools/audit/audit.py
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

PROBE = "flask==3.1.3"
"""A package that every index of packages has, and what it has against it."""
SECONDS = 5
"""For which an answer is waited for, a package."""
ACCEPTED: Mapping[str, str] = {}
"""Vulnerabilities that do not touch us, by their ids, and why; a line each until there is a fix."""


@dataclass(frozen=True)
class Audit:
    """What came of asking."""

    asked: int
    found: Sequence[str]
    """A sentence each."""
    accepted: Sequence[str]
    unanswered: Sequence[str]
    """Packages of which nothing was said, and why."""


def audited(report: Mapping[str, Any]) -> Audit:
    """What pip-audit's JSON says."""
    found: list[str] = []
    accepted: list[str] = []
    unanswered: list[str] = []
    for package in report["dependencies"]:
        if "skip_reason" in package:
            unanswered.append(f"{package['name']} ({package['skip_reason']})")
        for each in package.get("vulns", ()):
            names = {each["id"], *each.get("aliases", ())}
            why = next((ACCEPTED[name] for name in sorted(names) if name in ACCEPTED), None)
            fixed = ", ".join(each["fix_versions"]) or "none yet"
            said = f"{package['name']} {package['version']}: {each['id']}; fixed in: {fixed}"
            (found if why is None else accepted).append(said if why is None else f"{said}; {why}")
    return Audit(len(report["dependencies"]), found, accepted, unanswered)


def ask(*arguments: str) -> Audit | str:
    """Run pip-audit; what it found, or why it could not."""
    command = [sys.executable, "-m", "pip_audit", "--format=json", "--progress-spinner=off"]
    command += [f"--timeout={SECONDS}", *arguments]
    done = subprocess.run(command, capture_output=True, text=True)
    try:
        return audited(json.loads(done.stdout))
    except json.JSONDecodeError:
        return (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]


def probed() -> str | None:
    """Why nothing can be known here; None: the index answers."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write(PROBE)
        file.flush()
        told = ask("--requirement", file.name, "--no-deps", "--disable-pip")
    if isinstance(told, str):
        return told
    return told.unanswered[0] if told.unanswered else None


def not_done(why: str) -> int:
    """Say so; a failure only where an audit is required."""
    required = os.environ.get("RESONANCE_REQUIRE_AUDIT") == "1"
    print(f"AUDIT NOT DONE: nobody looked for known vulnerabilities here: {why}")
    if not required:
        print("(RESONANCE_REQUIRE_AUDIT=1 makes this a failure)")
    return int(required)


def main() -> int:
    """The exit code: 1 where packages do not fit together, or one is known to be vulnerable."""
    if subprocess.run([sys.executable, "-m", "pip", "check"]).returncode:
        return 1
    if (why := probed()) is not None:
        return not_done(why)
    told = ask("--local", "--skip-editable")
    if isinstance(told, str):
        return not_done(told)
    for each in told.accepted:
        print(f"accepted: {each}")
    for each in told.found:
        print(f"VULNERABLE: {each}")
    if told.found:
        return 1
    unanswered = [each for each in told.unanswered if "editable" not in each]
    print(f"audit: nothing known against {told.asked - len(told.unanswered)} packages")
    return not_done(f"of {', '.join(unanswered)}") if unanswered else 0


if __name__ == "__main__":
    sys.exit(main())
