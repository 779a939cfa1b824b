"""A soak asks for pages, acts and looks at memory; growth is that of the last two thirds."""

from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from bench import soak


def test_growth_is_a_line_through_the_last_two_thirds() -> None:
    minutes = pd.Series(range(31), dtype=float)
    grown = pd.DataFrame({"minute": minutes, "resident": 500 + 400 * (minutes <= 10) + 2 * minutes})
    assert soak.growth(grown) == pytest.approx(120.0)


def test_a_short_soak_is_answered_and_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asked = list[tuple[str, str]]()
    as_it_is = soak.Wire.ask

    def noted(wire: soak.Wire, method: str, path: str, *rest: object) -> object:
        asked.append((method, path.split("/")[1]))
        return as_it_is(wire, method, path, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(soak.Wire, "ask", noted)
    monkeypatch.setattr(soak, "LOOKS", 12)
    # However slow the machine is, both come in six seconds.
    monkeypatch.setattr(soak, "ACTS", 2)
    monkeypatch.setattr(soak, "WRITES", 5)
    short = ["--minutes", "0.1", "--rate", "100", "--engagements", "2000"]
    told = CliRunner().invoke(soak.main, short)
    assert told.exit_code == 0, told.output
    assert {("GET", "feed"), ("PUT", "posts"), ("POST", "posts")} <= set(asked)
    *looks, reads, acts, degraded, computed, verdict = told.output.splitlines()
    assert len(looks) == 12 and all(" MB" in each for each in looks)
    assert " reads: p50 " in reads and " acts: p50 " in acts and " most " in acts
    assert degraded == "0 pages were degraded"
    assert computed.startswith("the server computed for ")
    assert verdict.endswith("MB an hour")
