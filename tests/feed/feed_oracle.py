"""Who may see what, in plain Python over networkx: no query of ours, and no line of the gate.

It is told the tables, and every act after them; what it says holds at that moment.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import networkx as nx
import pandas as pd

from graph.model import Tables

SIGNALS = ("viewed", "liked", "inspired", "rated", "reacted", "commented", "shared")
OPEN = ("liked", "inspired", "reacted", "shared")
NODES = ("users", "posts", "groups")

Pair = tuple[str, str]
Fields = dict[str, dict[str, Any]]


class Pairs:
    """The edges of some kinds, each pair once, as the graph has them at the moment."""

    def __init__(self, graph: nx.MultiDiGraph, *files: str):
        self._graph, self._files = graph, files

    def __contains__(self, pair: tuple[str | None, str | None]) -> bool:
        return any(self._graph.has_edge(*pair, key=file) for file in self._files)

    def __iter__(self) -> Iterator[Pair]:
        edges = self._graph.edges(keys=True)
        return iter(dict.fromkeys((a, b) for a, b, file in edges if file in self._files))

    def of(self, source: str) -> list[str]:
        """What this node's edges lead to, ascending."""
        edges = self._graph.out_edges(source, keys=True) if source in self._graph else ()
        return sorted({b for _, b, file in edges if file in self._files})

    def to(self, target: str) -> list[str]:
        """Where the edges to this node come from, ascending."""
        edges = self._graph.in_edges(target, keys=True) if target in self._graph else ()
        return sorted({a for a, _, file in edges if file in self._files})


class Oracle:
    """Who may see what, and what a feed may bring."""

    def __init__(self, tables: Tables):
        self.tables = tables
        self.graph = nx.MultiDiGraph()
        self.users, self.posts, self.groups = Fields(), Fields(), Fields()
        self.author, self.group = dict[str, str](), dict[str, str]()
        for file in NODES:
            for row in tables[file].to_dict("records"):
                self.told(file, {str(name): value for name, value in row.items()})
        for file, frame in tables.items():
            if "source" in frame.columns:
                for source, target in zip(frame["source"], frame["target"], strict=True):
                    self.tied(file, source, target)
        self.friends, self.blocks = self._pairs("friend"), self._pairs("blocks")
        self.members, self.hid = self._pairs("member_of"), self._pairs("hid")
        self.muted = self._pairs("mutes", "mutes_tags")
        self.words = self._pairs("mutes_words")
        self.tagged, self.evokes = self._pairs("tagged"), self._pairs("evokes")
        self.interested = self._pairs("interested_in")
        self.engaged, self.gestures = self._pairs(*SIGNALS), self._pairs(*OPEN)

    def told(self, file: str, row: Mapping[str, Any]) -> None:
        """A node, or some of its fields anew; null is None."""
        fields = {name: None if pd.isna(value) else value for name, value in row.items()}
        node = fields.pop("id")
        self.graph.add_node(node, **fields)
        {"users": self.users, "posts": self.posts, "groups": self.groups}[file][node] = (
            self.graph.nodes[node]
        )

    def tied(self, file: str, source: str, target: str, there: bool = True) -> None:
        """An edge comes, or goes; a friendship both ways."""
        for pair in {(source, target), (target, source) if file == "friend" else (source, target)}:
            if there:
                self.graph.add_edge(*pair, key=file)
            elif self.graph.has_edge(*pair, key=file):
                self.graph.remove_edge(*pair, key=file)
        if file == "authored":
            self.author[target] = source
        if file == "posted_in":
            self.group[source] = target

    def vanished(self, user_id: str) -> None:
        """The person's node is gone, by nobody's act; their posts still bear their id."""
        del self.users[user_id]

    def sees_profile(self, viewer: str | None, owner: str) -> bool:
        """Whether the viewer (None: a stranger) may be told of the person."""
        return not self._apart(viewer, owner) and self._allows(self.users[owner], viewer, owner)

    def merely_private(self, viewer: str | None, owner: str) -> bool:
        """Whether only what the person chose to be seen by hides them."""
        return not self._apart(viewer, owner) and not self.sees_profile(viewer, owner)

    def sees(self, viewer: str | None, post_id: str) -> bool:
        """Whether the viewer may be told of the post."""
        post, author = self.posts[post_id], self.author.get(post_id)
        if post.get("deleted") or post.get("available") is False:
            return False
        group = self.group.get(post_id)
        if group is not None and (viewer, group) not in self.members:
            return False
        if author is None:
            return post.get("privacy") in (None, "public")
        return self.sees_profile(viewer, author) and self._allows(post, viewer, author)

    def brings(self, viewer: str | None, post_id: str) -> bool:
        """Whether a feed may have it."""
        author = self.author.get(post_id)
        if not self.sees(viewer, post_id) or viewer is None:
            return self.sees(viewer, post_id)
        unwanted = author == viewer or (viewer, post_id) in self.hid
        loud = (viewer, author) in self.muted
        loud |= any((viewer, tag) in self.muted for tag in self.tagged.of(post_id))
        loud |= any(
            (viewer, word) in self.words for word in str(self.posts[post_id]["text"]).split()
        )
        return not unwanted and not loud

    def _apart(self, viewer: str | None, owner: str) -> bool:
        gone = owner not in self.users or self.users[owner].get("active") is False
        return gone or (viewer, owner) in self.blocks or (owner, viewer) in self.blocks

    def _allows(self, thing: Mapping[str, Any], viewer: str | None, owner: str) -> bool:
        privacy = thing.get("privacy")
        if viewer == owner or privacy in (None, "public"):
            return True
        return privacy == "friends" and (viewer, owner) in self.friends

    def _pairs(self, *files: str) -> Pairs:
        return Pairs(self.graph, *files)
