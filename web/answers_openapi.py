"""What ``/openapi.json`` says of all answers alike: their headers, and the id in errors."""

from typing import Any

from flask import Flask

from web.access_openapi import refusal
from web.body_limit import BODY_BYTES, too_large
from web.openapi import Json, operations
from web.rates import TOO_OFTEN
from web.request_ids import HEADER

_ID = "9f1c2b7e4a6d4c0f8b3e5d7a1c9e0f2b"
_HEADERS: Json = {
    HEADER: {
        "description": "The request's own id, if that is 32 hexadecimal digits or a UUID; or a new"
        " one. The log has it too.",
        "schema": {"type": "string"},
        "example": _ID,
    }
}
_TOO_OFTEN = refusal("The caller asks too often; Retry-After says when to ask again.", TOO_OFTEN)
_TOO_LARGE = refusal("The body is too large.", too_large(BODY_BYTES))


def with_answers(spec: dict[str, Any], app: Flask) -> dict[str, Any]:
    """The OpenAPI document with what is true of every answer."""
    for _, operation in operations(spec, app):
        responses = operation["responses"]
        if operation["security"]:
            responses.setdefault("429", _TOO_OFTEN)
        if "requestBody" in operation:
            responses.setdefault("413", _TOO_LARGE)
        operation["responses"] = {status: _told(each) for status, each in responses.items()}
    return spec


def _told(response: Json) -> Json:
    content = {media: _identified(each) for media, each in response.get("content", {}).items()}
    headers = response.get("headers", {}) | _HEADERS
    return {**response, "headers": headers} | ({"content": content} if content else {})


def _identified(content: Json) -> Json:
    """An error's example with an id."""
    if "request_id" not in content["schema"].get("properties", {}):
        return content
    return {**content, "example": {**content["example"], "request_id": _ID}}
