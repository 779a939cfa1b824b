"""A person as answers have them: the one form, of who passed the gate alone."""

from feed.profiles import Profile
from web.openapi import FEED_RESPONSES, POST_EXAMPLE, Json
from web.post_json import JsonObject, owner_json, source_id

_POST: Json = FEED_RESPONSES[200]["content"]["application/json"]["schema"]["properties"]["post"]
_PROPERTIES: Json = _POST["items"]["properties"]

PERSON: Json = {
    "type": "object",
    "properties": {
        "id": _PROPERTIES["id"],
        "user_id": {"type": "string", "description": "The whole id, by which to name them here."},
        **_PROPERTIES["owner"]["properties"],
    },
    "required": ["id", "user_id", *_PROPERTIES["owner"]["required"]],
}
PERSON_OR_NULL: Json = {**PERSON, "type": ["object", "null"]}
PERSON_EXAMPLE: Json = {"id": 57, "user_id": "sv:user:57", **POST_EXAMPLE["owner"]}


def person_json(profile: Profile) -> JsonObject:
    """The person: SocialVerse's fields of an owner, and both forms of their id."""
    card = profile.person.card
    return {
        "id": source_id(card.user_id),
        "user_id": card.user_id,
        **owner_json(card.username, profile.details),
    }
