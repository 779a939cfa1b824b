"""Who lives in the village: names, tastes, interests and friendships."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from village.themes import ADJECTIVES, NOUNS, THEMES

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Strings = NDArray[np.str_]

DAY = 86_400
SPAN = 730 * DAY
"""How far back the village's life goes, seconds."""
TASTE_DIM = 8
FRESH_USERS = 0.08
"""The share of users who joined in the last two weeks and did nothing yet."""
PRIVACIES = np.array(["public", "friends", "private"])


@dataclass(frozen=True)
class People:
    """Users by position; `n` users, `t` tags, `c` communities."""

    ids: "pd.Index[str]"
    numbers: Ints
    """(n,) the integer in the id; ascending, with holes."""
    usernames: list[str]
    joined_at: Ints
    privacy: Ints
    """(n,) positions in `PRIVACIES`."""
    fresh: Bools
    """(n,) new users without a history."""
    community: Ints
    taste: Floats
    """(n, TASTE_DIM)"""
    centres: Floats
    """(c, TASTE_DIM)"""
    tags: list[str]
    tag_community: Ints
    tag_taste: Floats
    """(t, TASTE_DIM)"""
    interests: Ints
    """(k, 2) user and tag positions."""
    friends: Ints
    """(f, 2) user positions, the smaller id (as text) first; each friendship once."""
    since: Ints


def settle(rng: np.random.Generator, users: int, communities: int, now: int) -> People:
    """Make the people: communities of like size, tastes around each community's own."""
    community = rng.permutation(np.arange(users) % communities)
    centres = rng.normal(0.0, 1.0, (communities, TASTE_DIM))
    taste = centres[community] + rng.normal(0.0, 1.0, (users, TASTE_DIM))
    tags, tag_community = _tags(communities)
    tag_taste = centres[tag_community] + rng.normal(0.0, 1.0, (len(tags), TASTE_DIM))
    fresh = rng.random(users) < FRESH_USERS
    joined_at = _joined_at(rng, fresh, now)
    numbers = np.cumsum(1 + (rng.random(users) < 0.02))
    ids = pd.Index([f"sv:user:{number}" for number in numbers], dtype="str")
    friends = befriended(rng, community, taste, ids)
    return People(
        ids=ids,
        numbers=numbers,
        usernames=_usernames(rng, users),
        joined_at=joined_at,
        privacy=rng.choice(3, users, p=(0.93, 0.05, 0.02)),
        fresh=fresh,
        community=community,
        taste=taste,
        centres=centres,
        tags=tags,
        tag_community=tag_community,
        tag_taste=tag_taste,
        interests=_interests(rng, community, taste, tag_community, tag_taste),
        friends=friends,
        since=_since(rng, joined_at[friends].max(axis=1), now),
    )


def affinity(some: Floats, others: Floats) -> Floats:
    """How well tastes suit each other, row by row; about 1 of standard deviation."""
    product: Floats = np.einsum("...d,...d->...", some, others) / np.sqrt(TASTE_DIM)
    return product


def members(community: Ints) -> tuple[Ints, Ints, Ints]:
    """Positions sorted by community, and each community's first place and size in that order."""
    sizes = np.bincount(community)
    return np.argsort(community, kind="stable"), np.cumsum(sizes) - sizes, sizes


def community_name(community: int) -> str:
    """The theme's name, numbered from the second round of themes on."""
    return THEMES[community % len(THEMES)].name + _round(community)


def _round(community: int) -> str:
    return f" {community // len(THEMES) + 1}" if community >= len(THEMES) else ""


def _tags(communities: int) -> tuple[list[str], Ints]:
    named = [
        (tag + _round(number), number)
        for number in range(communities)
        for tag in THEMES[number % len(THEMES)].tags
    ]
    return [tag for tag, _ in named], np.array([number for _, number in named])


def _joined_at(rng: np.random.Generator, fresh: Bools, now: int) -> Ints:
    ago = np.where(fresh, 14 * DAY, SPAN) * (1 - rng.random(len(fresh)) ** 0.8)
    return (now - ago).astype(np.int64)


def _since(rng: np.random.Generator, met: Ints, now: int) -> Ints:
    since: Ints = (met + (now - met) * rng.random(len(met))).astype(np.int64)
    return since


def _interests(
    rng: np.random.Generator, community: Ints, taste: Floats, tag_community: Ints, tag_taste: Floats
) -> Ints:
    """Four tags of the own community that suit the taste, and for half the users one of any."""
    of_community = np.argsort(tag_community, kind="stable").reshape(community.max() + 1, -1)
    own = of_community[community]  # (n, tags a community)
    liking = affinity(taste[:, None, :], tag_taste[own]) + rng.gumbel(0.0, 0.5, own.shape)
    best = np.take_along_axis(own, np.argsort(-liking, axis=1)[:, :4], axis=1)
    user = np.repeat(np.arange(len(community)), best.shape[1])
    wide = np.flatnonzero(rng.random(len(community)) < 0.5)
    outside = rng.integers(len(tag_community), size=len(wide))
    pairs = np.column_stack((np.append(user, wide), np.append(best.ravel(), outside)))
    return np.unique(pairs, axis=0)


def befriended(
    rng: np.random.Generator, community: Ints, taste: Floats, ids: "pd.Index[str]"
) -> Ints:
    """About seven friends each: 85 % within the community, the most alike of three strangers."""
    order, starts, sizes = members(community)
    one = np.repeat(np.arange(len(community)), rng.poisson(3.7, len(community)))
    home = np.repeat(community[one][:, None], 3, axis=1)
    neighbours = order[starts[home] + (rng.random(home.shape) * sizes[home]).astype(np.int64)]
    anyone = rng.integers(len(community), size=home.shape)
    met = np.where(rng.random((len(one), 1)) < 0.85, neighbours, anyone)  # (proposals, 3)
    alike = affinity(taste[one][:, None, :], taste[met])
    other = met[np.arange(len(one)), alike.argmax(axis=1)]
    return _ordered_by_id(np.column_stack((one, other))[one != other], ids)


def _ordered_by_id(pairs: Ints, ids: "pd.Index[str]") -> Ints:
    rank = np.empty(len(ids), dtype=np.int64)
    rank[np.argsort(ids.to_numpy(dtype=np.str_), kind="stable")] = np.arange(len(ids))
    swapped = rank[pairs[:, 0]] > rank[pairs[:, 1]]
    return np.unique(np.where(swapped[:, None], pairs[:, ::-1], pairs), axis=0)


def _usernames(rng: np.random.Generator, users: int) -> list[str]:
    """Two synthetic words each, unique, with the dirt of real lists: case, dots, digits, a twin."""
    shuffled = rng.permutation(users)
    style = rng.choice(4, users, p=(0.78, 0.13, 0.05, 0.04))
    names = [_username(int(i), int(s)) for i, s in zip(shuffled, style, strict=True)]
    digits, accented, twin, original = rng.choice(users, 4, replace=False).tolist()
    names[digits] = "20417"
    names[accented] = "ru\u017eov\u00e1.\u010dajovna"
    names[twin] = names[original].swapcase()
    return names


def _username(index: int, style: int) -> str:
    pairs = len(ADJECTIVES) * len(NOUNS)
    adjective = ADJECTIVES[index % len(ADJECTIVES)]
    noun = NOUNS[index // len(ADJECTIVES) % len(NOUNS)] + (
        str(index // pairs + 1) if index >= pairs else ""
    )
    return (
        adjective + noun,
        adjective.title() + noun.title(),
        f"{adjective}.{noun}",
        f"{adjective}-{noun}",
    )[style]
