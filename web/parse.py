"""What a feed request may say, checked before anything is read."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from apiflask import Schema
from apiflask.fields import Integer, String
from apiflask.validators import Length, Range
from flask import request
from marshmallow import ValidationError, validates_schema
from marshmallow.fields import Field

from feed.request import KINDS
from graph.moods import understand
from web.access import caller
from web.callers import Viewer
from web.errors import bad_field
from web.steering_fields import TAG_LENGTH, SteeringFields, tag_id

PAGE_SIZE, MAX_PAGE_SIZE = 10, 100
MAX_PAGE = 1_000_000
NAME_LENGTH = 200
_WHOLE = re.compile(r"[0-9]{1,9}", re.ASCII)
_SOCIALVERSE_CATEGORY, _SOCIALVERSE_POST = "sv:category:", "sv:post:"
MAX_EXCLUDED = 200
MAX_CURSOR = 8_000
MAX_BUDGET = 60_000


class Whole(Integer):
    """A whole number in plain digits: no sign, no spaces, no other script's digits."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> int:
        if not isinstance(value, str) or not _WHOLE.fullmatch(value):
            raise ValidationError(f"{attr} is {quoted(value)}; give a whole number from 1.")
        return int(value)


class Text(String):
    """Words, trimmed and in Unicode's composed form; not empty."""

    def __init__(self, *, metadata: Mapping[str, Any] | None = None, **kwargs: Any):
        """Take 1 to `NAME_LENGTH` printable characters; `metadata` goes before what says so."""
        least: dict[str, Any] = {"minLength": 1, "maxLength": NAME_LENGTH, "format": "printable"}
        super().__init__(metadata=least | dict(metadata or {}), **kwargs)

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> str:
        words = unicodedata.normalize("NFC", str(value)).strip()
        if not words or len(words) > NAME_LENGTH or not words.isprintable():
            raise ValidationError(
                f"{attr} is {quoted(value)}; give 1 to {NAME_LENGTH} printable characters."
            )
        return words


class MoodWord(Text):
    """A word or phrase for a mood, however spelt, as the mood that it stands for."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> str:
        word = super()._deserialize(value, attr, data, **kwargs)
        read = understand(word)
        if read.mood is None:
            raise ValidationError(f"mood {quoted(word)} is not known; {read.advice}")
        return read.mood


class CategoryId(Text):
    """A category of SocialVerse by its number, or of another source by its full id."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> str:
        words = super()._deserialize(value, attr, data, **kwargs)
        if _WHOLE.fullmatch(words):
            return f"{_SOCIALVERSE_CATEGORY}{int(words)}"
        if ":" in words:
            return words
        raise ValidationError(
            f"category_id is {quoted(words)}; give a whole number, or a full id such as"
            " sv:category:2."
        )


class YesNo(Whole):
    """1 for yes, 0 for no."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> bool:
        if value not in ("0", "1"):
            raise ValidationError(f"{attr} is {quoted(value)}; give 1 for yes or 0 for no.")
        return bool(value == "1")


class Kind(String):
    """One of the kinds of feed."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> str:
        if value not in KINDS:
            raise ValidationError(f"{attr} is {quoted(value)}; give one of {', '.join(KINDS)}.")
        return str(value)


class PostId(Text):
    """A post of SocialVerse by its number, or of another source by its full id."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> str:
        words = super()._deserialize(value, attr, data, **kwargs)
        return f"{_SOCIALVERSE_POST}{int(words)}" if _WHOLE.fullmatch(words) else words


class PostIds(Field[frozenset[str]]):
    """Posts, with commas between them."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> frozenset[str]:
        told = [each for each in str(value).split(",") if each.strip()]
        if len(told) > MAX_EXCLUDED:
            raise ValidationError(f"{attr} has {len(told)} ids; give {MAX_EXCLUDED} at most.")
        one = PostId()
        return frozenset(one._deserialize(each, attr, data) for each in told)


