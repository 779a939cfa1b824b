"""An event that people attend, and who does, as answers have them."""

from graph.model import PRIVACIES
from social.happenings import Attended, Attendee, Shown
from web.friendships_openapi import an_object
from web.openapi import Json
from web.person_json import PERSON, PERSON_EXAMPLE, PERSON_OR_NULL, person_json
from web.post_json import JsonObject

ANSWERS = ("going", "maybe", "not_going")
_TEXT: Json = {"type": "string"}
_MOMENT: Json = {"type": ["integer", "null"], "description": "Unix seconds."}
_SAID: Json = {"type": "string", "enum": ["host", "going", "maybe"]}
HAPPENING: Json = an_object(
    {
        "event_id": _TEXT,
        "name": _TEXT,
        "description": _TEXT,
        "at": _MOMENT,
        "until": _MOMENT,
        "place": _TEXT,
        "privacy": {"type": "string", "enum": list(PRIVACIES)},
        "group_id": {"type": ["string", "null"]},
        "cancelled": {"type": "boolean"},
        "host": PERSON_OR_NULL,
        "seen": {
            "type": "boolean",
            "description": "False: the viewer may look it up no more, but hosts or attends it. If"
            " they only attend it, all but its id is empty.",
        },
    }
)
ATTENDED: Json = an_object(
    {
        **HAPPENING["properties"],
        "answer": {"type": ["string", "null"], "enum": [*_SAID["enum"], None]},
    }
)
ATTENDEE: Json = an_object({"user": PERSON, "answer": _SAID})
HAPPENING_EXAMPLE: Json = {
    "event_id": "app:event:77aa",
    "name": "A night of baking",
    "description": "Bring flour.",
    "at": 1760000000,
    "until": 1760010000,
    "place": "The mill",
    "privacy": "public",
    "group_id": None,
    "cancelled": False,
    "host": PERSON_EXAMPLE,
    "seen": True,
}
ATTENDED_EXAMPLE: Json = {**HAPPENING_EXAMPLE, "answer": "going"}
ATTENDEE_EXAMPLE: Json = {"user": PERSON_EXAMPLE, "answer": "maybe"}


def happening_json(shown: Shown) -> JsonObject:
    """An event that passed the gate, or is the viewer's own."""
    told = shown.happening
    return {
        "event_id": told.event_id,
        "name": told.name or "",
        "description": told.description or "",
        "at": told.at,
        "until": told.until,
        "place": told.place or "",
        "privacy": _privacy(told.privacy),
        "group_id": told.group_id,
        "cancelled": bool(told.cancelled),
        "host": None if shown.host is None else person_json(shown.host),
        "seen": shown.seen,
    }


def attended_json(attended: Attended) -> JsonObject:
    """An event, with what the viewer said of it."""
    return {**happening_json(attended.shown), "answer": attended.answer}


def attendee_json(attendee: Attendee) -> JsonObject:
    """Somebody who attends."""
    return {"user": person_json(attendee.profile), "answer": attendee.answer}


def _privacy(told: str | None) -> str:
    """As the gate reads it: no word is public, a word that is none is private."""
    return "public" if told is None else told if told in PRIVACIES else "private"
