"""What ``/openapi.json`` says of friendships, requests and blocks."""

from web.actions_openapi import action_responses, list_responses, success
from web.openapi import Json
from web.pages import page_example, page_schema
from web.person_json import PERSON_EXAMPLE, PERSON_OR_NULL

STATES = ("none", "asked", "asks_you", "friends", "blocked")
ACQUAINTANCE: Json = {
    "user_id": {"type": "string"},
    "user": PERSON_OR_NULL,
    "at": {"type": ["integer", "null"], "description": "Since when, Unix seconds."},
}
_STANDING: Json = {"state": {"type": "string", "enum": list(STATES)}, **ACQUAINTANCE}


def an_object(properties: Json) -> Json:
    """The schema of an object, all of whose properties are required."""
    return {"type": "object", "properties": properties, "required": list(properties)}


ENTRY_EXAMPLE: Json = {"user_id": "sv:user:57", "user": PERSON_EXAMPLE, "at": 1760000000}
_ANSWER = success(
    "How the two stand now; `user` is null where the viewer may not see them.",
    an_object({"status": {"type": "string"}, "friendship": an_object(_STANDING)}),
    {"status": "success", "friendship": {"state": "friends", **ENTRY_EXAMPLE}},
)
STANDING_RESPONSES = list_responses(_ANSWER)
ASK_RESPONSES = action_responses(
    _ANSWER, made=True, conflict="This is about two people, and you are one."
)
ACCEPT_RESPONSES = action_responses(
    _ANSWER, conflict="They have not asked you to be friends, or have taken it back."
)
UNDO_RESPONSES = action_responses(_ANSWER)
LIST_RESPONSES = list_responses(
    success(
        "A page of people.",
        page_schema("people", an_object(ACQUAINTANCE)),
        page_example("people", ENTRY_EXAMPLE),
    )
)
