"""Letters without their accents, and with all that they may bear."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from functools import cache

_ACCENTS = re.compile("[\u0300-\u036f]")
_OWN = str.maketrans({"đ": "d", "ø": "o", "ł": "l", "ı": "i", "æ": "ae", "œ": "oe"})
"""Letters that Unicode does not take for accented ones, and people without their keys do."""
_ALPHABETS = (range(0xC0, 0x250), range(0x370, 0x530), range(0x1E00, 0x2000))
"""Latin, Greek and Cyrillic letters."""


def bare(text: str) -> str:
    """The text, in lower case, without accents; marks of other scripts stay."""
    if text.isascii():
        return text
    found = _ACCENTS.sub("", unicodedata.normalize("NFD", text)).translate(_OWN)
    return unicodedata.normalize("NFC", found)


@cache
def spellings() -> Mapping[str, str]:
    """By a letter without accents, all letters in lower case that it is written for."""
    found: dict[str, list[str]] = defaultdict(list)
    for alphabet in _ALPHABETS:
        for letter in map(chr, alphabet):
            plain = bare(letter)
            if letter.islower() and plain != letter and len(plain) == 1:
                found[plain].append(letter)
    return {plain: "".join(letters) for plain, letters in found.items()}
