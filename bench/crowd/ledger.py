"""The oracle: what must be in the graph, by what was answered, in plain sets and dicts.

Each person is one client's alone, who does one thing after the other; so whatever is one person's
own (likes, hides, words) is known without a race. What is between two people has several right
ends (`bench.crowd.pairs`). An act that was refused must have a reason that somebody gave before.
"""

import threading
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bench.crowd.pairs import Act, Between
from graph.model import Row, Tables

OWN: Mapping[str, str | None] = {
    "liked": None,
    "rated": "percent",
    "reacted": "kind",
    "hid": None,
    "viewed": "times",
    "inspired": "times",
    "interested_in": None,
    "mutes_tags": None,
    "member_of": "role",
    "feels": None,
}
"""Kinds of edges that are one person's own, and the column that is compared."""
OPENLY = ("liked", "inspired", "reacted")
"""What others may know of."""

Fact = tuple[str, str, str]
"""A kind of edge, the person, and what it leads to."""
Pair = tuple[str, str]


@dataclass(slots=True)
class WrittenPost:
    """A post of this run, or one of before that people meet at."""

    author_id: str
    title: str
    text: str
    shares_id: str | None = None
    deleted: bool = False
    edited: bool = True
    """Whether its words are known."""


@dataclass(slots=True)
class WrittenComment:
    """A comment of this run."""

    author_id: str
    post_id: str
    answers_id: str | None
    text: str
    deleted: bool = False


@dataclass
class Ledger:
    """What is so. Safe to share between threads, where each person is one thread's."""

    actors: frozenset[str]
    own: dict[Fact, object] = field(default_factory=dict)
    posts: dict[str, WrittenPost] = field(default_factory=dict)
    comments: dict[str, WrittenComment] = field(default_factory=dict)
    known: set[tuple[str, str]] = field(default_factory=set)
    """Who responded to which post before the run."""
    before: dict[Pair, Between] = field(default_factory=dict)
    acts: dict[Pair, list[Act]] = field(default_factory=lambda: defaultdict(list))
    ending: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """Posts and comments whose deletion has begun, and by whom."""
    ended: dict[str, float] = field(default_factory=dict)
    """When the deletion of a post was answered (`time.perf_counter`)."""
    parted: set[Pair] = field(default_factory=set)
    """Pairs of whom one blocks the other, or ever began to."""
    shunned: set[Pair] = field(default_factory=set)
    """Who muted whom, or ever began to."""
    shut: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """Whom somebody blocks, which is theirs alone to end."""
    muted: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    faults: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def meet(self, tables: Tables, posts: Iterable[str]) -> None:
        """Take what the actors did before, and the posts that they meet at."""
        for kind, column in OWN.items():
            if (frame := tables.get(kind)) is not None:
                for row in frame[frame["source"].isin(self.actors)].to_dict("records"):
                    self.own[kind, row["source"], row["target"]] = row[column] if column else True
        self.known = {key[1:] for key in self.own if key[0] in OPENLY}
        for row in tables["friend"].to_dict("records"):
            if {row["source"], row["target"]} <= self.actors:
                self.before[pair(row["source"], row["target"])] = Between(friends=True)
        authors = tables["authored"].set_index("target")["source"]
        posts_at = set(posts)
        for row in tables["posts"].to_dict("records"):
            if (post_id := row["id"]) in posts_at:
                self.posts[post_id] = WrittenPost(authors[post_id], row["title"], row["text"])

    def fault(self, said: str) -> None:
        """Something that may not be."""
        with self.lock:
            self.faults.append(said)

    def acted(self, act: Act, other: str) -> None:
        """One of two people did something about the other."""
        with self.lock:
            self.acts[pair(act.who, other)].append(act)
        own = self.shut if act.what.endswith("block") else self.muted
        if act.status < 400 and act.what in ("block", "mute"):
            own[act.who].add(other)
        if act.status < 400 and act.what in ("unblock", "unmute"):
            own[act.who].discard(other)

    def begins(self, what: str, who: str, other: str) -> None:
        """Somebody is about to do something about another which hides one from the other."""
        if what == "block":
            self.parted.add(pair(who, other))
        if what == "mute":
            self.shunned.add((who, other))

    def apart(self, one: str, other: str) -> bool:
        """Whether the one may not see the other, as far as anybody can tell."""
        return pair(one, other) in self.parted

    def hides_post(self, viewer: str, post_id: str) -> bool:
        """Whether a post may be a 404 for the viewer."""
        post = self.posts.get(post_id)
        return post is None or bool(self.ending.get(post_id)) or self.apart(viewer, post.author_id)

    def hides_comment(self, viewer: str, comment_id: str, by_others: bool = False) -> bool:
        """Whether a comment may be a 404 for the viewer, or one that it hangs under is.

        With `by_others` it does not count that the viewer themself deletes it.
        """
        found = self.comments[comment_id]
        above = found.answers_id
        return (
            bool(self.ending.get(comment_id, set()) - ({viewer} if by_others else set()))
            or self.apart(viewer, found.author_id)
            or self.hides_post(viewer, found.post_id)
            or (above is not None and self.hides_comment(viewer, above))
        )

    def mine(self, who: str, post_id: str) -> Row:
        """What somebody did with a post, as answers have it, of what is theirs alone to change."""
        told = {kind: self.own.get((kind, who, post_id)) for kind in OWN}
        return {
            "viewed": told["viewed"] or 0,
            "liked": told["liked"] is not None,
            "inspired": told["inspired"] or 0,
            "rated": told["rated"],
            "reacted": told["reacted"],
            "hidden": told["hid"] is not None,
        }

    def stands(self, comment_id: str) -> bool:
        """Whether a comment is on its post: not deleted, or answered by one that stands."""
        answers = [key for key, each in self.comments.items() if each.answers_id == comment_id]
        return not self.comments[comment_id].deleted or any(map(self.stands, answers))


def pair(one: str, other: str) -> Pair:
    """Two people in one order."""
    return (one, other) if one < other else (other, one)
