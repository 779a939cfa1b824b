"""What ``/openapi.json`` says of events that people attend."""

from web.actions_openapi import action_responses, error_response, list_responses, success
from web.friendships_openapi import an_object
from web.happening_json import (
    ATTENDED,
    ATTENDED_EXAMPLE,
    ATTENDEE,
    ATTENDEE_EXAMPLE,
    HAPPENING,
    HAPPENING_EXAMPLE,
)
from web.openapi import Json
from web.pages import page_example, page_schema

_THEIRS: dict[int | str, Json] = {
    403: error_response("It is for others to do.", "That is for who hosts it.")
}
_ANSWER = success(
    "The event now, and what the viewer said of it.",
    an_object({"status": {"type": "string"}, "happening": ATTENDED}),
    {"status": "success", "happening": ATTENDED_EXAMPLE},
)
HAPPENING_RESPONSES = list_responses(_ANSWER)
MADE_RESPONSES = action_responses(_ANSWER, made=True) | _THEIRS
EDIT_RESPONSES = action_responses(_ANSWER, conflict="It is cancelled.") | _THEIRS
ANSWER_RESPONSES = action_responses(_ANSWER, conflict="You host it: you go, or you cancel it.")
HAPPENINGS_RESPONSES = list_responses(
    success(
        "A page of events, the soonest first.",
        page_schema("happenings", HAPPENING),
        page_example("happenings", HAPPENING_EXAMPLE),
    )
)
ATTENDEES_RESPONSES = list_responses(
    success(
        "A page of people whom the viewer may see.",
        page_schema("people", ATTENDEE),
        page_example("people", ATTENDEE_EXAMPLE),
    )
)
