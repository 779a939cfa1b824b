"""What ``/openapi.json`` says of the answers of ``POST /steering/preview``."""

from web.openapi import FEED_RESPONSES, POST_EXAMPLE, STEERING_EXAMPLE, Json
from web.people_openapi import a_list, an_object, answers

_FEED: Json = FEED_RESPONSES[200]["content"]["application/json"]["schema"]["properties"]
_POST: Json = _FEED["post"]["items"]
_TEXT: Json = {"type": "string"}
_TEXTS: Json = {"type": "array", "items": _TEXT}
_PLACE: Json = {"type": ["integer", "null"], "minimum": 1}
_ID: Json = {"type": ["integer", "string"]}
_PLACED = an_object({"before": _PLACE, "after": _PLACE, "post": _POST})
PREVIEW_RESPONSES = answers(
    "The asked page in its order, then the posts that left the present one.",
    an_object(
        {
            "status": _TEXT,
            "page_size": {"type": "integer"},
            "present": _FEED["steering"],
            "steering": _FEED["steering"],
            "posts": a_list(_PLACED),
            "came": a_list(_ID),
            "left": a_list(_ID),
            "degraded": _TEXTS,
        }
    ),
    {
        "status": "success",
        "page_size": 10,
        "present": STEERING_EXAMPLE,
        "steering": {**STEERING_EXAMPLE, "discovery": 0.5},
        "posts": [{"before": None, "after": 1, "post": POST_EXAMPLE}],
        "came": [701],
        "left": [],
        "degraded": [],
    },
)
