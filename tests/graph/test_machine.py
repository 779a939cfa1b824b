"""How many processors there are, and how much memory, in a container and without one."""

import os
import platform
import subprocess
import sys
import textwrap
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


NEWER, OLDER = "0::/shop/feed\n", "3:cpu,cpuacct:/\n5:memory:/shop\n0::/\n"


@pytest.mark.parametrize(
    ("mine", "limits", "found"),
    [
        (NEWER, {"shop/feed/memory.max": "1048576\n", "shop/memory.max": "max\n"}, 1 << 20),
        (NEWER, {"shop/feed/memory.max": "max\n", "shop/memory.max": "2097152\n"}, 2 << 20),
        (NEWER, {"memory.max": "4194304\n"}, 4 << 20),
        (NEWER, {"shop/feed/memory.max": f"{16 << 30}\n"}, 8 << 30),
        (NEWER, {}, 8 << 30),
        (OLDER, {"memory/shop/memory.limit_in_bytes": "1048576\n"}, 1 << 20),
        (OLDER, {"memory/memory.limit_in_bytes": "9223372036854771712\n"}, 8 << 30),
        (None, {"memory.max": "1\n"}, 8 << 30),
    ],
)
def test_a_process_has_what_its_groups_are_bounded_to_and_no_more_than_the_machine(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    mine: str | None,
    limits: dict[str, str],
    found: int,
) -> None:
    monkeypatch.setattr(os, "sysconf", {"SC_PHYS_PAGES": 2 << 20, "SC_PAGE_SIZE": 4 << 10}.get)
    monkeypatch.setattr("graph.machine.GROUPS", tmp_path / "groups")
    monkeypatch.setattr("graph.machine.MINE", tmp_path / "mine")
    if mine is not None:
        (tmp_path / "mine").write_text(mine)
    for file, said in limits.items():
        (tmp_path / "groups" / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "groups" / file).write_text(said)
    assert memory() == found


HELD = """
    from pathlib import Path
    from graph.machine import give_back

    def resident():
        return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 >> 20

    pieces = [bytearray(5_000) for _ in range(20_000)]
    for piece in pieces:
        piece[::1_000] = bytes(5)  # so that it is there
    most = resident()
    pieces = pieces[::200]  # what lasts lies between
    before = resident()
    print(give_back(), most - before, before - resident())
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="it is glibc's")
def test_what_lies_free_between_what_lasts_goes_back_to_the_system() -> None:
    code = textwrap.dedent(HELD)
    found = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    can, by_itself, given = found.stdout.split()
    assert can == "True" and int(by_itself) < 20 and int(given) > 70
