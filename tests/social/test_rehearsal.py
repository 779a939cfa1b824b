"""What people do is planned before anybody waits for it, and nothing of it is left."""

import logging
from collections.abc import Callable, Sequence

import pytest

from graph.actions import comments, friendships, mutes, posts, profiles, reactions
from graph.actions.posts import Told, Where
from graph.cypher_files import queries_of
from graph.errors import StoreFull
from graph.model import KINDS, Row
from graph.store import Call, Done, GraphStore, Runs
from social.rehearsal import rehearse

ANA, BEN, POST = "t:user:ana", "t:user:ben", "t:post:1"
NOW = 1_700_000_000
TAGS = {"tea": 1.0}


def add_people(store: GraphStore) -> None:
    blank = dict.fromkeys(("username", "joined_at", "privacy", "active", "details"))
    store.run("load_users", rows=[{"id": each, **blank} for each in (ANA, BEN)])


def counts(store: GraphStore) -> dict[str, int]:
    """Rows of every table that an action writes to."""
    names = {query.name for query in queries_of(store.engine)}
    tables = [f"export_{file}" for file in KINDS if f"export_{file}" in names]
    assert {"export_users", "export_liked", "export_comments"} <= set(tables)
    told = len(store.run("notices_naming", user_id=ANA))
    heard = int(store.run("count_heard")[0]["facts"])
    return {each: len(store.frame(each)) for each in tables} | {"told": told, "heard": heard}


def test_nothing_of_a_rehearsal_is_left_and_people_act_as_ever(any_store: GraphStore) -> None:
    add_people(any_store)
    before = counts(any_store)
    rehearse(any_store, NOW)
    rehearse(any_store, NOW)
    assert counts(any_store) == before
    friendships.ask(any_store, ANA, BEN, NOW)
    friendships.accept(any_store, BEN, ANA, NOW)
    assert counts(any_store)["export_friend"] == 1


class Watched:
    """A store that remembers each text that a transaction runs, and which columns are null in it:
    as Ladybug plans them."""

    def __init__(self, store: GraphStore):
        self._store = store
        self.planned: set[tuple[str, str]] = set()

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)

    def transact(self, work: Callable[[Runs], Done]) -> Done:
        return self._store.transact(lambda graph: work(Noting(graph, self.planned)))


class Noting:
    def __init__(self, graph: Runs, planned: set[tuple[str, str]]):
        self._graph, self._planned = graph, planned

    def run(self, name: str, /, **params: object) -> list[Row]:
        rows = [each for each in params.values() if isinstance(each, list)]
        nulls = [
            sorted(column for column in some[0] if all(row[column] is None for row in some))
            for some in rows
            if some and isinstance(some[0], dict)
        ]
        self._planned.add((name, str(nulls)))
        return self._graph.run(name, **params)

    def foresee(self, calls: Sequence[Call]) -> None:
        self._graph.foresee(calls)


ACTS: dict[str, Callable[[GraphStore], object]] = {
    "like": lambda store: reactions.like(store, BEN, POST, NOW),
    "unlike": lambda store: reactions.unlike(store, BEN, POST, NOW),
    "react": lambda store: reactions.react(store, BEN, POST, "wow", NOW),
    "rate": lambda store: reactions.rate(store, BEN, POST, 3, NOW),
    "view": lambda store: reactions.view(store, BEN, POST, "v", NOW),
    "hide": lambda store: reactions.hide(store, BEN, POST, True, NOW),
    "ask": lambda store: friendships.ask(store, ANA, BEN, NOW),
    "accept": lambda store: friendships.accept(store, BEN, ANA, NOW),
    "block": lambda store: friendships.block(store, BEN, ANA, NOW),
    "comment": lambda store: comments.create(store, "c1", BEN, POST, None, "So it is", NOW),
    "answer": lambda store: comments.create(store, "c2", ANA, POST, "c1", "It is", NOW),
    "edit": lambda store: posts.edit(store, POST, ANA, Told(text="Tea", tags=TAGS), NOW),
    "share": lambda store: posts.create(
        store, "t:post:2", BEN, Told(text="Tea!", privacy="public"), Where(shares_id=POST), NOW
    ),
    "delete": lambda store: posts.delete(store, "t:post:2", BEN, NOW),
    "mute": lambda store: mutes.mute_person(store, ANA, BEN, NOW),
    "pick": lambda store: profiles.pick(store, ANA, "tea", NOW),
    "feel": lambda store: profiles.feel(store, ANA, "calm", NOW),
}


def test_whatever_an_action_runs_was_rehearsed(store: GraphStore) -> None:
    watched = Watched(store)
    add_people(store)
    rehearse(watched, NOW)  # type: ignore[arg-type]  # what it is not is the store's own
    rehearsed = watched.planned
    told = Told(title="Tea", text="Green", privacy="public", tags=TAGS)
    acts = {"post": lambda seen: posts.create(seen, POST, ANA, told, Where(), NOW)} | ACTS
    for name, act in acts.items():
        watched.planned = set()
        act(watched)  # type: ignore[arg-type]
        assert watched.planned and watched.planned <= rehearsed, name


def test_a_rehearsal_that_fails_stops_nobody(
    store: GraphStore, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(work: object) -> None:
        raise StoreFull("the disk is full")

    monkeypatch.setattr(store, "transact", full)
    with caplog.at_level(logging.WARNING):
        rehearse(store, NOW)
    assert "the disk is full" in caplog.text
