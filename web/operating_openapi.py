"""What ``/openapi.json`` says of the answers for who runs the service."""

from web.access_openapi import refusal
from web.openapi import Json

ENDING = "The server ends: ask another one."
FILLING = "The server has begun, and reads what feeds rest on; ask again in a few seconds."
STOPPED = "The disk was full, or failed: what is there can be read, and nothing is written."

_METRICS = (
    "# HELP resonance_streams_open Streams that are open.\n"
    "# TYPE resonance_streams_open gauge\n"
    "resonance_streams_open 3.0\n"
)
METRICS_RESPONSES: dict[int | str, Json] = {
    200: {
        "description": "Prometheus' text format, version 0.0.4.",
        "content": {"text/plain": {"schema": {"type": "string"}, "example": _METRICS}},
    }
}
READY_RESPONSES: dict[int | str, Json] = {
    200: {
        "description": "Requests may come.",
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "properties": {"status": {"type": "string"}},
                    "required": ["status"],
                },
                "example": {"status": "ready"},
            }
        },
    },
    503: refusal(
        "The graph does not answer, or takes no writes; or the server has just begun, or it ends.",
        FILLING,
    ),
}
