"""What people do with posts, on both engines: each from each state, and many at once."""

import json
import random
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from graph.actions import reactions
from graph.actions.reactions import Change
from graph.errors import NotThere
from graph.events.intake import EventIntake
from graph.queries.people import hidden_lately
from graph.queries.responses import Did, did, responses, responses_after
from graph.store import GraphStore

NOW = 1_760_000_000
PEOPLE = [f"app:user:{name}" for name in ("ana", "ben", "cat")]
ANA, BEN, _ = PEOPLE
ONE, TWO = "app:post:1", "app:post:2"
Act = Callable[[GraphStore, str, str, int], Change]
NOTHING = Did()


@pytest.fixture
def town(any_store: GraphStore) -> GraphStore:
    empty = dict.fromkeys(("username", "joined_at", "privacy", "active", "details"))
    any_store.run("load_users", rows=[{"id": user_id, **empty} for user_id in PEOPLE])
    for post_id in (ONE, TWO):
        row: dict[str, object] = {"id": post_id, "source": ANA, "target": post_id}
        columns = "title text url created_at privacy available deleted details author_id tags"
        names = f"{columns} category_id topic_id group_id project_code shares_id".split()
        any_store.run("load_posts", rows=[{**dict.fromkeys(names), "id": post_id}])
        any_store.run("load_authored", rows=[{k: row[k] for k in ("source", "target")}])
    return any_store


def rate(percent: int) -> Act:
    return lambda store, user, post, at: reactions.rate(store, user, post, percent, at)


def react(kind: str) -> Act:
    return lambda store, user, post, at: reactions.react(store, user, post, kind, at)


def hide(less: bool) -> Act:
    return lambda store, user, post, at: reactions.hide(store, user, post, less, at)


STATES: list[tuple[Act, Act, Did]] = [
    (reactions.like, reactions.unlike, Did(liked=NOW)),
    (rate(0), reactions.unrate, Did(rated=0)),
    (react("love"), reactions.unreact, Did(reacted="love")),
    (hide(True), reactions.unhide, Did(hid=NOW)),
    (hide(False), reactions.unhide, Did(hid=0)),
]


@pytest.mark.parametrize(("act", "undo", "state"), STATES, ids=lambda each: repr(each)[:24])
def test_each_is_done_once_and_taken_back_once(
    town: GraphStore, act: Act, undo: Act, state: Did
) -> None:
    assert act(town, BEN, ONE, NOW) == Change(NOTHING, state)
    assert act(town, BEN, ONE, NOW + 1) == Change(state, state)
    assert did(town, ANA, ONE) == did(town, BEN, TWO) == NOTHING
    assert undo(town, BEN, ONE, NOW + 2) == Change(state, NOTHING)
    assert undo(town, BEN, ONE, NOW + 3) == Change(NOTHING, NOTHING)


def test_the_latest_rating_reaction_and_hide_stand(town: GraphStore) -> None:
    for act in (rate(80), rate(20), react("sad"), react("wow"), hide(True), hide(False)):
        act(town, BEN, ONE, NOW)
    assert did(town, BEN, ONE) == Did(rated=20, reacted="wow", hid=0)
    assert hidden_lately(town, BEN) == {ONE: 0}
    hide(True)(town, BEN, ONE, NOW + 1)
    assert hidden_lately(town, BEN) == {ONE: NOW + 1}


def test_views_and_inspirations_count_each_act_once(town: GraphStore) -> None:
    for mark in ("a", "b", "b", "c", "a"):
        reactions.view(town, BEN, ONE, mark, NOW)
    reactions.inspire(town, BEN, ONE, "a", NOW)
    assert did(town, BEN, ONE) == Did(viewed=3, inspired=1)


def test_a_count_goes_on_from_what_a_source_told(town: GraphStore) -> None:
    row = {"source": BEN, "target": ONE, "at": NOW - 9, "times": 40}
    town.run("load_viewed", rows=[row])
    assert reactions.view(town, BEN, ONE, "a", NOW).now == Did(viewed=41)


