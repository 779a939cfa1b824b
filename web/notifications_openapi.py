"""What ``/openapi.json`` says of notifications."""

from graph.queries.notices import KINDS, UNASKED
from web.actions_openapi import action_responses, error_response, list_responses, success
from web.friendships_openapi import an_object
from web.openapi import Json
from web.pages import page_example, page_schema
from web.person_json import PERSON, PERSON_EXAMPLE

_TEXT: Json = {"type": "string"}
_POST: Json = an_object({"id": {"type": ["integer", "string"]}, "post_id": _TEXT, "title": _TEXT})
_GROUP: Json = an_object({"group_id": _TEXT, "name": _TEXT})
NOTIFICATION: Json = an_object(
    {
        "id": {"type": "string", "description": "Grows: of two, the greater is the later."},
        "key": {"type": "string", "description": "Replaces the one of this key before it."},
        "kind": {"type": "string", "enum": list(KINDS)},
        "sentence": _TEXT,
        "at": {"type": "integer", "description": "Unix seconds."},
        "read": {"type": "boolean"},
        "actors": {"type": "array", "items": PERSON},
        "others": {"type": "integer", "description": "Further people, whom the viewer may see."},
        "post": {**_POST, "type": ["object", "null"]},
        "comment_id": {"type": ["string", "null"]},
        "group": {**_GROUP, "type": ["object", "null"]},
    }
)
NOTIFICATION_EXAMPLE: Json = {
    "id": "1760000000000417",
    "key": "reaction sv:post:701",
    "kind": "reaction",
    "sentence": "amberfinch reacted to your post \u201cA quiet morning of sourdough\u201d.",
    "at": 1760000000,
    "read": False,
    "actors": [PERSON_EXAMPLE],
    "others": 0,
    "post": {"id": 701, "post_id": "sv:post:701", "title": "A quiet morning of sourdough"},
    "comment_id": None,
    "group": None,
}
TOLD_RESPONSES = list_responses(
    success(
        "A page of notifications.",
        page_schema("notifications", NOTIFICATION),
        page_example("notifications", NOTIFICATION_EXAMPLE),
    )
)
_UNREAD = success(
    "How many notifications are unread now.",
    an_object({"status": _TEXT, "unread": {"type": "integer"}}),
    {"status": "success", "unread": 3},
)
UNREAD_RESPONSES = list_responses(_UNREAD)
READ_RESPONSES = action_responses(_UNREAD)
_KINDS: Json = an_object({kind: {"type": "boolean"} for kind in KINDS})
_PREFERENCES = success(
    "Each kind, and whether the viewer is told of it.",
    an_object({"status": _TEXT, "preferences": _KINDS}),
    {"status": "success", "preferences": {kind: kind in UNASKED for kind in KINDS}},
)
PREFERENCES_RESPONSES = list_responses(_PREFERENCES)
PREFERENCES_SAVED_RESPONSES = action_responses(_PREFERENCES)

_RETRY: Json = {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds."}}
_EVENT: Json = {
    **an_object(
        {"id": _TEXT, "event": {"type": "string", "enum": ["ready", "notification"]}, "data": _TEXT}
    ),
    "description": "One event; the `data` of a `notification` is one as JSON, on one line.",
}
STREAM_RESPONSES: dict[int | str, Json] = {
    **list_responses(
        {
            "description": "Server-sent events: `ready` where nothing said how far the client got,"
            " then a `notification` each; lines that begin with a colon say that it goes on.",
            "content": {
                "text/event-stream": {
                    "schema": _EVENT,
                    "example": "retry: 1000\n\nid: 1760000000000417\nevent: notification\n"
                    'data: {"id": "1760000000000417", "kind": "reaction", ...}\n\n',
                }
            },
        }
    ),
    429: {
        **error_response(
            "The viewer has as many streams as one may.",
            "This viewer follows 4 streams already; end one first.",
        ),
        "headers": _RETRY,
    },
}
