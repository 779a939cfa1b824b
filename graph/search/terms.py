"""How search reads words: what a node says, and what somebody looks for.

Both sides are `graph.words.tokens` without accents, and without what parts a word inside ("don't"
is "dont"). What is looked for is read as *terms*: a word each, or, of scripts that are written
without blanks, a run of letters that stand side by side.

A typo is a letter too many, too few, another, or two swapped. A word of 4 to 7 letters may have
one, a longer one two, a shorter or a number none.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property

from graph.search.accents import bare
from graph.words import tokens, unspaced

READ = 400
"""Characters of what somebody looks for; the rest is not read."""
TERMS = 8
"""Terms of it; likewise."""
LETTERS = 40
"""Letters of one word, on both sides; the rest is cut off."""
TEXT = 20_000
"""Characters of a node's text that are searched."""
ONE_TYPO, TWO_TYPOS = 4, 8
"""Letters from which a word may have so many."""

_APOSTROPHE = re.compile(r"(?<=\w)['\u2019\u02bc](?=\w)")


@dataclass(frozen=True)
class Term:
    """Something that is looked for."""

    words: tuple[str, ...]
    """One word; or letters of a script without blanks, which must stand side by side."""

    @property
    def word(self) -> str:
        """The word, or the letters as one."""
        return "".join(self.words)

    @cached_property
    def typos(self) -> int:
        """How many it may have."""
        if len(self.words) > 1 or self.word.isdecimal():
            return 0
        return typos_of(len(self.word))


@dataclass(frozen=True)
class Chunk:
    """A part of what somebody looks for, as they wrote it between blanks."""

    text: str
    """Composed, in lower case."""
    terms: tuple[Term, ...]


@dataclass(frozen=True)
class Asked:
    """What somebody looks for."""

    chunks: tuple[Chunk, ...]

    @cached_property
    def terms(self) -> tuple[Term, ...]:
        """All of which a node must say, each once."""
        return tuple(dict.fromkeys(term for chunk in self.chunks for term in chunk.terms))


def typos_of(letters: int) -> int:
    """How many typos a word of so many letters may have."""
    return (letters >= ONE_TYPO) + (letters >= TWO_TYPOS)


def said(text: str | None) -> list[str]:
    """The words of a node's text, in order."""
    if not text:
        return []
    plain = bare(tokens(_APOSTROPHE.sub("", text[:TEXT])))
    # A symbol of ASCII ("+") is in every other text, and nothing is looked for by it.
    return [each[:LETTERS] for each in plain.split() if not each.isascii() or each.isalnum()]


def asked(text: str) -> Asked:
    """What the text looks for; nothing if it has no word."""
    shown = "".join(letter if letter.isprintable() else " " for letter in text[:READ])
    chunks: dict[Chunk, None] = {}
    left = TERMS
    for part in shown.split():
        terms = tuple(_terms(part))[:left]
        if terms:
            chunks[Chunk(unicodedata.normalize("NFC", part).lower(), terms)] = None
            left -= len(terms)
    return Asked(tuple(chunks))


def _terms(chunk: str) -> list[Term]:
    found: list[list[str]] = []
    joined = False
    for word in said(chunk):
        letter = unspaced().fullmatch(word) is not None
        if letter and joined:
            found[-1].append(word)
        else:
            found.append([word])
        joined = letter
    return [Term(tuple(words[:LETTERS])) for words in found]