def test_a_count_adds_up_with_an_apps_events(town: GraphStore) -> None:
    intake = EventIntake(town, clock=lambda: float(NOW))

    def told(event_id: str) -> None:
        event = {"id": event_id, "at": NOW - 5, "type": "view", "user": "ben", "post": "1"}
        assert intake.take([(1, json.dumps(event).encode())]).refused == []

    told("e1")
    reactions.view(town, BEN, ONE, "a", NOW)
    told("e2")
    told("e1")
    assert did(town, BEN, ONE) == Did(viewed=3)


def test_an_event_of_an_earlier_time_does_not_bring_a_like_back(town: GraphStore) -> None:
    reactions.like(town, BEN, ONE, NOW)
    reactions.unlike(town, BEN, ONE, NOW)
    event = {"id": "e", "at": NOW - 5, "type": "like", "user": "ben", "post": "1"}
    EventIntake(town, clock=lambda: float(NOW)).take([(1, json.dumps(event).encode())])
    assert did(town, BEN, ONE) == NOTHING


def test_nothing_is_done_with_what_is_not_there_and_all_is_taken_back(town: GraphStore) -> None:
    reactions.like(town, BEN, ONE, NOW)
    names = [column for column in town.run("some_posts", ids=[ONE])[0] if column != "id"]
    more = ("author_id", "tags", "category_id", "topic_id", "group_id", "project_code", "shares_id")
    row = {**dict.fromkeys([*names, *more]), "id": ONE, "deleted": True}
    town.run("load_posts", rows=[row])
    for user_id, post_id in ((BEN, "app:post:9"), ("app:user:x", TWO), (BEN, ONE)):
        with pytest.raises(NotThere):
            reactions.like(town, user_id, post_id, NOW)
        with pytest.raises(NotThere):
            reactions.view(town, user_id, post_id, "a", NOW)
    assert reactions.unlike(town, BEN, ONE, NOW).now == NOTHING


def test_responses_are_told_by_kind_the_latest_first(town: GraphStore) -> None:
    for at, user_id in enumerate(PEOPLE):
        reactions.like(town, user_id, ONE, NOW + at // 2)
    reactions.react(town, BEN, ONE, "wow", NOW)
    found = responses(town, ONE)
    assert sorted(found["likers"]) == [(user_id, "") for user_id in PEOPLE]
    assert found["reacters"] == [(BEN, "wow")]
    assert found["inspired"] == found["sharers"] == []
    page = responses_after(town, "likers", ONE, 2**62, "")
    assert [each.id for each in page] == [PEOPLE[2], PEOPLE[0], PEOPLE[1]]
    assert [each.id for each in responses_after(town, "likers", ONE, NOW, ANA)] == [BEN]
    assert responses_after(town, "reacters", ONE, 2**62, "")[0].word == "wow"


def test_what_several_do_at_once_is_counted_exactly(town: GraphStore) -> None:
    """Each thread plays all people; an oracle counts, and knows each pair's last word."""

    def acting(seed: int) -> Counter[tuple[str, str]]:
        chance, viewed = random.Random(seed), Counter[tuple[str, str]]()
        for step in range(20):
            user_id, post_id = chance.choice(PEOPLE), chance.choice((ONE, TWO))
            reactions.view(town, user_id, post_id, f"{seed} {step}", NOW)
            viewed[user_id, post_id] += 1
            act = chance.choice((reactions.like, reactions.unlike, react("wow"), rate(50)))
            act(town, user_id, post_id, NOW)
        return viewed

    with ThreadPoolExecutor(6) as crowd:
        oracle = sum(crowd.map(acting, range(6)), Counter[tuple[str, str]]())
    for (user_id, post_id), times in oracle.items():
        assert did(town, user_id, post_id).viewed == times
    for file in ("viewed", "liked", "reacted", "rated"):
        pairs = [(row["source"], row["target"]) for row in town.run(f"export_{file}")]
        assert len(pairs) == len(set(pairs))
