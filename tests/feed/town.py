"""A graph and its oracle, changed together by what people do."""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from dark_town import PRIVACIES, new_post, sociable, written
from feed_oracle import OPEN, Oracle

from graph.frames import typed
from graph.ingest import ingest_tables
from graph.model import KINDS, Tables
from graph.store import GraphStore
from village.world import NOW

WORDS = tuple(word for word in PRIVACIES if word is not None)
MINUTE = 60
MANY = 10_000
"""Above the numbers of all posts that were there from the beginning."""

Act = Callable[[str, str, str], None]


class Town:
    """What the store holds, what the oracle knows, and the time, which acts move."""

    def __init__(self, store: GraphStore, tables: Tables, seed: int, gone: Sequence[str] = ()):
        self.store, self.now = store, NOW
        self.rng = np.random.default_rng(seed)
        self.oracle = Oracle(tables)
        self.tags = sorted(tables["tags"]["id"])
        for user_id in gone:
            self.oracle.vanished(user_id)
        self.users = sorted(self.oracle.users)
        self.regulars = [user for user in sociable(tables) if user in self.oracle.users]
        self.acts: tuple[Act, ...] = (
            self.block,
            self.befriend,
            self.profile,
            self.privacy,
            self.delete,
            self.withhold,
            self.mute,
            self.mute_tag,
            self.mute_word,
            self.hide,
            self.join,
            self.deactivate,
            self.write,
            self.unlike,
            self.claim,
        )
        self.at_hand: Sequence[str] = ()

    def act(self, viewer: str, posts: Sequence[str]) -> None:
        """One change, about the viewer and one of these posts."""
        self.now += MINUTE
        self.at_hand = posts or list(self.oracle.posts)
        post = self.one_of(self.at_hand)
        author = self.oracle.author.get(post)
        known = author in self.oracle.users and author != viewer
        other = author if known and author is not None else self.anybody(viewer)
        act = self.acts[self.rng.integers(len(self.acts))]
        act(viewer, other, post)

    def block(self, viewer: str, other: str, post: str) -> None:
        """Either blocks the other, or no more."""
        pair = (viewer, other) if self.rng.random() < 0.5 else (other, viewer)
        self._turn("blocks", *pair)

    def befriend(self, viewer: str, other: str, post: str) -> None:
        """The two become friends; or the viewer loses one."""
        friends = self.oracle.friends.of(viewer)
        if friends and self.rng.random() < 0.5:
            self._turn("friend", viewer, self.one_of(friends))
        elif (viewer, other) not in self.oracle.friends:
            self._turn("friend", viewer, other)

    def profile(self, viewer: str, other: str, post: str) -> None:
        """The other, or a friend, changes who may see them."""
        self._set("users", self._near(viewer, other), "privacy", self.one_of(WORDS))

    def privacy(self, viewer: str, other: str, post: str) -> None:
        """The author changes who may see the post."""
        self._set("posts", post, "privacy", self.one_of(WORDS))

    def delete(self, viewer: str, other: str, post: str) -> None:
        """The post is deleted, or not any more."""
        self._set("posts", post, "deleted", not self.oracle.posts[post].get("deleted"))

    def withhold(self, viewer: str, other: str, post: str) -> None:
        """The post is made unavailable, or available again."""
        withheld = self.oracle.posts[post].get("available") is False
        self._set("posts", post, "available", withheld)

    def mute(self, viewer: str, other: str, post: str) -> None:
        """The viewer mutes the other, or no more."""
        self._turn("mutes", viewer, other)

    def mute_tag(self, viewer: str, other: str, post: str) -> None:
        """The viewer mutes a tag of the post, or no more."""
        self._turn("mutes_tags", viewer, self.one_of(self.oracle.tagged.of(post) or self.tags))

    def mute_word(self, viewer: str, other: str, post: str) -> None:
        """The viewer mutes a word of the post, or no more."""
        word = str(self.oracle.posts[post]["text"]).split()[-1]
        self._load("words", pd.DataFrame({"id": [word]}))
        self._turn("mutes_words", viewer, word)

    def hide(self, viewer: str, other: str, post: str) -> None:
        """The viewer hides the post, or no more."""
        self._turn("hid", viewer, post)

    def join(self, viewer: str, other: str, post: str) -> None:
        """The viewer joins or leaves the group of the post, or any."""
        any_group = self.one_of(list(self.oracle.groups))
        self._turn("member_of", viewer, self.oracle.group.get(post, any_group))

    def deactivate(self, viewer: str, other: str, post: str) -> None:
        """The other, or a friend, leaves the service, or comes back."""
        who = self._near(viewer, other)
        self._set("users", who, "active", self.oracle.users[who].get("active") is False)

    def write(self, viewer: str, other: str, post: str) -> None:
        """The other, or a friend, writes a post, perhaps in a group."""
        made = new_post(MANY + len(self.oracle.posts))
        row = written(made) | {"id": made, "privacy": self.one_of(WORDS), "created_at": self.now}
        edges = {"authored": (self._near(viewer, other), made)}
        edges["tagged"] = (made, self.one_of(self.tags))
        if self.rng.random() < 0.3:
            edges["posted_in"] = (made, self.one_of(list(self.oracle.groups)))
        self.oracle.told("posts", row)
        for file, pair in edges.items():
            self.oracle.tied(file, *pair)
        frames = {file: pd.DataFrame([pair], columns=ENDS) for file, pair in edges.items()}
        ingest_tables(self.store, {"posts": pd.DataFrame([row])} | frames)

    def unlike(self, viewer: str, other: str, post: str) -> None:
        """A friend takes back what they openly said of the post."""
        friends = self.oracle.friends.of(viewer)
        for friend in set(friends).intersection(self.oracle.gestures.to(post)):
            for file in OPEN:
                if self.oracle.graph.has_edge(friend, post, key=file):
                    self._turn(file, friend, post)

    def claim(self, viewer: str, other: str, post: str) -> None:
        """A post at hand without an author turns out to be the viewer's."""
        orphans = [each for each in self.at_hand if each not in self.oracle.author]
        if orphans:
            pair = viewer, self.one_of(orphans)
            self.oracle.tied("authored", *pair)
            ingest_tables(self.store, {"authored": pd.DataFrame([pair], columns=ENDS)})

    def anybody(self, but: str) -> str:
        """Any person but that one."""
        return self.one_of([user for user in self.users if user != but])

    def one_of(self, some: Sequence[str]) -> str:
        """One of them, by chance."""
        return some[self.rng.integers(len(some))]

    def _near(self, viewer: str, other: str) -> str:
        """The other, or a friend of the viewer."""
        friends = [each for each in self.oracle.friends.of(viewer) if each in self.oracle.users]
        return self.one_of(friends) if friends and self.rng.random() < 0.5 else other

    def _turn(self, file: str, source: str, target: str) -> None:
        """Make the edge, or take it away where it is."""
        gone = self.oracle.graph.has_edge(source, target, key=file)
        self.oracle.tied(file, source, target, there=not gone)
        ends = tuple(sorted((source, target))) if file == "friend" else (source, target)
        if gone:
            self.store.run(f"drop_{file}", source=ends[0], target=ends[1])
        else:
            self._load(file, pd.DataFrame([ends], columns=ENDS))

    def _set(self, file: str, node_id: str, column: str, value: object) -> None:
        self.oracle.told(file, {"id": node_id, column: value})
        self._load(file, pd.DataFrame({"id": [node_id], column: [value]}))

    def _load(self, file: str, frame: pd.DataFrame) -> None:
        """As `graph.ingest` writes what it found to be new: it would look at whole tables first."""
        self.store.load(file, typed(KINDS[file], frame))


ENDS = ["source", "target"]
