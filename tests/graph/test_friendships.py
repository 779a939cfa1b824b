"""What is between two people, on both engines: every act from every state; many acts at once."""

import json
import random
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations

import pytest

from graph.actions import friendships
from graph.errors import Contradiction, NotThere
from graph.events.intake import EventIntake
from graph.model import Row
from graph.queries.friendships import Between, between, entries_after
from graph.store import GraphStore

NOW = 1_760_000_000
ANA, BEN, CAT, DAN = (f"app:user:{name}" for name in ("ana", "ben", "cat", "dan"))
Act = Callable[[GraphStore, str, str, int], Between]


def make(store: GraphStore, *user_ids: str) -> None:
    empty = dict.fromkeys(("username", "joined_at", "privacy", "active", "details"))
    store.run("load_users", rows=[{"id": user_id, **empty} for user_id in user_ids])


@pytest.fixture
def two(any_store: GraphStore) -> GraphStore:
    make(any_store, ANA, BEN)
    return any_store


def edges(store: GraphStore) -> dict[str, set[tuple[str, str]]]:
    return {
        file: {(row["source"], row["target"]) for row in rows}
        for file in ("friend", "asked", "blocks")
        if (rows := store.run(f"export_{file}"))
    }


def test_a_request_is_accepted_and_the_friendship_is_stored_once(two: GraphStore) -> None:
    assert friendships.ask(two, BEN, ANA, NOW) == Between(asked=NOW)
    assert between(two, ANA, BEN) == Between(asking=NOW)
    assert friendships.accept(two, ANA, BEN, NOW + 5) == Between(friends=NOW + 5)
    assert edges(two) == {"friend": {(ANA, BEN)}}
    assert between(two, BEN, ANA) == Between(friends=NOW + 5)


def test_asking_twice_and_asking_a_friend_change_nothing(two: GraphStore) -> None:
    friendships.ask(two, ANA, BEN, NOW)
    assert friendships.ask(two, ANA, BEN, NOW + 9) == Between(asked=NOW)
    friendships.accept(two, BEN, ANA, NOW + 10)
    assert friendships.accept(two, BEN, ANA, NOW + 11) == Between(friends=NOW + 10)
    assert friendships.ask(two, ANA, BEN, NOW + 12) == Between(friends=NOW + 10)
    assert edges(two) == {"friend": {(ANA, BEN)}}


def test_who_is_asked_and_asks_is_a_friend(two: GraphStore) -> None:
    friendships.ask(two, ANA, BEN, NOW)
    assert friendships.ask(two, BEN, ANA, NOW + 1) == Between(friends=NOW + 1)
    assert edges(two) == {"friend": {(ANA, BEN)}}


@pytest.mark.parametrize("act", [friendships.withdraw, friendships.decline])
def test_a_request_that_was_taken_back_cannot_be_accepted_and_may_be_made_again(
    two: GraphStore, act: Act
) -> None:
    friendships.ask(two, ANA, BEN, NOW)
    ends = (ANA, BEN) if act is friendships.withdraw else (BEN, ANA)
    for _ in range(2):
        assert act(two, *ends, NOW + 1) == Between()
    with pytest.raises(Contradiction, match="have not asked you"):
        friendships.accept(two, BEN, ANA, NOW + 2)
    assert friendships.ask(two, ANA, BEN, NOW + 3) == Between(asked=NOW + 3)


def test_nobody_declines_their_own_request_nor_withdraws_anothers(two: GraphStore) -> None:
    friendships.ask(two, ANA, BEN, NOW)
    assert friendships.decline(two, ANA, BEN, NOW) == Between(asked=NOW)
    assert friendships.withdraw(two, BEN, ANA, NOW) == Between(asking=NOW)


def test_unfriending_from_either_side_and_twice(two: GraphStore) -> None:
    for one, other in ((ANA, BEN), (BEN, ANA)):
        friendships.ask(two, ANA, BEN, NOW)
        friendships.accept(two, BEN, ANA, NOW)
        for _ in range(2):
            assert friendships.unfriend(two, one, other, NOW + 1) == Between()
    assert edges(two) == {}


