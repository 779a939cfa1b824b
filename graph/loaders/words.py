"""What makes a tag out of foreign text, and which words are fit to be one. Nothing here raises."""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import islice
from pathlib import Path

from graph.loaders.values import name

STOP_WORDS_FILE = Path(__file__).with_name("stopwords.txt")
MIN_CHARS, MAX_CHARS, MAX_WORDS = 2, 40, 4
MAX_READ, MAX_ITEMS, MAX_DEPTH = 20_000, 200, 6
"""Characters read of a text, items of a list or an object, and levels of nesting."""

_PARTS = re.compile("[,;|\n]")
_WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}", re.ASCII)
_ADDRESS = re.compile(r"[@/\\]|^www\.")
_DOTTED = re.compile(r"[\w-]\.[a-z][a-z0-9]{1,5}(?![^\W_])", re.ASCII)
"""A domain (example.org) or a file (clip.mp4), and not the end of a sentence (end.The)."""
_CODE = re.compile(r"(?=.*[0-9])[0-9a-f-]{12,}", re.ASCII)


def tag_name(value: object) -> str:
    """The tag's name, which is its id too; "" for what makes no tag.

    Composed, case-folded, one blank between words, no ``#`` and no punctuation at its ends; 2 to
    40 characters, 1 to 4 words; no number but a year, no address, handle, file name or code.
    """
    told = name(value, MAX_READ)
    if is_private(told):
        return ""
    tag = folded(told)
    good = MIN_CHARS <= len(tag) <= MAX_CHARS and len(tag.split()) <= MAX_WORDS
    spoken = any(letter.isalpha() for letter in tag) or _YEAR.fullmatch(tag)
    return tag if good and spoken and not is_private(tag) else ""


@cache
def stop_words() -> frozenset[str]:
    """Words that say nothing of one post beside another."""
    lines = STOP_WORDS_FILE.read_text(encoding="utf-8").splitlines()
    return frozenset(
        word for line in lines if not line.startswith("#") for word in line.casefold().split()
    )


def words_of(told: str) -> Iterator[str]:
    """A text's words that may be tags: of three letters or more, none of the stop list."""
    for token in told.split():
        if not is_private(token):
            for word in _WORD.findall(token):
                tag = _tag_of(word) if len(word) <= 2 * MAX_CHARS else tag_name(word)
                if len(tag) > MIN_CHARS and says_something(tag):
                    yield tag


@lru_cache(maxsize=1 << 15)
def _tag_of(word: str) -> str:
    """`tag_name` of a word: a source's posts say the same ones over and over."""
    return tag_name(word)


def parts_of(told: str) -> list[str]:
    """What a text lists, between commas, semicolons, bars and line ends."""
    return _PARTS.split(told[:MAX_READ])


def texts(value: object, depth: int = MAX_DEPTH) -> Iterator[str]:
    """Every text in a value of any shape, without an object's keys."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict) and depth:
        inner = value if isinstance(value, list) else value.values()
        for item in islice(inner, MAX_ITEMS):
            yield from texts(item, depth - 1)


def is_private(token: str) -> bool:
    """Whether the text holds an address, a path, a handle, a file's name or a code."""
    return bool(_ADDRESS.search(token) or _DOTTED.search(token) or _CODE.fullmatch(token))


def says_something(tag: str) -> bool:
    """Whether the tag has a word that is not of the stop list."""
    return bool(tag) and not all(word in stop_words() for word in tag.split())


def folded(told: str) -> str:
    """A name as tags and people are compared: composed, no case, no punctuation at its ends."""
    decomposed = unicodedata.normalize("NFD", told).casefold().replace("_", " ")
    return _bare(" ".join(unicodedata.normalize("NFC", decomposed).split()))


def _bare(told: str) -> str:
    """Without punctuation, symbols and blanks at its ends; a letter's marks stay."""
    places = [place for place, letter in enumerate(told) if _is_of_a_word(letter)]
    return told[places[0] : places[-1] + 1] if places else ""


def _is_of_a_word(letter: str) -> bool:
    return unicodedata.category(letter)[0] in "LMN"
