"""Who did what with which post, and when."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from village.people import DAY, Bools, Floats, Ints, People, affinity
from village.posts import Posts

TASTE_STRENGTH = 1.5
AT_HOME = 0.88
"""The share of engagements with the own community's posts, friends' posts aside."""
FROM_FRIENDS = 0.1
"""The share of engagements that start from a post a friend wrote."""
RECENT = 45 * DAY
CANDIDATES = 8
CHUNK = 100_000
FAR = 1 << 40
"""More than any Unix time: ``group * FAR + time`` sorts by group, then by time."""


@dataclass(frozen=True)
class Engagements:
    """One row a (user, post) pair, by time; every row has at least one of the four signals."""

    user: Ints
    post: Ints
    at: Ints
    viewed: Bools
    liked: Bools
    inspired: Bools
    rated: Bools
    times: Ints
    """How often the user was inspired, 1 to 5."""
    percent: Ints
    """The rating, 1 to 100, skewed low as in the reference data."""


def engage(
    rng: np.random.Generator, people: People, posts: Posts, per_user: float, now: int
) -> Engagements:
    """Let the people meet the posts.

    A person comes at some moment (later ones are likelier), is shown a few posts that exist by
    then, the better and the recent ones first, and takes the one nearest to their taste.
    """
    user, at = _visits(rng, posts.people, per_user, now)
    offers = _Offers(posts)
    post = np.concatenate(
        [offers.taken(rng, user[part], at[part]) for part in _chunks(len(user))]
        or [np.empty(0, dtype=np.int64)]
    )
    kept = (post >= 0) & _may_see(posts, user, post)
    user, post, at = user[kept], post[kept], at[kept]
    first = np.unique(user * len(posts.ids) + post, return_index=True)[1]
    first.sort()
    return _signals(rng, posts, user[first], post[first], at[first])


def _chunks(rows: int) -> Iterator[slice]:
    return (slice(start, start + CHUNK) for start in range(0, rows, CHUNK))


def _visits(
    rng: np.random.Generator, people: People, per_user: float, now: int
) -> tuple[Ints, Ints]:
    """Users and times, by time; the last months are the busiest."""
    activity = np.where(people.fresh, 0.0, rng.lognormal(0.0, 0.9, len(people.ids)))
    mean = activity * per_user * len(people.ids) / activity.sum()
    user = np.repeat(np.arange(len(people.ids)), rng.poisson(1.1 * mean))
    joined = people.joined_at[user]
    at = (joined + (now - 600 - joined) * rng.random(len(user)) ** 0.5).astype(np.int64)
    order = np.argsort(at, kind="stable")
    return user[order], at[order]


class _Offers:
    """Posts sorted within each community and each author by age, to draw from by weight."""

    def __init__(self, posts: Posts) -> None:
        self.posts = posts
        self.by_home = np.lexsort((posts.created_at, posts.community))
        self.by_author = np.lexsort((posts.created_at, posts.author))
        self.home_keys = _keys(posts.community, posts.created_at, self.by_home)
        self.author_keys = _keys(posts.author, posts.created_at, self.by_author)
        pull = np.where(posts.fresh, 0.0, np.exp(posts.quality))[self.by_home]
        self.pull = np.concatenate(([0.0], np.cumsum(pull)))
        self.friends, self.first_friend, self.num_friends = _friend_lists(posts.people)

    def taken(self, rng: np.random.Generator, user: Ints, at: Ints) -> Ints:
        """(n,) the post that each visit ends with, or -1 where nothing was there yet."""
        at_home = rng.random(len(user)) < AT_HOME
        home = self.posts.people.community[user]
        elsewhere = rng.integers(len(self.posts.people.centres), size=len(user))
        shown = self._shown(rng, np.where(at_home, home, elsewhere), at)
        liking = affinity(self.posts.people.taste[user][:, None, :], self.posts.taste[shown])
        choice = (TASTE_STRENGTH * liking + rng.gumbel(0.0, 1.0, shown.shape)).argmax(axis=1)
        from_friend = self._by_a_friend(rng, user, at)
        post = np.where(from_friend >= 0, from_friend, shown[np.arange(len(user)), choice])
        there = (self.posts.created_at[post] <= at) & ~self.posts.fresh[post]
        return np.where(there, post, -1)

    def _shown(self, rng: np.random.Generator, community: Ints, at: Ints) -> Ints:
        """(n, CANDIDATES) posts of the community by then; half of them recent ones."""
        start = np.searchsorted(self.home_keys, community * FAR)
        stop = np.searchsorted(self.home_keys, community * FAR + at, side="right")
        recent = np.searchsorted(self.home_keys, community * FAR + at - RECENT)
        recent = np.where(recent < stop, np.maximum(recent, start), start)
        low = np.repeat(np.column_stack((start, recent)), CANDIDATES // 2, axis=1)
        low_pull, high_pull = self.pull[low], self.pull[stop][:, None]
        drawn = low_pull + rng.random(low.shape) * (high_pull - low_pull)
        place = np.searchsorted(self.pull, drawn, side="right") - 1
        last = np.maximum(stop - 1, 0)[:, None]
        shown: Ints = self.by_home[np.clip(place, np.minimum(low, last), last)]
        return shown

    def _by_a_friend(self, rng: np.random.Generator, user: Ints, at: Ints) -> Ints:
        """(n,) for some visits a post that a friend wrote by then; -1 for the rest."""
        many = self.num_friends[user]
        place = self.first_friend[user] + (rng.random(len(user)) * many).astype(np.int64)
        friend = self.friends[np.minimum(place, len(self.friends) - 1)]
        start = np.searchsorted(self.author_keys, friend * FAR)
        stop = np.searchsorted(self.author_keys, friend * FAR + at, side="right")
        drawn = start + (rng.random(len(user)) * (stop - start)).astype(np.int64)
        post = self.by_author[np.minimum(drawn, len(self.by_author) - 1)]
        comes = (rng.random(len(user)) < FROM_FRIENDS) & (many > 0) & (stop > start)
        return np.where(comes, post, -1)


def _keys(group: Ints, created_at: Ints, order: Ints) -> Ints:
    keys: Ints = (group * FAR + created_at)[order]
    return keys


def _friend_lists(people: People) -> tuple[Ints, Ints, Ints]:
    """Everyone's friends one after another, and where each user's begin and how many they are."""
    both = np.vstack((people.friends, people.friends[:, ::-1], [[len(people.ids) - 1, 0]]))
    order = np.argsort(both[:-1, 0], kind="stable")
    sizes = np.bincount(both[:-1, 0], minlength=len(people.ids))
    # The row added last keeps the list from being empty in a village without friends.
    return np.append(both[order, 1], 0), np.cumsum(sizes) - sizes, sizes


def _may_see(posts: Posts, user: Ints, post: Ints) -> Bools:
    """(n,) public posts, one's own, and friends' posts that are for friends."""
    author, privacy = posts.author[post], posts.effective_privacy[post]
    pairs = posts.people.friends
    size = len(posts.people.ids)
    known = np.concatenate((pairs[:, 0] * size + pairs[:, 1], pairs[:, 1] * size + pairs[:, 0]))
    friends = (privacy == 1) & np.isin(user * size + author, known)
    allowed: Bools = (privacy == 0) | friends | (user == author)
    return allowed


def _signals(
    rng: np.random.Generator, posts: Posts, user: Ints, post: Ints, at: Ints
) -> Engagements:
    liking = _standard(affinity(posts.people.taste[user], posts.taste[post]))
    viewed = rng.random(len(user)) < 0.75
    liked = rng.random(len(user)) < _sigmoid(1.2 * liking - 1.9)
    inspired = rng.random(len(user)) < 0.04 * _sigmoid(liking) * 2
    rated = rng.random(len(user)) < 0.35
    again = rng.geometric(0.7, len(user))
    noise = rng.normal(0.0, 0.5, len(user))
    return Engagements(
        user=user,
        post=post,
        at=at,
        viewed=viewed | ~(liked | inspired | rated),
        liked=liked,
        inspired=inspired,
        rated=rated,
        times=np.where(rng.random(len(user)) < 0.15, np.minimum(1 + again, 5), 1),
        percent=np.clip(100 * _sigmoid(0.7 * liking - 1.2 + noise), 1, 100).astype(np.int64),
    )


def _standard(values: Floats) -> Floats:
    return (values - values.mean()) / max(float(values.std()), 1e-9) if len(values) else values


def _sigmoid(values: Floats) -> Floats:
    result: Floats = 1 / (1 + np.exp(-values))
    return result
