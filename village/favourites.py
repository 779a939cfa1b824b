"""What suits whom best: the village's known right answers."""

from collections.abc import Iterator

import numpy as np

from village.engagements import TASTE_STRENGTH, Engagements
from village.people import TASTE_DIM, Floats, Ints, People
from village.posts import Posts

FAVOURITES = 10
USERS_AT_ONCE = 1000


def favourites_of(people: People, posts: Posts, engaged: Engagements) -> dict[str, tuple[str, ...]]:
    """User id to the ids of the posts they would most likely take next, best first.

    Only public posts of their own community that they did not write and have not engaged with.
    """
    order = np.argsort(engaged.user, kind="stable")
    users, met = engaged.user[order], engaged.post[order]
    user_ids, post_ids = people.ids.to_numpy(), posts.ids.to_numpy()
    found: dict[str, tuple[str, ...]] = {}
    for community in range(len(people.centres)):
        shelf = np.flatnonzero(posts.public & (posts.community == community))
        for some in _parts(np.flatnonzero(people.community == community)):
            fit = _fit(people, posts, some, shelf)
            seen = slice(*np.searchsorted(users, (some[0], some[-1] + 1)))
            _strike(fit, some, shelf, users[seen], met[seen])
            fit[some[:, None] == posts.author[shelf]] = -np.inf
            for user, best in zip(some, _best(fit), strict=True):
                found[user_ids[user]] = tuple(post_ids[shelf[best]].tolist())
    return {user_id: found[user_id] for user_id in user_ids}


def _parts(users: Ints) -> Iterator[Ints]:
    return (users[i : i + USERS_AT_ONCE] for i in range(0, len(users), USERS_AT_ONCE))


def _fit(people: People, posts: Posts, some: Ints, shelf: Ints) -> Floats:
    """(users, posts) the utility by which `village.engagements` lets people choose."""
    liking = people.taste[some] @ posts.taste[shelf].T / np.sqrt(TASTE_DIM)
    fit: Floats = TASTE_STRENGTH * liking + posts.quality[shelf]
    return fit


def _strike(fit: Floats, some: Ints, shelf: Ints, users: Ints, met: Ints) -> None:
    """Take what they have engaged with out of `fit`; `some` and `shelf` are ascending."""
    row = np.minimum(np.searchsorted(some, users), len(some) - 1)
    column = np.minimum(np.searchsorted(shelf, met), len(shelf) - 1)
    hit = (some[row] == users) & (shelf[column] == met)
    fit[row[hit], column[hit]] = -np.inf


def _best(fit: Floats) -> list[Ints]:
    """For each row the columns of its highest values, best first, those struck out left aside."""
    top = np.sort(np.argpartition(-fit, min(FAVOURITES, fit.shape[1]) - 1)[:, :FAVOURITES])
    values = np.take_along_axis(fit, top, axis=1)
    ranked = np.argsort(-values, axis=1, kind="stable")
    return [
        row[rank][np.isfinite(value[rank])]
        for row, rank, value in zip(top, ranked, values, strict=True)
    ]
