"""Whom a text mentions: ``@username``, of somebody who may see what it stands in."""

import re
import unicodedata
from collections.abc import Sequence

from feed.cards import visible_posts
from graph.queries.people import gate_context, users_named
from graph.store import GraphStore

MOST = 10
"""People whom one text may mention; further ones are not told."""
_NAME = re.compile(r"(?<![\w@.])@(\w[\w.\-]{0,98}\w|\w)")
"""Not within a word, so no address for mail; without the mark that ends a sentence."""


def names_mentioned(text: str) -> list[str]:
    """The usernames after an ``@``, each once, as they come; at most `MOST`."""
    composed = unicodedata.normalize("NFC", text)
    return list(dict.fromkeys(found.group(1) for found in _NAME.finditer(composed)))[:MOST]


def mentioned(store: GraphStore, text: str, post_id: str) -> Sequence[str]:
    """Ids of those whom the text mentions and who may see the post that it stands in or under.

    Ask once the post is there; by the time that they read of it, the gate is asked again. A name
    that several people bear means nobody, for nobody knows whom.

    Args:
        store: the graph.
        text: of the post, or of a comment on it.
        post_id: the post.
    """
    return [
        user_id
        for user_id in people_named(store, text)
        if visible_posts(store, gate_context(store, user_id, user_id), [post_id])
    ]


def people_named(store: GraphStore, text: str) -> Sequence[str]:
    """Ids of those whom the text names, whatever they may see."""
    named = (users_named(store, name) for name in names_mentioned(text))
    return [c[0].user_id for c in named if len(c) == 1 and c[0].active is not False]
