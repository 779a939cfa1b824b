"""What ``/openapi.json`` says of profiles, interests and moods."""

from web.actions_openapi import action_responses, list_responses, success
from web.friendships_openapi import an_object
from web.openapi import Json
from web.pages import page_example, page_schema
from web.profile_json import MINE, MINE_EXAMPLE, MOOD, MOOD_EXAMPLE, PROFILE, PROFILE_EXAMPLE

_STATUS: Json = {"status": {"type": "string"}}
_TAG: Json = {"type": "string"}
PROFILE_RESPONSES = list_responses(
    success(
        "What the viewer may see of them.",
        an_object({**_STATUS, "profile": PROFILE}),
        {"status": "success", "profile": PROFILE_EXAMPLE},
    )
)
MINE_RESPONSES = action_responses(
    success(
        "The profile as it is now.",
        an_object({**_STATUS, "profile": MINE}),
        {"status": "success", "profile": MINE_EXAMPLE},
    )
)
MOOD_RESPONSES = action_responses(
    success(
        "How the viewer feels now.",
        an_object({**_STATUS, "mood": MOOD}),
        {"status": "success", "mood": MOOD_EXAMPLE},
    )
)
INTEREST_RESPONSES = action_responses(
    success(
        "Whether the tag is an interest now.",
        an_object({**_STATUS, "interest": an_object({"tag": _TAG, "picked": {"type": "boolean"}})}),
        {"status": "success", "interest": {"tag": "sourdough", "picked": True}},
    ),
    conflict="You have 500 interests already, which is the most; drop some.",
)
INTERESTS_RESPONSES = list_responses(
    success(
        "A page of tags.", page_schema("interests", _TAG), page_example("interests", "sourdough")
    )
)
