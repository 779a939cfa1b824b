"""Pages beside writers: nothing comes twice, nothing that stays is skipped; and a fault is seen."""

import os

import pytest
from filled_graphs import Fill, Filled

from bench.paging import Page, Session, Watched
from bench.sessions import Square
from feed.memory import ViewerMemory
from feed.recommend import Recommender
from feed.request import FeedRequest
from feed.slate import Slate
from graph.changes import Changes
from village.world import NOW, World

SEED = int(os.environ.get("RESONANCE_TEST_SEED", "0"))
SESSIONS = 1_000 if os.environ.get("RESONANCE_TEST_PROFILE") == "nightly" else 25


def test_sessions_beside_writers_neither_repeat_nor_skip(
    any_filled: Filled, derived_village: Fill, village: World
) -> None:
    outcome = Square(any_filled(derived_village), village.tables, SEED).run(SESSIONS)
    assert outcome.faults == []
    assert outcome.pages > 3 * outcome.sessions
    assert all(outcome.written[kind] > 0 for kind in ("like", "post", "delete_post"))


@pytest.mark.parametrize("seconds", [0, 1])
def test_a_page_beyond_the_slate_is_the_same_however_often_it_is_asked_for(
    filled: Filled,
    derived_village: Fill,
    village: World,
    monkeypatch: pytest.MonkeyPatch,
    seconds: int,
) -> None:
    """By its cursor and by its number: what it showed once is not held against it."""
    monkeypatch.setattr("feed.steps.STEP", 7)
    names = village.tables["users"]["username"].tolist()[:10]
    with ViewerMemory(None) as memory:
        recommender, now = Recommender(filled(derived_village), memory=memory), NOW
        for name in names:
            page = recommender.feed(FeedRequest(name), now)
            for number in (2, 3):
                assert page.next_cursor is not None
                by = [FeedRequest(name, cursor=page.next_cursor)] * 2
                by += [FeedRequest(name, page=number)] * 2
                pages = []
                for request in by:
                    now += seconds
                    pages.append(recommender.feed(request, now))
                shown = [
                    [each.post.card.post_id for each in each_page.posts] for each_page in pages
                ]
                assert shown[0] and shown == [shown[0]] * 4
                page = pages[0]


def faults(
    *shown: tuple[str, ...],
    pinned: tuple[str, ...] = ("a", "b", "c", "d", "e", "f"),
    then: tuple[str, ...] | None = None,
    begun: float | None = None,
    deleted: float | None = None,
) -> list[str]:
    """Of a session with pages of two; `c` is deleted, page *n* lasts from *n* to *n* + 0.5."""
    slates = [Slate("me", "all", NOW, pinned)] + [Slate("me", "all", NOW, then or pinned)] * 2
    pages = [
        Page(ids, 2 * at, 2 * at + 2, slates[at], float(at), at + 0.5)
        for at, ids in enumerate(shown)
    ]
    session = Session((0, 0), Recommender(Nothing(), cursors=Watched()), Watched(), "me", pages)
    times = ({} if each is None else {"c": each} for each in (begun, deleted))
    return session.faults(*times)


class Nothing:
    """No store: nothing is asked."""

    engine = "none"
    changes = Changes(alone=False)


def test_a_session_as_it_was_pinned_has_no_fault() -> None:
    assert faults(("a", "b"), ("c", "d"), ("e", "f")) == []
    assert faults(("a", "b"), ("d",), ("e", "f"), begun=1.2) == []
    assert faults(("a", "b"), ("c", "d"), ("e", "f"), begun=1.2, deleted=1.4) == []


@pytest.mark.parametrize(
    ("shown", "fault"),
    [
        ([("a", "b"), ("b", "d"), ("e", "f")], "b came twice"),
        ([("a", "b"), ("d",), ("e", "f")], "c was skipped"),
        ([("a", "b"), ("d", "c"), ("e", "f")], "places 2 to 4 came in another order"),
        ([("a", "b"), ("c", "d", "x"), ("e", "f")], "places 2 to 4 came in another order"),
    ],
)
def test_a_fault_is_told(shown: list[tuple[str, ...]], fault: str) -> None:
    assert fault in faults(*shown)


def test_a_ranking_that_changes_under_a_session_is_a_fault() -> None:
    then = ("a", "b", "d", "c", "e", "f")
    assert "the ranking changed before place 2" in faults(("a", "b"), ("d", "c"), then=then)
    longer = ("a", "b", "c", "d", "e", "f", "g")
    assert faults(("a", "b"), ("c", "d"), then=longer) == []


def test_a_post_may_be_missing_only_where_its_deletion_had_begun() -> None:
    assert faults(("a", "b"), ("d",), ("e", "f"), begun=1.7) == ["c was skipped"]
    late = faults(("a", "b"), ("c", "d"), ("e", "f"), begun=0.2, deleted=0.9)
    assert late == ["c came although it was deleted"]
