"""What a request may say of a post or a comment, checked before anything is read."""

from collections.abc import Mapping
from typing import Any

from apiflask import Schema
from apiflask.fields import List, String
from apiflask.validators import Length, OneOf, Range
from marshmallow import ValidationError, validates_schema

from graph.errors import NotThere
from graph.events.values import TEXT_LENGTH, TITLE_LENGTH, URL_LENGTH
from graph.loaders.keywords import MAX_TAGS
from graph.loaders.words import tag_name
from graph.model import PRIVACIES
from graph.moods import understand
from graph.queries.posts import category_cards
from graph.store import GraphStore
from social.posts import EMPTY, Draft
from social.reactions import REACTIONS
from web.errors import bad_field
from web.parse import PostId, quoted
from web.said import Said, Truth, WebAddress, WholeNumber

COMMENT_LENGTH = 5_000
MOST_MOODS = 5


class TagWord(String):
    """A tag as somebody types it; what makes none is refused."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> str:
        tag = tag_name(super()._deserialize(value, attr, data, **kwargs))
        if not tag:
            raise ValidationError(
                f"{quoted(value)} makes no tag; give 1 to 4 words of 2 to 40 characters together,"
                " no number but a year, no address and no handle."
            )
        return tag


class Mood(String):
    """A word or phrase for a mood, however spelt, as the mood that it stands for."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> str:
        word = super()._deserialize(value, attr, data, **kwargs)
        read = understand(word)
        if read.mood is None:
            raise ValidationError(f"mood {quoted(word)} is not known; {read.advice}")
        return read.mood


class Category(String):
    """A category of SocialVerse by its number, or of another source by its full id; empty: none."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> str:
        whole = isinstance(value, int) and not isinstance(value, bool)
        told = super()._deserialize(str(value) if whole else value, attr, data, **kwargs).strip()
        if told.isascii() and told.isdigit() and len(told) <= 9:
            return f"sv:category:{int(told)}"
        if len(told) > 150 or not told.isprintable():
            raise ValidationError(f"{attr} is no id of a category.")
        return told


def _privacy() -> String:
    return String(
        validate=OneOf(PRIVACIES, error=f"privacy is one of {', '.join(PRIVACIES)}."),
        metadata={"description": "Who may see it; never more than may see its author."},
    )


class Words(Schema):
    """What a post says; what is left out stays as it is."""

    title = Said(TITLE_LENGTH, metadata={"example": "Slow bread"})
    text = Said(TEXT_LENGTH, lines=True, metadata={"example": "Two days, and worth it. #sourdough"})
    url = WebAddress(
        URL_LENGTH,
        metadata={
            "description": "The address of its media.",
            "example": "https://example.org/bread.mp4",
        },
    )
    privacy = _privacy()
    tags = List(
        TagWord(metadata={"format": "tag"}),
        validate=Length(max=MAX_TAGS, error=f"tags: give {MAX_TAGS} at most."),
        metadata={
            "description": "The whole list; hashtags of title and text are tags too.",
            "example": ["bread"],
        },
    )
    moods = List(
        Mood(metadata={"format": "mood"}),
        validate=Length(max=MOST_MOODS, error=f"moods: give {MOST_MOODS} at most."),
        metadata={"description": "What it evokes, in any words for it.", "example": ["calm"]},
    )
    category = Category(
        metadata={
            "format": "category",
            "description": "A category's number or full id; empty: none.",
            "example": "2",
        }
    )


class NewPost(Words):
    """A new post; it says something."""

    group = Said(
        150,
        metadata={"description": "The full id of a group that the viewer is in: for its members."},
    )

    @validates_schema(skip_on_field_errors=True)
    def _says_something(self, data: Mapping[str, Any], **kwargs: Any) -> None:
        if not any(data.get(name) for name in ("title", "text", "url")):
            raise ValidationError(EMPTY, "text")


class Remark(Schema):
    """What a comment says."""

    text = Said(
        COMMENT_LENGTH,
        least=1,
        lines=True,
        required=True,
        error_messages={"required": "text is missing; say something."},
        metadata={"example": "How long in the oven?"},
    )


class Percent(Schema):
    """A rating."""

    percent = WholeNumber(
        required=True,
        validate=Range(0, 100, error="percent must be from 0 to 100."),
        error_messages={
            "required": "percent is missing; give a whole number from 0 to 100.",
            "invalid": "percent is no whole number; give one from 0 to 100.",
        },
        metadata={"example": 80},
    )


class Reaction(Schema):
    """A reaction."""

    kind = String(
        required=True,
        validate=OneOf(REACTIONS, error=f"kind is one of {', '.join(REACTIONS)}."),
        error_messages={"required": f"kind is missing; give one of {', '.join(REACTIONS)}."},
        metadata={"example": "love"},
    )


class Hide(Schema):
    """How far a hide goes."""

    less = Truth(
        load_default=True,
        metadata={"description": "true: show less that is like it; false: hide it alone."},
    )


def draft_of(store: GraphStore, data: Mapping[str, Any]) -> Draft:
    """What the viewer wrote.

    Raises:
        HTTPError: there is no such category; a 400.
    """
    category_id = data.get("category")
    if category_id and not category_cards(store, [category_id]):
        raise bad_field("category", f"category: there is no {quoted(category_id)}.")
    tags, moods = data.get("tags"), data.get("moods")
    return Draft(
        title=data.get("title"),
        text=data.get("text"),
        url=data.get("url"),
        privacy=data.get("privacy"),
        tags=None if tags is None else tuple(tags),
        moods=None if moods is None else tuple(moods),
        category_id=category_id,
    )


def id_in_path(name: str, told: str) -> str:
    """The whole id of a post in an address; what can be none is there for nobody.

    Raises:
        NotThere: it cannot be one.
    """
    try:
        return PostId()._deserialize(told, name, None)
    except ValidationError as error:
        raise NotThere(f"{told!r} is no id") from error
