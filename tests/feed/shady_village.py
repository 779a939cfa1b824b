"""The village with everything that hides: blocks, mutes, groups, deleted and authorless posts.

And an oracle that says from the tables alone, in plain Python, who may see what.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from graph.model import Tables
from village.world import World

SIGNALS = ("viewed", "liked", "inspired", "rated", "reacted", "commented", "shared")
OPEN = ("liked", "inspired", "reacted", "commented", "shared")


def shady(world: World, seed: int = 1) -> Tables:
    """The world's tables, with reasons to hide strewn in."""
    rng = np.random.default_rng(seed)
    tables = dict(world.tables)
    users, posts = list(tables["users"]["id"]), list(tables["posts"]["id"])
    tags = list(tables["tags"]["id"])

    def pairs(sources: list[str], targets: list[str], number: int) -> pd.DataFrame:
        frame = pd.DataFrame(
            {"source": rng.choice(sources, number), "target": rng.choice(targets, number)}
        )
        return frame[frame["source"] != frame["target"]].drop_duplicates()

    people = tables["users"].copy()
    people["privacy"] = people["privacy"].where(rng.random(len(people)) > 0.04, "hidden from all")
    people["active"] = rng.random(len(people)) > 0.05
    written = tables["posts"].copy()
    written["deleted"] = rng.random(len(written)) < 0.05
    written["privacy"] = written["privacy"].where(rng.random(len(written)) > 0.05, None)
    friends = tables["friend"]
    among_friends = friends.sample(15, random_state=seed)[["source", "target"]]
    return tables | {
        "users": people,
        "posts": written,
        "authored": tables["authored"].sample(frac=0.95, random_state=seed),
        "groups": pd.DataFrame({"id": ["g1", "g2"], "name": ["One", "Two"]}),
        "posted_in": pairs(posts, ["g1", "g2"], 30).drop_duplicates("source"),
        "member_of": pairs(users, ["g1", "g2"], 40),
        "blocks": pd.concat([pairs(users, users, 150), among_friends]).drop_duplicates(),
        "mutes": pairs(users, users, 120),
        "mutes_tags": pairs(users, tags, 60),
        "hid": pairs(users, posts, 300),
    }


def linked(tables: Tables, *files: str) -> set[tuple[str, str]]:
    """The (source, target) pairs of some edge files."""
    frames = [tables[file] for file in files if file in tables]
    return {pair for frame in frames for pair in zip(frame["source"], frame["target"], strict=True)}


def by_source(pairs: Iterable[tuple[str, str]]) -> Mapping[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for source, target in pairs:
        found[source].add(target)
    return found


@dataclass
class Oracle:
    """Who may see what, read off the tables without the graph, its queries or the gate."""

    tables: Tables

    def __post_init__(self) -> None:
        tables = self.tables
        self.users = tables["users"].set_index("id").to_dict("index")
        self.posts = tables["posts"].set_index("id").to_dict("index")
        self.author = {post: user for user, post in linked(tables, "authored")}
        one_way = linked(tables, "friend")
        self.friends = one_way | {(b, a) for a, b in one_way}
        self.blocks = linked(tables, "blocks")
        self.group = dict(linked(tables, "posted_in"))
        self.members = linked(tables, "member_of")
        self.tagged = linked(tables, "tagged")
        self.tags = by_source(self.tagged)
        self.muted = linked(tables, "mutes", "mutes_tags")
        self.interested = linked(tables, "interested_in")
        self.evokes = linked(tables, "evokes")
        self.hid = linked(tables, "hid")
        self.engaged = linked(tables, *SIGNALS)
        self.gestures = linked(tables, *OPEN)

    def sees_profile(self, viewer: str | None, owner: str) -> bool:
        if not self.users[owner]["active"] or {(viewer, owner), (owner, viewer)} & self.blocks:
            return False
        return self._allows(self.users[owner]["privacy"], viewer, owner)

    def sees(self, viewer: str | None, post_id: str) -> bool:
        post, author = self.posts[post_id], self.author.get(post_id)
        if post["deleted"] or not post["available"]:
            return False
        group = self.group.get(post_id)
        if group is not None and (viewer, group) not in self.members:
            return False
        if author is None:
            return pd.isna(post["privacy"]) or post["privacy"] == "public"
        return self.sees_profile(viewer, author) and self._allows(post["privacy"], viewer, author)

    def brings(self, viewer: str | None, post_id: str) -> bool:
        """Whether a feed may have it."""
        author = self.author.get(post_id)
        if viewer is None:
            return self.sees(viewer, post_id)
        unwanted = (
            author == viewer or (viewer, post_id) in self.hid or (viewer, author) in self.muted
        )
        loud = any((viewer, tag) in self.muted for tag in self.tags[post_id])
        return self.sees(viewer, post_id) and not unwanted and not loud

    def _allows(self, privacy: object, viewer: str | None, owner: str) -> bool:
        if viewer == owner or privacy == "public" or pd.isna(privacy):  # type: ignore[call-overload]
            return True
        return privacy == "friends" and (viewer, owner) in self.friends
