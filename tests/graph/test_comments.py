"""Comments and answers on both engines, and the signal that feeds read of them."""

import json
import random
from concurrent.futures import ThreadPoolExecutor

import pandas as pd
import pytest

from graph.actions import comments
from graph.errors import NotThere
from graph.events.intake import EventIntake
from graph.ingest import ingest_tables
from graph.queries.comments import List, answers_below, comment, commenters, comments_after
from graph.queries.people import ViewerContext
from graph.queries.responses import did
from graph.store import GraphStore

NOW = 1_760_000_000
PEOPLE = [f"app:user:{name}" for name in ("ana", "ben", "cat")]
ANA, BEN, CAT = PEOPLE
GONE = "app:user:gone"
ONE, TWO = "app:post:1", "app:post:2"
FIRST = 2**62
STRANGER = ViewerContext(None, "")


@pytest.fixture
def town(any_store: GraphStore) -> GraphStore:
    empty = dict.fromkeys(("username", "joined_at", "privacy", "active", "details"))
    any_store.run("load_users", rows=[{"id": user_id, **empty} for user_id in PEOPLE])
    columns = "title text url created_at privacy available deleted details author_id tags"
    names = f"{columns} category_id topic_id group_id project_code shares_id".split()
    any_store.run(
        "load_posts", rows=[{**dict.fromkeys(names), "id": post_id} for post_id in (ONE, TWO)]
    )
    return any_store


def say(
    store: GraphStore, comment_id: str, who: str, above: str | None = None, at: int = NOW
) -> bool:
    return comments.create(store, comment_id, who, ONE, above, f"I am {comment_id}", at)


def listed(store: GraphStore) -> list[str]:
    return [each.comment_id for each in comments_after(store, STRANGER, "comments", ONE, FIRST, "")]


def answers(store: GraphStore, comment_id: str) -> list[str]:
    return [
        each.comment_id
        for each in comments_after(store, STRANGER, "answers", comment_id, FIRST, "")
    ]


def test_comments_are_made_once_and_listed_the_latest_first(town: GraphStore) -> None:
    assert say(town, "c1", ANA)
    assert not say(town, "c1", ANA, at=NOW + 5)
    say(town, "c3", BEN, at=NOW + 1)
    say(town, "c2", BEN)
    say(town, "a1", ANA, above="c2")
    say(town, "a2", BEN, above="a1")
    assert listed(town) == ["c3", "c1", "c2"]
    assert (answers(town, "c2"), answers(town, "a1"), answers(town, "c3")) == (["a1"], ["a2"], [])
    rest = comments_after(town, STRANGER, "comments", ONE, NOW, "c1")
    assert [each.comment_id for each in rest] == ["c2"]
    found = comment(town, "a1")
    assert found is not None and (found.author_id, found.post_id) == (ANA, ONE)
    assert (found.answers_id, found.at, found.text) == ("c2", NOW, "I am a1")
    assert {each.comment_id for each in commenters(town, STRANGER, ONE)} == {
        "c1",
        "c2",
        "c3",
        "a1",
        "a2",
    }
    assert (did(town, ANA, ONE).commented, did(town, BEN, ONE).commented) == (2, 3)


def test_an_edit_keeps_when_it_was_made_and_tells_when_it_was_changed(town: GraphStore) -> None:
    say(town, "c1", ANA)
    assert comments.edit(town, "c1", "I am c1", NOW + 1).edited_at is None
    changed = comments.edit(town, "c1", "Rye", NOW + 2)
    assert (changed.text, changed.at, changed.edited_at) == ("Rye", NOW, NOW + 2)


def test_a_deleted_comment_is_gone_with_its_words_and_its_signal(town: GraphStore) -> None:
    say(town, "c1", ANA)
    say(town, "c2", ANA)
    assert comments.delete(town, "c1")
    assert not comments.delete(town, "c1")
    assert (listed(town), did(town, ANA, ONE).commented) == (["c2"], 1)
    comments.delete(town, "c2")
    assert (listed(town), did(town, ANA, ONE).commented) == ([], 0)
    assert town.run("export_commented") == []
    assert {row["text"] for row in town.run("export_comments")} == {""}
    with pytest.raises(NotThere):
        comments.edit(town, "c1", "Back", NOW)


def test_an_answered_comment_stays_as_deleted_until_the_last_answer_goes(town: GraphStore) -> None:
    say(town, "c1", ANA)
    say(town, "a1", BEN, above="c1")
    say(town, "a2", CAT, above="a1")
    for comment_id in ("c1", "a1"):
        comments.delete(town, comment_id)
    assert (listed(town), answers(town, "c1")) == (["c1"], ["a1"])
    gone = comment(town, "c1")
    assert gone is not None and (gone.deleted, gone.text) == (True, "")
    with pytest.raises(NotThere):
        say(town, "a3", BEN, above="c1")
    comments.delete(town, "a2")
    assert (listed(town), answers(town, "c1")) == ([], [])
    assert commenters(town, STRANGER, ONE) == []


