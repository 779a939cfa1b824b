"""Coverage-guided fuzzing finds what is planted, and nothing in what reads text from outside."""

import os
import re
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "tools" / "fuzz"
RUNS = 20_000 if os.environ.get("RESONANCE_TEST_PROFILE") == "nightly" else 400
LIMITS = ("-timeout=2", "-rss_limit_mb=2048", "-seed=1")
"""Seconds and megabytes of one input."""
TARGETS = ("cursor", "token", "events", "folder", "request")


def fuzzed(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """In a folder of the test's own: libFuzzer leaves there what it ended at."""
    called = [sys.executable, *command]
    return subprocess.run(called, cwd=folder, capture_output=True, text=True)


def test_nothing_that_is_read_raises_hangs_or_grows(tmp_path: Path) -> None:
    told = fuzzed(tmp_path, str(FOLDER / "fuzz.py"), ",".join(TARGETS), f"-runs={RUNS}", *LIMITS)
    assert told.returncode == 0, told.stderr[-4_000:]
    assert told.stderr.count(f"Done {RUNS} runs") == len(TARGETS)
    watched = re.findall(r"DONE +cov: [1-9]", told.stderr)
    assert len(watched) == len(TARGETS), "the packages are not watched"


def test_a_planted_fault_is_found_and_kept(tmp_path: Path) -> None:
    code = f"""
import sys
sys.path.insert(0, {str(FOLDER)!r})
import fuzz

def planted(scratch):
    def one(data):
        assert b"~" not in data
    return one

assert tuple(fuzz.TARGETS) == {TARGETS}
fuzz.TARGETS["cursor"] = planted
sys.argv = ["fuzz.py", "cursor", "-runs=100000", "-seed=1"]
fuzz.main()
"""
    told = fuzzed(tmp_path, "-c", code)
    assert told.returncode != 0 and "AssertionError" in told.stderr + told.stdout
    assert b"~" in (tmp_path / "fault-cursor").read_bytes()
