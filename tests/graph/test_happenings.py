"""Events that people attend, on both engines: made, edited, cancelled, answered, at once too."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pandas as pd
import pytest

from graph.actions import groups, happenings
from graph.errors import Contradiction, NotTheirs, NotThere
from graph.ingest import ingest_tables
from graph.queries.happenings import (
    LONGEST,
    Happening,
    attendance,
    attended_after,
    attendees_after,
    happening_pages,
    upcoming_after,
)
from graph.queries.people import ViewerContext
from graph.store import GraphStore

NOW = 1_760_000_000
ANA, BEN, CAT = (f"app:user:{name}" for name in ("ana", "ben", "cat"))
BALL = Happening(
    event_id="app:event:ball",
    name="Ball",
    privacy="public",
    description="",
    at=NOW + 100,
    until=None,
    place="Hall",
    created_at=NOW,
    cancelled=False,
    host_id=ANA,
    group_id=None,
)
FIRST = (-(2**62), "")
STRANGER = ViewerContext(None, "")


@pytest.fixture
def town(any_store: GraphStore) -> GraphStore:
    empty = dict.fromkeys(("username", "joined_at", "privacy", "active", "details"))
    any_store.run("load_users", rows=[{"id": each, **empty} for each in (ANA, BEN, CAT)])
    return any_store


def test_an_event_is_made_once_edited_and_cancelled_by_its_host(town: GraphStore) -> None:
    for _ in range(2):
        assert happenings.create(town, BALL) == BALL
        assert happenings.create(town, replace(BALL, name="Other")) == BALL
    until = {"until": NOW + 200, "name": "Ball!"}
    edited = happenings.edit(town, ANA, BALL.event_id, until)
    assert happening_pages(town, [BALL.event_id]) == {BALL.event_id: edited}
    assert (edited.name, edited.until, edited.place) == ("Ball!", NOW + 200, "Hall")
    assert happenings.edit(town, ANA, BALL.event_id, {"until": None}).until is None
    for act in (
        lambda: happenings.edit(town, BEN, BALL.event_id, {"name": "Mine"}),
        lambda: happenings.cancel(town, BEN, BALL.event_id),
    ):
        with pytest.raises(NotTheirs):
            act()
    for ends in (BALL.at or 0) - 1, (BALL.at or 0) + LONGEST + 1:
        with pytest.raises(Contradiction, match="ends after it begins"):
            happenings.edit(town, ANA, BALL.event_id, {"until": ends})
    for _ in range(2):
        assert happenings.cancel(town, ANA, BALL.event_id).cancelled
    with pytest.raises(Contradiction, match="cancelled"):
        happenings.edit(town, ANA, BALL.event_id, {"name": "x"})
    with pytest.raises(Contradiction, match="cancelled"):
        happenings.answer(town, BEN, BALL.event_id, "going")


def test_one_goes_or_may_go_or_does_not_and_the_host_goes(town: GraphStore) -> None:
    happenings.create(town, BALL)
    assert happenings.answer(town, BEN, BALL.event_id, "going") == (None, "going")
    assert happenings.answer(town, BEN, BALL.event_id, "maybe") == ("going", "maybe")
    assert happenings.answer(town, CAT, BALL.event_id, "going") == (None, "going")
    told = attendees_after(town, BALL.event_id, 2**62, "")
    assert [(each.user_id, each.answer) for each in told] == [
        (ANA, "host"),
        (BEN, "maybe"),
        (CAT, "going"),
    ]
    for before in ("maybe", None):
        assert happenings.answer(town, BEN, BALL.event_id, None) == (before, None)
    assert attendance(town, BEN, BALL.event_id) is None
    with pytest.raises(Contradiction, match="You host it"):
        happenings.answer(town, ANA, BALL.event_id, None)
    with pytest.raises(NotThere):
        happenings.answer(town, BEN, "app:event:none", "going")


def test_what_is_to_come_is_listed_the_soonest_first(town: GraphStore) -> None:
    late = replace(BALL, event_id="e:late", at=NOW + 900)
    begun = replace(BALL, event_id="e:begun", at=NOW - 50, until=NOW + 50)
    over = replace(BALL, event_id="e:over", at=NOW - 90, until=NOW - 1)
    off = replace(BALL, event_id="e:off", cancelled=True)
    for each in (late, BALL, begun, over, off):
        happenings.create(town, each)
    found = upcoming_after(town, STRANGER, None, NOW, *FIRST)
    assert [each.id for each in found] == ["e:begun", BALL.event_id, "e:late"]
    rest = upcoming_after(town, STRANGER, None, NOW, found[0].at, found[0].id)
    assert [each.id for each in rest] == [BALL.event_id, "e:late"]
    assert upcoming_after(town, STRANGER, "g", NOW, *FIRST) == []
    attended = [each.id for each in attended_after(town, ANA, NOW, *FIRST)]
    assert attended == ["e:begun", BALL.event_id, "e:off", "e:late"]
    assert attended_after(town, BEN, NOW, *FIRST) == []


def test_an_event_that_the_viewer_may_not_know_of_takes_nobodys_place(town: GraphStore) -> None:
    hosts = [("public", ANA), ("friends", BEN), ("private", CAT)]
    many = [(f"{privacy}-{n}", privacy, who) for privacy, who in hosts for n in range(110)]
    names = ["id", "privacy", "host_id"]
    events = pd.DataFrame([*many, ("last", None, None)], columns=names).assign(at=NOW + 50)
    events.loc[events["id"] == "last", "at"] = NOW + 90
    ingest_tables(town, {"events": events})

    def listed(viewer: ViewerContext, *hidden: str) -> set[str]:
        found: list[str] = []
        place = FIRST
        while page := upcoming_after(town, viewer, None, NOW, *place, hidden):
            assert [(each.at, each.id) for each in page] == sorted((e.at, e.id) for e in page)
            found += [each.id for each in page]
            place = (page[-1].at, page[-1].id)
        assert len(found) == len(set(found))
        return {each.partition("-")[0] for each in found}

    assert listed(STRANGER) == {"public", "last"}
    assert listed(STRANGER, ANA) == {"last"}
    assert listed(ViewerContext("u", "u", blocks=frozenset([ANA]))) == {"last"}
    assert listed(ViewerContext(CAT, "cat")) == {"public", "private", "last"}
    friend = ViewerContext("u", "u", friends=frozenset([BEN, CAT]))
    assert listed(friend) == {"public", "friends", "last"}
    assert listed(friend, BEN) == {"public", "last"}


def test_only_members_make_an_event_of_a_group(town: GraphStore) -> None:
    fields = {"name": "Choir", "description": "", "privacy": "public", "joining": "open"}
    groups.create(town, BEN, "g", fields, NOW)
    with pytest.raises(NotTheirs):
        happenings.create(town, replace(BALL, group_id="g"))
    happenings.create(town, replace(BALL, group_id="g", host_id=BEN))
    member = replace(STRANGER, groups=frozenset(["g"]))
    assert [each.id for each in upcoming_after(town, member, "g", NOW, *FIRST)] == [BALL.event_id]
    assert upcoming_after(town, STRANGER, "g", NOW, *FIRST) == []
    assert upcoming_after(town, STRANGER, None, NOW, *FIRST) == []
    with pytest.raises(NotThere):
        happenings.create(town, replace(BALL, event_id="e:2", group_id="none"))


def test_answers_at_once_are_one_each_and_none_comes_after_it_is_cancelled(
    town: GraphStore,
) -> None:
    happenings.create(town, BALL)
    told = [(BEN, "going"), (CAT, "maybe"), (BEN, "maybe"), (CAT, "going")] * 2
    with ThreadPoolExecutor(4) as crowd:
        done = [crowd.submit(happenings.answer, town, who, BALL.event_id, a) for who, a in told]  # type: ignore[arg-type]
        off = crowd.submit(happenings.cancel, town, ANA, BALL.event_id)
    assert off.result().cancelled
    for each in done:
        assert each.exception() is None or isinstance(each.exception(), Contradiction)
    attendees = [each.user_id for each in attendees_after(town, BALL.event_id, 2**62, "")]
    assert len(attendees) == len(set(attendees))
