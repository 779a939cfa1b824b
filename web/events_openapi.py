"""What ``/openapi.json`` says of ``POST /events``: the schema of an event, and the answers."""

from typing import Any

from graph.events.schema import event_schema
from web.openapi import FEED_RESPONSES, Json

_ERROR: Json = FEED_RESPONSES[400]["content"]["application/json"]["schema"]
_COUNTS = ("read", "new", "changed", "unchanged")
_REFUSED: Json = {
    "type": "object",
    "properties": {"line": {"type": "integer", "minimum": 1}, "reason": {"type": "string"}},
    "required": ["line", "reason"],
}
_TAKEN: Json = {
    "type": "object",
    "properties": {
        "status": {"type": "string"},
        **{name: {"type": "integer", "minimum": 0} for name in _COUNTS},
        "refused": {"type": "array", "items": _REFUSED},
    },
    "required": ["status", *_COUNTS, "refused"],
}
_EXAMPLE = (
    '{"id":"e1","at":1760000000,"type":"user","user":12,"username":"amberfinch"}\n'
    '{"id":"e2","at":"2025-10-09T08:54:00Z","type":"post","post":7,"author":12,"tags":["rye"]}\n'
    '{"id":"e3","at":1760000100.5,"type":"like","user":12,"post":7}\n'
)


def _response(description: str, schema: Json, example: Json) -> Json:
    content = {"application/json": {"schema": schema, "example": example}}
    return {"description": description, "content": content}


def _error(description: str, message: str) -> Json:
    example = {"status": "error", "message": message, "errors": {}, "post": []}
    return _response(description, _ERROR, example)


RESPONSES: dict[int | str, Json] = {
    200: _response(
        "What became of the lines: read = new + changed + unchanged + refused.",
        _TAKEN,
        {
            "status": "success",
            "read": 3,
            "new": 2,
            "changed": 0,
            "unchanged": 0,
            "refused": [{"line": 3, "reason": "unknown post"}],
        },
    ),
    413: _error("Too many bytes or lines at a time.", "There are 1,001 lines; send ..."),
    415: _error("Not newline-delimited JSON.", "Send one JSON object a line, ..."),
    503: FEED_RESPONSES[503],
}


def with_event_schema(spec: dict[str, Any]) -> dict[str, Any]:
    """The OpenAPI document with the body of ``POST /events``."""
    schema = event_schema("#/components/schemas/{model}")
    components = spec.setdefault("components", {})
    components.setdefault("schemas", {}).update(schema.pop("$defs"), Event=schema)
    operation = spec["paths"]["/events"]["post"]
    operation["requestBody"] = {
        "required": True,
        "description": "One event a line; the schema is that of a line.",
        "content": {
            "application/x-ndjson": {
                "schema": {"$ref": "#/components/schemas/Event"},
                "example": _EXAMPLE,
            }
        },
    }
    return spec
