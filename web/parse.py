"""What a feed request may say, checked before anything is read."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from apiflask import Schema
from apiflask.fields import Integer, String
from apiflask.validators import Range
from marshmallow import ValidationError

from graph.moods import understand

PAGE_SIZE, MAX_PAGE_SIZE = 10, 100
MAX_PAGE = 1_000_000
NAME_LENGTH = 200
_WHOLE = re.compile(r"[0-9]{1,9}", re.ASCII)
_SOCIALVERSE_CATEGORY = "sv:category:"


class Whole(Integer):
    """A whole number in plain digits: no sign, no spaces, no other script's digits."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> int:
        if not isinstance(value, str) or not _WHOLE.fullmatch(value):
            raise ValidationError(f"{attr} is {_quoted(value)}; give a whole number from 1.")
        return int(value)


class Text(String):
    """Words, trimmed and in Unicode's composed form; not empty."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> str:
        words = unicodedata.normalize("NFC", str(value)).strip()
        if not words or len(words) > NAME_LENGTH or not words.isprintable():
            raise ValidationError(
                f"{attr} is {_quoted(value)}; give 1 to {NAME_LENGTH} printable characters."
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
            raise ValidationError(f"mood {_quoted(word)} is not known; {read.advice}")
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
            f"category_id is {_quoted(words)}; give a whole number, or a full id such as"
            " sv:category:2."
        )


class FeedQuery(Schema):
    """The query parameters of ``GET /feed``."""

    username = Text(
        required=True,
        error_messages={"required": "username is missing; name the viewer: /feed?username=ana."},
        metadata={"description": "The viewer. A name nobody bears gets a newcomer's feed."},
    )
    category_id = CategoryId(
        metadata={"description": "Only posts of this category.", "example": "2"}
    )
    mood = MoodWord(
        metadata={"description": "Posts that evoke this mood come first.", "example": "happy"},
    )
    project_code = Text(
        metadata={"description": "Only posts on this project's topics.", "example": "flic"},
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


def _quoted(value: object) -> str:
    text = str(value)
    return repr(text if len(text) <= 40 else text[:40] + "\u2026")
