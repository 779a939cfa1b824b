"""A seeded world whose right answers are known.

Every user and post has a place in a small space of tastes: its community's centre plus something
of its own. Interests, tags, friendships and engagements all follow from these places, so what
suits whom is known (`World.favourites`), and a recommender can be held to it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from graph.errors import ConfigError
from graph.model import Tables
from village.engagements import Engagements, engage
from village.favourites import favourites_of
from village.people import People, settle
from village.posts import Posts, write_posts
from village.tables import tables_of

NOW = 1_764_547_200
"""The village's default clock: 2025-12-01 00:00 UTC, Unix seconds."""


@dataclass(frozen=True, eq=False)
class World:
    """The graph, and what only its planter knows."""

    seed: int
    now: int
    """Unix seconds, UTC; nothing in the world is later."""
    tables: Tables
    community_of_user: Mapping[str, int]
    """User id to community, 0-based."""
    community_of_post: Mapping[str, int]
    favourites: Mapping[str, tuple[str, ...]]
    """User id to the 10 (or fewer) public posts that suit them best of those they have not
    engaged with and did not write, best first; ties by position in the posts table."""


def plant(
    seed: int = 0,
    users: int = 600,
    posts: int = 1500,
    communities: int = 6,
    engagements_per_user: float = 16.0,
    now: int = NOW,
) -> World:
    """Make a world; the same arguments make the same world.

    `engagements_per_user` is the mean number of posts a user engages with (a few users reach
    many more, 8 % of users are new and have none, and a small village runs out of posts sooner).
    Memory and time grow with users x engagements: 1 M engagements take well under a minute.

    Raises:
        ConfigError: a size is too small for the communities to differ.
    """
    _check(users, posts, communities, engagements_per_user, now)
    rng = np.random.default_rng(seed)
    people = settle(rng, users, communities, now)
    written = write_posts(rng, posts, people, now)
    engaged = engage(rng, people, written, engagements_per_user, now)
    return _world(seed, now, people, written, engaged)


def _check(users: int, posts: int, communities: int, per_user: float, now: int) -> None:
    if communities < 1 or users < 10 * communities or posts < 10 * communities:
        raise ConfigError(
            f"village: {users} users and {posts} posts in {communities} communities are too few; "
            "plant at least 1 community, with 10 users and 10 posts each"
        )
    if per_user <= 0 or now < 100_000_000:
        raise ConfigError(
            f"village: engagements_per_user {per_user} must be above 0 and now {now} must be "
            "Unix seconds after 1973; correct the two"
        )


def _world(seed: int, now: int, people: People, posts: Posts, engaged: Engagements) -> World:
    return World(
        seed=seed,
        now=now,
        tables=tables_of(people, posts, engaged),
        community_of_user=_by_id(people.ids, people.community),
        community_of_post=_by_id(posts.ids, posts.community),
        favourites=favourites_of(people, posts, engaged),
    )


def _by_id(ids: "pd.Index[str]", values: np.ndarray) -> dict[str, int]:
    return dict(zip(ids.tolist(), values.tolist(), strict=True))
