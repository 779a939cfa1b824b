"""The moods people ask for, and the words that stand for them.

Posts say "contemplation" or "playfulness"; people type "hapy", "so stressed" or an emoji.
``moods.txt`` beside this file brings all of it to one word. Loaders read a source's terms with
`canonical_mood`; whoever answers a person reads what was typed with `understand`.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from rapidfuzz import process
from rapidfuzz.distance import OSA
from snowballstemmer import stemmer

MOODS_FILE = Path(__file__).with_name("moods.txt")
NO_MOOD = "no mood"
MAX_CHARS, MAX_WORDS, LONGEST_TERM = 200, 30, 3
"""What is typed is read up to here; no term has more than `LONGEST_TERM` words."""
LIKE, NEAR, OFFERED = 0.79, 0.59, 3
"""Similarity 1 - edits / length of the longer word (an edit: a letter added, lost or changed, or
two swapped) from which a word is a misspelling of another, and from which it is offered."""
SHORT, LONG = 6, 10
"""In words of up to `SHORT` letters a changed letter makes another word (kind, king) and is no slip
of the pen; only words from `LONG` letters bear two slips."""
SHORTER = 2
"""Letters by which a form may be shorter than what is listed: relax of relaxed, not open of
openness."""

How = Literal["exact", "stem", "fuzzy"]
Reading = tuple[str, How]
"""A mood and how a word came to it."""

_LINE = re.compile(r"(?P<mood>[a-z ]+)(?P<mark>[:?])(?P<words>.*)")
_UNSEEN = re.compile("[\ufe00-\ufe0f\u200d\U0001f3fb-\U0001f3ff]")
"""What varies an emoji: presentation, joiner, skin."""
_DRAWN_OUT = re.compile(r"(.)\1{2,}")
_WORD = re.compile(r"[^\W_]+(?:['-][^\W_]+)*|[^\w\s]")
_NEGATIONS = frozenset(
    "not no never without hardly lack lacking don't dont isn't isnt ain't aint wasn't cannot can't "
    "cant didn't doesn't".split()
)
_FILLERS = frozenset(
    "so very really too that all at a an any of be being am is was feel feeling felt much in the "
    "particularly exactly especially".split()
)


@dataclass(frozen=True)
class Understood:
    """What a typed word or phrase stands for; where that is no mood, what it comes nearest to."""

    mood: str | None
    how: How | None = None
    nearest: tuple[str, ...] = ()
    """Up to three moods whose words are like it, the likest first; empty where `mood` is known."""

    @property
    def advice(self) -> str:
        """What to ask for in place of an unknown word: the nearest moods, then all of them."""
        moods = ", ".join(mood_terms())
        if not self.nearest:
            return f"the moods are: {moods}."
        return f"did you mean {' or '.join(self.nearest)}? The moods are: {moods}."


@cache
def mood_terms() -> Mapping[str, tuple[str, ...]]:
    """Every mood with the terms that posts are described with, the mood itself first."""
    listed = _file()[":"]
    return MappingProxyType(
        {mood: (mood, *terms) for mood, terms in listed.items() if mood != NO_MOOD}
    )


@cache
def typed_words() -> Mapping[str, tuple[str, ...]]:
    """Every mood with the words for it that people type and no post is described with."""
    return MappingProxyType(_file()["?"])


@cache
def moodless_words() -> frozenset[str]:
    """The words that are known to name no mood."""
    return frozenset(_file()[":"][NO_MOOD])


def canonical_mood(term: str) -> str | None:
    """The mood that a source's term (or a form of it, in any case) stands for, or None.

    >>> canonical_mood("Joy"), canonical_mood("hopes"), canonical_mood("teapot")
    ('happy', 'hopeful', None)
    """
    found = _source_words().read(plain(term))
    return found[0] if found else None


@lru_cache(maxsize=1 << 16)
def phrase_mood(phrase: str) -> str | None:
    """The mood that a source's phrase names: as a whole, or by its last word that has a mood.

    >>> phrase_mood("quiet determination"), phrase_mood("no fear")
    ('motivated', None)
    """
    text = plain(phrase)
    if text in moodless_words():
        return None
    found = _last(_words_of(text), _source_words().read)
    return found[0] if found else None


def understand(typed: str) -> Understood:
    """What a person means by a word, an emoji or a phrase, however spelt.

    Words are read as they are listed, then by their English stem; only if no word of a phrase says
    anything, as misspellings. A mood that is denied ("not calm") is not meant.

    >>> understand("HAPY").mood, understand("feeling a bit down").mood, understand("table").mood
    ('happy', 'sad', None)
    """
    text = _DRAWN_OUT.sub(r"\1", plain(typed[:MAX_CHARS]))
    lexicon, words = _all_words(), _words_of(text)
    if text in moodless_words():
        return Understood(None, None, lexicon.nearest([text]))
    found = lexicon.read(text) or _last(words, lexicon.read) or _last(words, lexicon.misspelt)
    if found:
        return Understood(*found)
    return Understood(None, None, lexicon.nearest([text, *words]))


def plain(text: str) -> str:
    """A word as it is compared: one form of each letter, no case, one blank, emoji unvaried."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("\u2019", "'")
    return " ".join(_UNSEEN.sub("", folded).replace("_", " ").split())


