"""The file of a load's report, and the lines of the loads before it."""

import json
from pathlib import Path

import pytest

from graph import loads
from graph.loads import keep_report
from graph.report import LoadReport


def report(new: int) -> LoadReport:
    told = LoadReport()
    told.count("liked", read=new, new=new)
    told.count("users", read=2, unchanged=2)
    told.refuse("liked", "no such post", 3)
    return told


def test_the_last_report_is_whole_and_each_load_before_has_a_line(tmp_path: Path) -> None:
    file = tmp_path / "load.json"
    keep_report(file, report(5), "load folder mine", 100)
    keep_report(file, report(1), "sync socialverse", 200)
    told = json.loads(file.read_text())
    assert told["kinds"]["liked"]["new"] == 1 and told["refused"][0]["reason"] == "no such post"
    assert [(each["at"], each["source"], each["new"]) for each in told["loads"]] == [
        (200, "sync socialverse", 1),
        (100, "load folder mine", 5),
    ]
    sums = {"read": 10, "new": 5, "changed": 0, "unchanged": 2, "gone": 0, "refused": 3}
    assert sums.items() <= told["loads"][1].items()
    assert told["loads"][0]["by"], "an account, or its number"


def test_as_many_loads_are_kept_as_are_promised(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loads, "KEPT", 3)
    for at in range(5):
        keep_report(tmp_path / "load.json", report(1), "load folder", at)
    told = json.loads((tmp_path / "load.json").read_text())
    assert [each["at"] for each in told["loads"]] == [4, 3, 2]


@pytest.mark.parametrize("before", ["half a repo", "[]", "{}", '{"loads": 7}'])
def test_a_file_that_is_no_report_of_this_version_has_no_lines(tmp_path: Path, before: str) -> None:
    (tmp_path / "load.json").write_text(before)
    keep_report(tmp_path / "load.json", report(1), "load folder", 7)
    (line,) = json.loads((tmp_path / "load.json").read_text())["loads"]
    assert line["at"] == 7
