"""What an answer tells, held against the oracle, field by field.

A check is one person, post or group that one entry of an answer names, one number, one claim of a
reason, or one cursor.
"""

import base64
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from dark_town import MARK, mark
from feed_oracle import Oracle

from feed.slate import Slate

UNTOLD = {
    "friends_engaged",
    "friends_of_friends",
    "near",
    "similar",
    "less_friends",
    "steering",
}
"""Parts of a score, and sources, that would tell of others' views and of friends who hide."""
PEOPLE = re.compile(r"(\d+) people you know")
UNWANTED = {
    "yours",
    "you mute its author",
    "you mute one of its tags",
    "you mute a word in it",
    "you hid it",
}

Json = Mapping[str, Any]


@dataclass
class Findings:
    """How much was checked, and what should not have been told."""

    checked: int = 0
    leaks: list[object] = field(default_factory=list)

    def check(self, good: bool, *leak: object) -> None:
        """Count a check, and keep what leaked."""
        self.checked += 1
        if not good:
            self.leaks.append(leak)


def texts(told: object) -> Iterator[str]:
    """Every text in it, the keys too."""
    if isinstance(told, str):
        yield told
    elif isinstance(told, Mapping):
        for name, value in told.items():
            yield from (str(name), *texts(value))
    elif isinstance(told, list):
        for each in told:
            yield from texts(each)


SEALED = re.compile(r"gAAAA[\w-]{95,}={0,2}")
"""A cursor: nobody reads what is in it, and any letters may stand there by chance."""


@dataclass(frozen=True)
class Reading:
    """What one viewer may be told at this moment."""

    oracle: Oracle
    viewer: str | None
    found: Findings

    def names(self, told: object, where: object, groups_too: bool = False) -> None:
        """Whoever and whatever it names, wherever in it, is for the viewer to know.

        Args:
            told: an answer, or a part of it.
            where: of which answer.
            groups_too: whether it may tell of groups that the viewer is not in.
        """
        readable = (text for text in texts(told) if not SEALED.fullmatch(text))
        named = {each.lower(): text for text in readable for each in MARK.findall(text)}
        for each, text in named.items():
            free = groups_too and each[2] == "g"
            self.found.check(free or self.knows(each), where, text)

    def knows(self, marked: str) -> bool:
        """Whether the viewer may know what bears the mark."""
        kind = {"u": "user", "p": "post", "g": "group"}[marked[2]]
        node = f"app:{kind}:{marked}"
        if kind == "post":
            return node in self.oracle.posts and self.oracle.sees(self.viewer, node)
        if kind == "group":
            return (self.viewer, node) in self.oracle.members
        return node == self.viewer or self.oracle.sees_profile(self.viewer, node)

    def page(self, answer: Json) -> None:
        """A page of a feed."""
        for post in answer["post"]:
            self.found.check(self.oracle.brings(self.viewer, post["id"]), "a post", post["id"])
            self.found.check(not UNTOLD.intersection(post.get("scores", ())), "scores", post)
            self.names(post, "an entry")
            for reason in post["reasons"]:
                self.reason(post["id"], reason)
        self.names({n: v for n, v in answer.items() if n not in ("post", "next_cursor")}, "beside")

    def preview(self, answer: Json) -> None:
        """How a steering would change the feed."""
        for place in answer["posts"]:
            post = place["post"]
            self.found.check(self.oracle.brings(self.viewer, post["id"]), "preview", post["id"])
            self.names(place, "preview")
            for reason in post["reasons"]:
                self.reason(post["id"], reason)
        self.names({name: told for name, told in answer.items() if name != "posts"}, "beside")

    def reason(self, post_id: str, reason: Json) -> None:
        """What a reason claims is so, and its Cypher text has nobody written into it."""
        path = [node["id"] for node in reason["path"]]
        self.found.check(self._true(reason["source"], path, post_id), "untrue", reason)
        query = reason["cypher"]
        if query is not None:
            self.found.check(not MARK.search(query["text"]), "in the text", query)
            self.found.check(list(query["parameters"].values()) == path, "parameters", reason)
        for number in PEOPLE.findall(reason["sentence"]):
            people = self.unnamed(post_id)
            few = len(self.oracle.friends.of(self.viewer or "")) < int(number) + 2
            self.found.check(2 <= int(number) <= len(people) and not few, "counted", reason)

    def unnamed(self, post_id: str) -> list[str]:
        """Friends who openly responded, and whom nothing but their privacy hides."""
        friends = set(self.oracle.friends.of(self.viewer or ""))
        responded = friends.intersection(self.oracle.gestures.to(post_id))
        return [each for each in responded if self.oracle.merely_private(self.viewer, each)]

    def _true(self, source: str, path: list[str], post_id: str) -> bool:
        oracle, viewer = self.oracle, self.viewer or ""
        author = oracle.author.get(post_id)
        if source == "friends":
            return path[1] == author and (viewer, author) in oracle.friends
        if source == "friends_engaged" and len(path) == 3:
            return (viewer, path[1]) in oracle.friends and (path[1], post_id) in oracle.gestures
        if source == "friends_of_friends":
            near = (viewer, path[1]) in oracle.friends and (path[1], path[2]) in oracle.friends
            return near and (path[2] == author or (path[2], post_id) in oracle.gestures)
        if source == "similar":
            return (viewer, path[1]) in oracle.engaged
        return source != "groups" or oracle.group.get(post_id) == path[1]

    def explanation(self, post_id: str, status: int, answer: Json) -> None:
        """Of a post that the viewer may see."""
        self.found.check(status == 200 and answer["post_id"] == post_id, "explain", answer)
        self.names(answer, "explain")
        told = {*answer["found_by"], *answer["gains"]}
        self.found.check(not told & UNTOLD and not answer["hidden"], "explain", answer)
        if self.viewer is not None:
            said = bool(UNWANTED.intersection(answer["left_out"]))
            self.found.check(said is not self.oracle.brings(self.viewer, post_id), post_id, answer)

    def newer(self, count: int, slate: Slate, exactly: bool) -> None:
        """No more is counted than what came since from friends and in groups, for the viewer."""
        came = [
            post_id
            for post_id, row in self.oracle.posts.items()
            if (row.get("created_at") or 0) > slate.made_at
            and post_id not in slate.post_ids
            and self._followed(post_id)
            and self.oracle.brings(self.viewer, post_id)
        ]
        self.found.check(
            count == len(came) if exactly else count <= len(came), "newer", count, came
        )

    def _followed(self, post_id: str) -> bool:
        author, group = self.oracle.author.get(post_id), self.oracle.group.get(post_id)
        oracle, viewer = self.oracle, self.viewer
        return (viewer, author) in oracle.friends or (viewer, group) in oracle.members

    def cursor(self, text: str, slate: Slate) -> None:
        """Nothing can be read off a cursor."""
        sealed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)) + text.encode()
        ids = (*slate.post_ids, *([self.viewer] if self.viewer else []))
        told = [each for each in ids if mark(each).encode() in sealed]
        self.found.check(told == [], "a cursor", told)


def as_json(data: bytes) -> Json:
    """The answer's body."""
    read = json.loads(data)
    assert isinstance(read, dict)
    return read
