"""How well what a node says answers a term: the one definition, whichever engine found the node.

``EXACT`` the word itself, ``PREFIX`` its beginning, ``TYPO`` up to one typo away and ``TYPOS`` two.
"""

from collections.abc import Sequence

from rapidfuzz.distance import OSA

from graph.search.terms import Term

EXACT, PREFIX, TYPO, TYPOS, NOT = 1.0, 0.7, 0.4, 0.3, 0.0
PLAIN = PREFIX
"""What has at least this says the term without a typo."""


def match(term: Term, words: Sequence[str]) -> float:
    """How well some words, in their order, answer the term."""
    if len(term.words) > 1:
        return EXACT if _beside(term.words, words) else NOT
    word = term.word
    if word in words:
        return EXACT
    if any(each.startswith(word) for each in words):
        return PREFIX
    return _typed(term, words)


def typos(one: str, other: str, most: int) -> int:
    """How many typos apart the words are, if at most `most`; else `most` + 1."""
    return int(OSA.distance(one, other, score_cutoff=most))


def _typed(term: Term, words: Sequence[str]) -> float:
    most, letters = term.typos, len(term.word)
    if not most:
        return NOT
    near = [each for each in set(words) if abs(len(each) - letters) <= most]
    found = min((typos(term.word, each, most) for each in near), default=most + 1)
    return (NOT if found > most else TYPOS) if found > 1 else TYPO


def _beside(sought: Sequence[str], words: Sequence[str]) -> bool:
    size = len(sought)
    starts = (at for at, word in enumerate(words) if word == sought[0])
    return any(tuple(words[at : at + size]) == tuple(sought) for at in starts)
