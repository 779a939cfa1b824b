"""A planted world of three communities, small enough to train on in a second."""

import numpy as np
import pandas as pd
import pytest

from gnn.config import TrainConfig
from graph.model import Tables

COMMUNITIES, USERS, POSTS = 3, 45, 60
QUICK = TrainConfig(
    hash_width=32,
    hidden=16,
    out=8,
    spectrum_dims=(8,),
    exponents=(0.0,),
    contents=(0.8,),
    factors=8,
    factor_ridges=(5.0,),
    softmax_steps=20,
    coordinates=8,
    epochs=20,
    check_every=5,
    near=30,
    pool=40,
    far=20,
    folds=3,
)


def communities(seed: int = 0, timed: bool = False) -> dict[str, pd.DataFrame]:
    """Users and posts, numbered so that ``number % COMMUNITIES`` is their community.

    Everybody likes 8 of the own community's 20 posts; posts bear their community's tag and a
    community's people befriend the next two of their own.
    """
    rng = np.random.default_rng(seed)
    users, posts = [f"u{n:02}" for n in range(USERS)], [f"p{n:02}" for n in range(POSTS)]
    own = [np.arange(community, POSTS, COMMUNITIES) for community in range(COMMUNITIES)]
    liked = [
        (users[user], posts[post])
        for user in range(USERS)
        for post in rng.choice(own[user % COMMUNITIES], 8, replace=False)
    ]
    tags = [(post, f"tag{number % COMMUNITIES}") for number, post in enumerate(posts)]
    pairs = [
        (users[n], users[n + step])
        for n in range(USERS)
        for step in (COMMUNITIES, 2 * COMMUNITIES)
        if n + step < USERS
    ]
    frames = {
        "users": pd.DataFrame({"id": users}),
        "posts": pd.DataFrame({"id": posts, "title": [f"title {tag}" for _, tag in tags]}),
        "liked": _edges(liked),
        "tagged": _edges(tags),
        "friend": _edges(pairs),
        "interested_in": _edges([(u, f"tag{n % COMMUNITIES}") for n, u in enumerate(users[:30])]),
    }
    if timed:
        frames["liked"]["at"] = rng.permutation(len(liked)) * 3600 + 1_700_000_000
    return frames


def _edges(rows: list[tuple[str, str]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["source", "target"])


@pytest.fixture(scope="session")
def planted() -> Tables:
    return communities()


@pytest.fixture(scope="session")
def timed() -> Tables:
    return communities(timed=True)


@pytest.fixture(scope="session")
def quick() -> TrainConfig:
    return QUICK
