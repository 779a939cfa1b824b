"""Every error as JSON in one form: what is wrong, in a sentence, and with which field."""

import logging
from collections.abc import Mapping

from apiflask import APIFlask
from apiflask.exceptions import HTTPError
from flask import Response, jsonify, request
from werkzeug.exceptions import RequestEntityTooLarge

from graph.errors import (
    ActionRefused,
    AmbiguousViewer,
    Contradiction,
    KeysUnavailable,
    MemoryUnavailable,
    ModelError,
    NotTheirs,
    NotThere,
    ResonanceError,
    StoreError,
    UnderWay,
)
from web.body_limit import too_large
from web.request_ids import request_id

log = logging.getLogger(__name__)

RETRY_SECONDS = 5
"""How soon a client may ask again when the graph does not answer, or somebody acts yet."""
UNAVAILABLE = "The graph does not answer at the moment; ask again in a few seconds."
KEYS_UNAVAILABLE = "Nobody can tell who asks at the moment; ask again in a few seconds."
NOT_THERE = "There is nothing of that name here, or not for you."
"""Said alike of what is not there, and of what may not be seen: the sentence tells nobody which."""

_REFUSED: Mapping[type[ActionRefused], int] = {
    NotThere: 404,
    NotTheirs: 403,
    Contradiction: 409,
    UnderWay: 409,
}
_SENTENCES: Mapping[int, str] = {
    404: "There is no such address here; / names the ones there are.",
    405: "This address does not take that method; /openapi.json says which it takes.",
    500: "Something went wrong here; the log of the server says what.",
}


def error_body(message: str, errors: Mapping[str, str] | None = None) -> dict[str, object]:
    """The one form of an error of the present request; `errors` by the name of the field."""
    return error_of(message, request_id(), errors)


def error_of(
    message: str, request_id: str, errors: Mapping[str, str] | None = None
) -> dict[str, object]:
    """The one form of an error, of whichever request."""
    fields = dict(errors or {})
    said = {"status": "error", "message": message, "errors": fields, "post": list[object]()}
    return {**said, "request_id": request_id}


def bad_field(field: str, sentence: str) -> HTTPError:
    """The error of a query parameter whose value cannot be used."""
    return HTTPError(400, sentence, detail={"query": {field: [sentence]}})


def register_errors(app: APIFlask) -> None:
    """Have every error of the application answer in the one form."""

    @app.error_processor
    def any_http_error(error: HTTPError) -> Response:
        fields = _fields(error.detail)
        said = _SENTENCES.get(error.status_code) or error.message or "The request failed."
        answer = jsonify(error_body(" ".join(fields.values()) or said, fields))
        answer.status_code = error.status_code
        answer.headers.extend(error.headers)
        return answer

    @app.errorhandler(RequestEntityTooLarge)
    def larger_than_told(error: RequestEntityTooLarge) -> Response:
        answer = jsonify(error_body(too_large(request.max_content_length or 0)))
        answer.status_code = 413
        return answer

    @app.errorhandler(AmbiguousViewer)
    def several(error: AmbiguousViewer) -> Response:
        # Where somebody reads: who acts is told apart by `web.viewers`.
        said = f"username: {error}."
        answer = jsonify(error_body(said, {"username": said}))
        answer.status_code = 409
        return answer

    @app.errorhandler(ActionRefused)
    def refused(error: ActionRefused) -> Response:
        answer = jsonify(error_body(NOT_THERE if isinstance(error, NotThere) else str(error)))
        answer.status_code = _REFUSED[type(error)]
        if isinstance(error, UnderWay):
            answer.headers["Retry-After"] = str(RETRY_SECONDS)
        return answer

    @app.errorhandler(StoreError)
    @app.errorhandler(MemoryUnavailable)
    @app.errorhandler(ModelError)
    def store_failed(error: StoreError | MemoryUnavailable | ModelError) -> Response:
        return _later(error, UNAVAILABLE)

    @app.errorhandler(KeysUnavailable)
    def keys_failed(error: KeysUnavailable) -> Response:
        return _later(error, KEYS_UNAVAILABLE)


def _later(error: ResonanceError, said: str) -> Response:
    log.error("a request failed: %s", error)
    answer = jsonify(error_body(said))
    answer.status_code = 503
    answer.headers["Retry-After"] = str(RETRY_SECONDS)
    return answer


def _fields(detail: object) -> dict[str, str]:
    """Field name to sentence, out of what the parser reports by location."""
    found: dict[str, str] = {}
    if isinstance(detail, Mapping):
        for fields in detail.values():
            if isinstance(fields, Mapping):
                found |= {str(name): " ".join(_sentences(said)) for name, said in fields.items()}
    return found


def _sentences(said: object) -> list[str]:
    """Every sentence about a field; about a list's items they come by the item's place."""
    if isinstance(said, Mapping):
        return [each for under in said.values() for each in _sentences(under)]
    return [str(each) for each in said] if isinstance(said, list | tuple) else [str(said)]
