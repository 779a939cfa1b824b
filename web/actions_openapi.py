"""What ``/openapi.json`` says of the answers to what people do, beside the answer itself."""

from web.errors import NOT_THERE
from web.openapi import FEED_RESPONSES, Json

_ERROR: Json = FEED_RESPONSES[400]["content"]["application/json"]["schema"]


def error_response(description: str, message: str) -> Json:
    """An error's answer with that message."""
    example = {"status": "error", "message": message, "errors": {}, "post": []}
    content = {"application/json": {"schema": _ERROR, "example": example}}
    return {"description": description, "content": content}


def success(description: str, schema: Json, example: object) -> Json:
    """A success's answer."""
    content = {"application/json": {"schema": schema, "example": example}}
    return {"description": description, "content": content}


def action_responses(
    answer: Json, *, made: bool = False, conflict: str | None = None
) -> dict[int | str, Json]:
    """The answers of one route: the success, and what may be wrong with any of this kind.

    Args:
        answer: what `success` made.
        made: whether something new is a 201, and what was so already a 200.
        conflict: the sentence of a 409, for an example; None: there is none but that a key came
            with another request.
    """
    said = conflict or "This Idempotency-Key came with another request before; give each its own."
    return {
        200: answer,
        **({201: answer} if made else {}),
        400: FEED_RESPONSES[400],
        404: error_response("Nothing of that name is there, or not for this viewer.", NOT_THERE),
        409: error_response("It contradicts what is so; the sentence says what.", said),
        503: FEED_RESPONSES[503],
    }


def list_responses(answer: Json) -> dict[int | str, Json]:
    """The answers of a route that lists."""
    return {number: each for number, each in action_responses(answer).items() if number != 409}
