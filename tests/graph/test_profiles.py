"""What somebody says of themself, on both engines; and that no late event takes it back."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from graph.actions import profiles
from graph.errors import NotThere
from graph.events.intake import EventIntake
from graph.queries.people import user_cards, user_details
from graph.queries.profiles import Feeling, details_of, feeling
from graph.store import GraphStore

NOW = 1_760_000_000
ANA = "app:user:ana"


@pytest.fixture
def ana(any_store: GraphStore) -> GraphStore:
    row = {"id": ANA, "username": "ana", "joined_at": None, "privacy": None, "active": None}
    details = json.dumps({"first_name": "Ana", "name": "Ana B", "user_type": "star", "bio": "old"})
    any_store.run("load_users", rows=[{**row, "details": details}])
    return any_store


def details(store: GraphStore) -> dict[str, object]:
    return details_of(user_details(store, [ANA])[ANA])


def privacy(store: GraphStore) -> str | None:
    return user_cards(store, [ANA])[ANA].privacy


def events(store: GraphStore, *told: dict[str, object]) -> None:
    intake = EventIntake(store, clock=lambda: float(NOW))
    lines = [json.dumps({"id": f"e{n}", **each}).encode() for n, each in enumerate(told)]
    assert intake.take(enumerate(lines)).refused == []


def test_an_edit_keeps_what_a_source_said_and_makes_the_name_of_its_parts(ana: GraphStore) -> None:
    profiles.edit(ana, ANA, {"bio": "new", "last_name": "Cid"}, None, NOW)
    assert details(ana) == {
        "first_name": "Ana",
        "last_name": "Cid",
        "name": "Ana Cid",
        "user_type": "star",
        "bio": "new",
    }
    profiles.edit(ana, ANA, {"bio": "", "first_name": "", "last_name": ""}, None, NOW)
    assert details(ana) == {"user_type": "star"}
    assert privacy(ana) is None


def test_edits_at_once_are_all_there_in_the_end(ana: GraphStore) -> None:
    fields = [{name: name} for name in ("bio", "job", "location", "picture_url", "last_name")]
    with ThreadPoolExecutor(5) as hands:
        list(hands.map(lambda each: profiles.edit(ana, ANA, each, None, NOW), fields))
    found = details(ana)
    assert all(found[name] == name for each in fields for name in each)


def test_no_late_event_opens_a_profile_that_was_closed_since(ana: GraphStore) -> None:
    opened = {"type": "user", "user": "ana", "privacy": "public"}
    events(ana, {**opened, "at": NOW - 60})
    profiles.edit(ana, ANA, {}, "private", NOW)
    events(ana, {**opened, "at": NOW - 60}, {**opened, "at": NOW - 1, "id": "late"})
    assert privacy(ana) == "private"
    events(ana, {**opened, "at": NOW + 1, "id": "later"})
    assert privacy(ana) == "public"
    profiles.edit(ana, ANA, {}, "friends", NOW)  # our clock is behind: still the latest word
    events(ana, {**opened, "at": NOW + 1, "id": "later"})
    assert privacy(ana) == "friends"
    assert user_cards(ana, [ANA])[ANA].username == "ana"


def test_interests_are_picked_once_and_stay_dropped(ana: GraphStore) -> None:
    for _ in range(2):
        profiles.pick(ana, ANA, "rye bread", NOW)
    assert ana.run("export_interested_in") == [{"source": ANA, "target": "rye bread"}]
    for _ in range(2):
        profiles.drop(ana, ANA, "rye bread", NOW + 1)
    events(ana, {"type": "interest", "user": "ana", "tag": "rye bread", "at": NOW - 1})
    assert ana.run("export_interested_in") == []
    assert ana.run("export_tags") == [{"id": "rye bread", "name": "rye bread"}]


def test_one_feels_one_thing_at_a_time(ana: GraphStore) -> None:
    assert profiles.feel(ana, ANA, "happy", NOW) == Feeling("happy", NOW)
    assert profiles.feel(ana, ANA, "happy", NOW + 5) == Feeling("happy", NOW + 5)
    assert profiles.feel(ana, ANA, "calm", NOW + 9) == Feeling("calm", NOW + 9)
    assert ana.run("export_feels") == [{"source": ANA, "target": "calm", "at": NOW + 9}]
    assert profiles.feel(ana, ANA, None, NOW + 10) is None
    assert feeling(ana, ANA) is None


def test_nobody_says_anything_of_who_is_not_there(any_store: GraphStore) -> None:
    for act in (
        lambda: profiles.edit(any_store, "app:user:x", {"bio": "x"}, None, NOW),
        lambda: profiles.pick(any_store, "app:user:x", "jazz", NOW),
        lambda: profiles.feel(any_store, "app:user:x", "calm", NOW),
    ):
        with pytest.raises(NotThere):
            act()
    assert any_store.run("export_users") == []
