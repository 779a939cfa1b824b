"""Words as tokens: one reading of text for whatever looks for words in it.

* A run of letters, their marks and digits (of any script) is one token;
* in scripts that are written without blanks (Han, Hiragana, Thai, Lao, Khmer, Myanmar and their
  neighbours) each letter is one, so that a word is found inside a sentence, and inside a longer
  word too: nothing short of a dictionary would tell;
* a symbol (an emoji, "$", "+") is one; punctuation, "#" and "@" too, only parts the others.
"""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache

from graph.model import word_id

_UNSPACED = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Myanmar
    (0x1780, 0x17FF),  # Khmer
    (0x1950, 0x19DF),  # Tai Le, New Tai Lue
    (0x1A20, 0x1AAF),  # Tai Tham
    (0x3005, 0x3007),
    (0x3041, 0x309F),  # Hiragana
    (0x3400, 0x4DBF),  # Han, as are all below
    (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF),
    (0x20000, 0x323AF),
)
"""Blocks of the scripts that are written without blanks. Katakana is not among them: its runs are
words of their own between those of the others."""
_VARIANTS = range(0xFE00, 0xFE10)
"""What varies how an emoji is drawn."""


def tokens(text: str) -> str:
    """The text's tokens, each between blanks: what one phrase says is inside what another says."""
    parted = unspaced().sub(r" \g<0> ", word_id(text))
    return f" {' '.join(parted.translate(_LETTERS).split())} "


@cache
def unspaced() -> "re.Pattern[str]":
    """A letter of a script without blanks, with the marks on it."""
    blocks = "".join(f"{chr(first)}-{chr(last)}" for first, last in _UNSPACED)
    marks = "".join(
        chr(code)
        for first, last in ((0x0300, 0x036F), (0x3099, 0x309A), *_UNSPACED[:5])
        for code in range(first, last + 1)
        if unicodedata.category(chr(code))[0] == "M"
    )
    return re.compile(f"[{blocks}][{marks}]*")


class _Letters(dict[int, str]):
    """What each character is in a text of tokens; filled as they are met."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        kind = unicodedata.category(letter)
        if kind == "Cf" or code in _VARIANTS:
            said = ""
        elif kind[0] in "LMN":
            said = letter
        else:
            said = f" {letter} " if kind[0] == "S" else " "
        self[code] = said
        return said


_LETTERS: Mapping[int, str] = _Letters()
