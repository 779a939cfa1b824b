"""``/happenings``: events that people attend (``/events`` takes an app's own)."""

from collections.abc import Mapping
from typing import Any, cast

from apiflask import APIBlueprint, Schema
from apiflask.fields import String
from apiflask.validators import OneOf, Range
from flask import current_app
from marshmallow import RAISE

from graph.model import PRIVACIES
from graph.queries.happenings import Answer as Told
from graph.queries.happenings import Happening
from social import happenings
from social.happenings import Attended, Attendee, Shown
from social.pages import Page, Place
from web.access import VIEWER, may_ask
from web.acting import acting
from web.errors import bad_field
from web.happening_json import ANSWERS, attended_json, attendee_json, happening_json
from web.happenings_openapi import (
    ANSWER_RESPONSES,
    ATTENDEES_RESPONSES,
    EDIT_RESPONSES,
    HAPPENING_RESPONSES,
    HAPPENINGS_RESPONSES,
    MADE_RESPONSES,
)
from web.idempotency import Json, Showing, made_id, once
from web.pages import PageQuery, page_json
from web.parse import Text, text_in_path
from web.said import Said, WholeNumber
from web.state import state_of

NAME_LENGTH, PLACE_LENGTH, DESCRIPTION_LENGTH = 100, 200, 2_000
EARLIEST, LATEST = 946_684_800, 4_102_444_800
"""The years 2000 and 2100."""

Query = Mapping[str, object]
Answer = dict[str, object]

blueprint = APIBlueprint("happenings", __name__)


def _anew(kept: Json) -> Json:
    store = state_of(current_app).store
    return attended_json(happenings.page(store, acting().viewer(), kept["event_id"]))


_SHOWN = Showing("happening", frozenset({"event_id", "answer"}), _anew)


def _moment(**kwargs: Any) -> WholeNumber:
    said = "must be Unix seconds, from the year 2000 to 2100."
    return WholeNumber(validate=Range(EARLIEST, LATEST, error=said), **kwargs)


class HappeningFields(Schema):
    """What an event says of itself; what is not given stays."""

    class Meta:
        """A misspelt field is told, and not passed over in silence."""

        unknown = RAISE

    name = Said(NAME_LENGTH, least=1, metadata={"example": "A night of baking"})
    description = Said(DESCRIPTION_LENGTH, lines=True, metadata={"example": "Bring flour."})
    place = Said(PLACE_LENGTH, metadata={"example": "The mill"})
    at = _moment(metadata={"description": "When it begins, Unix seconds.", "example": 1900000000})
    until = _moment(
        allow_none=True,
        metadata={"description": "When it ends; null: nobody knows.", "example": 1900010000},
    )
    privacy = String(
        validate=OneOf(PRIVACIES, error=f"privacy must be one of {', '.join(PRIVACIES)}."),
        metadata={"description": "Who may know of it: everybody, the host's friends, the host."},
    )


class NewHappening(HappeningFields):
    """An event that is made: public where nothing else is said."""

    name = Said(
        NAME_LENGTH,
        least=1,
        required=True,
        error_messages={"required": "name is missing; give the event one."},
        metadata={"example": "A night of baking"},
    )
    at = _moment(
        required=True,
        error_messages={"required": "at is missing; say when it begins, in Unix seconds."},
        metadata={"description": "When it begins, Unix seconds.", "example": 1900000000},
    )
    group = Said(
        200,
        least=1,
        metadata={"description": "A group, by id: then its members alone may know of the event."},
    )


class AnswerBody(Schema):
    """Whether one goes."""

    class Meta:
        """A misspelt field is told, and not passed over in silence."""

        unknown = RAISE

    answer = String(
        required=True,
        validate=OneOf(ANSWERS, error=f"answer must be one of {', '.join(ANSWERS)}."),
        error_messages={"required": f"answer is missing; give one of {', '.join(ANSWERS)}."},
    )


class UpcomingQuery(PageQuery):
    """Which events."""

    group = Text(metadata={"description": "Only those of this group, by its id."})


@blueprint.post("/happenings")
@may_ask(VIEWER)
@blueprint.input(NewHappening, location="json")
@blueprint.doc(summary="Make an event that people attend", responses=MADE_RESPONSES)
@once(_SHOWN)
def create(json_data: Mapping[str, Any]) -> tuple[Answer, int]:
    """The viewer hosts it."""
    state, who = state_of(current_app), acting()
    now, told = int(state.clock()), {"privacy": "public", "until": None, **json_data}
    if told["at"] < now:
        raise bad_field("at", "at: it begins in the past; give a time to come.")
    happening = Happening(
        event_id=made_id("event"),
        group_id=told.pop("group", None),
        description=told.pop("description", ""),
        place=told.pop("place", ""),
        created_at=now,
        cancelled=False,
        host_id=who.user_id,
        **told,
    )
    return _answer(happenings.create(state.store, who.viewer(), happening)), 201