@pytest.mark.parametrize("before", ["nothing", "friends", "asked", "asking"])
def test_a_block_ends_everything_and_nothing_of_it_comes_back(two: GraphStore, before: str) -> None:
    if before in ("friends", "asked"):
        friendships.ask(two, ANA, BEN, NOW)
    if before in ("friends", "asking"):
        friendships.ask(two, BEN, ANA, NOW)
    for later in (1, 2):
        assert friendships.block(two, ANA, BEN, NOW + later) == Between(blocks=NOW + 1)
    assert edges(two) == {"blocks": {(ANA, BEN)}}
    with pytest.raises(NotThere):
        friendships.ask(two, BEN, ANA, NOW + 3)
    with pytest.raises(Contradiction, match="unblock them first"):
        friendships.ask(two, ANA, BEN, NOW + 3)
    with pytest.raises(NotThere):
        friendships.accept(two, BEN, ANA, NOW + 3)
    assert friendships.unblock(two, BEN, ANA, NOW + 4) == Between(blocked=NOW + 1)
    assert friendships.unblock(two, ANA, BEN, NOW + 4) == Between()
    assert edges(two) == {}


def test_two_may_block_each_other_and_each_ends_their_own(two: GraphStore) -> None:
    friendships.block(two, ANA, BEN, NOW)
    friendships.block(two, BEN, ANA, NOW + 1)
    assert friendships.unblock(two, ANA, BEN, NOW + 2) == Between(blocked=NOW + 1)


def test_nobody_is_anything_to_themself_nor_to_who_is_not_there(two: GraphStore) -> None:
    acts = (friendships.ask, friendships.accept, friendships.block, friendships.unfriend)
    for act in acts:
        with pytest.raises(Contradiction, match="you are one"):
            act(two, ANA, ANA, NOW)
        with pytest.raises(NotThere):
            act(two, ANA, "app:user:nobody", NOW)
    assert edges(two) == {}


def test_lists_come_after_a_place_the_latest_first(any_store: GraphStore) -> None:
    make(any_store, ANA, BEN, CAT, DAN)
    for other, at in ((BEN, NOW), (CAT, NOW), (DAN, NOW + 1)):
        friendships.ask(any_store, ANA, other, at)
    found = entries_after(any_store, "asked", ANA, 2**62, "")
    assert [(each.id, each.at) for each in found] == [(DAN, NOW + 1), (BEN, NOW), (CAT, NOW)]
    rest = entries_after(any_store, "asked", ANA, NOW, BEN)
    assert [each.id for each in rest] == [CAT]
    assert [each.id for each in entries_after(any_store, "asking", DAN, 2**62, "")] == [ANA]
    friendships.accept(any_store, DAN, ANA, NOW + 2)
    for user_id, friend in ((ANA, DAN), (DAN, ANA)):
        (entry,) = entries_after(any_store, "friends", user_id, 2**62, "")
        assert (entry.id, entry.at) == (friend, NOW + 2)


def events(store: GraphStore, *told: dict[str, object]) -> None:
    intake = EventIntake(store, clock=lambda: float(NOW))
    lines = [json.dumps({"id": f"e{n}", **each}).encode() for n, each in enumerate(told)]
    taken = intake.take(enumerate(lines))
    assert taken.refused == []


def friend_event(at: float, kind: str = "friend") -> dict[str, object]:
    return {"type": kind, "at": at, "user": "ana", "other": "ben"}


def test_an_event_of_an_earlier_time_changes_nothing_that_was_done_since(two: GraphStore) -> None:
    events(two, friend_event(NOW - 50))
    friendships.unfriend(two, ANA, BEN, NOW)
    events(two, friend_event(NOW - 50), {**friend_event(NOW - 1), "id": "late"})
    assert edges(two) == {}
    friendships.block(two, ANA, BEN, NOW + 1)
    events(two, friend_event(NOW - 2, "ask"), {**friend_event(NOW, "friend"), "id": "later"})
    assert edges(two) == {"blocks": {(ANA, BEN)}}


