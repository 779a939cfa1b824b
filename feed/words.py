"""Muted words: whether a post says one, in its title, its text, its hashtags or its tags.

A word or a phrase is found as whole words, whatever the case, the width of letters and what stands
between the words: "ice cream" is in "Ice-Cream!", "art" is not in "party". Both sides are read as
tokens (`graph.words`).

A hashtag or a tag may run words together: "#IceCream" says "ice cream". Other forms of a word
(plurals, cases) are other words.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from feed.gate import VisiblePost
from graph.model import word_id
from graph.queries.people import ViewerContext
from graph.queries.posts import post_contents, tag_names
from graph.store import GraphStore
from graph.words import tokens

_HASHTAG = re.compile(r"#([^\s#]+)")


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
