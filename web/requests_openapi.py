"""What ``/openapi.json`` says of requests, beside what the views' own schemas say.

The parts of an address, the headers that are read, and that a body must be there.
"""

from collections.abc import Mapping
from typing import Any

from flask import Flask

from web.idempotency import HEADER, LONGEST, is_once
from web.mutes import WORD_LENGTH
from web.notifications_stream import LAST
from web.openapi import Json, operations
from web.parse import NAME_LENGTH
from web.steering_fields import TAG_LENGTH


def _part(description: str, most: int = NAME_LENGTH, format: str = "printable") -> Json:
    schema = {"type": "string", "minLength": 1, "maxLength": most, "format": format}
    return {"description": description, "schema": schema}


_PARTS: Mapping[str, Json] = {
    "user": _part("A user's id or exact username."),
    "post": _part("A post of SocialVerse by its number, or of another source by its full id."),
    "comment": _part("A comment by its full id."),
    "group": _part("A group by its full id."),
    "event": _part("An event by its full id."),
    "model": _part("A training by its name."),
    "tag": _part("A tag, however it is spelt.", TAG_LENGTH, "tag"),
    "word": _part("A word or phrase.", WORD_LENGTH, "word"),
}
_KEY: Json = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "schema": {"type": "string", "maxLength": LONGEST, "pattern": "^[!-~]([ -~]*[!-~])?$"},
    "description": "The same request with the same key is done once in a day, and answered alike;"
    " while it is under way for long, with a 409 and Retry-After.",
}
_LAST: Json = {
    "name": LAST,
    "in": "header",
    "required": False,
    "schema": {"type": "string", "pattern": "^[0-9]{0,16}$"},
    "description": "The `id` of the last event that the client has; it goes before `after`. Empty:"
    " as if it were not there.",
}


def with_requests(spec: dict[str, Any], app: Flask) -> dict[str, Any]:
    """The OpenAPI document with what requests are made of."""
    schemas = spec["components"]["schemas"]
    # One of the two fields, and not both: a schema of marshmallow cannot say so.
    schemas["ReadBody"] |= {"minProperties": 1, "maxProperties": 1}
    for name, operation in operations(spec, app):
        parameters = operation.setdefault("parameters", [])
        for parameter in parameters:
            if parameter["in"] == "path":
                parameter |= _PARTS[parameter["name"]]
        if is_once(app.view_functions[name]):
            parameters.append(_KEY)
        if name == "notifications_stream.stream":
            parameters.append(_LAST)
        if "requestBody" in operation:
            _describe_body(operation["requestBody"], schemas)
    return spec


def _describe_body(body: Json, schemas: Mapping[str, Json]) -> None:
    """Whether there must be one: a request without is as one with an empty object."""
    for media in body["content"].values():
        schema = schemas[media["schema"]["$ref"].rsplit("/", 1)[1]]
        body["required"] = body.get("required", False) or bool(
            schema.get("required") or schema.get("minProperties")
        )
