"""What nobody told of: where the graph, read anew, is another one than what is held of it.

Other servers write to a Neo4j, and so do loads. Whatever they did, what lists rest on differs then
around the nodes that they wrote to, and these can be looked at as if it had been told.
"""

import numpy as np
import pandas as pd

from graph.derive.held import Held
from graph.derive.ties import Floats, Ids, Ints, Ties


def unheard(held: Held, found: Held) -> set[str]:
    """The posts and people around whom something differs, or who came or are gone.

    Args:
        held: what is known.
        found: what was read, as of the same clock (`Held.clock`).
    """
    posts, users = _places(held.posts, found.posts), _places(held.users, found.users)
    there = posts >= 0
    differ = ~there
    for before, after in (
        (held.score, found.score),
        (held.popular, found.popular),
        (held.created_at, found.created_at),
    ):
        differ[there] |= ~np.isclose(before[posts[there]], after[there], 1e-9, equal_nan=True)
    ids = set(found.posts.some(np.flatnonzero(differ)))
    ids |= _gone(held.posts, posts, ~np.isnan(held.score) | ~np.isnan(held.created_at))
    known = users >= 0
    other = ~known
    other[known] = held.shown[users[known]] != found.shown[known]
    ids |= set(found.users.some(np.flatnonzero(other)))
    ids |= _gone(held.users, users, held.shown)
    of_posts = [(held.engaged, found.engaged, users), (held.unshown, found.unshown, users)]
    of_posts.append((held.authored, found.authored, users))
    for file, names in held.names.items():
        places = _places(names, found.names[file])
        of_posts.append((held.bears[file], found.bears[file], places))
    for mine, theirs, rights in of_posts:
        ids |= set(held.posts.some(_differing(mine, theirs, posts, rights)))
    tags = _places(held.tags, found.tags)
    return ids | set(held.users.some(_differing(held.interests, found.interests, users, tags)))


def _places(held: Ids, found: Ids) -> Ints:
    """Where what was found is held; -1: nowhere."""
    return held.all_at(pd.Series(found.names, dtype=object))


def _gone(held: Ids, places: Ints, counts: np.ndarray) -> set[str]:
    """What was not found and counts; of what is known to be gone nothing does."""
    gone = counts[: len(held)].copy()
    gone[places[places >= 0]] = False
    return set(held.some(np.flatnonzero(gone)))


def _differing(held: Ties, found: Ties, lefts: Ints, rights: Ints) -> Ints:
    """Where edges start, as it is held, that are in one of them alone, or weigh otherwise.

    Args:
        held: by their own places.
        found: likewise.
        lefts: where those places on the left that were found are held; -1: nowhere.
        rights: those on the right.
    """
    before = _frame(*held.edges())
    ends, others, weights = found.edges()
    after = _frame(lefts[ends], rights[others], weights)
    both = before.merge(after, how="outer", on=["left", "right"], suffixes=("", "_found"))
    differ = both["left"][~np.isclose(both["weight"], both["weight_found"], 1e-9)]
    return np.asarray(differ[differ >= 0].unique(), np.int64)


def _frame(lefts: Ints, rights: Ints, weights: Floats) -> pd.DataFrame:
    return pd.DataFrame({"left": lefts, "right": rights, "weight": weights})
