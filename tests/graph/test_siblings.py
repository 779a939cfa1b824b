"""What the processes of one server tell each other: whoever looks knows of every write."""

import os
import signal
import time
from collections.abc import Iterator
from copy import copy
from functools import partial

import pytest

from graph import siblings as ring
from graph.changes import ALL, AROUND, LEFT, NAMED, Changes
from graph.siblings import ProcessLock, Siblings

pytestmark = pytest.mark.filterwarnings(
    "ignore:This process .* is multi-threaded, use of fork:DeprecationWarning"
)
"""From Python 3.12 on; what the children do here takes no lock of the parent's."""


@pytest.fixture
def pair() -> Iterator[tuple[Siblings, Siblings]]:
    """Two that share one ring, as two processes after a fork do."""
    one = Siblings()
    other = copy(one)
    one.join()
    other.join()
    yield one, other
    one.close()


def test_each_hears_what_the_other_told_once_and_nothing_of_its_own(
    pair: tuple[Siblings, Siblings],
) -> None:
    one, other = pair
    one.tell((NAMED, frozenset({"p", "ü 😀"})))
    other.tell((AROUND, frozenset()))
    assert other.news() == [(NAMED, frozenset({"p", "ü 😀"}))] and other.news() == ()
    assert one.news() == [(AROUND, frozenset())] and one.news() == ()


def test_who_joins_later_begins_with_what_is_told_then(pair: tuple[Siblings, Siblings]) -> None:
    one, _ = pair
    one.tell((NAMED, frozenset({"before"})))
    third = copy(one)
    third.join()
    one.tell((NAMED, frozenset({"after"})))
    assert third.news() == [(NAMED, frozenset({"after"}))]


def test_nothing_is_lost_round_after_round_of_the_ring(pair: tuple[Siblings, Siblings]) -> None:
    one, other = pair
    told = [(NAMED, frozenset({f"{number}", "x" * (number * 37 % 400)})) for number in range(9_000)]
    heard = []
    for number, each in enumerate(told):
        one.tell(each)
        if number % 50 == 0:
            heard += other.news()
    assert one._end() > 1.5 * ring.RING
    assert heard + list(other.news()) == told


def test_who_looks_too_seldom_takes_everything_for_changed(
    pair: tuple[Siblings, Siblings],
) -> None:
    one, other = pair
    for number in range(ring.RING // 400):
        one.tell((NAMED, frozenset({f"{number}", "x" * 400})))
    assert other.news() == [(ALL, frozenset()), (LEFT, frozenset())]
    one.tell((NAMED, frozenset({"p"})))
    assert other.news() == [(NAMED, frozenset({"p"}))]


def test_a_write_that_names_very_many_is_told_as_one_of_all(
    pair: tuple[Siblings, Siblings],
) -> None:
    one, other = pair
    one.tell((NAMED, frozenset(f"app:post:{number:>30}" for number in range(5_000))))
    assert other.news() == [(ALL, frozenset())]


def test_changes_hold_no_more_what_another_process_wrote_to(
    pair: tuple[Siblings, Siblings],
) -> None:
    one, other = Changes(alone=False), Changes(alone=False)
    gone: list[frozenset[str]] = []
    one.join(pair[0], frozenset)
    other.join(pair[1], gone.append)
    for note, holds in (
        (lambda: one.note(["p"]), False),
        (lambda: one.note(["q"]), True),
        (lambda: one.note_around([]), False),
        (lambda: one.note_around(["ann"]), False),
        (lambda: one.note_all(), False),
    ):
        mark = other.mark()
        note()
        other.heed()
        assert other.holds(mark, "p") == holds
    assert gone == [{"ann"}]
    mark = one.mark()
    one.heed()
    assert one.holds(mark, "p")  # nothing came back


def test_who_keeps_what_was_read_of_somebody_hears_that_they_left(
    pair: tuple[Siblings, Siblings],
) -> None:
    one, other = Changes(alone=False), Changes(alone=False)
    forgot: list[str] = []
    for changes, siblings, name in ((one, pair[0], "one"), (other, pair[1], "other")):
        changes.join(siblings, frozenset)
        changes.when_somebody_left(partial(forgot.append, name))
    mark = other.mark()
    one.note_left()
    for each in (one, other, other):
        each.heed()
    assert forgot == ["other"] and other.holds(mark, "p")


def test_it_is_as_if_no_other_wrote_where_all_others_tell(
    pair: tuple[Siblings, Siblings],
) -> None:
    for told in (True, False):
        changes = Changes(alone=False, told=told)
        assert not changes.alone
        changes.join(pair[0], frozenset)
        assert changes.alone == told


def test_a_process_that_dies_lets_go_of_the_lock_and_has_told_nothing(
    pair: tuple[Siblings, Siblings],
) -> None:
    one, other = pair
    came, told = os.pipe()
    child = os.fork()
    if not child:
        one._lock.__enter__()
        one._put(one._end(), b"half of it")
        os.write(told, b"1")
        time.sleep(60)
        os._exit(0)
    os.read(came, 1)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    for pipe in (came, told):
        os.close(pipe)
    other.tell((NAMED, frozenset({"p"})))
    assert one.news() == [(NAMED, frozenset({"p"}))]


def test_processes_have_the_lock_one_after_the_other() -> None:
    lock, (came, told) = ProcessLock(), os.pipe()
    children = []
    for name in (b"a", b"b", b"c"):
        child = os.fork()
        if not child:
            for _ in range(20):
                with lock:
                    os.write(told, name)
                    time.sleep(0.001)
                    os.write(told, name)
            os._exit(0)
        children.append(child)
    for child in children:
        assert os.waitpid(child, 0)[1] == 0
    os.close(told)
    said = b""
    while more := os.read(came, 4_096):
        said += more
    os.close(came)
    lock.close()
    assert len(said) == 120
    assert all(first == second for first, second in zip(said[::2], said[1::2], strict=True))