@blueprint.get("/happenings")
@may_ask(VIEWER)
@blueprint.input(UpcomingQuery, location="query")
@blueprint.doc(summary="Events to come", responses=HAPPENINGS_RESPONSES)
def upcoming(query_data: Query) -> Answer:
    """Those that the viewer may know of and that are not over; the soonest first."""
    state, who, group = state_of(current_app), acting(), query_data.get("group")
    viewer, now = who.viewer(), int(state.clock())
    group_id = None if group is None else str(group)

    def read(after: Place | None, size: int) -> Page[Shown]:
        return happenings.upcoming(state.store, viewer, group_id, now, after, size)

    listed = f"happenings of {group_id or ''}"
    return page_json(who, query_data, listed, read, happening_json, "happenings")


@blueprint.get("/happenings/mine")
@may_ask(VIEWER)
@blueprint.input(PageQuery, location="query")
@blueprint.doc(summary="Events that the viewer attends", responses=HAPPENINGS_RESPONSES)
def mine(query_data: Query) -> Answer:
    """What they host, or go or may go to, and is not over; cancelled ones too.

    Also what they may look up no more, so that they can end what is theirs of it.
    """
    state, who = state_of(current_app), acting()
    viewer, now = who.viewer(), int(state.clock())

    def read(after: Place | None, size: int) -> Page[Shown]:
        return happenings.attending(state.store, viewer, now, after, size)

    return page_json(who, query_data, "happenings of mine", read, happening_json, "happenings")


@blueprint.get("/happenings/<event>")
@may_ask(VIEWER)
@blueprint.doc(summary="An event", responses=HAPPENING_RESPONSES)
def page(event: str) -> Answer:
    """And what the viewer said of it."""
    viewer, event_id = acting().viewer(), text_in_path("event", event)
    return _answer(happenings.page(state_of(current_app).store, viewer, event_id))


@blueprint.patch("/happenings/<event>")
@may_ask(VIEWER)
@blueprint.input(HappeningFields, location="json")
@blueprint.doc(summary="Edit an event", responses=EDIT_RESPONSES)
@once(_SHOWN)
def edit(event: str, json_data: Mapping[str, Any]) -> Answer:
    """For its host."""
    viewer, event_id = acting().viewer(), text_in_path("event", event)
    store = state_of(current_app).store
    return _answer(happenings.edit(store, viewer, event_id, dict(json_data)))


@blueprint.delete("/happenings/<event>")
@may_ask(VIEWER)
@blueprint.doc(summary="Cancel an event", responses=EDIT_RESPONSES)
@once(_SHOWN)
def cancel(event: str) -> Answer:
    """For its host. It is among the events to come no more; who goes can still look it up."""
    viewer, event_id = acting().viewer(), text_in_path("event", event)
    return _answer(happenings.cancel(state_of(current_app).store, viewer, event_id))


@blueprint.put("/happenings/<event>/answers/me")
@may_ask(VIEWER)
@blueprint.input(AnswerBody, location="json")
@blueprint.doc(summary="Say whether one goes to an event", responses=ANSWER_RESPONSES)
@once(_SHOWN)
def answer(event: str, json_data: Mapping[str, str]) -> Answer:
    """Going, maybe or not; who does not go is in no list."""
    viewer, event_id = acting().viewer(), text_in_path("event", event)
    told = None if json_data["answer"] == "not_going" else cast(Told, json_data["answer"])
    return _answer(happenings.answer(state_of(current_app).store, viewer, event_id, told))


@blueprint.get("/happenings/<event>/answers")
@may_ask(VIEWER)
@blueprint.input(PageQuery, location="query")
@blueprint.doc(summary="Who attends an event", responses=ATTENDEES_RESPONSES)
def attendees(event: str, query_data: Query) -> Answer:
    """Those whom the viewer may see, with what they said."""
    store, who, event_id = state_of(current_app).store, acting(), text_in_path("event", event)
    viewer = who.viewer()

    def read(after: Place | None, size: int) -> Page[Attendee]:
        return happenings.attendees(store, viewer, event_id, after, size)

    return page_json(who, query_data, f"answers to {event_id}", read, attendee_json, "people")


def _answer(attended: Attended) -> Answer:
    return {"status": "success", "happening": attended_json(attended)}
