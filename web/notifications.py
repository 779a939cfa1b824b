"""``/notifications``: what a viewer is told, what of it they have read, what they want to know."""

from collections.abc import Mapping
from typing import Any

from apiflask import APIBlueprint, Schema
from flask import current_app
from marshmallow import RAISE, ValidationError, validates_schema
from marshmallow.fields import Field

from graph.queries.notices import KINDS, UNASKED, Kind
from social import notices
from social.notices import Told
from social.pages import Page, Place
from web.access import VIEWER, may_ask
from web.acting import acting
from web.idempotency import OWN, once
from web.notice_number import PATTERN, NoticeNumber
from web.notification_json import notification_json
from web.notifications_openapi import (
    PREFERENCES_RESPONSES,
    PREFERENCES_SAVED_RESPONSES,
    READ_RESPONSES,
    TOLD_RESPONSES,
    UNREAD_RESPONSES,
)
from web.pages import PageQuery, page_json
from web.said import Truth
from web.state import state_of

Query = Mapping[str, object]
Answer = dict[str, object]

blueprint = APIBlueprint("notifications", __name__)


class ReadBody(Schema):
    """What was read: all up to one, or one."""

    class Meta:
        """A misspelt field is told."""

        unknown = RAISE

    upto = NoticeNumber(
        metadata={
            "type": "string",
            "pattern": PATTERN,
            "description": "All notifications up to this `id`.",
            "example": "1760000000000417",
        }
    )
    id = NoticeNumber(
        metadata={
            "type": "string",
            "pattern": PATTERN,
            "description": "The one of this `id`; instead of `upto`.",
        }
    )

    @validates_schema
    def one_of_the_two(self, data: Mapping[str, object], **kwargs: object) -> None:
        """Neither and both are refused."""
        if len(data) != 1:
            raise ValidationError("give upto or id, one of the two.", "upto")


def _kinds() -> dict[str, Field[Any] | type]:
    said = {kind: f"At first {str(kind in UNASKED).lower()}." for kind in KINDS}
    return {kind: Truth(metadata={"description": each}) for kind, each in said.items()}


@blueprint.get("/notifications")
@may_ask(VIEWER)
@blueprint.input(PageQuery, location="query")
@blueprint.doc(summary="What the viewer is told", responses=TOLD_RESPONSES)
def listed(query_data: Query) -> Answer:
    """The latest first. What the viewer may not see any more, or was taken back, is not there."""
    state, who = state_of(current_app), acting()
    viewer, now = who.viewer(), int(state.clock())

    def read(after: Place | None, size: int) -> Page[Told]:
        return notices.page(state.store, viewer, now, after, size)

    return page_json(who, query_data, "notifications", read, notification_json, "notifications")


@blueprint.get("/notifications/unread")
@may_ask(VIEWER)
@blueprint.doc(summary="How many are unread", responses=UNREAD_RESPONSES)
def unread() -> Answer:
    """Of those that the viewer may see at this moment."""
    state = state_of(current_app)
    return _unread(notices.unread(state.store, acting().viewer(), int(state.clock())))


@blueprint.put("/notifications/read")
@may_ask(VIEWER)
@blueprint.input(ReadBody, location="json")
@blueprint.doc(summary="Mark as read", responses=READ_RESPONSES)
@once(OWN)
def mark_read(json_data: Mapping[str, int]) -> Answer:
    """All up to one, or one; and how many are unread then."""
    state, viewer = state_of(current_app), acting().viewer()
    ((what, seq),) = json_data.items()
    act = notices.read_up_to if what == "upto" else notices.read_one
    return _unread(act(state.store, viewer, int(state.clock()), seq))


@blueprint.get("/notifications/preferences")
@may_ask(VIEWER)
@blueprint.doc(summary="What the viewer wants to be told", responses=PREFERENCES_RESPONSES)
def preferences() -> Answer:
    """Each kind, and whether it is told."""
    return _preferences(notices.preferences(state_of(current_app).store, acting().viewer()))


@blueprint.put("/notifications/preferences")
@may_ask(VIEWER)
@blueprint.input(_kinds(), location="json", schema_name="PreferencesBody")
@blueprint.doc(summary="Say what to be told", responses=PREFERENCES_SAVED_RESPONSES)
@once(OWN)
def prefer(json_data: dict[Kind, bool]) -> Answer:
    """Kinds that are not named stay as they were. What is not wanted is not kept for later."""
    state, viewer = state_of(current_app), acting().viewer()
    return _preferences(notices.prefer(state.store, viewer, int(state.clock()), json_data))


def _unread(count: int) -> Answer:
    return {"status": "success", "unread": count}


def _preferences(kinds: Mapping[Kind, bool]) -> Answer:
    return {"status": "success", "preferences": dict(kinds)}