def test_an_event_of_a_later_time_stands_and_an_act_after_it_stands_again(two: GraphStore) -> None:
    friendships.ask(two, ANA, BEN, NOW)
    events(two, friend_event(NOW + 60))
    assert between(two, ANA, BEN) == Between(friends=NOW + 60)
    assert friendships.unfriend(two, BEN, ANA, NOW + 1) == Between()
    events(two, friend_event(NOW + 60))
    assert edges(two) == {}


ACTS: tuple[Act, ...] = (
    friendships.ask,
    friendships.ask,
    friendships.accept,
    friendships.withdraw,
    friendships.decline,
    friendships.unfriend,
    friendships.block,
    friendships.unblock,
    friendships.unblock,
)


def broken(found: dict[str, set[tuple[str, str]]], people: Iterable[str]) -> list[str]:
    """Every pair that is two things to each other."""
    wrong = [f"stored from {a}" for a, b in found.get("friend", set()) if a > b]
    for a, b in combinations(sorted(people), 2):
        friend = (a, b) in found.get("friend", set())
        asked = [each for each in ((a, b), (b, a)) if each in found.get("asked", set())]
        blocks = [each for each in ((a, b), (b, a)) if each in found.get("blocks", set())]
        if friend + bool(asked) + bool(blocks) > 1 or len(asked) > 1:
            wrong.append(f"{a} {b}: {friend} {asked} {blocks}")
    return wrong


def test_whatever_several_do_at_once_two_people_are_one_thing_to_each_other(
    any_store: GraphStore,
) -> None:
    people = (ANA, BEN, CAT)
    make(any_store, *people)

    def acting(seed: int) -> list[str]:
        chance, untrue = random.Random(seed), []
        for step in range(25):
            one, other = chance.sample(people, 2)
            act = chance.choice(ACTS)
            try:
                found = act(any_store, one, other, NOW + step)
            except (Contradiction, NotThere):
                continue
            if (found.friends is not None) + (found.asked is not None) > 1:
                untrue.append(f"{act.__name__}: {found}")
        return untrue

    with ThreadPoolExecutor(6) as crowd:
        told = [each for untrue in crowd.map(acting, range(6)) for each in untrue]
    assert told == []
    assert broken(edges(any_store), people) == []
    rows: list[Row] = [row for file in ("friend", "asked") for row in exported(any_store, file)]
    assert len(rows) == len({(row["source"], row["target"]) for row in rows})


def exported(store: GraphStore, file: str) -> list[Row]:
    return store.run(f"export_{file}")


def test_two_who_ask_each_other_at_once_become_friends(two: GraphStore) -> None:
    for at in range(8):
        with ThreadPoolExecutor(2) as people:
            done = [
                people.submit(friendships.ask, two, *pair, NOW + at)
                for pair in ((ANA, BEN), (BEN, ANA))
            ]
            states = [each.result() for each in done]
        assert sum(each.friends is not None for each in states) == 1
        assert edges(two) == {"friend": {(ANA, BEN)}}
        assert len(exported(two, "friend")) == 1
        friendships.unfriend(two, ANA, BEN, NOW + at)


def test_an_acceptance_and_a_withdrawal_at_once_tell_both_the_truth(two: GraphStore) -> None:
    """Whichever came second was told so: one of the two answers is what is so in the end."""
    for at in range(8):
        friendships.ask(two, ANA, BEN, NOW + at)
        with ThreadPoolExecutor(2) as people:
            accepted = people.submit(friendships.accept, two, BEN, ANA, NOW + at)
            withdrawn = people.submit(friendships.withdraw, two, ANA, BEN, NOW + at)
            friends = withdrawn.result().friends is not None
            assert friends == (accepted.exception() is None)
        assert edges(two) == ({"friend": {(ANA, BEN)}} if friends else {})
        friendships.unfriend(two, ANA, BEN, NOW + at)
