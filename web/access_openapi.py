"""What ``/openapi.json`` says of who may ask: the credentials, and which route takes which."""

from collections.abc import Mapping
from typing import Any

from flask import Flask

from web.access import ANOTHERS, OPERATOR, PUBLIC, SERVICE, VIEWER, Access, access_of
from web.callers import MISSING
from web.openapi import FEED_RESPONSES, Json, operations
from web.parse import NAME_LENGTH
from web.viewers import NO_SUCH_VIEWER

_SCHEMES: Json = {
    "key": {
        "type": "http",
        "scheme": "bearer",
        "description": "A key that `resonance keys add NAME` printed: of an app's backend, or with"
        " `--role operator` of an operator.",
    },
    "token": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "A viewer's token, of `POST /tokens` or of the app's identity provider.",
    },
}
_SECURITY: Mapping[Access, list[Json]] = {
    PUBLIC: [],
    VIEWER: [{"token": []}, {"key": []}],
    SERVICE: [{"key": []}],
    OPERATOR: [{"key": []}],
}
_VIEWER_PARAMETER: Json = {
    "name": "viewer",
    "in": "query",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": NAME_LENGTH, "format": "printable"},
    "description": "Who acts, by username or user id: a service must say; with a viewer's token it"
    " may be left out.",
    "example": "ana",
}
_ERROR: Json = FEED_RESPONSES[400]["content"]["application/json"]["schema"]


def refusal(description: str, message: str) -> Json:
    """An error's answer, with an example."""
    example = {"status": "error", "message": message, "errors": {}, "post": []}
    content = {"application/json": {"schema": _ERROR, "example": example}}
    return {"description": description, "content": content}


_UNKNOWN = refusal("A credential is missing, malformed, expired or revoked.", MISSING)
_ANOTHERS = refusal("The token is another viewer's, or the address is not for them.", ANOTHERS)
_NO_VIEWER = refusal("Nobody active is called as `viewer` says.", NO_SUCH_VIEWER)
_SEVERAL = refusal(
    "Several are called as `viewer` or `username` says, or what is asked contradicts what is so.",
    "viewer: 2 users are named 'ana'; give one of the ids app:user:1, sv:user:7.",
)
_NOT_FOR = refusal("The address is not for this caller.", "This address is for an operator.")


def with_access(spec: dict[str, Any], app: Flask) -> dict[str, Any]:
    """The OpenAPI document with the credentials, and each route's own."""
    spec.setdefault("components", {})["securitySchemes"] = _SCHEMES
    declared = access_of(app)
    for name, operation in operations(spec, app):
        _describe(operation, declared[name])
    return spec


def _describe(operation: Json, access: Access) -> None:
    operation["security"] = _SECURITY[access]
    if access is PUBLIC:
        return
    operation["responses"].setdefault("401", _UNKNOWN)
    operation["responses"].setdefault("403", _ANOTHERS if access is VIEWER else _NOT_FOR)
    parameters = operation.setdefault("parameters", [])
    reads = any(each["name"] == "username" for each in parameters)
    if access is VIEWER and not reads:
        parameters.append(_VIEWER_PARAMETER)
        operation["responses"].setdefault("404", _NO_VIEWER)
    if access is VIEWER or reads:
        operation["responses"].setdefault("409", _SEVERAL)
