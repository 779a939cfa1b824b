"""How much memory there is, in a container and without one."""

import os
from pathlib import Path

import pytest

from graph.memory import memory


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
    monkeypatch.setattr("graph.memory.BOUND", bound)
    assert memory() == found
