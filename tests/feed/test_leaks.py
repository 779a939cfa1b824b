"""People change who may see what between pages; the very next answer keeps to it, reasons too.

The recommender remembers lists and cards, and cursors pin what was ranked before a change: neither
may show what is not the viewer's to see any more. An oracle says from the tables alone what is.
"""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from shady_village import Oracle, shady

from feed import gate
from feed.recommend import Recommender
from feed.request import Feed, FeedRequest, Kind
from graph.derive.rebuild import derive
from graph.ingest import ingest_tables
from graph.model import PRIVACIES, Tables
from graph.queries.people import UserCard, ViewerContext
from graph.queries.posts import PostCard
from graph.store import GraphStore, open_store
from village.world import NOW, World

CHECKS = 1_000_000 if os.environ.get("RESONANCE_TEST_PROFILE") == "nightly" else 20_000
KINDS: tuple[Kind, ...] = ("for_you", "for_you", "friends", "catch_up")


class Town:
    """The graph and the oracle's tables, changed together."""

    def __init__(self, store: GraphStore, tables: Tables, seed: int):
        self.store = store
        self.tables = dict(tables)
        self.rng = np.random.default_rng(seed)
        self.users = list(tables["users"]["id"])
        self.posts = list(tables["posts"]["id"])
        self.oracle = Oracle(self.tables)

    def act(self, viewer: str, shown: list[str]) -> None:
        """One change, mostly about the viewer or what they were just shown."""
        post = str(self.rng.choice(shown or self.posts))
        author = self.oracle.author.get(post)
        other = author if author is not None and author != viewer else self.anybody(viewer)
        acts = (self.block, self.befriend, self.unfriend, self.profile, self.privacy, self.delete)
        acts[self.rng.integers(len(acts))](viewer, other, post)
        self.oracle = Oracle(self.tables)

    def anybody(self, but: str) -> str:
        return str(self.rng.choice([user for user in self.users if user != but]))

    def block(self, viewer: str, other: str, post: str) -> None:
        pair = (viewer, other) if self.rng.random() < 0.5 else (other, viewer)
        self._add("blocks", *pair)

    def befriend(self, viewer: str, other: str, post: str) -> None:
        self._add("friend", *sorted((viewer, other)))

    def unfriend(self, viewer: str, other: str, post: str) -> None:
        friends = sorted(b for a, b in self.oracle.friends if a == viewer)
        if friends:
            pair = sorted((viewer, str(self.rng.choice(friends))))
            edges = self.tables["friend"]
            gone = (edges["source"] == pair[0]) & (edges["target"] == pair[1])
            self.tables["friend"] = edges[~gone]
            self.store.run("drop_friend", source=pair[0], target=pair[1])

    def profile(self, viewer: str, other: str, post: str) -> None:
        friends = sorted(b for a, b in self.oracle.friends if a == viewer)
        who = str(self.rng.choice(friends)) if friends and self.rng.random() < 0.5 else other
        self._set("users", who, "privacy", str(self.rng.choice(PRIVACIES)))

    def privacy(self, viewer: str, other: str, post: str) -> None:
        self._set("posts", post, "privacy", str(self.rng.choice(PRIVACIES)))

    def delete(self, viewer: str, other: str, post: str) -> None:
        self._set("posts", post, "deleted", bool(self.rng.random() < 0.5))

    def _add(self, file: str, source: str, target: str) -> None:
        row = pd.DataFrame({"source": [source], "target": [target]})
        self.tables[file] = pd.concat([self.tables[file], row], ignore_index=True)
        ingest_tables(self.store, {file: row})

    def _set(self, file: str, node_id: str, column: str, value: object) -> None:
        frame = self.tables[file].copy()
        frame.loc[frame["id"] == node_id, column] = value
        self.tables[file] = frame
        ingest_tables(self.store, {file: pd.DataFrame({"id": [node_id], column: [value]})})

    def leaks(self, viewer: str | None, feed: Feed) -> tuple[int, list[object]]:
        """How much was checked, and what should not have been told."""
        checked, found = 0, list[object]()
        hidden = [f" {name} " for name in self.unnameable(viewer)]
        for each in feed.posts:
            post_id = each.post.card.post_id
            checked += 1
            if not self.oracle.brings(viewer, post_id):
                found.append(post_id)
            for reason in each.reasons:
                told = [node for node in reason.path if node.id not in (viewer, post_id)]
                for node in told:
                    checked += 1
                    seen = {
                        "user": lambda id: self.oracle.sees_profile(viewer, id),
                        "post": lambda id: self.oracle.sees(viewer, id),
                        "group": lambda id: (viewer, id) in self.oracle.members,
                    }.get(node.kind, lambda id: True)
                    if not seen(node.id):
                        found.append((reason.source, node))
                people = [node.id for node in told if node.kind == "user"]
                friends = people[:1] if reason.source.startswith("friends") else []
                found += [(reason, a) for a in friends if (viewer, a) not in self.oracle.friends]
                found += [(reason, name) for name in hidden if name in reason.sentence]
        return checked, found

    def unnameable(self, viewer: str | None) -> list[str]:
        return [
            str(row["username"])
            for user, row in self.oracle.users.items()
            if user != viewer and not self.oracle.sees_profile(viewer, user)
        ]


