"""Muting people, tags and words, on both engines."""

import json
from collections.abc import Callable

import pytest

from graph.actions import mutes
from graph.errors import Contradiction, NotThere
from graph.events.intake import EventIntake
from graph.queries.friendships import Between, between, entries_after
from graph.queries.people import gate_context
from graph.store import GraphStore

NOW = 1_760_000_000
ANA, BEN = "app:user:ana", "app:user:ben"
Mute = Callable[[GraphStore, str, str, int], int | None]
KINDS: dict[str, tuple[Mute, Mute, str]] = {
    "people": (mutes.mute_person, mutes.unmute_person, BEN),
    "tags": (mutes.mute_tag, mutes.unmute_tag, "jazz"),
    "words": (mutes.mute_word, mutes.unmute_word, "ice cream"),
}


@pytest.fixture
def two(any_store: GraphStore) -> GraphStore:
    empty = dict.fromkeys(("username", "joined_at", "privacy", "active", "details"))
    any_store.run("load_users", rows=[{"id": user_id, **empty} for user_id in (ANA, BEN)])
    return any_store


def muted(store: GraphStore) -> dict[str, frozenset[str]]:
    seen = gate_context(store, ANA, "ana")
    return {"people": seen.muted_people, "tags": seen.muted_tags, "words": seen.muted_words}


@pytest.mark.parametrize("kind", KINDS)
def test_a_mute_is_made_once_listed_and_taken_back_once(two: GraphStore, kind: str) -> None:
    mute, unmute, what = KINDS[kind]
    for later in (0, 1):
        assert mute(two, ANA, what, NOW + later) == NOW
    assert muted(two) == {each: frozenset({what} if each == kind else ()) for each in KINDS}
    listed = {
        each: entries_after(two, f"muted_{each}", ANA, 2**62, "")  # type: ignore[arg-type]
        for each in KINDS
    }
    assert {each: [e.id for e in listed[each]] for each in KINDS if listed[each]} == {kind: [what]}
    for later in (2, 3):
        assert unmute(two, ANA, what, NOW + later) is None
    assert muted(two) == dict.fromkeys(KINDS, frozenset())


def test_a_mute_is_its_owners_alone(two: GraphStore) -> None:
    mutes.mute_person(two, ANA, BEN, NOW)
    assert between(two, ANA, BEN) == Between(mutes=NOW)
    assert between(two, BEN, ANA) == Between()


def test_nobody_mutes_themself_nor_somebody_who_is_not_there(two: GraphStore) -> None:
    with pytest.raises(Contradiction, match="you are one"):
        mutes.mute_person(two, ANA, ANA, NOW)
    with pytest.raises(NotThere):
        mutes.mute_person(two, ANA, "app:user:nobody", NOW)


def test_an_event_of_an_earlier_time_does_not_bring_a_mute_back(two: GraphStore) -> None:
    intake = EventIntake(two, clock=lambda: float(NOW))

    def told(at: float, event_id: str) -> None:
        event = {"id": event_id, "at": at, "type": "mute", "user": "ana", "word": "Ice  Cream"}
        assert intake.take([(1, json.dumps(event).encode())]).refused == []

    told(NOW - 9, "a")
    assert muted(two)["words"] == {"ice cream"}
    mutes.unmute_word(two, ANA, "ice cream", NOW)
    told(NOW - 9, "a")
    told(NOW - 5, "b")
    assert muted(two)["words"] == frozenset()
    told(NOW + 5, "c")
    assert muted(two)["words"] == {"ice cream"}
