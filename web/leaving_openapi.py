"""What ``/openapi.json`` says of leaving, and of the export."""

from web.actions_openapi import action_responses, list_responses, success
from web.friendships_openapi import an_object
from web.openapi import Json

_ZIP: Json = {
    "description": "A zip of a graph folder (`users.csv`, `posts.csv`, ...) and `kept.json`.",
    "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}},
}
EXPORT_RESPONSES = list_responses(_ZIP)
LEFT_RESPONSES = action_responses(
    success(
        "The viewer is gone, and so is all that was theirs.",
        an_object({"status": {"type": "string"}, "left": {"type": "boolean"}}),
        {"status": "success", "left": True},
    ),
    conflict="viewer: 2 users are named 'ana'; give one's id: app:user:1, app:user:2.",
)
