"""Whose turn it is: actions go before reads, and neither waits for ever."""

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from feed.recommend import WORKERS
from web import threads
from web.turns import Queue


class Person:
    """Somebody who waits for a turn in a thread, and keeps it until told."""

    def __init__(self, queue: Queue, acts: bool):
        self._queue, self._acts = queue, acts
        self.has, self.over = threading.Event(), threading.Event()
        self.thread = threading.Thread(target=self._go, daemon=True)
        self.thread.start()

    def _go(self) -> None:
        with self._queue.turn(self._acts):
            self.has.set()
            self.over.wait(20)

    def waits(self) -> bool:
        return not self.has.wait(0.05)

    def has_turn(self) -> bool:
        """Once the machine comes to it, which may be busy."""
        return self.has.wait(20)

    def go(self) -> None:
        self.over.set()
        self.thread.join(20)


@pytest.fixture
def people() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def come(people: ExitStack, queue: Queue, acts: bool) -> Person:
    """Who comes next: when they have a turn, or wait for one."""
    before, until = sum(queue.waiting), time.monotonic() + 20
    person = Person(queue, acts)
    people.callback(person.over.set)
    while not person.has.is_set() and sum(queue.waiting) == before and time.monotonic() < until:
        time.sleep(0.001)
    return person


def test_an_action_waits_for_nobody_who_reads(people: ExitStack) -> None:
    queue = Queue(acting=1, reading=2, patience=60)
    readers = [come(people, queue, acts=False) for _ in range(3)]
    assert [each.waits() for each in readers] == [False, False, True]
    actor, next_actor = (come(people, queue, acts=True) for _ in range(2))
    assert actor.has_turn() and next_actor.waits()
    actor.go()
    assert next_actor.has_turn()


def test_who_stands_aside_leaves_the_turn_to_others_and_waits_for_another(
    people: ExitStack,
) -> None:
    queue = Queue(acting=1, reading=1, patience=60)
    stood, back, has = threading.Event(), threading.Event(), threading.Event()

    def stand_aside() -> None:
        with queue.turn(acts=True):
            with queue.aside(acts=True):
                stood.set()
                assert back.wait(20)
            has.set()

    thread = threading.Thread(target=stand_aside, daemon=True)
    thread.start()
    assert stood.wait(20)
    actor = come(people, queue, acts=True)
    assert actor.has_turn()
    back.set()
    assert not has.wait(0.05)
    actor.go()
    assert has.wait(20)
    thread.join(20)
    assert not queue.acted_on


@pytest.mark.parametrize("acts", [True, False])
def test_it_is_idle_since_the_last_one_left(people: ExitStack, acts: bool) -> None:
    queue = Queue(acting=1, reading=1, patience=60)
    one = come(people, queue, acts)
    time.sleep(0.1)
    assert queue.idle == 0.0
    one.go()
    assert queue.idle < 0.1
    time.sleep(0.02)
    assert queue.idle >= 0.02


@pytest.mark.parametrize("acts", [True, False])
def test_it_is_crowded_while_somebody_waits(people: ExitStack, acts: bool) -> None:
    queue = Queue(acting=1, reading=1, patience=60)
    one = come(people, queue, acts)
    assert not queue.crowded
    other = come(people, queue, acts)
    assert queue.crowded
    one.go()
    assert other.has_turn() and not queue.crowded


def test_fewer_begin_to_read_while_somebody_acts(people: ExitStack) -> None:
    queue = Queue(acting=2, reading=3, patience=60)
    actor = come(people, queue, acts=True)
    readers = [come(people, queue, acts=False) for _ in range(2)]
    assert [each.waits() for each in readers] == [False, True]
    next_actor = come(people, queue, acts=True)
    readers[0].go()
    assert readers[1].waits()
    actor.go()
    assert readers[1].has_turn()
    next_actor.go()


def test_one_reads_while_those_who_act_are_stuck(people: ExitStack) -> None:
    queue = Queue(acting=3, reading=2, patience=0.2)
    actors = [come(people, queue, acts=True) for _ in range(4)]
    assert [each.waits() for each in actors] == [False, False, False, True]
    reader = come(people, queue, acts=False)
    assert reader.has.wait(20) and actors[3].waits()


def test_one_more_reads_while_those_who_read_are_stuck(people: ExitStack) -> None:
    """As one does who takes long to be given all that is theirs."""
    queue = Queue(acting=1, reading=1, patience=0.5)
    readers = [come(people, queue, acts=False) for _ in range(3)]
    assert [each.waits() for each in readers] == [False, True, True]
    assert all(each.has.wait(20) for each in readers)


def test_who_waits_to_read_goes_while_nobody_moves(people: ExitStack) -> None:
    queue = Queue(acting=1, reading=1, patience=0.2)
    actor = come(people, queue, acts=True)
    reader = come(people, queue, acts=False)
    assert reader.has.wait(20)
    assert actor.has_turn()


def test_those_who_wait_go_in_the_order_in_which_they_came(people: ExitStack) -> None:
    for acts in (True, False):
        queue = Queue(acting=1, reading=1, patience=60)
        first, second, third = (come(people, queue, acts) for _ in range(3))
        assert first.has_turn() and second.waits() and third.waits()
        first.go()
        assert second.has_turn() and third.waits()


def test_a_turn_is_given_back_by_whoever_fails(people: ExitStack) -> None:
    queue = Queue(acting=1, reading=3)
    for acts in (True, False):
        with pytest.raises(KeyError), queue.turn(acts):
            raise KeyError("broken")
    assert not come(people, queue, acts=True).waits() and not come(people, queue, False).waits()


def test_a_neo4j_has_a_connection_for_each_thread_that_may_ask() -> None:
    assert threads.answering("ladybug", streams=0) == 30
    assert threads.answering("neo4j", streams=32) == 64
    # Beside sources: what fills, freshens, keeps, forgets, lets go, and looks.
    assert threads.BESIDE >= WORKERS + 6
    assert threads.asking(streams=200) == threads.answering("neo4j", 200) + threads.BESIDE
