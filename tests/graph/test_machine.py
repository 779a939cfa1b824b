"""How many processors there are, and how much memory, in a container and without one."""

import os
from pathlib import Path

import pytest

from graph.machine import memory, processors


def test_only_those_processors_count_that_this_process_may_use(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 3, 5}, raising=False)
    assert processors() == 3
    monkeypatch.delattr(os, "sched_getaffinity")
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert processors() == 1


@pytest.mark.parametrize(
    ("said", "found"),
    [("1048576\n", 1 << 20), ("max\n", 8 << 30), (f"{16 << 30}\n", 8 << 30), (None, 8 << 30)],
)
def test_a_container_has_what_it_is_bounded_to_and_no_more_than_the_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str | None, found: int
) -> None:
    sizes = {"SC_PHYS_PAGES": 2 << 20, "SC_PAGE_SIZE": 4 << 10}
    monkeypatch.setattr(os, "sysconf", sizes.get)
    bound = tmp_path / "memory.max"
    if said is not None:
        bound.write_text(said)
    monkeypatch.setattr("graph.machine.BOUND", bound)
    assert memory() == found