class ViewerName(Schema):
    """For whom is read, where reading follows SocialVerse's form."""

    username = Text(
        metadata={
            "description": "The viewer, by username or user id. A service must say; with a viewer's"
            " token it may be left out.",
            "example": "ana",
        },
    )

    @validates_schema(pass_original=True, skip_on_field_errors=False)
    def _named(self, data: Mapping[str, Any], original: Mapping[str, Any], **kwargs: Any) -> None:
        if "username" not in original and not isinstance(caller(), Viewer):
            said = f"username is missing; name the viewer: {request.path}?username=ana."
            raise ValidationError(said, "username")


class FeedQuery(SteeringFields, ViewerName):
    """The query parameters of ``GET /feed``; a name that nobody bears gets a newcomer's feed."""

    category_id = CategoryId(
        metadata={
            "format": "category",
            "description": "Only posts of this category.",
            "example": "2",
        }
    )
    mood = MoodWord(
        metadata={
            "format": "mood",
            "description": "Posts that evoke this mood come first.",
            "example": "happy",
        },
    )
    project_code = Text(
        metadata={"description": "Only posts on this project's topics.", "example": "flic"},
    )
    kind = Kind(
        load_default="for_you",
        metadata={
            "enum": list(KINDS),
            "description": "for_you: ranked; friends: their posts by time; catch_up: what was"
            " missed of them; similar: posts like `similar_to`.",
        },
    )
    tag = Text(metadata={"description": "Only posts with this tag.", "example": "jazz"})
    topic_id = Text(metadata={"description": "Only posts on this topic, by its full id."})
    group_id = Text(metadata={"description": "Only posts in this group, by its full id."})
    similar_to = PostId(metadata={"description": "The post for kind=similar."})
    cursor = String(
        validate=Length(
            1, MAX_CURSOR, error=f"cursor must be 1 to {MAX_CURSOR} characters, as it was given."
        ),
        metadata={
            "format": "cursor",
            "description": "next_cursor of the page before: pages never repeat nor skip.",
        },
    )
    include_seen = YesNo(
        load_default=False,
        metadata={
            "enum": [0, 1],
            "description": "1: posts that the viewer knows, or was just shown, come too.",
        },
    )
    exclude_ids = PostIds(
        metadata={
            "type": "string",
            "format": "printable",
            "description": "Posts that are not wanted now, with commas between them.",
        },
    )
    budget_ms = Whole(
        validate=Range(1, MAX_BUDGET, error=f"budget_ms must be from 1 to {MAX_BUDGET}."),
        metadata={"description": "Milliseconds for finding posts; late sources are left out."},
    )
    scores = YesNo(
        load_default=False,
        metadata={"enum": [0, 1], "description": "1: each post with what makes up its score."},
    )
    page = Whole(
        load_default=1,
        validate=Range(1, MAX_PAGE, error=f"page must be from 1 to {MAX_PAGE}."),
        metadata={"description": "From 1."},
    )
    page_size = Whole(
        load_default=PAGE_SIZE,
        validate=Range(1, MAX_PAGE_SIZE, error=f"page_size must be from 1 to {MAX_PAGE_SIZE}."),
    )


def text_in_path(name: str, told: str) -> str:
    """A part of an address that names something, checked as `Text` is.

    Raises:
        HTTPError: it cannot be a name; a 400 that names the field.
    """
    try:
        return Text()._deserialize(told, name, None)
    except ValidationError as error:
        raise bad_field(name, str(error.messages[0])) from error


def tag_in_path(told: str) -> str:
    """The id of the tag that a part of an address names.

    Raises:
        HTTPError: it cannot be a tag; a 400.
    """
    tag = tag_id(told)
    if not 0 < len(tag) <= TAG_LENGTH or not tag.isprintable():
        raise bad_field("tag", f"tag: give 1 to {TAG_LENGTH} printable characters.")
    return tag


def quoted(value: object) -> str:
    """What was given, for an error's sentence; cut short where it is long."""
    text = str(value)
    return repr(text if len(text) <= 40 else text[:40] + "\u2026")
