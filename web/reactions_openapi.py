"""What ``/openapi.json`` says of what a viewer does with a post."""

from web.actions_openapi import action_responses, list_responses, success
from web.friendships_openapi import an_object
from web.openapi import Json
from web.pages import page_example, page_schema
from web.person_json import PERSON, PERSON_EXAMPLE
from web.posts_openapi import MINE, MINE_EXAMPLE, POST_EXAMPLE_ID

_TEXT: Json = {"type": "string"}
MINE_RESPONSES = action_responses(
    success(
        "All that the viewer did with the post by now.",
        an_object({"status": _TEXT, "post_id": _TEXT, "mine": an_object(MINE)}),
        {"status": "success", "post_id": POST_EXAMPLE_ID, "mine": MINE_EXAMPLE},
    )
)
_RESPONDER: Json = {
    "user": PERSON,
    "kind": {"type": ["string", "null"], "description": "Of a reaction."},
    "at": {"type": ["integer", "null"], "description": "Unix seconds."},
}
LIST_RESPONSES = list_responses(
    success(
        "A page of people.",
        page_schema("people", an_object(_RESPONDER)),
        page_example("people", {"user": PERSON_EXAMPLE, "kind": "love", "at": 1760000000}),
    )
)
