"""Muted words: whether a post says one, in its title, its text, its hashtags or its tags.

A word or a phrase is found as whole words, whatever the case, the width of letters and what stands
between the words: "ice cream" is in "Ice-Cream!", "art" is not in "party". Both sides are read as
*tokens*:

* a run of letters, their marks and digits (of any script) is one;
* in scripts that are written without blanks (Han, Hiragana, Thai, Lao, Khmer, Myanmar and their
  neighbours) each letter is one, so that a muted word is found inside a sentence, and inside a
  longer word too: nothing short of a dictionary would tell;
* a symbol (an emoji, "$", "+") is one; punctuation, "#" and "@" too, only parts the others.

A hashtag or a tag may run words together: "#IceCream" says "ice cream". Other forms of a word
(plurals, cases) are other words.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from feed.gate import VisiblePost
from graph.model import word_id
from graph.queries.people import ViewerContext
from graph.queries.posts import post_contents, tag_names
from graph.store import GraphStore

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
_HASHTAG = re.compile(r"#([^\s#]+)")
_VARIANTS = range(0xFE00, 0xFE10)
"""What varies how an emoji is drawn."""


def tokens(text: str) -> str:
    """The text's tokens, each between blanks: what one phrase says is inside what another says."""
    parted = _unspaced().sub(r" \g<0> ", word_id(text))
    return f" {' '.join(parted.translate(_LETTERS).split())} "


@dataclass(frozen=True, slots=True)
class Phrases:
    """Words and phrases to look for, as their tokens."""

    words: frozenset[str]
    """Of one token."""
    longer: tuple[str, ...]
    joined: frozenset[str]
    """The longer ones without blanks, as a hashtag has them."""

    def said_in(self, texts: Iterable[str], tags: Iterable[str] = ()) -> bool:
        """Whether one of them is in one of the texts or tags.

        Args:
            texts: titles and texts; hashtags in them may run words together.
            tags: tags and their names, which may too.
        """
        read, marked = list(texts), list(tags)
        said = [tokens(each) for each in (*read, *marked)]
        if not all(self.words.isdisjoint(each.split()) for each in said):
            return True
        if any(phrase in each for phrase in self.longer for each in said):
            return True
        marked += [found for each in read for found in _HASHTAG.findall(word_id(each))]
        parts = {part for each in marked for part in _run_together(tokens(each))}
        return not self.joined.isdisjoint(parts)


def phrases(told: Iterable[str]) -> Phrases:
    """What people wrote, to be looked for; what has neither letter nor symbol is in nothing."""
    found = [tokens(each) for each in sorted(told)]
    longer = tuple(each for each in found if len(each.split()) > 1)
    words = frozenset(each.strip() for each in found if len(each.split()) == 1)
    return Phrases(words, longer, frozenset(each.replace(" ", "") for each in longer))


def muted_posts(
    store: GraphStore, viewer: ViewerContext, posts: Sequence[VisiblePost]
) -> frozenset[str]:
    """The ids of the posts that say a word which the viewer mutes; nothing is read for others.

    Raises:
        StoreError: the posts' contents cannot be read; without them nothing is known to be wanted.
    """
    if not viewer.muted_words or not posts:
        return frozenset()
    contents = post_contents(store, [post.card.post_id for post in posts])
    names = tag_names(store, {tag for post in posts for tag in post.card.tags})
    sought, found = phrases(viewer.muted_words), set()
    for post in posts:
        content = contents.get(post.card.post_id)
        texts = (content.title, content.text) if content is not None else ()
        tags = [*post.card.tags, *(names.get(tag) for tag in post.card.tags)]
        if sought.said_in(filter(None, texts), filter(None, tags)):
            found.add(post.card.post_id)
    return frozenset(found)


def _run_together(said: str) -> tuple[str, ...]:
    """A hashtag's words as one, and each of them."""
    return (said.replace(" ", ""), *said.split())


@cache
def _unspaced() -> "re.Pattern[str]":
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
