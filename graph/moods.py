"""The moods people ask for, and the terms that posts are described with.

Posts say "contemplation" or "playfulness"; people type "thoughtful" or "funny". ``moods.txt``
beside this file brings both to one word. The loaders and the feed share it.
"""

import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

MOODS_FILE = Path(__file__).with_name("moods.txt")


@cache
def mood_terms() -> Mapping[str, tuple[str, ...]]:
    """Every mood with its terms in the file's order, the mood itself first."""
    lines = (line.partition("#")[0] for line in MOODS_FILE.read_text(encoding="utf-8").splitlines())
    parted = [line.split(":", maxsplit=1) for line in lines if line.strip()]
    return MappingProxyType(
        {mood.strip(): (mood.strip(), *_listed(terms, but=mood.strip())) for mood, terms in parted}
    )


def _listed(terms: str, but: str) -> list[str]:
    return [term for part in terms.split(",") if (term := part.strip()) and term != but]


@cache
def _mood_of_term() -> Mapping[str, str]:
    return {term: mood for mood, terms in mood_terms().items() for term in terms}


def canonical_mood(word: str) -> str | None:
    """The mood that `word` (a mood or one of its terms, in any case) stands for, or None.

    >>> canonical_mood("Joy"), canonical_mood("happy"), canonical_mood("teapot")
    ('happy', 'happy', None)
    """
    normal = " ".join(unicodedata.normalize("NFC", word).casefold().replace("_", " ").split())
    return _mood_of_term().get(normal)
