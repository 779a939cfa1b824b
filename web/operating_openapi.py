"""What ``/openapi.json`` says of the answers for who runs the service."""

from web.openapi import Json

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
