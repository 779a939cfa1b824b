"""What an event says of the graph: of one node, or of the edges between two."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from graph.events.schema import (
    BetweenUsers,
    CategoryTold,
    Event,
    GroupTold,
    Interested,
    Joined,
    Left,
    Muted,
    OnPost,
    PostDeleted,
    PostTagged,
    PostTold,
    Rated,
    Reacted,
    UserDeleted,
    UserTold,
)
from graph.events.values import MICROSECONDS

Clock = tuple[int, str]
"""When (microseconds, UTC) and by which event: the greater clock is the later word."""
Value = str | int | bool
LinkFile = Literal["authored", "tagged", "in_category", "posted_in"]

FIRST: Mapping[str, str] = {"users": "joined_at", "posts": "created_at"}
"""The column that has the time of the first event, where none says otherwise."""
COUNTED: Mapping[str, str] = {"view": "viewed", "inspire": "inspired", "comment": "commented"}
_ON_POST: Mapping[str, tuple[str, bool]] = {
    "like": ("liked", True),
    "unlike": ("liked", False),
    "share": ("shared", True),
    "hide": ("hid", True),
    "unhide": ("hid", False),
    "unreact": ("reacted", False),
}
_BETWEEN: Mapping[str, tuple[str, bool]] = {
    "friend": ("friend", True),
    "unfriend": ("friend", False),
    "ask": ("asked", True),
    "unask": ("asked", False),
    "block": ("blocks", True),
    "unblock": ("blocks", False),
}


@dataclass(frozen=True)
class NodeFact:
    """What an event says of one node; `links` are the edges that belong to a post."""

    file: str
    node_id: str
    clock: Clock
    fields: Mapping[str, Value] = field(default_factory=dict)
    whole: Mapping[LinkFile, tuple[str, ...]] = field(default_factory=dict)
    """Links told as a whole: what is not among them is there no more."""
    tag: tuple[str, bool] | None = None
    """One tag that comes (True) or goes."""
    brings: bool = False
    """Whether the event makes the node; one that only marks it waits for it to come."""

    @property
    def key(self) -> str:
        """The name under which the fact is kept; no id holds a blank."""
        return f"{self.file} {self.node_id}"


@dataclass(frozen=True)
class EdgeFact:
    """What an event says of one edge."""

    file: str
    source: str
    target: str
    clock: Clock
    there: bool = True
    values: Mapping[str, Value] = field(default_factory=dict)
    counted: bool = False
    """Whether the edge counts its events (`times`)."""

    @property
    def key(self) -> str:
        """The name under which the fact is kept; only a tag or a word, the last, holds blanks."""
        return f"{self.file} {self.source} {self.target}"


Fact = NodeFact | EdgeFact


def facts_of(event: Event) -> Iterator[Fact]:
    """What the event says, in no order."""
    clock = (event.at, event.id)
    match event:
        case UserTold() | PostTold() | CategoryTold() | GroupTold() | PostDeleted() | UserDeleted():
            yield _node(event, clock)
        case PostTagged():
            tag = (event.tag, event.type == "tag")
            yield NodeFact("posts", event.post, clock, tag=tag)
        case BetweenUsers():
            yield from _between(event, clock)
        case _:
            yield _edge(event, clock)


def _node(
    event: UserTold | PostTold | CategoryTold | GroupTold | PostDeleted | UserDeleted, clock: Clock
) -> NodeFact:
    match event:
        case UserTold():
            fields = _fields(event, "username", "privacy", "active", joined_at=event.joined_at)
            return NodeFact("users", event.user, clock, fields, brings=True)
        case PostTold():
            names = ("title", "text", "url", "privacy", "available")
            fields = _fields(event, *names, created_at=event.created_at)
            return NodeFact("posts", event.post, clock, fields, _links(event), brings=True)
        case CategoryTold():
            fields = _fields(event, "name")
            return NodeFact("categories", event.category, clock, fields, brings=True)
        case GroupTold():
            fields = _fields(event, "name", "privacy")
            return NodeFact("groups", event.group, clock, fields, brings=True)
        case PostDeleted():
            return NodeFact("posts", event.post, clock, {"deleted": True})
        case UserDeleted():
            return NodeFact("users", event.user, clock, {"active": False})


def _fields(event: object, *names: str, **times: int | None) -> dict[str, Value]:
    found = {name: getattr(event, name) for name in names}
    found |= {name: at // MICROSECONDS for name, at in times.items() if at is not None}
    return {name: value for name, value in found.items() if value is not None}


def _links(event: PostTold) -> dict[LinkFile, tuple[str, ...]]:
    told: dict[LinkFile, list[str] | None] = {
        "authored": None if event.author is None else [event.author],
        "tagged": event.tags,
        "in_category": None if event.category is None else [event.category],
        "posted_in": None if event.group is None else [event.group],
    }
    return {file: tuple(ids) for file, ids in told.items() if ids is not None}


def _between(event: BetweenUsers, clock: Clock) -> Iterator[EdgeFact]:
    file, there = _BETWEEN[event.type]
    at = clock[0] // MICROSECONDS
    if file != "friend":
        yield EdgeFact(file, event.user, event.other, clock, there, {"at": at} if there else {})
        return
    source, target = sorted((event.user, event.other))
    yield EdgeFact(file, source, target, clock, there, {"since": at} if there else {})
    if there:
        yield EdgeFact("asked", source, target, clock, there=False)
        yield EdgeFact("asked", target, source, clock, there=False)


def _edge(
    event: OnPost | Rated | Reacted | Muted | Interested | Joined | Left, clock: Clock
) -> EdgeFact:
    at: dict[str, Value] = {"at": clock[0] // MICROSECONDS}
    match event:
        case OnPost() if event.type in COUNTED:
            return EdgeFact(COUNTED[event.type], event.user, event.post, clock, counted=True)
        case OnPost():
            file, there = _ON_POST[event.type]
            return EdgeFact(file, event.user, event.post, clock, there, at if there else {})
        case Rated():
            values = at | {"percent": event.percent}
            return EdgeFact("rated", event.user, event.post, clock, values=values)
        case Reacted():
            values = at | {"kind": event.kind}
            return EdgeFact("reacted", event.user, event.post, clock, values=values)
        case Muted():
            there = event.type == "mute"
            file, target = _muted(event)
            return EdgeFact(file, event.user, target, clock, there, at if there else {})
        case Interested():
            there = event.type == "interest"
            return EdgeFact("interested_in", event.user, event.tag, clock, there)
        case Joined():
            role = {} if event.role is None else {"role": event.role}
            return EdgeFact("member_of", event.user, event.group, clock, values=role)
        case Left():
            return EdgeFact("member_of", event.user, event.group, clock, there=False)


def _muted(event: Muted) -> tuple[str, str]:
    if event.other is not None:
        return "mutes", event.other
    return ("mutes_tags", event.tag) if event.tag is not None else ("mutes_words", event.word or "")
