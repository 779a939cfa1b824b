"""Answers that were asked ahead go to who asks that very thing, once; the rest is asked as ever."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from graph.ahead import Foreseen, ahead
from graph.changes import Changes
from graph.model import Row
from graph.store import Call, GraphStore

ANA: Call = ("user_cards", {"user_ids": ["ana"]})
BEN: Call = ("user_cards", {"user_ids": ["ben"]})


@dataclass
class Far:
    """A store that notes how it is asked."""

    alone: bool = False
    asked: list[str] = field(default_factory=list)

    @property
    def changes(self) -> Changes:
        return Changes(self.alone)

    def run(self, name: str, /, **params: object) -> list[Row]:
        self.asked.append(name)
        return [{"asked": params}]

    def run_all(self, calls: Sequence[Call]) -> list[list[Row]]:
        self.asked.append(f"{len(calls)} together")
        return [[{"foreseen": params}] for _, params in calls]


def looking(far: Far, *calls: Call) -> GraphStore:
    return ahead(far, calls)  # type: ignore[arg-type]  # what it is not is not asked


def test_what_was_foreseen_is_asked_in_one_round_and_given_once() -> None:
    far = Far()
    store = looking(far, ANA, BEN)
    assert store.run("user_cards", user_ids=["ben"]) == [{"foreseen": {"user_ids": ["ben"]}}]
    assert store.run("user_cards", user_ids=["ana"]) == [{"foreseen": {"user_ids": ["ana"]}}]
    assert far.asked == ["2 together"]
    assert store.run("user_cards", user_ids=["ana"]) == [{"asked": {"user_ids": ["ana"]}}]
    assert far.asked == ["2 together", "user_cards"]


def test_what_was_not_foreseen_is_asked_as_ever() -> None:
    far = Far()
    store = looking(far, ANA)
    assert store.run("user_cards", user_ids=["ben"]) == [{"asked": {"user_ids": ["ben"]}}]
    store.foresee([BEN])
    assert store.run("user_cards", user_ids=["ben"]) == [{"foreseen": {"user_ids": ["ben"]}}]


def test_an_engine_in_this_process_is_asked_nothing_ahead() -> None:
    far = Far(alone=True)
    assert looking(far, ANA) is far  # type: ignore[comparison-overlap]
    assert not far.asked


def test_of_two_alike_the_first_is_given_first() -> None:
    foreseen = Foreseen()
    foreseen.put([ANA, ANA], [[{"n": 1}], [{"n": 2}]])
    assert [foreseen.take(*ANA) for _ in range(3)] == [[{"n": 1}], [{"n": 2}], None]


def test_of_a_round_only_what_was_not_foreseen_is_asked() -> None:
    far = Far()
    store = looking(far, ANA)
    assert store.run_all([BEN, ANA]) == [
        [{"foreseen": {"user_ids": ["ben"]}}],
        [{"foreseen": {"user_ids": ["ana"]}}],
    ]
    assert far.asked == ["1 together", "1 together"]
    again = looking(far, ANA, BEN)
    far.asked.clear()
    assert [rows[0]["foreseen"] for rows in again.run_all([ANA, BEN])] == [ANA[1], BEN[1]]
    assert far.asked == []
