"""Pages of lists over HTTP: opaque cursors, bound to their viewer and their list."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from apiflask import Schema
from apiflask.fields import String
from apiflask.validators import Length, Range
from flask import current_app

from feed.slate import viewer_key
from graph.errors import CursorRefused
from social.pages import Page, Place
from web.acting import Acting
from web.errors import bad_field
from web.openapi import Json
from web.parse import MAX_CURSOR, MAX_PAGE_SIZE, Whole
from web.state import state_of

SIZE = 20

Shown = TypeVar("Shown")


class PageQuery(Schema):
    """Which page, and how much."""

    cursor = String(
        validate=Length(
            1, MAX_CURSOR, error=f"cursor must be 1 to {MAX_CURSOR} characters, as it was given."
        ),
        metadata={"format": "cursor", "description": "next_cursor of the page before."},
    )
    page_size = Whole(
        load_default=SIZE,
        validate=Range(1, MAX_PAGE_SIZE, error=f"page_size must be from 1 to {MAX_PAGE_SIZE}."),
    )


def page_json(
    acting: Acting,
    query: Mapping[str, object],
    listed: str,
    read: Callable[[Place | None, int], Page[Shown]],
    as_json: Callable[[Shown], object],
    name: str,
) -> dict[str, object]:
    """The answer with one page of a list.

    Args:
        acting: who asks.
        query: as `PageQuery` has it.
        listed: which list it is, with all that it is filtered by: ``friends of sv:user:2``.
        read: the page after a place (None: the first), of so many entries.
        as_json: an entry as the answer has it.
        name: what the answer calls the list.
    """
    state, size = state_of(current_app), int(str(query["page_size"]))
    now, viewer = int(state.clock()), viewer_key(acting.user_id, acting.user_id)
    page = read(_place(query.get("cursor"), viewer, listed, now), size)
    end = page.end and state.cursors.seal_place(viewer, listed, (page.end.at, page.end.id), now)
    return {
        "status": "success",
        name: [as_json(each) for each in page.shown],
        "page_size": size,
        "next_cursor": end,
    }


def page_schema(name: str, items: Json) -> Json:
    """The schema of such an answer."""
    properties: Json = {
        "status": {"type": "string"},
        name: {"type": "array", "items": items},
        "page_size": {"type": "integer"},
        "next_cursor": {
            "type": ["string", "null"],
            "description": "For the page after this one; null where there is none.",
        },
    }
    return {"type": "object", "properties": properties, "required": list(properties)}


def page_example(name: str, item: object) -> Json:
    """An example of such an answer."""
    return {"status": "success", name: [item], "page_size": SIZE, "next_cursor": None}


def _place(cursor: object, viewer: str, listed: str, now: int) -> Place | None:
    if cursor is None:
        return None
    try:
        at, id = state_of(current_app).cursors.open_place(str(cursor), viewer, listed, now)
    except CursorRefused as error:
        raise bad_field("cursor", str(error)) from error
    return Place(int(at), id)
