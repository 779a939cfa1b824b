"""Posts by title, text, tags and hashtags: how well they answer, blended with whose they are.

Posts that say every word as it is or begin with it come before those that a typo alone finds. Among
these the score decides, ties go to the lower id::

    score = relevance + FRIEND * (author is a friend, half for a friend of a friend)
            + POPULAR * popularity / (popularity + CROWD) + RECENT * 2 ^ (-age / HALF_LIFE)

    relevance = mean over the words of the best of (place * match), and BESIDE more where several
                words stand beside each other, in their order, in one place

``place`` is 1 for the title, 0.9 for tags and hashtags, 0.6 for the text; ``match`` is
`graph.search.matching`; popularity is that of feeds (`graph.derive.popularity`), and none of a post
that not everybody may see: it counts views, and an author would read off the order whose (see
`feed.told`).
"""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from feed.cards import visible_posts
from feed.gate import ANYBODY, VisiblePost, visible
from graph.queries.posts import PostContent, post_contents, tag_names
from graph.search.index import SearchIndex
from graph.search.matching import NOT, PLAIN, match
from graph.search.terms import Asked, Term, said
from graph.store import GraphStore
from social.search_circle import BEYOND, NEAREST, Circle

SHOWN = 200
"""Posts that one search finds at most."""
READ = 300
"""Posts that are read at a time."""
TITLE, TAGS, TEXT = 1.0, 0.9, 0.6
BESIDE, FRIEND, POPULAR, RECENT = 0.2, 0.3, 0.2, 0.2
CROWD = 10.0
"""People who engaged lately, at whom popularity counts half."""
HALF_LIFE = 30 * 86_400
"""Seconds."""
AUTHORS = 1_000
"""Friends whose posts are looked for by themselves."""
ALIKE = 20
"""Tags of another name than their id whose posts are looked for."""

_HASHTAG = re.compile(r"#([^\s#]+)")


@dataclass(frozen=True, slots=True)
class Hit:
    """A post that answers."""

    post_id: str
    typed: bool
    """Whether a typo alone finds it."""
    score: float


def found_posts(
    store: GraphStore, index: SearchIndex, circle: Circle, asked: Asked, now: int
) -> tuple[Hit, ...]:
    """The posts found, all of which the viewer may see, best first."""
    authors = sorted(circle.viewer.friends | {circle.viewer.user_id or ""})[:AUTHORS]
    groups = circle.viewer.groups
    likely = [*index.written_by(asked, authors), *index.find("posts", asked, groups)]
    likely += index.tagged(_renamed(store, index, asked), groups)
    ids = list(dict.fromkeys(likely))
    hits: list[Hit] = []
    for start in range(0, len(ids), READ):
        if len(hits) >= SHOWN:
            break
        posts = visible_posts(store, circle.viewer, ids[start : start + READ])
        hits += _hits(store, posts, circle, asked, now)
    return tuple(sorted(hits, key=lambda hit: (hit.typed, -hit.score, hit.post_id))[:SHOWN])


def _hits(
    store: GraphStore, posts: Sequence[VisiblePost], circle: Circle, asked: Asked, now: int
) -> list[Hit]:
    contents = post_contents(store, [post.card.post_id for post in posts])
    names = tag_names(store, {tag for post in posts for tag in post.card.tags})
    found = []
    for post in posts:
        if (content := contents.get(post.card.post_id)) is None:
            continue
        places = _places(content, post.card.tags, names)
        matches = [_best(term, places) for term in asked.terms]
        if any(fit == NOT for fit, _ in matches):
            continue
        relevance = math.fsum(each for _, each in matches) / len(matches)
        if len(asked.terms) > 1 and any(_runs(asked.terms, words) for words, _ in places):
            relevance += BESIDE
        typed = min(fit for fit, _ in matches) < PLAIN
        score = relevance + _standing(post, circle, now)
        found.append(Hit(post.card.post_id, typed, round(score, 6)))
    return found


def _places(
    content: PostContent, tags: Iterable[str], names: Mapping[str, str | None]
) -> list[tuple[list[str], float]]:
    """The words of each part of a post, and what the part counts."""
    marked = [each for tag in tags for each in (tag, names.get(tag))]
    marked += _HASHTAG.findall(content.text or "") + _HASHTAG.findall(content.title or "")
    told = [word for each in dict.fromkeys(marked) for word in said(each)]
    return [(said(content.title), TITLE), (told, TAGS), (said(content.text), TEXT)]


def _best(term: Term, places: Iterable[tuple[list[str], float]]) -> tuple[float, float]:
    """The best match of a term anywhere, and the most that one counts for."""
    fits = [(match(term, words), weight) for words, weight in places]
    return max(fit for fit, _ in fits), max(fit * weight for fit, weight in fits)


def _runs(terms: Sequence[Term], words: Sequence[str]) -> bool:
    sought = [word for term in terms for word in term.words]
    return f" {' '.join(sought)} " in f" {' '.join(words)} "


def _standing(post: VisiblePost, circle: Circle, now: int) -> float:
    """What counts beside the words."""
    card = post.card
    near = {NEAREST: FRIEND, BEYOND: FRIEND / 2}.get(circle.tier(card.author_id), 0.0)
    crowd = card.popularity if visible(ANYBODY, card, post.author) else 0.0
    popular = POPULAR * crowd / (crowd + CROWD)
    age = max(0, now - (card.created_at or 0))
    return near + popular + RECENT * math.exp2(-age / HALF_LIFE)


def _renamed(store: GraphStore, index: SearchIndex, asked: Asked) -> list[str]:
    """Tags that the words name and their ids do not: posts are indexed by the ids."""
    if not asked.terms:
        return []
    named = tag_names(store, index.find("tags", asked)[:READ])
    found = [
        tag
        for tag, name in sorted(named.items())
        if name and said(name) != said(tag) and all(match(each, said(name)) for each in asked.terms)
    ]
    return found[:ALIKE]
