"""A soak asks for pages, acts and looks at memory; growth is that of the last two thirds."""

import os
import re
from dataclasses import astuple
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner
from random_encoder import RandomTraining

from bench import soak
from bench.crowd.wire import Heard
from bench.suite.servers import status_gb
from gnn.versions import Models
from graph.model import Tables


def test_growth_is_a_line_through_the_last_two_thirds() -> None:
    minutes = pd.Series(range(31), dtype=float)
    heaps = 500 + 400 * (minutes <= 10) + 2 * minutes
    looks = pd.DataFrame({"minute": minutes, "heaps": heaps, "pool": 90.0, "files": 100.0})
    looks["resident"] = looks["heaps"] + 190
    grown = soak.growth(looks)
    assert astuple(grown) == pytest.approx((120.0, 0.0, 0.0, 120.0))


def test_memory_is_told_by_what_it_is() -> None:
    mappings = (("00:00 0 ", 8_594_128_896, 1_000), ("fd:01 77 /lib/libc.so", 20_000, 3_000))
    heap = ("00:00 0 [heap]", 6_000, 5_000)
    smaps = "".join(
        f"7f00-7f{at}0 rw-p 00000000 {whose}\nSize: {size:>14} kB\nRss: {rss:>14} kB\nPss: 0 kB\n"
        for at, (whose, size, rss) in enumerate((*mappings, heap))
    )
    memory = soak.Memory.of(smaps)
    assert astuple(memory) == pytest.approx((5.12, 1.024, 3.072, 9.216))
    assert str(memory) == "heaps 5, pool 1, files 3"


def test_memory_adds_up_to_what_linux_says_is_resident() -> None:
    memory = soak.Memory.of(Path("/proc/self/smaps").read_text())
    assert memory.resident == pytest.approx(1e3 * status_gb(os.getpid(), "VmRSS"), rel=0.02)
    assert memory.heaps + memory.pool + memory.files == pytest.approx(memory.resident)


def test_a_short_soak_is_answered_and_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asked, ranked = list[tuple[str, str]](), set[str]()
    as_it_is = soak.Wire.ask

    def noted(wire: soak.Wire, method: str, path: str, *rest: object) -> Heard:
        asked.append((method, path.split("/")[1]))
        heard = as_it_is(wire, method, path, *rest)  # type: ignore[arg-type]
        ranked.update([heard.told["strategy"]] if path == "/feed" else [])
        return heard

    def trained(tables: Tables, folder: Path) -> None:
        users, posts = (tables[file]["id"].tolist() for file in ("users", "posts"))
        Models(folder).add(RandomTraining(users, posts))

    monkeypatch.setattr(soak.Wire, "ask", noted)
    monkeypatch.setattr(soak, "hurried", trained)
    monkeypatch.setattr(soak, "LOOKS", 12)
    # However slow the machine is, three requests are answered in six seconds.
    monkeypatch.setattr(soak, "ACTS", 2)
    monkeypatch.setattr(soak, "WRITES", 3)
    short = ["--minutes", "0.1", "--rate", "100", "--engagements", "2000", "--events", "60"]
    short += ["--workers", "2", "--by-model"]
    told = CliRunner().invoke(soak.main, short)
    assert told.exit_code == 0, told.output
    ways = {("GET", "feed"), ("PUT", "posts"), ("POST", "posts"), ("POST", "events")}
    assert ways <= set(asked) and "model" in ranked
    *looks, reads, acts, bulks, degraded, computed, verdict, largest = told.output.splitlines()
    assert len(looks) == 12 and all(" MB (heaps " in each for each in looks)
    assert " reads: p50 " in reads and " acts: p50 " in acts and " most " in acts
    assert " bulks: p50 " in bulks
    assert degraded == "0 pages were degraded"
    assert computed.startswith("the server computed for ")
    assert " MB an hour (heaps " in verdict
    told_most = re.fullmatch(r"the largest of \d+ processes: (\d+) to (\d+) MB", largest)
    assert told_most is not None and 100 < int(told_most[1]) <= int(told_most[2])


def test_memory_of_several_is_added_up() -> None:
    one, two = soak.Memory.held([os.getpid(), os.getpid()])
    assert astuple(one + two) == pytest.approx([2 * each for each in astuple(one)], rel=0.02)
