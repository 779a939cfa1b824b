"""The API as a Postman collection (format 2.1), made of what ``/openapi.json`` says.

A folder a noun, a request an operation, with an answer as its example. What differs from caller to
caller stands in the collection's variables: the address, the key, who acts, and what is named in
addresses. Format: https://schema.postman.com/collection/json/v2.1.0/draft-07/docs/index.html.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any

Json = dict[str, Any]
Document = Mapping[str, Any]

SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
METHODS = ("get", "post", "put", "patch", "delete")
WHO = ("username", "viewer")
"""Parameters that say who acts."""
KEY, IDEMPOTENCY = "key", "Idempotency-Key"
DEEP = 8
"""Schemas within schemas, of which examples are made."""


def collection(document: Document, address: str) -> Json:
    """The collection of an OpenAPI document.

    Args:
        document: of this application.
        address: where it answers, such as ``http://127.0.0.1:8000``.
    """
    folders: dict[str, list[Json]] = {tag["name"]: [] for tag in document["tags"]}
    named: dict[str, None] = {}
    for path, operations in document["paths"].items():
        for method in METHODS:
            if method in operations:
                operation = operations[method]
                folders[operation["tags"][0]].append(_item(document, path, method, operation))
                named |= dict.fromkeys(_named(operation))
    variables = {"base_url": address.rstrip("/"), KEY: "", "viewer": "ana"}
    variables |= dict.fromkeys(named, "")
    info = document["info"]
    return {
        "info": {
            "name": info["title"],
            "description": info["description"],
            "version": info["version"],
            "schema": SCHEMA,
        },
        "auth": _bearer(),
        "variable": [{"key": name, "value": value} for name, value in variables.items()],
        "item": [
            {"name": name.replace("_", " "), "item": items}
            for name, items in folders.items()
            if items
        ],
    }


def _item(document: Document, path: str, method: str, operation: Document) -> Json:
    request = _request(document, path, method, operation)
    answers = [
        _answer(request, code, kind, told["example"])
        for code, response in operation["responses"].items()
        for kind, told in response.get("content", {}).items()
        if "example" in told and int(code) < HTTPStatus.BAD_REQUEST
    ]
    return {"name": operation["summary"], "request": request, "response": answers}


def _request(document: Document, path: str, method: str, operation: Document) -> Json:
    headers = [_header(each) for each in _parameters(operation, "header")]
    request: Json = {"method": method.upper(), "url": _url(path, operation)}
    if told := operation.get("description"):
        request["description"] = told
    for kind, body in operation.get("requestBody", {}).get("content", {}).items():
        headers.append({"key": "Content-Type", "value": kind})
        request["body"] = {"mode": "raw", "raw": _text(_example(document, body))}
    request["header"] = headers
    if not operation["security"]:
        request["auth"] = {"type": "noauth"}
    return request


def _url(path: str, operation: Document) -> Json:
    """The address, whose variable parts are the collection's; what may be left out is left out."""
    steps = [f"{{{each}}}" if each.startswith("{") else each for each in path[1:].split("/")]
    query = [
        {
            "key": each["name"],
            "value": _asked(each),
            "disabled": not each.get("required") and each["name"] not in WHO,
            "description": each.get("description", ""),
        }
        for each in _parameters(operation, "query")
    ]
    asked = "&".join(f"{each['key']}={each['value']}" for each in query if not each["disabled"])
    raw = "/".join(["{{base_url}}", *steps]) + (f"?{asked}" if asked else "")
    return {"raw": raw, "host": ["{{base_url}}"], "path": steps, "query": query}


def _named(operation: Document) -> list[str]:
    """What of its address somebody must say, and no example does."""
    query = [each for each in _parameters(operation, "query") if _must_be_said(each)]
    return [each["name"] for each in (*_parameters(operation, "path"), *query)]


def _asked(parameter: Document) -> str:
    if parameter["name"] in WHO:
        return "{{viewer}}"
    name: str = parameter["name"]
    return f"{{{{{name}}}}}" if _must_be_said(parameter) else _text(_told(parameter))


def _must_be_said(parameter: Document) -> bool:
    required: bool = parameter.get("required", False)
    return required and parameter["name"] not in WHO and _told(parameter) == ""


def _header(parameter: Document) -> Json:
    value = "{{$guid}}" if parameter["name"] == IDEMPOTENCY else _text(_told(parameter))
    return {
        "key": parameter["name"],
        "value": value,
        "disabled": not parameter.get("required"),
        "description": parameter.get("description", ""),
    }


def _answer(request: Json, code: str, kind: str, example: object) -> Json:
    status = HTTPStatus(int(code))
    return {
        "name": f"{code} {status.phrase}",
        "originalRequest": request,
        "status": status.phrase,
        "code": int(code),
        "header": [{"key": "Content-Type", "value": kind}],
        "body": _text(example),
    }


def _bearer() -> Json:
    return {
        "type": "bearer",
        "bearer": [{"key": "token", "value": f"{{{{{KEY}}}}}", "type": "string"}],
    }


def _parameters(operation: Document, place: str) -> Iterator[Document]:
    return (each for each in operation.get("parameters", ()) if each["in"] == place)


def _told(parameter: Document) -> object:
    """A parameter's example, or what it is where it is left out."""
    schema = parameter.get("schema", {})
    return parameter.get("example", schema.get("example", schema.get("default", "")))


def _example(document: Document, body: Document) -> object:
    return body["example"] if "example" in body else _made(document, body["schema"])


def _made(document: Document, schema: Document, depth: int = 0) -> Any:
    """A value that the schema allows: its examples, and the least of what has none."""
    if "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    for key in ("example", "default"):
        if schema.get(key) is not None:
            return schema[key]
    if "examples" in schema or "enum" in schema:
        return [*schema.get("examples", ()), *schema.get("enum", ())][0]
    for key in ("anyOf", "oneOf", "allOf"):
        if key in schema:
            return _made(document, schema[key][0], depth + 1)
    kind = schema.get("type", "object")
    kind = kind[0] if isinstance(kind, Sequence) and not isinstance(kind, str) else kind
    if kind == "object":
        fields = schema.get("properties", {}).items() if depth < DEEP else ()
        needed = schema.get("required", ())
        return {
            name: _made(document, each, depth + 1)
            for name, each in fields
            if name in needed or not _anything(each)
        }
    if kind == "array":
        few = schema.get("minItems", 1) and depth < DEEP
        return [_made(document, schema["items"], depth + 1)] if few else []
    least = {"integer": schema.get("minimum", 0), "number": schema.get("minimum", 0)}
    return {"boolean": False, "null": None, "string": "text", **least}[kind]


def _anything(schema: Document) -> bool:
    """Whether it is a text of which no example is given: most of these name something."""
    said = schema.keys() & {"example", "examples", "enum", "default", "$ref"}
    return not said and "string" in schema.get("type", ())


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False)
