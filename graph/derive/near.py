"""People like you: who engages with the same posts and picked the same tags.

A walker at user *i* steps to one of *i*'s posts or tags, and on to one of its people *j*::

    score(i, j) = n_j ** -BETA * (
        (1 - share) * sum over common posts p of (n_i * n_p) ** -ALPHA
        + share * sum over common tags t of (t_i * n_t) ** -ALPHA
    )

with ``n_i`` posts and ``t_i`` tags of *i*; ``n_p`` and ``n_t`` count their people. What everybody
likes tells little of a likeness. Source: RP3beta as in `graph.derive.similar` (Paudel et al., ACM
TiiS 7(1), 2016, equations 3 to 5), walked from the users' side and with two kinds of step;
exponents as in Cooper et al., "Random Walks in Recommender Systems", 2014.
"""

import numpy as np
from scipy import sparse

from graph.derive.walks import nearest

KEEP = 50
SHARE = 0.25
"""The weight of walks by tags. Of 0, 1/4, 1/2 and 3/4, the one within some 5 % of the best both in
the village (seeds 0 to 2; more is better there) and on valid of HetRec Last.fm (seed 0; less is),
where what the 50 like most was held against what a user liked next."""
ALPHA = 0.5
"""Better than 1 on both."""
BETA = 0.2
"""As for similar posts; 0 to 0.6 differ by some 1 % on both."""
CROWD = 500
"""People of a post or tag at whom a walk may end: those with the most posts, ties to the lower
position. So there are at most 500 walks an engagement or interest, whatever the graph."""


def near_people(
    links: sparse.csr_array,
    interests: sparse.csr_array,
    shown: np.ndarray | None = None,
    *,
    share: float = SHARE,
    keep: int = KEEP,
    activity: np.ndarray | None = None,
    of: int | None = None,
) -> sparse.csr_array:
    """Score every user's most alike users.

    Args:
        links: who engaged with what; shape ``(num_users, num_posts)``, ones.
        interests: who picked which tag; shape ``(num_users, num_tags)``, ones.
        shown: which users others may be led to, all by default; shape ``(num_users,)`` bool. What
            the rest do changes no list but their own.
        share: the weight of the walks that go by tags, 0 to 1; that of those by posts is the rest.
        keep: how many users to keep for each user.
        activity: how many posts each user engaged with, where `links` does not hold them all;
            shape ``(num_users,)``.
        of: the one user to score for; then `links` and `interests` need hold nothing but that
            user's posts and tags, each with all of their people.

    Returns:
        Shape ``(num_users, num_users)`` float32, row *i* holding *i*'s `keep` best others, all of
        them `shown`; ties go to the lower position; never *i* itself. With `of`, its row alone.
    """
    named = np.ones(links.shape[0]) if shown is None else shown.astype(np.float64)
    if activity is None:
        activity = np.maximum(_sums(links, 1), 1.0)
    to_posts, from_posts = _steps(links, named)
    to_tags, from_tags = _steps(interests, named)
    first = sparse.csr_array(sparse.hstack([to_posts * (1.0 - share), to_tags * share]))
    second = _crowded(sparse.csr_array(sparse.vstack([from_posts, from_tags])), activity)
    second = sparse.csr_array(second.multiply(activity[None, :] ** -BETA))
    if of is not None:
        return nearest(first[[of]], second, keep, "people alike", of)
    return nearest(first, second, keep, "people alike")


def _steps(ties: sparse.csr_array, named: np.ndarray) -> tuple[sparse.csr_array, sparse.csr_array]:
    """The step from users to posts (or tags), and the one from there to `named` users."""
    there = sparse.csr_array(ties.multiply(np.maximum(_sums(ties, 1), 1.0)[:, None] ** -ALPHA))
    back = sparse.csr_array(ties.multiply(named[:, None]))
    back.eliminate_zeros()
    weights = np.maximum(_sums(back, 0), 1.0) ** -ALPHA
    return there, sparse.csr_array(back.multiply(weights[None, :]).T)


def _crowded(back: sparse.csr_array, activity: np.ndarray) -> sparse.csr_array:
    """Only the `CROWD` most active people of each row of `back`, ``(num_ties, num_users)``."""
    rows = np.repeat(np.arange(back.shape[0]), np.diff(back.indptr))
    order = np.lexsort((back.indices, -activity[back.indices], rows))
    places = np.arange(len(rows)) - back.indptr[rows]  # a row's own, counted from 0
    kept = np.sort(order[places < CROWD])
    ends = (rows[kept], back.indices[kept])
    return sparse.csr_array((back.data[kept], ends), shape=back.shape)


def _sums(ties: sparse.csr_array, axis: int) -> np.ndarray:
    return np.asarray(ties.sum(axis=axis), dtype=np.float64).ravel()
