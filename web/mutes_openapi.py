"""What ``/openapi.json`` says of mutes."""

from web.actions_openapi import action_responses, list_responses, success
from web.friendships_openapi import ACQUAINTANCE, ENTRY_EXAMPLE, LIST_RESPONSES, an_object
from web.openapi import Json
from web.pages import page_example, page_schema

_AT: Json = {"type": ["integer", "null"], "description": "Since when, Unix seconds."}
_TEXT: Json = {"type": "string"}


def _mute(what: Json, example: Json) -> Json:
    schema = an_object({"muted": {"type": "boolean"}, **what})
    return success(
        "Whether it is muted now.",
        an_object({"status": _TEXT, "mute": schema}),
        {"status": "success", "mute": {"muted": True, **example}},
    )


def _list(name: str, noun: str, example: str) -> dict[int | str, Json]:
    items = an_object({noun: _TEXT, "at": _AT})
    shown = page_example(name, {noun: example, "at": 1760000000})
    return list_responses(success(f"A page of {name}.", page_schema(name, items), shown))


PERSON_RESPONSES = action_responses(_mute(ACQUAINTANCE, ENTRY_EXAMPLE))
TAG_RESPONSES = action_responses(
    _mute({"tag": _TEXT, "at": _AT}, {"tag": "jazz", "at": 1760000000})
)
WORD_RESPONSES = action_responses(
    _mute({"word": _TEXT, "at": _AT}, {"word": "ice cream", "at": 1760000000})
)
PEOPLE_RESPONSES = LIST_RESPONSES
TAGS_RESPONSES = _list("tags", "tag", "jazz")
WORDS_RESPONSES = _list("words", "word", "ice cream")
