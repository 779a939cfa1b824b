"""What an event is: one JSON object, told apart by its `type`; an unknown field is refused.

`event_schema` is the same as JSON Schema, which the service publishes.
"""

import json
from functools import cache
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from graph.events.values import (
    CategoryId,
    EventId,
    GroupId,
    Moment,
    MutedWord,
    Name,
    PostId,
    Tag,
    Text,
    Title,
    Url,
    UserId,
    Word,
    refusal,
)
from graph.loaders.values import FULL

LINE_BYTES = 65_536
MOST_TAGS = 50
Privacy = Literal["public", "friends", "private"]


class _Event(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)

    id: EventId = Field(description="The event's own id: the same event told again says nothing.")
    at: Moment = Field(description="When it happened.")


class UserTold(_Event):
    """A user as they now are; what is left out or null stays as it was."""

    type: Literal["user"]
    user: UserId
    username: Name | None = None
    joined_at: Moment | None = Field(None, description="Without it: the first event's time.")
    privacy: Privacy | None = None
    active: bool | None = None


class PostTold(_Event):
    """A post as it now is; what is left out or null stays as it was. A list is the whole list."""

    type: Literal["post"]
    post: PostId
    author: UserId | None = None
    title: Title | None = None
    text: Text | None = None
    url: Url | None = None
    created_at: Moment | None = Field(None, description="Without it: the first event's time.")
    privacy: Privacy | None = None
    available: bool | None = None
    tags: list[Tag] | None = Field(None, max_length=MOST_TAGS)
    category: CategoryId | None = None
    group: GroupId | None = None


class CategoryTold(_Event):
    """A category and its name."""

    type: Literal["category"]
    category: CategoryId
    name: Name


class GroupTold(_Event):
    """A group; its posts are for its members alone."""

    type: Literal["group"]
    group: GroupId
    name: Name | None = None
    privacy: Privacy | None = None


class PostDeleted(_Event):
    """The post is shown to nobody any more; no later event brings it back."""

    type: Literal["delete_post"]
    post: PostId


class UserDeleted(_Event):
    """The user and their posts are shown to nobody, until a later `user` says `active`."""

    type: Literal["delete_user"]
    user: UserId


class PostTagged(_Event):
    """One tag of a post comes or goes."""

    type: Literal["tag", "untag"]
    post: PostId
    tag: Tag


class OnPost(_Event):
    """What a user did with a post; `view`, `inspire` and `comment` are counted."""

    type: Literal[
        "like", "unlike", "view", "inspire", "comment", "share", "hide", "unhide", "unreact"
    ]
    user: UserId
    post: PostId


class Rated(_Event):
    """A user rates a post; the latest rating stands."""

    type: Literal["rate"]
    user: UserId
    post: PostId
    percent: int = Field(ge=0, le=FULL)


class Reacted(_Event):
    """A user's one reaction to a post; the latest stands."""

    type: Literal["react"]
    user: UserId
    post: PostId
    kind: Word


class BetweenUsers(_Event):
    """Between two users; `friend` has no direction and ends what either asked."""

    type: Literal["friend", "unfriend", "ask", "unask", "block", "unblock"]
    user: UserId
    other: UserId

    @model_validator(mode="after")
    def _two(self) -> Self:
        if self.user == self.other:
            raise refusal("user and other are the same")
        return self


class Muted(_Event):
    """A user does not want to see another user's posts, a tag's, or those that say a word."""

    type: Literal["mute", "unmute"]
    user: UserId
    other: UserId | None = None
    tag: Tag | None = None
    word: MutedWord | None = Field(None, description="A word or a phrase, in any case.")

    @model_validator(mode="after")
    def _one(self) -> Self:
        if sum(each is not None for each in (self.other, self.tag, self.word)) != 1:
            raise refusal("give one of other, tag and word")
        if self.user == self.other:
            raise refusal("user and other are the same")
        return self


class Interested(_Event):
    """A user names a tag as an interest, or takes that back."""

    type: Literal["interest", "uninterest"]
    user: UserId
    tag: Tag


class Joined(_Event):
    """A user becomes a member of a group."""

    type: Literal["join"]
    user: UserId
    group: GroupId
    role: Word | None = None


class Left(_Event):
    """A user is a member no more."""

    type: Literal["leave"]
    user: UserId
    group: GroupId


NodeTold = UserTold | PostTold | CategoryTold | GroupTold
NodeDeleted = PostDeleted | UserDeleted
EdgeTold = OnPost | Rated | Reacted | BetweenUsers | Muted | Interested | Joined | Left
Event = Annotated[NodeTold | NodeDeleted | PostTagged | EdgeTold, Field(discriminator="type")]


class EventRefused(ValueError):
    """A line is no event; `str()` says why, in a few words without the line's own contents."""


def read_event(line: bytes, prefix: str, now: float) -> Event:
    """The event that a line holds.

    Args:
        line: one JSON object in UTF-8.
        prefix: what is put before the app's own ids: ``app`` makes ``app:user:12``.
        now: Unix seconds; an event from more than a day later is refused.

    Raises:
        EventRefused: it holds none.
    """
    if len(line) > LINE_BYTES:
        raise EventRefused(f"longer than {LINE_BYTES:,} bytes")
    try:
        event: Event = _adapter().validate_json(line, context={"prefix": prefix, "now": now})
    except ValidationError as error:
        raise EventRefused(_reason(error)) from None
    return event


def event_schema(ref_template: str = "#/$defs/{model}") -> dict[str, Any]:
    """The JSON Schema of an event, its parts under ``$defs``."""
    return _adapter().json_schema(ref_template=ref_template)


@cache
def _adapter() -> TypeAdapter[Event]:
    return TypeAdapter(Event)


def _reason(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_context=True)[0]
    kind, said = first["type"], first["msg"]
    path = [str(part) for part in first["loc"][1:]]  # the first part is the event's type
    field = ".".join(path)
    if kind == "json_invalid":
        return f"not JSON in UTF-8 ({said.removeprefix('Invalid JSON: ').split(' at line')[0]})"
    if kind in ("dict_type", "model_type"):
        return "not a JSON object"
    if kind == "union_tag_not_found":
        return "no type"
    if kind == "union_tag_invalid":
        return f"unknown type {_short(first['ctx']['tag'])}"
    if kind == "extra_forbidden":
        return f"unknown field {_short(field)}"
    if kind == "missing":
        return f"no {field}"
    return f"{field} {said}" if kind == "unusable" and field else _plain(field, said)


def _plain(field: str, said: str) -> str:
    said = said[:1].lower() + said[1:]
    return f"{field}: {said}" if field else said


def _short(text: str) -> str:
    return json.dumps(text if len(text) <= 40 else text[:40] + "\u2026", ensure_ascii=True)
