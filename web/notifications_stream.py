"""``GET /notifications/stream``: what a viewer is told, as it comes, by server-sent events."""

import json
from collections.abc import Iterator, Mapping

from apiflask import APIBlueprint, Schema
from apiflask.exceptions import HTTPError
from apiflask.validators import Range
from flask import Response, current_app, request
from marshmallow import ValidationError

from graph.queries.people import gate_context
from social import notices
from social.notices import Entry
from web.access import VIEWER, may_ask
from web.acting import Acting, acting
from web.errors import RETRY_SECONDS, bad_field
from web.notice_number import PATTERN, NoticeNumber, notice_number
from web.notification_json import notification_json
from web.notifications_openapi import STREAM_RESPONSES
from web.parse import Whole
from web.state import State, state_of
from web.streams import MOST_EACH, SECONDS, Followed, Place, frames

LAST = "Last-Event-ID"

blueprint = APIBlueprint("notifications_stream", __name__)


class StreamQuery(Schema):
    """From where and how long."""

    after = NoticeNumber(
        metadata={
            "type": "string",
            "pattern": PATTERN,
            "description": f"The `id` of the last notification that is known, where no {LAST}"
            " header says so; without either the stream begins with what comes.",
        }
    )
    seconds = Whole(
        load_default=SECONDS,
        validate=Range(0, SECONDS, error=f"seconds must be from 0 to {SECONDS}."),
        metadata={"description": "How long the stream lasts; 0: what is new, and the end."},
    )


@blueprint.get("/notifications/stream")
@may_ask(VIEWER)
@blueprint.input(StreamQuery, location="query")
@blueprint.doc(summary="What the viewer is told, as it comes", responses=STREAM_RESPONSES)
def stream(query_data: Mapping[str, int]) -> Response:
    """Ends after some seconds; an EventSource comes again by itself, and goes on where it was."""
    state, who = state_of(current_app), acting()
    after = _after(query_data)
    place = state.streams.enter(who.user_id)
    if place.full is not None:
        raise _refused(place.full)
    told = frames(_followed(state, who), after, query_data["seconds"], state.streams)
    response = Response(_leaving(place, told), mimetype="text/event-stream")
    response.call_on_close(place.leave)  # also where nobody read of it
    response.headers["X-Accel-Buffering"] = "no"  # nginx would hold events back
    return response


def _followed(state: State, who: Acting) -> Followed:
    """What decides who sees what is read anew for every look."""

    def news(after: int) -> list[Entry]:
        viewer = gate_context(state.store, who.user_id, who.user_id)
        return notices.news(state.store, viewer, int(state.clock()), after)

    def as_text(entry: Entry) -> str:
        (told,) = notices.told(state.store, [entry])
        return json.dumps(notification_json(told), ensure_ascii=False)

    return Followed(state.store, who.user_id, news, as_text)


def _leaving(place: Place, told: Iterator[str]) -> Iterator[str]:
    try:
        yield from told
    finally:
        place.leave()


def _after(query: Mapping[str, int]) -> int | None:
    header = request.headers.get(LAST)
    if not header:
        return query.get("after")
    try:
        return notice_number(LAST, header)
    except ValidationError as error:
        raise bad_field(LAST, str(error.messages[0])) from error


def _refused(full: str) -> HTTPError:
    headers = {"Retry-After": str(RETRY_SECONDS)}
    if full == "each":
        said = f"This viewer follows {MOST_EACH} streams already; end one first."
        return HTTPError(429, said, headers=headers)
    return HTTPError(503, "As many streams are open as may be; ask again.", headers=headers)
