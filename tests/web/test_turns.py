"""Whose turn it is: actions go before reads, and neither waits for ever."""

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

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

    def go(self) -> None:
        self.over.set()
        self.thread.join(20)


@pytest.fixture
def people() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def come(people: ExitStack, queue: Queue, acts: bool) -> Person:
    person = Person(queue, acts)
    people.callback(person.go)
    time.sleep(0.01)  # so that they come in this order
    return person


def test_an_action_goes_before_reads_that_came_earlier(people: ExitStack) -> None:
    queue = Queue(2)
    first, second = (come(people, queue, acts=False) for _ in range(2))
    reader, actor = come(people, queue, acts=False), come(people, queue, acts=True)
    assert not first.waits() and not second.waits() and reader.waits() and actor.waits()
    first.go()
    assert not actor.waits() and reader.waits()
    actor.go()
    assert not reader.waits()


def test_actions_leave_a_turn_to_those_who_read(people: ExitStack) -> None:
    queue = Queue(3)
    actors = [come(people, queue, acts=True) for _ in range(4)]
    reader = come(people, queue, acts=False)
    assert [each.waits() for each in actors] == [False, False, True, True] and not reader.waits()
    actors[0].go()
    assert not actors[2].waits() and actors[3].waits()


def test_a_turn_is_given_back_by_whoever_fails(people: ExitStack) -> None:
    queue = Queue(2)
    for acts in (True, False):
        with pytest.raises(KeyError), queue.turn(acts):
            raise KeyError("broken")
    assert not come(people, queue, acts=True).waits() and not come(people, queue, False).waits()
