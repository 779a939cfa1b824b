"""What ``/openapi.json`` says of search."""

from graph.search.index import KINDS
from web.actions_openapi import list_responses, success
from web.friendships_openapi import an_object
from web.group_json import GROUP, GROUP_EXAMPLE
from web.openapi import Json
from web.person_json import PERSON, PERSON_EXAMPLE
from web.posts_openapi import SAID

_TEXT: Json = {"type": "string"}
_TRUTH: Json = {"type": "boolean"}
_CURSOR: Json = {
    "type": ["string", "null"],
    "description": "For the page after this one; null where there is none.",
}

_PERSON = an_object(
    {
        **PERSON["properties"],
        "tie": {
            "type": ["string", "null"],
            "enum": ["friend", "friend_of_friend", None],
            "description": "A friend of a friend by a friend whom the viewer may see.",
        },
    }
)
_POST = an_object(
    {
        **SAID,
        "tags": {"type": "array", "items": _TEXT},
        "hidden": {**_TRUTH, "description": "Whether the viewer hid it from feeds."},
    }
)
_GROUP = an_object({**GROUP["properties"], "member": _TRUTH})
_TAG = an_object(
    {
        "tag": _TEXT,
        "name": _TEXT,
        "posts": {
            "type": "integer",
            "description": "Posts with it that the viewer may see, of 100 that were looked at.",
        },
        "interest": {**_TRUTH, "description": "Whether the viewer picked it."},
    }
)


def _list(items: Json) -> Json:
    return {"type": "array", "items": items}


_SCHEMA = an_object(
    {
        "status": _TEXT,
        "kind": {"type": "string", "enum": [*KINDS, "all"]},
        "people": _list(_PERSON),
        "posts": _list(_POST),
        "groups": _list(_GROUP),
        "tags": _list(_TAG),
        "page_size": {"type": "integer"},
        "next_cursor": {**_CURSOR, "description": "Where one kind was asked for."},
        "next_cursors": an_object(dict.fromkeys(KINDS, _CURSOR)),
    }
)
_SCHEMA["required"] = ["status", "kind", "page_size"]

_POST_FOUND: Json = {
    "post_id": "sv:post:701",
    "author": PERSON_EXAMPLE,
    "title": "A quiet morning of sourdough",
    "text": "",
    "url": "https://video.example/701.mp4",
    "created_at": 1700000000,
    "tags": ["sourdough"],
    "hidden": False,
}
_EXAMPLE: Json = {
    "status": "success",
    "kind": "all",
    "people": [{**PERSON_EXAMPLE, "tie": "friend_of_friend"}],
    "posts": [_POST_FOUND],
    "groups": [{**GROUP_EXAMPLE, "member": True}],
    "tags": [{"tag": "sourdough", "name": "sourdough", "posts": 12, "interest": False}],
    "page_size": 5,
    "next_cursors": dict.fromkeys(KINDS),
}
SEARCH_RESPONSES = list_responses(success("What was found, best first.", _SCHEMA, _EXAMPLE))
