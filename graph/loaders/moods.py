"""What `post_summary.emotions` says, in whichever of its shapes."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from graph.loaders.values import name
from graph.moods import canonical_mood, phrase_mood

INTENSITIES = frozenset({"high", "medium", "low", "moderate", "none", "n/a", "unknown"})
NOTES = frozenset("intensity description context level score reason explanation".split())
"""Keys whose text is about the emotions beside them and names none."""
MAX_WORDS = 3
MAX_DEPTH = 6
MAX_TERMS, MAX_CHARS = 40, 60
MAX_TEXT = 500
"""Longer text is prose; it is not even parted."""
PARTS = re.compile(r"\s+and\s+|\s*[,;/]\s*")


def read_emotions(value: object) -> list[str]:
    """The emotion terms anywhere in `value`: lower-case, each once, in the order met.

    Walks the tree, because language models chose some 164 different keys: a list's items, an
    object's values, the ``emotion`` of an item, and the key itself where its value is true, a
    sentence about it, or, in an object of nothing but numbers, above 0. Sentences, numbers and
    intensities ("high") are no emotions. At most `MAX_TERMS` terms of `MAX_CHARS` characters.
    """
    return list(dict.fromkeys(_walk(value, MAX_DEPTH)))[:MAX_TERMS]


def mood_weights(value: object) -> dict[str, float]:
    """Mood to its share of the emotion terms in `value` that name a mood; shares add up to 1.

    A term of several words ("quiet determination") counts for the mood of its last word with one.
    """
    moods = Counter(mood for term in read_emotions(value) if (mood := phrase_mood(term)))
    return {mood: count / moods.total() for mood, count in moods.items()}


def _walk(value: object, depth: int) -> Iterator[str]:
    if isinstance(value, str):
        yield from _terms(value)
    elif isinstance(value, list) and depth:
        for item in value:
            yield from _walk(item, depth - 1)
    elif isinstance(value, dict) and "emotion" in value and depth:
        yield from _walk([told for key, told in value.items() if _belongs(key, told)], depth - 1)
    elif isinstance(value, dict) and depth and _is_scored(value):
        yield from (term for key, told in value.items() if told > 0 for term in _of_key(key))
    elif isinstance(value, dict) and depth:
        for key, told in value.items():
            yield from _under(name(key.replace("_", " ")).lower(), told, depth - 1)


def _is_scored(value: Mapping[str, object]) -> bool:
    """Whether the object is a table of scores, as ``{"joy": 0.8, "anger": 0}``."""
    return all(
        isinstance(told, int | float) and not isinstance(told, bool) for told in value.values()
    )


def _of_key(key: str) -> Iterator[str]:
    return (term for term in _terms(key) if term not in NOTES and canonical_mood(term))


def _belongs(key: str, told: object) -> bool:
    """Whether this part of an object that has an ``emotion`` is one, not a note beside it."""
    return key == "emotion" or isinstance(told, list | dict)


def _under(term: str, told: object, depth: int) -> Iterator[str]:
    """The terms of one key of an object: the key itself, or what is under it."""
    if told is True:
        yield from _terms(term)
    elif isinstance(told, str) and term in NOTES:
        return
    elif isinstance(told, str) and canonical_mood(term) and _tells_of(told):
        yield from _terms(term)
    else:
        yield from _walk(told, depth)


def _tells_of(told: str) -> bool:
    """Whether the text tells of its key's emotion, and is none itself."""
    return _is_prose(told) or name(told).lower() in INTENSITIES


def _is_prose(told: str) -> bool:
    return len(told) > MAX_TEXT or any(len(part.split()) > MAX_WORDS for part in PARTS.split(told))


def _terms(told: str) -> Iterator[str]:
    if _is_prose(told):
        return
    for part in PARTS.split(told):
        term = name(part.replace("_", " ")).lower().strip(" .!?*\"'")
        if term and term not in INTENSITIES and len(term) <= MAX_CHARS:
            yield term
