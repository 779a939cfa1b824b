"""What ``/openapi.json`` says of the answers: their form, and an example of each."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from flask import Flask

from web.post_json import BASE_TOKEN, CATEGORY, IDS, OWNER, POST, TOPIC, TOPIC_OWNER

Json = dict[str, Any]

_TYPES: Mapping[type, str] = {bool: "boolean", int: "number", str: "string"}
_TEXT: Json = {"type": "string"}
_TEXT_OR_NULL: Json = {"type": ["string", "null"]}
_ID: Json = {"type": ["integer", "string", "null"], "description": "The source's own integer."}
_WHOLE_ID: Json = {
    "type": ["string", "null"],
    "description": "As every other address takes it; null where there is none.",
}
_TRUTH: Json = {"type": "boolean"}


def operations(spec: Mapping[str, Any], app: Flask) -> Iterator[tuple[str, Json]]:
    """Each operation of the OpenAPI document, after the name of its view."""
    for rule in app.url_map.iter_rules():
        path = re.sub(r"<(?:[^<>:]+:)?([^<>]+)>", r"{\1}", rule.rule)
        for method in map(str.lower, rule.methods or ()):
            if method in spec["paths"].get(path, ()):
                yield rule.endpoint, spec["paths"][path][method]


def _object(defaults: Mapping[str, object], more: Mapping[str, Json]) -> Json:
    fields = {name: {"type": _TYPES[type(value)]} for name, value in defaults.items()}
    properties = {**fields, **more}
    return {"type": "object", "properties": properties, "required": list(properties)}


def _list(items: Json) -> Json:
    return {"type": "array", "items": items}


_NODE = _object({"kind": "", "id": "", "name": ""}, {})
_CYPHER: Json = {
    "type": ["object", "null"],
    "description": "What draws the path in Neo4j Browser; null where there is nothing to draw.",
    "properties": {"text": _TEXT, "parameters": {"type": "object", "additionalProperties": _TEXT}},
}
_REASON = _object(
    {"source": "", "sentence": "", "share": 0}, {"path": _list(_NODE), "cypher": _CYPHER}
)
_OWNER = _object(OWNER, {"username": _TEXT, "user_type": _TEXT_OR_NULL})
_TOPIC = _object(
    TOPIC,
    {
        "id": _ID,
        "language": _TEXT_OR_NULL,
        "owner": _object(TOPIC_OWNER, {"user_type": _TEXT_OR_NULL}),
    },
)
_POST = _object(
    POST,
    {
        "id": _ID,
        **dict.fromkeys(IDS, _WHOLE_ID),
        "owner": _OWNER,
        "category": _object(CATEGORY, {"id": _ID}),
        "topic": _TOPIC,
        "title": _TEXT,
        "text": _TEXT,
        "baseToken": _object(BASE_TOKEN, {}),
        "is_available_in_public_feed": _TRUTH,
        "created_at": {"type": ["integer", "null"], "description": "Unix milliseconds."},
        "tags": _list(_TEXT),
        "source_matrix": _list({}),
        "is_viewed": _TRUTH,
        "upvoted": _TRUTH,
        "bookmarked": _TRUTH,
        "following": _TRUTH,
        "score": {
            "type": "number",
            "description": "Probability that the viewer engages; by what may be told of it,"
            " but to an operator.",
        },
        "reasons": _list(_REASON),
    },
)
_STEERING = _object(
    {"discovery": 0, "freshness": 0, "variety": 0},
    {"more_tags": _list(_TEXT), "less_tags": _list(_TEXT)},
)
_FEED = _object(
    {"status": "", "page": 1, "page_size": 10, "cold_start": False},
    {
        "post": _list(_POST),
        "seen_included": {
            "type": "boolean",
            "description": "Whether posts are here that the viewer knows, or had just been shown.",
        },
        "strategy": {"type": "string", "enum": ["model", "blend", "cold_start"]},
        "mood": _TEXT_OR_NULL,
        "mood_now": {
            "type": "boolean",
            "description": "Whether the mood is what the viewer said they feel, not asked for.",
        },
        "degraded": _list(_TEXT),
        "next_cursor": {
            "type": ["string", "null"],
            "description": "For the page after this one; null where there is none.",
        },
        "newer_count": {
            "type": "integer",
            "description": "Posts that came since the first page of this feed was made.",
        },
        "steering": _STEERING,
        "message": {"type": "string", "description": "What there is to know; not always there."},
    },
)
_FEED["required"].remove("message")
_ERROR = _object(
    {"status": "", "message": "", "request_id": ""},
    {
        "errors": {"type": "object", "additionalProperties": _TEXT},
        "post": _list({}),
    },
)

POST_EXAMPLE: Json = {
    "id": 701,
    "post_id": "sv:post:701",
    "author_id": "sv:user:17",
    "category_id": "sv:category:2",
    "topic_id": "sv:topic:4",
    "group_id": None,
    "owner": {
        **OWNER,
        "username": "amberfinch",
        "name": "amberfinch",
        "user_type": None,
    },
    "category": {"id": 2, **CATEGORY, "name": "Kitchen", "count": 532},
    "topic": {
        "id": 4,
        **TOPIC,
        "name": "Kitchen weekly",
        "project_code": "kitchen",
        "language": None,
        "owner": {**TOPIC_OWNER, "user_type": None},
    },
    "title": "A quiet morning of sourdough",
    "text": "",
    **POST,
    "video_link": "https://video.example/701.mp4",
    "upvote_count": 12,
    "baseToken": dict(BASE_TOKEN),
    "is_available_in_public_feed": True,
    "created_at": 1700000000000,
    "tags": ["sourdough"],
    "source_matrix": [],
    "is_viewed": False,
    "upvoted": False,
    "bookmarked": False,
    "following": False,
    "score": 0.2177,
    "reasons": [
        {
            "source": "interests",
            "sentence": "About sourdough, one of your interests.",
            "share": 1.0,
            "path": [
                {"kind": "user", "id": "sv:user:42", "name": "oakenkelp"},
                {"kind": "tag", "id": "sourdough", "name": "sourdough"},
                {"kind": "post", "id": "sv:post:701", "name": "A quiet morning of sourdough"},
            ],
            "cypher": {
                "text": "MATCH way = ...",
                "parameters": {
                    "user_id": "sv:user:42",
                    "tag_id": "sourdough",
                    "post_id": "sv:post:701",
                },
            },
        }
    ],
}
STEERING_EXAMPLE: Json = {
    "discovery": 0.0,
    "freshness": 0.0,
    "variety": 0.0,
    "more_tags": [],
    "less_tags": [],
}
FEED_EXAMPLE: Json = {
    "status": "success",
    "post": [POST_EXAMPLE],
    "page": 1,
    "page_size": 10,
    "strategy": "model",
    "cold_start": False,
    "seen_included": False,
    "mood": None,
    "mood_now": False,
    "degraded": [],
    "next_cursor": None,
    "newer_count": 0,
    "steering": STEERING_EXAMPLE,
}
ERROR_EXAMPLE: Json = {
    "status": "error",
    "message": "page is '0x'; give a whole number from 1.",
    "errors": {"page": "page is '0x'; give a whole number from 1."},
    "post": [],
}


def _response(description: str, schema: Json, example: Json) -> Json:
    content = {"application/json": {"schema": schema, "example": example}}
    return {"description": description, "content": content}


_UNAVAILABLE = _response(
    "The graph does not answer; Retry-After says when to ask again.",
    _ERROR,
    {
        "status": "error",
        "message": "The graph does not answer at the moment; ask again in a few seconds.",
        "errors": {},
        "post": [],
    },
)
FEED_RESPONSES: dict[int | str, Json] = {
    200: _response("A page of the feed.", _FEED, FEED_EXAMPLE),
    400: _response("A parameter cannot be used; `errors` names it.", _ERROR, ERROR_EXAMPLE),
    503: _UNAVAILABLE,
}
HEALTH_RESPONSES: dict[int | str, Json] = {
    200: _response(
        "The graph answers.",
        _object(
            {"status": "", "engine": ""},
            {
                "model": {
                    "type": ["object", "null"],
                    "properties": {"posts": {"type": "integer"}},
                }
            },
        ),
        {"status": "ok", "engine": "ladybug", "model": {"posts": 1500}},
    ),
    503: {
        **_UNAVAILABLE,
        "description": "The graph does not answer; or it takes no writes since its disk was full or"
        " failed, and would take them again if this server were started again.",
    },
}
INDEX_RESPONSES: dict[int | str, Json] = {
    200: _response(
        "The addresses of this service.",
        _object({"name": ""}, {"endpoints": {"type": "object", "additionalProperties": _TEXT}}),
        {"name": "Resonance", "endpoints": {"/health": "GET /health"}},
    )
}
STEERING_RESPONSES: dict[int | str, Json] = {
    200: _response(
        "What the viewer steers by now.",
        _object({"status": ""}, {"steering": _STEERING}),
        {"status": "success", "steering": STEERING_EXAMPLE},
    ),
    400: _response("A parameter cannot be used; `errors` names it.", _ERROR, ERROR_EXAMPLE),
    503: _UNAVAILABLE,
}
EXPLAIN_RESPONSES: dict[int | str, Json] = {
    200: _response(
        "What is known of the post and this viewer.",
        _object(
            {"status": "", "post_id": "", "ranked": 0, "shown": 0},
            {
                "hidden": _list(_TEXT),
                "found_by": _list(_TEXT),
                "score": {"type": ["number", "null"]},
                "gains": {"type": ["object", "null"], "additionalProperties": {"type": "number"}},
                "left_out": _list(_TEXT),
                "rank": {"type": ["integer", "null"]},
                "rank_by_score": {
                    "type": ["integer", "null"],
                    "description": "The place that its score, as told, would give it by itself.",
                },
                "last_score": {
                    "type": ["number", "null"],
                    "description": "The score of the last post that was ranked.",
                },
                "last_shown_score": {
                    "type": ["number", "null"],
                    "description": "The score of the last post of the first page.",
                },
            },
        ),
        {
            "status": "success",
            "post_id": "sv:post:701",
            "hidden": [],
            "found_by": ["interests", "popular"],
            "score": 0.2177,
            "gains": {"interests": 0.6, "popular": 1.1},
            "left_out": [],
            "rank": 4,
            "rank_by_score": 5,
            "ranked": 100,
            "last_score": 0.031,
            "shown": 10,
            "last_shown_score": 0.105,
        },
    ),
    400: _response("A parameter cannot be used; `errors` names it.", _ERROR, ERROR_EXAMPLE),
    404: _response(
        "There is no such post, or not for this viewer.",
        _ERROR,
        {
            "status": "error",
            "message": "There is no such post for this viewer.",
            "errors": {"post": "There is no such post for this viewer."},
            "post": [],
        },
    ),
    503: _UNAVAILABLE,
}
