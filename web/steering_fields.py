"""What a request may steer by, in an address and in a JSON body, checked before anything is read.

A field that is not given is not in what comes out: `feed.steering.merged` then keeps the saved one.
"""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from apiflask import Schema
from marshmallow import RAISE, ValidationError
from marshmallow.fields import Field

from feed.steering import MOST_TAGS

TAG_LENGTH = 100
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,3}(?:\.[0-9]{0,9})?|\.[0-9]{1,9})", re.ASCII)
_OUTER = " .,;:!?*#\"'"
"""Marks at the ends of a tag that are no part of it."""


class Level(Field[float]):
    """A number from -1 to 1, in plain digits where it is text."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> float:
        told = value
        if isinstance(value, str) and _NUMBER.fullmatch(value):
            told = float(value)
        # A bool is an int in Python, and no level; a NaN compares as neither less nor more.
        if isinstance(told, bool) or not isinstance(told, (int, float)) or not -1 <= told <= 1:
            raise ValidationError(f"{attr} is {_quoted(value)}; give a number from -1 to 1.")
        return float(told)


class Tags(Field[tuple[str, ...]]):
    """Tags as ids: a list, or a text with commas between them; empty means none.

    They are read as loaders name tags: composed, case-folded, no ``#`` nor other outer marks. A
    full id (``lastfm:tag:7``) stays as it is.
    """

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> tuple[str, ...]:
        told = value.split(",") if isinstance(value, str) else value
        if not isinstance(told, list) or not all(isinstance(each, str) for each in told):
            raise ValidationError(f"{attr} is {_quoted(value)}; give a list of tags.")
        found = sorted({tag for tag in map(tag_id, told) if tag})
        if len(found) > MOST_TAGS:
            raise ValidationError(f"{attr} has {len(found)} tags; give {MOST_TAGS} at most.")
        for tag in found:
            if len(tag) > TAG_LENGTH or not tag.isprintable():
                raise ValidationError(
                    f"{attr} has {_quoted(tag)}; a tag is 1 to {TAG_LENGTH} printable characters."
                )
        return tuple(found)


class SteeringFields(Schema):
    """The fields of a steering, for a query and for a body; a schema that steers inherits them."""

    discovery = Level(
        metadata={
            "type": "number",
            "minimum": -1,
            "maximum": 1,
            "description": "-1: from friends; 1: from beyond them.",
        }
    )
    freshness = Level(
        metadata={
            "type": "number",
            "minimum": -1,
            "maximum": 1,
            "description": "-1: evergreen; 1: fresh.",
        }
    )
    variety = Level(
        metadata={
            "type": "number",
            "minimum": -1,
            "maximum": 1,
            "description": "-1: familiar; 1: varied.",
        }
    )
    more_tags = Tags(
        metadata={
            "type": "string",
            "format": "tags",
            "description": "Tags to see more of, with commas between them.",
            "example": "jazz,bread",
        }
    )
    less_tags = Tags(
        metadata={
            "type": "string",
            "format": "tags",
            "description": "Tags to see less of, with commas between them.",
            "example": "politics",
        }
    )


class SteeringBody(SteeringFields):
    """A steering to be saved, as a JSON object; an unknown field is refused."""

    class Meta:
        """A misspelt field is told, and not passed over in silence."""

        unknown = RAISE


def tag_id(told: str) -> str:
    """A tag's id, as loaders name tags; "" where nothing is left. A full id stays as it is."""
    words = " ".join(unicodedata.normalize("NFC", told).split())
    return words if ":" in words.strip(_OUTER) else words.casefold().strip(_OUTER)


def _quoted(value: object) -> str:
    text = str(value)
    return repr(text if len(text) <= 40 else text[:40] + "\u2026")
