"""What was served to whom, in a file that processes share."""

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feed.config import FeedConfig
from feed.fatigue import Served
from feed.memory import CLEARED, KEPT, SERVINGS, ViewerMemory
from feed.steering import Steering
from graph.errors import ConfigError, MemoryUnavailable

NOW = 1_764_547_200
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(params=["file", "process"])
def memory(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ViewerMemory]:
    path = tmp_path / "new" / "memory.db" if request.param == "file" else None
    with ViewerMemory(path) as opened:
        yield opened


def rows(path: Path, table: str = "served") -> int:
    with sqlite3.connect(path) as connection:
        count = connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
    connection.close()
    return int(count)


def test_a_viewer_is_remembered_with_when_and_how_often(memory: ViewerMemory) -> None:
    memory.remember("ana", ["p1", "p2"], NOW)
    memory.remember("ana", ["p2", "p3"], NOW + 60)
    memory.remember("ben", ["p9"], NOW)
    expected = {"p1": Served(NOW, 1), "p2": Served(NOW + 60, 2), "p3": Served(NOW + 60, 1)}
    assert memory.served("ana", NOW + 61) == expected
    assert memory.served("ben", NOW) == {"p9": Served(NOW, 1)}
    assert memory.served("carla", NOW) == {}


def test_what_was_served_up_to_a_moment_is_told_as_it_was_then(memory: ViewerMemory) -> None:
    for at, post_ids in ((NOW, ["p", "q"]), (NOW + 5, ["p"]), (NOW + 9, ["r"])):
        memory.remember("ana", post_ids, at)
    assert memory.served("ana", NOW + 10, NOW + 5) == {"p": Served(NOW, 1), "q": Served(NOW, 1)}
    assert memory.served("ana", NOW + 10, NOW) == {}
    assert memory.served("ana", NOW + 10, NOW + 10) == memory.served("ana", NOW + 10)


def test_two_pages_in_one_second_both_count(memory: ViewerMemory) -> None:
    for page in (["p1"], ["p2"], ["p1"]):
        memory.remember("ana", page, NOW)
    assert memory.served("ana", NOW) == {"p1": Served(NOW, 2), "p2": Served(NOW, 1)}


def test_nothing_served_leaves_no_trace(tmp_path: Path) -> None:
    with ViewerMemory(tmp_path / "m.db") as memory:
        memory.remember("ana", [], NOW)
        assert memory.served("ana", NOW) == {}
    assert rows(tmp_path / "m.db") == 0


def test_what_was_served_is_forgotten_after_fourteen_days(memory: ViewerMemory) -> None:
    memory.remember("ana", ["p1"], NOW)
    assert "p1" in memory.served("ana", NOW + KEPT - 1)
    assert memory.served("ana", NOW + KEPT) == {}


def test_the_newest_five_hundred_are_kept(tmp_path: Path) -> None:
    with ViewerMemory(tmp_path / "m.db") as memory:
        for page in range(60):
            memory.remember("ana", [f"p{page}-{place}" for place in range(20)], NOW + page)
        memory.remember("ben", ["p1"], NOW)
        served = memory.served("ana", NOW + 60)
        assert len(served) == SERVINGS
        assert min(each.at for each in served.values()) == NOW + 60 - SERVINGS // 20
        assert memory.served("ben", NOW + 60) == {"p1": Served(NOW, 1)}
    assert rows(tmp_path / "m.db") == SERVINGS // 20 + 1


@pytest.mark.parametrize("wrong", [300 * 86_400, -3_600])
def test_the_newest_are_those_that_came_last_whatever_the_clock_said(
    memory: ViewerMemory, wrong: int
) -> None:
    """It was wrong for 25 pages, and was put right."""
    for page in range(25):
        memory.remember("ana", [f"p{page}-{place}" for place in range(20)], NOW + wrong + page)
    for page in range(25, 30):
        memory.remember("ana", [f"p{page}-{place}" for place in range(20)], NOW + page)
        newest = {f"p{each}-{place}" for each in range(page - 24, page + 1) for place in range(20)}
        assert set(memory.served("ana", NOW + page)) == newest


