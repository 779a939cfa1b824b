"""What a process beside the workers of a server knows of who asks them."""

import os
import time
from collections.abc import Iterator

import pytest

from web import shared_activity
from web.shared_activity import LONG, SharedActivity
from web.turns import Queue


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The moment, which a test may put forward."""
    moment = [1_000.0]
    monkeypatch.setattr(shared_activity.time, "monotonic", lambda: moment[0])
    return moment


@pytest.fixture
def shared(now: list[float]) -> Iterator[SharedActivity]:
    made = SharedActivity()
    yield made
    made.close()


def test_who_is_there_in_any_worker_is_known_beside_them(
    shared: SharedActivity, now: list[float]
) -> None:
    one, other = (
        Queue(acting=1, reading=1, activity=shared.of_worker(number)) for number in (1, 2)
    )
    assert not shared.acted_on and not shared.crowded and shared.idle == 1_000.0
    with one.turn(acts=False):
        assert not shared.acted_on and shared.idle == 0
        with other.turn(acts=True):
            assert shared.acted_on and not shared.crowded
        assert not shared.acted_on and shared.idle == 0
        now[0] += 0.5
    assert shared.idle == 0
    now[0] += 2.5
    assert shared.idle == 2.5


def test_whoever_waits_is_known_and_a_worker_that_dies_is_busy_no_longer_than_a_request(
    shared: SharedActivity, now: list[float]
) -> None:
    own = shared.of_worker(7)
    own.tell(acts=True, waits=True, there=True)
    assert shared.acted_on and shared.crowded and shared.idle == 0
    now[0] += LONG + 0.25
    assert not shared.acted_on and not shared.crowded and shared.idle == 0.25


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_it_is_shared_with_processes_that_were_forked_after_it() -> None:
    shared = SharedActivity()
    assert not shared.filled
    child = os.fork()
    if not child:
        own = shared.of_worker(3)
        own.fill()
        own.tell(acts=False, waits=False, there=True)
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    assert shared.filled and shared.idle < time.monotonic()
    shared.close()
