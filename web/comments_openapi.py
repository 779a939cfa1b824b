"""What ``/openapi.json`` says of comments."""

from social.comments import DEEPEST
from web.actions_openapi import action_responses, error_response, list_responses, success
from web.friendships_openapi import an_object
from web.openapi import Json
from web.pages import page_example, page_schema
from web.person_json import PERSON_EXAMPLE, PERSON_OR_NULL
from web.posts_openapi import POST_EXAMPLE_ID

_TEXT: Json = {"type": "string"}
_TIME: Json = {"type": ["integer", "null"], "description": "Unix seconds."}
_COMMENT = an_object(
    {
        "comment_id": _TEXT,
        "post_id": _TEXT,
        "answers": {"type": ["string", "null"], "description": "The comment that it answers."},
        "user": {**PERSON_OR_NULL, "description": "Who wrote it; null: it is deleted."},
        "text": _TEXT,
        "created_at": _TIME,
        "edited_at": _TIME,
        "deleted": {"type": "boolean"},
    }
)
_ID = "app:comment:5d6f0c9e-9f0b-5b0e-8b7a-1c2d3e4f5a6b"
_EXAMPLE: Json = {
    "comment_id": _ID,
    "post_id": POST_EXAMPLE_ID,
    "answers": None,
    "user": PERSON_EXAMPLE,
    "text": "How long in the oven?",
    "created_at": 1760000000,
    "edited_at": None,
    "deleted": False,
}
_ANSWER = success(
    "The comment as it is now.",
    an_object({"status": _TEXT, "comment": _COMMENT}),
    {"status": "success", "comment": _EXAMPLE},
)
_OTHERS = error_response(
    "The viewer may see it, and it is another's.", "This comment is another's."
)
_DEEP = f"Answers go {DEEPEST} deep; answer the comment above this one."
_MADE = action_responses(_ANSWER, made=True, conflict=_DEEP)
MADE_RESPONSES = {code: each for code, each in _MADE.items() if code != 200}
READ_RESPONSES = list_responses(_ANSWER)
EDIT_RESPONSES = {**action_responses(_ANSWER), 403: _OTHERS}
_GONE = success(
    "It is deleted.",
    an_object(
        {
            "status": _TEXT,
            "comment": an_object({"comment_id": _TEXT, "deleted": {"type": "boolean"}}),
        }
    ),
    {"status": "success", "comment": {"comment_id": _ID, "deleted": True}},
)
DELETE_RESPONSES = {**action_responses(_GONE), 403: _OTHERS}
LIST_RESPONSES = list_responses(
    success(
        "A page of comments.",
        page_schema("comments", _COMMENT),
        page_example("comments", _EXAMPLE),
    )
)
