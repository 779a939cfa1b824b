"""A profile as answers have it: a person, and what they say of themself."""

from feed.mood_now import FELT
from feed.profiles import Profile
from graph.queries.profiles import Feeling, details_of
from social.profiles import Mine
from web.openapi import Json
from web.person_json import PERSON, PERSON_EXAMPLE, person_json
from web.post_json import JsonObject

ABOUT = ("bio", "location", "job")
_TEXTS: Json = {name: {"type": "string"} for name in ABOUT}
MOOD: Json = {
    "type": ["object", "null"],
    "description": "How the viewer feels; null where they did not say in the last 12 hours.",
    "properties": {
        "mood": {"type": "string"},
        "at": {"type": "integer", "description": "Since when, Unix seconds."},
        "until": {"type": "integer", "description": "Until when feeds are in it."},
    },
    "required": ["mood", "at", "until"],
}
PROFILE: Json = {
    "type": "object",
    "properties": {**PERSON["properties"], **_TEXTS},
    "required": [*PERSON["required"], *ABOUT],
}
MINE: Json = {
    "type": "object",
    "properties": {**PROFILE["properties"], "privacy": {"type": "string"}, "mood": MOOD},
    "required": [*PROFILE["required"], "privacy", "mood"],
}
MOOD_EXAMPLE: Json = {"mood": "happy", "at": 1760000000, "until": 1760043200}
PROFILE_EXAMPLE: Json = {
    **PERSON_EXAMPLE,
    "bio": "Bakes at night.",
    "location": "Graz",
    "job": "baker",
}
MINE_EXAMPLE: Json = {**PROFILE_EXAMPLE, "privacy": "friends", "mood": MOOD_EXAMPLE}


def profile_json(profile: Profile) -> JsonObject:
    """The profile of a person who passed the gate."""
    told = details_of(profile.details)
    about = {name: told[name] if isinstance(told.get(name), str) else "" for name in ABOUT}
    return {**person_json(profile), **about}


def mine_json(mine: Mine) -> JsonObject:
    """One's own."""
    privacy = mine.profile.person.card.privacy or "public"
    return {**profile_json(mine.profile), "privacy": privacy, "mood": mood_json(mine.feeling)}


def mood_json(told: Feeling | None) -> JsonObject | None:
    """How somebody feels, and until when feeds take it so."""
    if told is None:
        return None
    return {"mood": told.mood, "at": told.at, "until": told.at + FELT}
