"""What workers share besides the graph: counts of who asks, and slates of pages by number."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from limits import RateLimitItemPerHour
from limits.storage import storage_from_string
from limits.strategies import FixedWindowRateLimiter

from feed.shared_slates import SharedSlates
from feed.slate import KEPT_SECONDS, Slate
from web.shared_counts import PROBED, SharedCounts, SharedStorage

pytestmark = pytest.mark.filterwarnings(
    "ignore:This process .* is multi-threaded, use of fork:DeprecationWarning"
)
"""From Python 3.12 on; what the children do here takes no lock of the parent's."""


@pytest.fixture
def counts() -> Iterator[SharedCounts]:
    made = SharedCounts()
    yield made
    made.close()


def test_several_processes_count_together_and_none_is_lost(counts: SharedCounts) -> None:
    children = []
    for _ in range(3):
        child = os.fork()
        if not child:
            for _ in range(200):
                counts.add("backend", 3_600, 1)
            os._exit(0)
        children.append(child)
    for child in children:
        assert os.waitpid(child, 0)[1] == 0
    assert counts.look("backend")[0] == 600
    assert counts.look("another")[0] == 0


def test_a_span_begins_with_the_first_and_ends_by_itself(
    counts: SharedCounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.monotonic()
    monkeypatch.setattr("web.shared_counts.time.monotonic", lambda: now)
    assert [counts.add("a", 60, 1) for _ in range(3)] == [1, 2, 3]
    now += 59
    assert counts.look("a") == (3, now + 1)
    now += 1
    assert counts.look("a") == (0, now) and counts.add("a", 60, 1) == 1


def test_more_callers_than_rows_forget_whose_span_ends_first() -> None:
    counts = SharedCounts(rows=PROBED)
    counts.add("first", 10, 5)
    for number in range(PROBED - 1):
        counts.add(f"{number}", 1_000, 5)
    counts.add("one more", 1_000, 5)
    assert counts.look("first")[0] == 0 and counts.look("one more")[0] == 5
    assert all(counts.look(f"{number}")[0] == 5 for number in range(PROBED - 1))
    counts.close()


def test_the_limiter_counts_in_it(counts: SharedCounts) -> None:
    storage = storage_from_string("shared://", counts=counts)  # type: ignore[arg-type]
    assert isinstance(storage, SharedStorage) and storage.check()
    limiter, limit = FixedWindowRateLimiter(storage), RateLimitItemPerHour(2)
    assert [limiter.hit(limit, "who") for _ in range(3)] == [True, True, False]
    assert limiter.hit(limit, "else")
    assert limiter.get_window_stats(limit, "who").remaining == 0
    storage.clear(limit.key_for("who"))
    assert limiter.hit(limit, "who")
    storage.reset()
    assert limiter.get_window_stats(limit, "else").remaining == 2


@pytest.fixture
def slates(tmp_path: Path) -> Iterator[tuple[SharedSlates, SharedSlates]]:
    """As two workers have them."""
    one, other = SharedSlates(tmp_path / "slates.db"), SharedSlates(tmp_path / "slates.db")
    yield one, other
    one.close()
    other.close()


def test_a_slate_that_one_worker_keeps_the_other_finds(
    slates: tuple[SharedSlates, SharedSlates],
) -> None:
    one, other = slates
    first, second = (Slate("user a", "asked", at, ("p", f"q{at}")) for at in (1_000, 1_001))
    one.put(first)
    assert other.get("user a", "asked", 1_500) == first
    other.put(second)
    assert one.get("user a", "asked", 1_500) == second
    assert one.get("user b", "asked", 1_500) is None
    assert one.get("user a", "else", 1_500) is None
    assert one.get("user a", "asked", 1_001 + KEPT_SECONDS) is None
    other.forget("user a")
    assert one.get("user a", "asked", 1_500) is None


def test_old_slates_go_and_a_full_file_makes_room(tmp_path: Path) -> None:
    slates = SharedSlates(tmp_path / "slates.db", most_bytes=200_000)
    slates.put(Slate("old", "asked", 0, ("p",)))
    for number in range(400):
        posts = tuple(f"app:post:{number}:{each}" for each in range(100))
        slates.put(Slate(f"user {number}", "asked", KEPT_SECONDS + 1 + number, posts))
    now = KEPT_SECONDS + 500
    (kept,) = slates._connection.execute("SELECT count(*) FROM slates").fetchone()
    assert 20 < kept < 200
    assert slates.get("old", "asked", 1) is None
    assert slates.get("user 399", "asked", now) is not None
    slates.close()


def test_a_file_full_of_slates_that_lie_ahead_makes_room_for_those_of_now(tmp_path: Path) -> None:
    """The clock went a year ahead, and was put right."""
    slates, year = SharedSlates(tmp_path / "slates.db", most_bytes=200_000), 365 * 86_400
    made = []
    for at in [year + number for number in range(200)] + list(range(30)):
        posts = tuple(f"app:post:{at}:{each}" for each in range(100))
        slates.put(Slate(f"user {at}", "asked", at, posts))
        made.append(at)
    kept = [at for at in made if slates.get(f"user {at}", "asked", at) is not None]
    assert kept[-30:] == list(range(30)) and 0 < len(kept) < 120
    slates.close()