@dataclass(frozen=True)
class _Lexicon:
    """Words to moods, with their stems, and the same by first letter for misspellings."""

    moods: Mapping[str, str]
    stems: Mapping[str, tuple[str, int]]
    by_letter: Mapping[str, Sequence[str]]

    def read(self, word: str) -> Reading | None:
        """The word as it stands in the list, or by its stem."""
        if mood := self.moods.get(word):
            return mood, "exact"
        if " " in word or word in moodless_words():
            return None
        mood, shortest = self.stems.get(_stem(word), ("", 0))
        return (mood, "stem") if mood and len(word) >= shortest - SHORTER else None

    def misspelt(self, word: str) -> Reading | None:
        """The word as a slip of the pen for another with the same first letter."""
        if len(word) < 4 or not word.isalpha() or word in moodless_words():
            return None
        choices = self.by_letter.get(word[0], ())
        for like, _, _ in process.extract(
            word, choices, scorer=OSA.normalized_similarity, score_cutoff=LIKE
        ):
            if not _is_another_word(word, like):
                return self.moods[like], "fuzzy"
        return None

    def nearest(self, words: Iterable[str]) -> tuple[str, ...]:
        """The moods of the words that are most like any of these."""
        alike: dict[str, float] = defaultdict(float)
        for word in words:
            for like, score, _ in process.extract(
                word, list(self.moods), scorer=OSA.normalized_similarity, score_cutoff=NEAR, limit=9
            ):
                alike[self.moods[like]] = max(alike[self.moods[like]], score)
        return tuple(sorted(alike, key=lambda mood: (-alike[mood], mood))[:OFFERED])


@cache
def _file() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """Mark, then mood (or `NO_MOOD`), to the words of its lines."""
    read: dict[str, dict[str, tuple[str, ...]]] = {":": {}, "?": {}}
    for line in MOODS_FILE.read_text(encoding="utf-8").splitlines():
        if found := _LINE.fullmatch(line.partition("#")[0].strip()):
            words = tuple(word.strip() for word in found["words"].split(","))
            listed, mood = read[found["mark"]], found["mood"]
            listed[mood] = listed.get(mood, ()) + words
    return read


@cache
def _source_words() -> _Lexicon:
    return _lexicon(mood_terms())


@cache
def _all_words() -> _Lexicon:
    return _lexicon(mood_terms(), typed_words())


def _lexicon(*lists: Mapping[str, tuple[str, ...]]) -> _Lexicon:
    moods = {word: mood for listed in lists for mood, words in listed.items() for word in words}
    stems: dict[str, set[str]] = defaultdict(set)
    by_letter: dict[str, list[str]] = defaultdict(list)
    for word in moods:
        if " " not in word:
            stems[_stem(word)].add(word)
            by_letter[word[0]].append(word)
    clear = {
        stem: (moods[min(words, key=len)], min(map(len, words)))
        for stem, words in stems.items()
        if len({moods[word] for word in words}) == 1
    }
    return _Lexicon(moods, clear, by_letter)


@lru_cache(maxsize=1 << 14)
def _stem(word: str) -> str:
    # A stemmer keeps its word while it works: one shared by threads would mix them up.
    adjective = word[:-3] + "y" if word.endswith("ily") else word  # happily: happy
    return str(stemmer("english").stemWord(adjective))


def _is_another_word(word: str, like: str) -> bool:
    """Whether the words are too short to differ so much by a slip of the pen."""
    edits = OSA.distance(word, like)
    changed = len(word) == len(like) and sorted(word) != sorted(like)
    return (edits > 1 and len(like) < LONG) or (changed and len(like) <= SHORT)


def _words_of(text: str) -> list[str]:
    return _WORD.findall(text)[:MAX_WORDS]


def _last(words: list[str], read: Callable[[str], Reading | None]) -> Reading | None:
    """The reading of the last words that have one and are not denied; longer terms first."""
    for end in range(len(words), 0, -1):
        for start in range(max(0, end - LONGEST_TERM), end):
            found = read(" ".join(words[start:end]))
            if found and not _denied(words[:start]):
                return found
    return None


def _denied(before: list[str]) -> bool:
    """Whether the words before a mood end in a negation."""
    telling = next((word for word in reversed(before) if word not in _FILLERS), "")
    return telling in _NEGATIONS