def test_what_lies_ahead_counts_as_served_just_before(memory: ViewerMemory) -> None:
    memory.remember("ana", ["p1"], NOW + KEPT)
    assert memory.served("ana", NOW) == {"p1": Served(NOW, 1)}
    assert memory.served("ana", NOW, NOW) == {"p1": Served(NOW, 1)}, "before a slate of now"
    assert memory.served("ana", NOW, NOW + KEPT) == {}, "and not before its own"
    memory.remember("ana", ["p2", "p1"], NOW + 1)
    assert memory.served("ana", NOW + 2) == {"p1": Served(NOW + 1, 2), "p2": Served(NOW + 1, 1)}
    assert memory.served("ana", NOW + 2, NOW + 1) == {"p1": Served(NOW, 1)}


def test_who_comes_a_moment_later_lies_not_ahead(memory: ViewerMemory) -> None:
    memory.remember("ana", ["p1"], NOW + 1)
    memory.remember("ben", ["p2"], NOW)
    assert memory.served("ana", NOW, NOW) == {}
    assert memory.served("ana", NOW + 2) == {"p1": Served(NOW + 1, 1)}


def test_what_lies_ahead_fades_and_is_cleared_like_all_else(tmp_path: Path) -> None:
    with ViewerMemory(tmp_path / "m.db") as memory:
        for viewer in range(20):
            memory.remember(f"away{viewer}", ["p1"], NOW + 300 * 86_400)
        for _ in range(20 // CLEARED):
            memory.remember("ana", ["p2"], NOW)
        assert memory.served("away0", NOW + KEPT - 2) == {"p1": Served(NOW - 1, 1)}
        for _ in range(25 // CLEARED + 1):
            memory.remember("ana", ["p2"], NOW + KEPT)
        assert memory.served("away0", NOW + KEPT - 2) == {}
    assert rows(tmp_path / "m.db") == 25 // CLEARED + 1


def test_a_full_memory_of_what_lies_ahead_makes_room_for_what_is_served_now() -> None:
    with ViewerMemory(None, max_bytes=200_000) as memory:
        for turn in range(2_000):
            at = NOW + (300 * 86_400 if turn < 1_000 else turn)
            memory.remember(f"v{turn}", [f"sv:post:{n}" for n in range(20)], at)
            assert memory.served(f"v{turn}", at)
        kept = [turn for turn in range(2_000) if memory.served(f"v{turn}", NOW + 2_000)]
    assert kept[0] > 1_000 and kept == list(range(kept[0], 2_000))


def test_who_stays_away_is_cleared_from_the_file_too(tmp_path: Path) -> None:
    with ViewerMemory(tmp_path / "m.db") as memory:
        for viewer in range(20):
            memory.remember(f"away{viewer}", ["p1"], NOW)
        for _ in range(20 // CLEARED):
            memory.remember("ana", ["p2"], NOW + KEPT)
    assert rows(tmp_path / "m.db") == 20 // CLEARED


def test_the_whole_is_bounded_and_the_oldest_make_room() -> None:
    limit = 200_000
    with ViewerMemory(None, max_bytes=limit) as memory:
        for turn in range(2_000):
            memory.remember(f"v{turn}", [f"sv:post:{n}" for n in range(20)], NOW + turn)
        kept = [turn for turn in range(2_000) if memory.served(f"v{turn}", NOW + 2_000)]
        size = memory._writer.execute("PRAGMA page_count").fetchone()[0] * 4_096
    assert kept == list(range(kept[0], 2_000))
    assert 200 < len(kept) < 1_000
    assert size < 1.1 * limit


@given(
    st.lists(
        st.tuples(
            st.sampled_from("ab"),
            st.lists(st.sampled_from("vwxyz"), max_size=4),
            st.integers(0, KEPT // 3),
        ),
        max_size=20,
    )
)
def test_it_remembers_what_a_plain_list_would(pages: list[tuple[str, list[str], int]]) -> None:
    now, told = NOW, []
    with ViewerMemory(None) as memory:
        for viewer, post_ids, pause in pages:
            now += pause
            memory.remember(viewer, post_ids, now)
            told += [(viewer, post_id, now) for post_id in post_ids]
        for viewer in "ab":
            recent = [(p, at) for v, p, at in told if v == viewer and at > now - KEPT]
            expected = {
                post_id: Served(
                    max(at for p, at in recent if p == post_id),
                    sum(p == post_id for p, _ in recent),
                )
                for post_id, _ in recent
            }
            assert memory.served(viewer, now) == expected


@pytest.mark.parametrize("viewer", ["x' OR '1'='1", "name \u00e5sa", "a\x00b", ""])
def test_names_and_ids_are_data(memory: ViewerMemory, viewer: str) -> None:
    memory.remember(viewer, ["p'; DROP TABLE served", 'p"\n\ud800'], NOW)
    memory.remember("other", ["p"], NOW)
    assert set(memory.served(viewer, NOW)) == {"p'; DROP TABLE served", 'p"\n\ud800'}


def test_steering_is_saved_replaced_and_reset(memory: ViewerMemory) -> None:
    assert memory.steering("ana") is None
    memory.steer("ana", Steering(discovery=0.5, more_tags=("jazz",)))
    memory.steer("ben", Steering(variety=-1))
    memory.steer("ana", Steering(discovery=-0.25, less_tags=("jazz", "caf\u00e9")))
    assert memory.steering("ana") == Steering(discovery=-0.25, less_tags=("jazz", "caf\u00e9"))
    memory.reset("ana")
    assert memory.steering("ana") is None
    assert memory.steering("ben") == Steering(variety=-1)


def test_reset_keeps_what_was_served_and_forget_drops_everything_of_one(tmp_path: Path) -> None:
    with ViewerMemory(tmp_path / "m.db") as memory:
        for viewer in ("ana", "ben"):
            memory.remember(viewer, ["p1"], NOW)
            memory.steer(viewer, Steering(freshness=1))
        memory.reset("ana")
        assert memory.served("ana", NOW)
        memory.steer("ana", Steering(freshness=1))
        memory.forget("ana")
        assert memory.served("ana", NOW) == {}
        assert memory.steering("ana") is None
        assert memory.served("ben", NOW) and memory.steering("ben")
    assert rows(tmp_path / "m.db") == rows(tmp_path / "m.db", "steering") == 1


def test_a_steering_that_cannot_be_read_is_an_error_that_reset_mends(tmp_path: Path) -> None:
    with ViewerMemory(tmp_path / "m.db") as memory:
        memory._writer.execute("""REPLACE INTO steering VALUES ('ana', '{"speed": 9}')""")
        with pytest.raises(MemoryUnavailable, match=r"'ana'.*m\.db.*'speed'.*reset"):
            memory.steering("ana")
        memory.reset("ana")
        assert memory.steering("ana") is None


def test_it_is_still_there_when_opened_again(tmp_path: Path) -> None:
    for times in (1, 2, 3):
        with ViewerMemory(tmp_path / "m.db") as memory:
            memory.remember("ana", ["p1"], NOW)
            assert memory.served("ana", NOW) == {"p1": Served(NOW, times)}


def test_nobody_else_on_the_machine_may_read_the_file(tmp_path: Path) -> None:
    with ViewerMemory(tmp_path / "m.db") as memory:
        memory.remember("ana", ["p1"], NOW)
        files = sorted(tmp_path.iterdir())
        assert [file.name for file in files] == ["m.db", "m.db-shm", "m.db-wal"]
        assert {file.stat().st_mode & 0o777 for file in files} == {0o600}


def test_threads_share_it_and_none_of_their_pages_is_lost(memory: ViewerMemory) -> None:
    def visit(thread: int) -> None:
        for turn in range(40):
            memory.remember(f"v{turn % 4}", [f"t{thread}-{turn}", "all"], NOW)
            memory.served(f"v{turn % 4}", NOW)
            memory.steer(f"v{thread}", Steering(variety=thread / 8))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(visit, range(8)))
    for viewer in range(4):
        served = memory.served(f"v{viewer}", NOW)
        assert len(served) == 81
        assert served["all"] == Served(NOW, 80)
    assert [memory.steering(f"v{n}") for n in range(8)] == [
        Steering(variety=n / 8) for n in range(8)
    ]


# Pages come apart from each other, if little: SQLite's waiting is not fair, and who writes without
# a pause starves the others beyond the patience that one page has.
PROCESS = """
import sys
import time
from pathlib import Path
from feed.memory import ViewerMemory
from feed.steering import Steering
who = sys.argv[2]
with ViewerMemory(Path(sys.argv[1])) as memory:
    for turn in range(50):
        memory.remember("ana", [f"{who}-{turn}"], int(sys.argv[3]))
        time.sleep(0.002)
    memory.steer(who, Steering(discovery=0.5))
"""


def test_processes_share_the_file_from_its_making_on(tmp_path: Path) -> None:
    path = tmp_path / "m.db"
    started = [
        subprocess.Popen(
            [sys.executable, "-c", PROCESS, str(path), f"p{n}", str(NOW)],
            cwd=ROOT,
            stderr=subprocess.PIPE,
            text=True,
        )
        for n in range(3)
    ]
    told = [process.communicate(timeout=60)[1] for process in started]
    assert [process.returncode for process in started] == [0, 0, 0], told
    with ViewerMemory(path) as memory:
        assert len(memory.served("ana", NOW)) == 150
        assert all(memory.steering(f"p{n}") == Steering(discovery=0.5) for n in range(3))


def test_a_write_that_another_process_holds_up_gives_way_and_reading_goes_on(
    tmp_path: Path,
) -> None:
    with ViewerMemory(tmp_path / "m.db") as memory:
        memory.remember("ana", ["p1"], NOW)
        other = sqlite3.connect(tmp_path / "m.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(MemoryUnavailable, match=r"m\.db cannot be written \(.*locked"):
            memory.remember("ana", ["p2"], NOW)
        assert memory.served("ana", NOW) == {"p1": Served(NOW, 1)}
        other.execute("ROLLBACK")
        other.close()
        memory.remember("ana", ["p3"], NOW)
        assert set(memory.served("ana", NOW)) == {"p1", "p3"}


def test_a_full_disk_is_one_error_and_costs_nothing_that_was_there(tmp_path: Path) -> None:
    with ViewerMemory(tmp_path / "m.db") as memory:
        memory.remember("ana", ["p1"], NOW)
        memory._writer.execute("PRAGMA max_page_count = 1")  # it sets what is used at least
        with pytest.raises(MemoryUnavailable, match="cannot be written .*full"):
            for turn in range(200):
                memory.remember("ben", [f"sv:post:{n}" for n in range(100)], NOW + turn)
        assert memory.served("ana", NOW) == {"p1": Served(NOW, 1)}
        memory._writer.execute("PRAGMA max_page_count = 1000000")
        memory.remember("ana", ["p2"], NOW)
        assert set(memory.served("ana", NOW)) == {"p1", "p2"}


def test_a_page_is_written_whole_or_not_at_all(memory: ViewerMemory) -> None:
    memory.remember("ana", ["p1"], NOW)
    with pytest.raises(TypeError), memory._writing() as connection:
        connection.execute("DELETE FROM served")
        raise TypeError
    assert memory.served("ana", NOW) == {"p1": Served(NOW, 1)}
    memory.remember("ana", ["p2"], NOW)


def test_a_broken_file_is_a_clear_error_and_stays_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "m.db"
    path.write_text("no database, but somebody's notes" * 100)
    with pytest.raises(MemoryUnavailable, match=r"m\.db.*not a database.*RESONANCE_MEMORY"):
        ViewerMemory(path)
    assert path.read_text().startswith("no database")


def test_a_damaged_page_is_the_same_error_at_use(tmp_path: Path) -> None:
    path = tmp_path / "m.db"
    with ViewerMemory(path) as memory:
        for turn in range(500):
            memory.remember(f"v{turn}", [f"sv:post:{n}" for n in range(20)], NOW)
    whole = bytearray(path.read_bytes())
    whole[4_096:] = b"\xa5" * (len(whole) - 4_096)
    path.write_bytes(whole)
    with ViewerMemory(path) as memory:
        with pytest.raises(MemoryUnavailable, match="cannot be read"):
            memory.served("v1", NOW)
        with pytest.raises(MemoryUnavailable, match="cannot be written"):
            memory.remember("v1", ["p"], NOW)


def test_another_programs_database_and_a_later_version_are_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "m.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE theirs (id)")
    connection.close()
    with pytest.raises(MemoryUnavailable, match="another program"):
        ViewerMemory(path)
    path.unlink()
    ViewerMemory(path).close()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(MemoryUnavailable, match="version 99"):
        ViewerMemory(path)


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for path in (tmp_path / "file" / "m.db", tmp_path):
        with pytest.raises(MemoryUnavailable, match="cannot be opened"):
            ViewerMemory(path)


def test_a_closed_memory_says_so(tmp_path: Path) -> None:
    memory = ViewerMemory(tmp_path / "m.db")
    memory.close()
    memory.close()
    with pytest.raises(MemoryUnavailable, match="closed"):
        memory.served("ana", NOW)


def test_its_place_comes_from_the_environment() -> None:
    assert FeedConfig.from_env({}).memory_path == Path(".data/memory.db")
    assert FeedConfig.from_env({"RESONANCE_MEMORY": "/tmp/m.db"}).memory_path == Path("/tmp/m.db")
    assert FeedConfig.from_env({"RESONANCE_MEMORY": "off"}).memory_path is None
    with pytest.raises(ConfigError, match="RESONANCE_MEMORY"):
        FeedConfig(memory="")