def replace_card(card: PostCard, **fields: object) -> PostCard:
    return replace(card, **fields)  # type: ignore[arg-type]


def replace_author(author: UserCard | None, **fields: object) -> UserCard | None:
    return None if author is None else replace(author, **fields)  # type: ignore[arg-type]


def without_blocks(viewer: ViewerContext) -> ViewerContext:
    return replace(viewer, blocks=frozenset())


@pytest.fixture
def town(village: World, tmp_path: Path) -> Iterator[Town]:
    tables = shady(village, seed=7)
    with open_store(f"ladybug:{tmp_path / 'graph'}") as store:
        ingest_tables(store, tables)
        derive(store)
        yield Town(store, tables, seed=11)


def walk(town: Town, enough: int) -> tuple[int, int, list[object]]:
    """Page through feeds and act in between until `enough` is checked; also: later pages."""
    recommender = Recommender(town.store)
    checked = later = 0
    while checked < enough:
        viewer = str(town.rng.choice(town.users))
        name = str(town.oracle.users[viewer]["username"])
        kind = KINDS[town.rng.integers(len(KINDS))]
        cursor: str | None = None
        for _ in range(4):
            request = FeedRequest(name, kind=kind, page_size=50, cursor=cursor)
            feed = recommender.feed(request, NOW)
            number, leaks = town.leaks(viewer, feed)
            checked += number
            later += cursor is not None
            if leaks:
                return checked, later, leaks
            cursor = feed.next_cursor
            town.act(viewer, [each.post.card.post_id for each in feed.posts])
            if cursor is None:
                break
    return checked, later, []


def test_nothing_that_was_hidden_a_moment_ago_is_shown_or_named(town: Town) -> None:
    checked, later, leaks = walk(town, CHECKS)
    assert leaks == []
    assert checked >= CHECKS
    assert later > 20


def test_the_walk_would_find_a_leak(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without each clause of the gate in turn, something is shown that should not be."""
    whole = gate.visible
    for broken in (
        lambda viewer, card, author: whole(viewer, replace_card(card, deleted=False), author),
        lambda viewer, card, author: whole(viewer, replace_card(card, privacy="public"), author),
        lambda viewer, card, author: whole(viewer, replace_card(card, group_id=None), author),
        lambda viewer, card, author: whole(without_blocks(viewer), card, author),
        lambda viewer, card, author: whole(viewer, card, replace_author(author, active=True)),
        lambda viewer, card, author: whole(viewer, card, replace_author(author, privacy="public")),
    ):
        monkeypatch.setattr(gate, "visible", broken)
        assert walk(town, CHECKS)[2] != []


def test_a_person_who_hides_would_be_found_too(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("feed.gate.visible_person", lambda viewer, person: True)
    assert walk(town, CHECKS)[2] != []
