"""People change who may see what between searches; the very next one keeps to it, to the letter.

An oracle, which knows the graph as plain sets and the rules as sentences, says what each viewer
finds. A search must find exactly that: what is missing would be a fault, and what is more a leak.
"""

import os
import random
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from searchable_acts import Acts

from graph.queries.people import gate_context
from graph.search.index import KINDS, Kind, SearchIndex
from graph.search.opening import open_index
from graph.search.terms import asked
from graph.store import GraphStore
from social.search import searching

NIGHTLY = os.environ.get("RESONANCE_TEST_PROFILE") == "nightly"
SEED = int(os.environ.get("RESONANCE_TEST_SEED", "1"))
ROUNDS = 1_000 if NIGHTLY else 60
NEO4J_ROUNDS = 100 if NIGHTLY else 8
NOW = 1_700_000_000
WORDS = ("apple", "melon", "grape", "lemon", "mango", "olive")
"""Far from each other: none is a typo of another."""
NONSENSE = "xylophone"


@dataclass
class Town:
    """The graph as sets, and the acts that change both."""

    acts: Acts
    chance: random.Random
    people: dict[str, dict[str, object]] = field(default_factory=dict)
    posts: dict[str, dict[str, object]] = field(default_factory=dict)
    groups: dict[str, dict[str, object]] = field(default_factory=dict)
    friends: set[frozenset[str]] = field(default_factory=set)
    blocks: set[tuple[str, str]] = field(default_factory=set)
    members: set[tuple[str, str]] = field(default_factory=set)

    def fill(self) -> None:
        for number in range(8):
            self.person(f"u:{number}")
        for number in range(3):
            self.group(f"g:{number}")
        for number in range(14):
            self.post(f"p:{number}", self.chance.choice(sorted(self.people)))
        for _ in range(12):
            self.step()

    def person(self, id: str) -> None:
        told = {
            "name": self.chance.choice(WORDS),
            "privacy": self.chance.choice(["public", "friends", "private"]),
            "active": self.chance.random() < 0.9,
        }
        self.people[id] = told
        name = f"{told['name']}_{id[2:]}"
        self.acts.person(id, name, privacy=told["privacy"], active=told["active"])

    def group(self, id: str) -> None:
        told = {"name": self.chance.choice(WORDS), "privacy": self.chance.choice([None, "private"])}
        self.groups[id] = told
        self.acts.group(id, str(told["name"]), told["privacy"])

    def post(self, id: str, author: str) -> None:
        old = self.posts.get(id)
        told: dict[str, object] = {
            "author": author if old is None else old["author"],
            "word": self.chance.choice(WORDS),
            "tag": self.chance.choice(WORDS) if old is None else old["tag"],
            "privacy": self.chance.choice(["public", "friends", "private"]),
            "deleted": self.chance.random() < 0.1,
            "group": self.chance.choice([None, None, *self.groups])
            if old is None
            else old["group"],
        }
        self.posts[id] = told
        self.acts.post(id, told, new=old is None)

    def step(self) -> None:
        """Somebody does something."""
        one, other = self.chance.sample(sorted(self.people), 2)
        pair, group = frozenset((one, other)), self.chance.choice(sorted(self.groups))
        acts: list[Callable[[], None]] = [
            lambda: self.toggle(self.friends, pair, "friend", *sorted(pair)),
            lambda: self.toggle(self.friends, pair, "friend", *sorted(pair)),
            lambda: self.toggle(self.blocks, (one, other), "blocks", one, other),
            lambda: self.toggle(self.members, (one, group), "member_of", one, group),
            lambda: self.person(one),
            lambda: self.group(group),
            lambda: self.post(self.chance.choice(sorted(self.posts)), one),
            lambda: self.post(self.chance.choice(sorted(self.posts)), one),
        ]
        self.chance.choice(acts)()

    def toggle(self, there: set, each: object, file: str, source: str, target: str) -> None:
        if each in there:
            there.remove(each)
            self.acts.cut(file, source, target)
        else:
            there.add(each)
            self.acts.tie(file, source, target)

    def sees_owner(self, viewer: str, owner: str, privacy: object) -> bool:
        friends = frozenset((viewer, owner)) in self.friends
        return viewer == owner or privacy == "public" or (privacy == "friends" and friends)

    def blocked(self, one: str, other: str) -> bool:
        return (one, other) in self.blocks or (other, one) in self.blocks

    def sees_person(self, viewer: str, other: str) -> bool:
        told = self.people[other]
        if not told["active"] or self.blocked(viewer, other):
            return False
        return self.sees_owner(viewer, other, told["privacy"])

    def sees_post(self, viewer: str, post: str) -> bool:
        told = self.posts[post]
        author, group = str(told["author"]), told["group"]
        if told["deleted"] or not self.people[author]["active"] or self.blocked(viewer, author):
            return False
        if group is not None and (viewer, group) not in self.members:
            return False
        both = (told["privacy"], self.people[author]["privacy"])
        return all(self.sees_owner(viewer, author, each) for each in both)

    def expected(self, viewer: str, kind: Kind, word: str) -> set[str]:
        posts = {post for post in self.posts if self.sees_post(viewer, post)}
        if kind == "people":
            named = {id for id, told in self.people.items() if told["name"] == word}
            return {id for id in named if self.sees_person(viewer, id)}
        if kind == "posts":
            return {p for p in posts if word in (self.posts[p]["word"], self.posts[p]["tag"])}
        if kind == "groups":
            named = {id for id, told in self.groups.items() if told["name"] == word}
            own = {id for id in named if (viewer, id) in self.members}
            return own | {id for id in named if self.groups[id]["privacy"] is None}
        return {word} if any(self.posts[post]["tag"] == word for post in posts) else set()


def walk(store: GraphStore, rounds: int) -> None:
    town = Town(Acts(store), random.Random(SEED))
    town.fill()
    index = open_index(store)
    found = 0
    for _ in range(rounds):
        town.step()
        viewer = town.chance.choice(sorted(town.people))
        for word in town.chance.sample(WORDS, 2):
            for kind in KINDS:
                told = search(store, index, viewer, kind, word)
                assert set(told) == town.expected(viewer, kind, word), (viewer, kind, word)
                assert len(told) == len(set(told))
                found += len(told)
        assert all(search(store, index, viewer, kind, NONSENSE) == () for kind in KINDS)
    assert found > rounds / 2


def search(
    store: GraphStore, index: SearchIndex, viewer: str, kind: Kind, word: str
) -> tuple[str, ...]:
    context = gate_context(store, viewer, viewer)
    return searching(store, index, context, asked(word), NOW).found(kind)


def test_a_search_finds_what_its_viewer_may_see_and_nothing_else(store: GraphStore) -> None:
    walk(store, ROUNDS)


@pytest.mark.neo4j
def test_so_it_does_on_neo4j(neo4j_store: GraphStore) -> None:
    walk(neo4j_store, NEO4J_ROUNDS)
