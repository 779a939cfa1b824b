"""The values of an event's fields: times, ids, names; each checked and brought to one form."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import datetime
from math import floor
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, WithJsonSchema
from pydantic_core import PydanticCustomError

from graph.loaders.values import DAY, EARLIEST, MILLISECONDS, name, whole
from graph.model import word_id

MICROSECONDS = 1_000_000
ID_LENGTH, TAG_LENGTH, NAME_LENGTH, TITLE_LENGTH, URL_LENGTH = 150, 40, 150, 500, 2000
MUTED_LENGTH = 100
TEXT_LENGTH = 10_000
_NO_ID = f"is no id; give a whole number, or 1 to {ID_LENGTH} printable characters without blanks"
_FULL_ID = re.compile(r"[a-z]+:(user|post|group|category):.+")


def refusal(text: str) -> PydanticCustomError:
    """The error of a value that cannot be used; `text` says what to give instead."""
    return PydanticCustomError("unusable", "{text}", {"text": text})


def _moment(value: Any, info: ValidationInfo) -> int:
    """Microseconds since 1970, UTC, of Unix seconds or of a date with its zone."""
    at = _dated(value) if isinstance(value, str) else _epoch(value)
    if at < EARLIEST * MICROSECONDS:
        raise refusal("lies before the year 2000; give Unix seconds")
    if at > (_context(info)["now"] + DAY) * MICROSECONDS:
        raise refusal("lies more than a day ahead of this clock")
    return at


def _context(info: ValidationInfo) -> Mapping[str, Any]:
    """What `graph.events.schema.read_event` gives: ``prefix`` and ``now``."""
    context: Mapping[str, Any] | None = info.context
    assert context is not None
    return context


def _epoch(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise refusal("is no time; give Unix seconds or a date such as 2026-01-31T12:00:00Z")
    if not abs(value) < MILLISECONDS:
        raise refusal("is no time in seconds; give Unix seconds, not milliseconds")
    return round(value * MICROSECONDS)


def _dated(value: str) -> int:
    try:
        at = datetime.fromisoformat(value)
        if at.tzinfo is not None:
            return floor(at.timestamp()) * MICROSECONDS + at.microsecond
    except (ValueError, OverflowError):
        pass
    raise refusal("is no date with its zone, such as 2026-01-31T12:00:00Z")


Moment = Annotated[
    int,
    BeforeValidator(_moment),
    WithJsonSchema(
        {
            "anyOf": [{"type": "number"}, {"type": "string", "format": "date-time"}],
            "description": "Unix seconds (a fraction counts), or ISO 8601 with its zone.",
        }
    ),
]
"""Microseconds since 1970, UTC: what happened within one second keeps its order."""


def _node_id(noun: str) -> Callable[[Any, ValidationInfo], str]:
    def full_id(value: Any, info: ValidationInfo) -> str:
        """The graph's id of the app's own: ``app:user:12`` of 12; a full id as it is."""
        text = str(value) if whole(value) is not None and isinstance(value, int) else value
        if not isinstance(text, str) or not 0 < len(text) <= ID_LENGTH or not _solid(text):
            raise refusal(_NO_ID)
        if (found := _FULL_ID.fullmatch(text)) is None:
            return f"{_context(info)['prefix']}:{noun}:{text}"
        if found[1] != noun:
            raise refusal(f"is the id of a {found[1]}; give one of a {noun}")
        return text

    return full_id


def _solid(text: str) -> bool:
    return text.isprintable() and not any(map(str.isspace, text))


def _id_of(noun: str) -> object:
    return WithJsonSchema(
        {
            "anyOf": [
                {"type": "integer"},
                {"type": "string", "minLength": 1, "maxLength": ID_LENGTH, "pattern": r"^\S+$"},
            ],
            "description": f"The app's own id of the {noun}, or a full one such as sv:{noun}:12.",
        }
    )


UserId = Annotated[str, BeforeValidator(_node_id("user")), _id_of("user")]
PostId = Annotated[str, BeforeValidator(_node_id("post")), _id_of("post")]
GroupId = Annotated[str, BeforeValidator(_node_id("group")), _id_of("group")]
CategoryId = Annotated[str, BeforeValidator(_node_id("category")), _id_of("category")]


def _event_id(value: str) -> str:
    if not value.isprintable():
        raise refusal("holds a character that is not printable")
    return value


def _storable(value: str) -> str:
    """Text that every engine can store: no NUL, which ends a text in some."""
    if "\0" in value:
        raise refusal("holds a NUL")
    return value


def _name(value: str) -> str:
    normal = name(value)
    if not normal or any(unicodedata.category(each) == "Cc" for each in normal):
        raise refusal("is empty or holds a control character")
    return normal


def _word(value: str) -> str:
    return unicodedata.normalize("NFC", _name(value).lower())


def _tag(value: str) -> str:
    """A tag's name, which is its id too: lower-case, composed, without outer marks."""
    normal = _word(value).strip(" .,;:!?*#\"'")
    if not normal:
        raise refusal("holds no letter")
    return normal


def _muted_word(value: str) -> str:
    """A word or phrase as `word_id` has it; punctuation alone would mute nothing."""
    normal = word_id(_name(value))
    if not normal or all(unicodedata.category(each)[0] in "PZC" for each in normal):
        raise refusal("holds no letter")
    return normal


EventId = Annotated[str, Field(min_length=1, max_length=ID_LENGTH), AfterValidator(_event_id)]
Name = Annotated[str, Field(min_length=1, max_length=NAME_LENGTH), AfterValidator(_name)]
Tag = Annotated[str, Field(min_length=1, max_length=TAG_LENGTH), AfterValidator(_tag)]
Word = Annotated[str, Field(min_length=1, max_length=TAG_LENGTH), AfterValidator(_word)]
MutedWord = Annotated[
    str, Field(min_length=1, max_length=MUTED_LENGTH), AfterValidator(_muted_word)
]
Title = Annotated[str, Field(max_length=TITLE_LENGTH), AfterValidator(_storable)]
Text = Annotated[str, Field(max_length=TEXT_LENGTH), AfterValidator(_storable)]
Url = Annotated[str, Field(max_length=URL_LENGTH), AfterValidator(_storable)]