def crowd(store: GraphStore) -> None:
    """Ana's comment and an answer to it, under hundreds of people who hide, and of one who left."""
    people = pd.DataFrame({"id": [BEN, CAT, GONE], "privacy": ["private", "friends", None]})
    people["active"] = [True, True, False]
    said = [("first", ANA, None), ("second", ANA, "first")]
    for who in (BEN, CAT, GONE):
        said += [(f"{who}-{n}", who, None) for n in range(350)]
        said += [(f"{who}-under-{n}", who, "first") for n in range(350)]
    made = pd.DataFrame(said, columns=["id", "source", "target"])
    tables = {
        "users": people,
        "comments": pd.DataFrame({"id": made["id"], "text": "Hm", "created_at": made.index}),
        "wrote": pd.DataFrame({"source": made["source"], "target": made["id"]}),
        "comment_on": pd.DataFrame({"source": made["id"], "target": ONE}),
        "answers": pd.DataFrame({"source": made["id"], "target": made["target"]}).dropna(),
    }
    ingest_tables(store, tables)


VIEWERS: dict[str, tuple[ViewerContext, set[str]]] = {
    "a stranger": (STRANGER, {ANA}),
    "one of them": (ViewerContext(BEN, "ben"), {ANA, BEN}),
    "a friend": (ViewerContext("u:d", "dan", friends=frozenset([BEN, CAT, GONE])), {ANA, CAT}),
    "a blocker": (ViewerContext("u:e", "eve", blocks=frozenset([ANA])), set()),
}


def test_comments_of_people_who_hide_take_nobodys_place(town: GraphStore) -> None:
    crowd(town)
    for name, (viewer, seen) in VIEWERS.items():
        lists: tuple[tuple[List, str], ...] = ("comments", ONE), ("answers", "first")
        for which, of_id in lists:
            told: list[str | None] = []
            at, last = FIRST, ""
            while page := comments_after(town, viewer, which, of_id, at, last):
                told += [each.author_id for each in page]
                at, last = page[-1].at, page[-1].comment_id
            assert set(told) == seen, (name, which)
        counted = {link.author_id for link in commenters(town, viewer, ONE)}
        assert counted == seen, name


def test_what_is_below_a_comment_is_told_by_who_may_be_seen(town: GraphStore) -> None:
    crowd(town)
    say(town, "third", ANA, above=f"{BEN}-under-1")
    comments.delete(town, f"{BEN}-under-1")
    for name, (viewer, seen) in VIEWERS.items():
        links = answers_below(town, viewer, ["first", "second"])
        assert {each.author_id for each in links} == seen, name
        assert {each.answers_id for each in links} <= {"first"}
        gone = {each.comment_id for each in links if each.deleted}
        assert gone == ({f"{BEN}-under-1"} if BEN in seen else set())
        assert len(links) == len(seen) + len(gone)


def test_what_is_answered_hangs_on_the_same_post(town: GraphStore) -> None:
    say(town, "c1", ANA)
    for post_id, above, who in ((TWO, "c1", ANA), (ONE, "c9", ANA), ("p:9", None, ANA)):
        with pytest.raises(NotThere):
            comments.create(town, "c2", who, post_id, above, "Hm", NOW)
    with pytest.raises(NotThere):
        say(town, "c2", "app:user:nobody")


def test_the_signal_adds_up_with_an_apps_events(town: GraphStore) -> None:
    event = {"id": "e1", "at": NOW - 5, "type": "comment", "user": "ana", "post": "1"}
    intake = EventIntake(town, clock=lambda: float(NOW))
    intake.take([(1, json.dumps(event).encode())])
    say(town, "c1", ANA)
    assert did(town, ANA, ONE).commented == 2
    comments.delete(town, "c1")
    intake.take([(1, json.dumps(event).encode())])
    assert did(town, ANA, ONE).commented == 1


def test_whatever_several_do_at_once_nothing_hangs_in_the_air(town: GraphStore) -> None:
    def acting(seed: int) -> None:
        chance = random.Random(seed)
        for step in range(15):
            there = [each.comment_id for each in commenters(town, STRANGER, ONE)]
            try:
                if there and chance.random() < 0.5:
                    comments.delete(town, chance.choice(there))
                else:
                    above = chance.choice([None, *there])
                    say(town, f"c{seed}-{step}", chance.choice(PEOPLE), above)
            except NotThere:
                continue

    with ThreadPoolExecutor(5) as crowd:
        list(crowd.map(acting, range(5)))
    links = {each.comment_id: each for each in commenters(town, STRANGER, ONE)}
    above = {each.answers_id for each in links.values() if each.answers_id}
    assert above <= set(links)
    assert {each for each, link in links.items() if link.deleted} <= above
    for user_id in PEOPLE:
        live = [each for each in links.values() if each.author_id == user_id and not each.deleted]
        assert did(town, user_id, ONE).commented == len(live)
