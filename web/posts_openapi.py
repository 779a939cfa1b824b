"""What ``/openapi.json`` says of posts and of what a viewer did with one."""

from graph.model import PRIVACIES
from graph.queries.responses import CROWD
from social.posts import EMPTY
from web.actions_openapi import action_responses, error_response, list_responses, success
from web.friendships_openapi import an_object
from web.openapi import Json
from web.pages import page_example, page_schema
from web.person_json import PERSON_EXAMPLE, PERSON_OR_NULL

_TEXT: Json = {"type": "string"}
_NUMBER: Json = {"type": "integer"}
_TRUTH: Json = {"type": "boolean"}
_NODE: Json = {**an_object({"id": _TEXT, "name": _TEXT}), "type": ["object", "null"]}

SAID: Json = {
    "post_id": {"type": "string", "description": "The whole id."},
    "author": PERSON_OR_NULL,
    "title": _TEXT,
    "text": _TEXT,
    "url": {"type": "string", "description": "The address of its media."},
    "created_at": {"type": ["integer", "null"], "description": "Unix seconds."},
}
MINE: Json = {
    "viewed": {"type": "integer", "description": "How often; likewise inspired and commented."},
    "liked": _TRUTH,
    "inspired": _NUMBER,
    "rated": {"type": ["integer", "null"], "description": "Percent."},
    "reacted": {"type": ["string", "null"]},
    "commented": _NUMBER,
    "shared": {"type": "boolean", "description": "For everybody to see."},
    "hidden": _TRUTH,
    "less_like_it": _TRUTH,
}
_COUNTS: Json = {
    **dict.fromkeys(("likes", "inspired", "shares", "comments"), _NUMBER),
    "reactions": {"type": "object", "additionalProperties": _NUMBER},
}
_WRITTEN: Json = {
    **SAID,
    "privacy": {"type": "string", "description": f"One of {', '.join(PRIVACIES)}."},
    "tags": {"type": "array", "items": _TEXT},
    "is_share": _TRUTH,
}
_POST = an_object(
    {
        **_WRITTEN,
        "moods": {"type": "array", "items": _TEXT},
        "category": _NODE,
        "group": _NODE,
        "shares": {
            **an_object(SAID),
            "type": ["object", "null"],
            "description": "What it shares; null where the viewer may not see that.",
        },
        "counts": {
            **an_object(_COUNTS),
            "description": f"People whom the viewer may see; each kind stops at {CROWD:,}.",
        },
        "mine": an_object(MINE),
    }
)
MINE_EXAMPLE: Json = {
    "viewed": 2,
    "liked": True,
    "inspired": 0,
    "rated": 80,
    "reacted": "love",
    "commented": 0,
    "shared": False,
    "hidden": False,
    "less_like_it": False,
}
POST_EXAMPLE_ID = "app:post:9a3c1f0e-5b1d-5c43-9b57-2f6a1f9d7a11"
_EXAMPLE: Json = {
    "post_id": POST_EXAMPLE_ID,
    "author": PERSON_EXAMPLE,
    "title": "Slow bread",
    "text": "Two days, and worth it. #sourdough",
    "url": "https://example.org/bread.mp4",
    "created_at": 1760000000,
    "privacy": "public",
    "tags": ["bread", "slow", "sourdough"],
    "moods": ["calm"],
    "category": {"id": "sv:category:2", "name": "Food"},
    "group": None,
    "is_share": False,
    "shares": None,
    "counts": {"likes": 3, "inspired": 1, "shares": 0, "comments": 2, "reactions": {"love": 2}},
    "mine": MINE_EXAMPLE,
}
_ANSWER = success(
    "The post as the viewer may see it now.",
    an_object({"status": _TEXT, "post": _POST}),
    {"status": "success", "post": _EXAMPLE},
)
OTHERS = error_response("The viewer may see it, and it is another's.", "This post is another's.")
WRITTEN_RESPONSES = list_responses(
    success(
        "A page of posts.",
        page_schema("posts", an_object(_WRITTEN)),
        page_example("posts", {name: _EXAMPLE[name] for name in _WRITTEN}),
    )
)
READ_RESPONSES = list_responses(_ANSWER)
_MADE = action_responses(_ANSWER, made=True)
SHARE_RESPONSES = {code: each for code, each in _MADE.items() if code != 200}
_NO_MEMBER = error_response("The group is for its members.", "Only members post in this group.")
CREATE_RESPONSES = {**SHARE_RESPONSES, 403: _NO_MEMBER}
EDIT_RESPONSES = {**action_responses(_ANSWER, conflict=EMPTY), 403: OTHERS}
DELETE_RESPONSES = {
    **action_responses(
        success(
            "It is deleted.",
            an_object({"status": _TEXT, "post": an_object({"post_id": _TEXT, "deleted": _TRUTH})}),
            {"status": "success", "post": {"post_id": POST_EXAMPLE_ID, "deleted": True}},
        )
    ),
    403: OTHERS,
}
