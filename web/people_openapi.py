"""What ``/openapi.json`` says of the answers of ``GET /people``."""

from web.openapi import FEED_RESPONSES, Json
from web.person_json import PERSON, PERSON_EXAMPLE

_FEED: Json = FEED_RESPONSES[200]["content"]["application/json"]["schema"]["properties"]
_POST: Json = _FEED["post"]["items"]
_REASON: Json = _POST["properties"]["reasons"]["items"]
_TEXT: Json = {"type": "string"}
_TEXTS: Json = {"type": "array", "items": _TEXT}


def an_object(properties: Json, *optional: str) -> Json:
    """The schema of an object; all of its properties are required but those named."""
    required = [name for name in properties if name not in optional]
    return {"type": "object", "properties": properties, "required": required}


def a_list(items: Json) -> Json:
    """The schema of a list."""
    return {"type": "array", "items": items}


def answers(description: str, schema: Json, example: Json) -> dict[int | str, Json]:
    """The success, and the errors that every address has."""
    content = {"application/json": {"schema": schema, "example": example}}
    bad, down = FEED_RESPONSES[400], FEED_RESPONSES[503]
    return {200: {"description": description, "content": content}, 400: bad, 503: down}


_PERSON_REASON = an_object(
    {name: schema for name, schema in _REASON["properties"].items() if name != "share"}
)
_PERSON = an_object(
    {
        **PERSON["properties"],
        "reasons": a_list(_PERSON_REASON),
    }
)
_PERSON_EXAMPLE: Json = {
    **PERSON_EXAMPLE,
    "reasons": [
        {
            "source": "mutual_friends",
            "sentence": "You both know mossyfern and 2 others.",
            "path": [
                {"kind": "user", "id": "sv:user:42", "name": "oakenkelp"},
                {"kind": "user", "id": "sv:user:7", "name": "mossyfern"},
                {"kind": "user", "id": "sv:user:57", "name": "amberfinch"},
            ],
            "cypher": {
                "text": "MATCH way = ...",
                "parameters": {
                    "user_id": "sv:user:42",
                    "friend_id": "sv:user:7",
                    "person_id": "sv:user:57",
                },
            },
        }
    ],
}
PEOPLE_RESPONSES = answers(
    "People to suggest, the likeliest first.",
    an_object(
        {
            "status": _TEXT,
            "people": a_list(_PERSON),
            "page_size": {"type": "integer"},
            "degraded": _TEXTS,
            "message": _TEXT,
        },
        "message",
    ),
    {"status": "success", "people": [_PERSON_EXAMPLE], "page_size": 10, "degraded": []},
)
