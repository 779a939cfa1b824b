"""What the village writes: posts with authors, tags, categories, topics and moods."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from village.people import (
    DAY,
    SPAN,
    TASTE_DIM,
    Bools,
    Floats,
    Ints,
    People,
    affinity,
    members,
)
from village.themes import ADJECTIVES, NOUNS, PATTERNS, THEMES

TAG_WEIGHTS = np.array([1.0, 0.8, 0.6, 0.3])
"""Of a post's first, second and third tag, and of a tag from outside its community."""
MOOD_WEIGHTS = np.array([[1, 0, 0], [0.75, 0.25, 0], [0.5, 0.5, 0], [0.5, 0.25, 0.25]])
"""The shares of a post's moods: quarters, one a term that the server tells."""
TOPICS_PER_COMMUNITY = 2


@dataclass(frozen=True)
class Posts:
    """Posts by position, oldest first; `m` posts."""

    ids: "pd.Index[str]"
    numbers: Ints
    """(m,) the integer in the id; ascending in time, with holes."""
    community: Ints
    author: Ints
    """(m,) user positions."""
    created_at: Ints
    privacy: Ints
    """(m,) the post's own, a position in `PRIVACIES`."""
    available: Bools
    fresh: Bools
    """(m,) recent posts that nobody has engaged with."""
    taste: Floats
    """(m, TASTE_DIM)"""
    quality: Floats
    """(m,) log of the pull a post has on everyone."""
    category: Ints
    """(m,) a community's position: there is one category each."""
    topic: Ints
    """(m,) ``community * TOPICS_PER_COMMUNITY + k``, or -1 for none."""
    tagged: Ints
    """(k, 2) post and tag positions; the first row of a post is its main tag."""
    tag_weight: Floats
    evokes: Ints
    """(e, 2) post position and position in its community's theme's moods."""
    mood_weight: Floats
    titles: list[str]
    texts: list[str]
    people: People
    """The people, with authors joined before they write."""

    @property
    def effective_privacy(self) -> Ints:
        """(m,) the stricter of the post's and its author's privacy."""
        return np.maximum(self.privacy, self.people.privacy[self.author])

    @property
    def public(self) -> Bools:
        """(m,) whether anyone may be shown the post."""
        public: Bools = self.available & (self.effective_privacy == 0)
        return public


def write_posts(rng: np.random.Generator, posts: int, people: People, now: int) -> Posts:
    """Make the posts; about one user in seven writes, and a few write most."""
    community = rng.permutation(np.arange(posts) % len(people.centres))
    created_at = np.sort(now - SPAN * (1 - rng.random(posts) ** 0.6)).astype(np.int64) - 3600
    author = _authors(rng, community, people)
    taste = people.centres[community] + rng.normal(0.0, 1.0, (posts, TASTE_DIM))
    tagged, tag_weight = _tagged(rng, community, taste, people)
    evokes, mood_weight = _evokes(rng, posts)
    numbers = 10 + np.cumsum(1 + (rng.random(posts) < 0.3))
    titles, texts = _words(rng, posts, tagged, people.tags)
    strayed = rng.random(posts) < 0.2
    topic = community * TOPICS_PER_COMMUNITY + rng.integers(TOPICS_PER_COMMUNITY, size=posts)
    return Posts(
        ids=pd.Index([f"sv:post:{number}" for number in numbers], dtype="str"),
        numbers=numbers,
        community=community,
        author=author,
        created_at=created_at,
        privacy=rng.choice(3, posts, p=(0.945, 0.04, 0.015)),
        available=rng.random(posts) >= 0.008,
        fresh=(rng.random(posts) < 0.4) & (np.arange(posts) >= 0.92 * posts),
        taste=taste,
        quality=rng.normal(0.0, 0.8, posts),
        category=np.where(strayed, rng.integers(len(people.centres), size=posts), community),
        topic=np.where(rng.random(posts) < 0.7, topic, -1),
        tagged=tagged,
        tag_weight=tag_weight,
        evokes=evokes,
        mood_weight=mood_weight,
        titles=titles,
        texts=texts,
        people=_joined_before(people, author, created_at),
    )


def _authors(rng: np.random.Generator, community: Ints, people: People) -> Ints:
    """One of the community's first seventh of members, the r-th with weight 1 / r."""
    settled = np.flatnonzero(~people.fresh)
    order, starts, sizes = members(people.community[settled])
    author = np.empty(len(community), dtype=np.int64)
    for number, (start, size) in enumerate(zip(starts, sizes, strict=True)):
        here = np.flatnonzero(community == number)
        writers = settled[order[start : start + max(2, size // 7)]]
        weight = 1 / np.arange(1, len(writers) + 1)
        author[here] = rng.choice(writers, len(here), p=weight / weight.sum())
    return author


def _joined_before(people: People, author: Ints, created_at: Ints) -> People:
    joined_at = people.joined_at.copy()
    np.minimum.at(joined_at, author, created_at - DAY)
    return replace(people, joined_at=joined_at)


def _tagged(
    rng: np.random.Generator, community: Ints, taste: Floats, people: People
) -> tuple[Ints, Floats]:
    """One to three tags of the community that suit the post, and now and then one from outside."""
    of_community = np.argsort(people.tag_community, kind="stable").reshape(len(people.centres), -1)
    own = of_community[community]  # (m, tags a community)
    fit = 1.5 * affinity(taste[:, None, :], people.tag_taste[own]) + rng.gumbel(0.0, 0.5, own.shape)
    best = np.take_along_axis(own, np.argsort(-fit, axis=1)[:, :3], axis=1)
    stray = rng.integers(len(people.tags), size=(len(community), 1))
    stray_kept = (rng.random((len(community), 1)) < 0.1) & (stray != best).all(axis=1)[:, None]
    count = rng.choice((1, 2, 3), (len(community), 1), p=(0.3, 0.5, 0.2))
    kept = np.hstack((np.arange(3) < count, stray_kept))
    post, place = np.nonzero(kept)
    return np.column_stack((post, np.hstack((best, stray))[kept])), TAG_WEIGHTS[place]


def _evokes(rng: np.random.Generator, posts: int) -> tuple[Ints, Floats]:
    likely = np.log((0.45, 0.25, 0.2, 0.1)) + rng.gumbel(0.0, 1.0, (posts, 4))
    mood = np.argsort(-likely, axis=1)[:, :3]
    weight = MOOD_WEIGHTS[rng.choice(4, posts, p=(0.3, 0.3, 0.25, 0.15))]  # (m, 3)
    post, place = np.nonzero(weight)
    return np.column_stack((post, mood[post, place])), weight[post, place]


def _words(
    rng: np.random.Generator, posts: int, tagged: Ints, tags: list[str]
) -> tuple[list[str], list[str]]:
    first = np.unique(tagged[:, 0], return_index=True)[1]
    main = [tags[tag] for tag in tagged[first, 1]]
    picks = rng.integers((len(PATTERNS), len(ADJECTIVES), len(NOUNS)), size=(posts, 3)).tolist()
    filled = [
        (PATTERNS[p], {"adjective": ADJECTIVES[a], "noun": NOUNS[n], "tag": tag})
        for (p, a, n), tag in zip(picks, main, strict=True)
    ]
    titles = [_capital(pattern.format(**words)) for pattern, words in filled]
    texts = [
        "A film about {tag} in {adjective} light, with the {noun}.".format(**words)
        for _, words in filled
    ]
    return titles, texts


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def theme_moods(community: int) -> tuple[str, ...]:
    """The moods of the community's theme."""
    return THEMES[community % len(THEMES)].moods
