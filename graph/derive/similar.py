"""Which posts are engaged with by the same people, corrected for popularity (RP3beta).

A walker at post *i* steps to one of its users at random, then to one of that user's posts *j*;
the probability of ending at *j* is divided by *j*'s popularity to the power `beta`, else every
post would be similar to the hits. Source: Paudel, Christoffel, Newell and Bernstein, "Updatable,
Accurate, Diverse, and Scalable Recommendations for Interactive Applications", ACM TiiS 7(1),
2016, equations 3 to 5; `alpha` from Cooper et al., "Random Walks in Recommender Systems", 2014.
"""

import numpy as np
from scipy import sparse

from graph.derive.walks import nearest

BETA = 0.2
"""Best on valid of the village (seeds 0 to 2) and of HetRec Last.fm (seed 0) with 50 posts kept:
larger ones leave no place for what many people like."""


def similar_posts(
    links: sparse.csr_array,
    *,
    alpha: float = 1.0,
    beta: float = BETA,
    keep: int = 50,
    post_degrees: np.ndarray | None = None,
    of: int | None = None,
) -> sparse.csr_array:
    """Score every post's most similar posts.

    Args:
        links: who engaged with what; shape ``(num_users, num_posts)``, any positive value is one
            engagement.
        alpha: exponent of both transition probabilities; above 1 favours strong links.
        beta: exponent of the popularity that a score is divided by; 0 is a plain random walk.
        keep: how many posts to keep for each post.
        post_degrees: how many users engaged with each post, where `links` does not hold them all;
            shape ``(num_posts,)``.
        of: the one post to score for; then `links` need hold nothing but its users, each with all
            of their posts.

    Returns:
        Shape ``(num_posts, num_posts)`` float32, row *i* holding *i*'s `keep` best others; ties go
        to the lower position; never *i* itself. With `of`, its row alone.
    """
    binary = sparse.csr_array(links, dtype=np.float64, copy=True)
    binary.data[:] = binary.data > 0
    user_degrees = np.maximum(np.asarray(binary.sum(axis=1)).ravel(), 1.0)
    if post_degrees is None:
        post_degrees = np.maximum(np.asarray(binary.sum(axis=0)).ravel(), 1.0)
    to_users = sparse.csr_array(binary.T.multiply(post_degrees[:, None] ** -alpha))
    to_posts = sparse.csr_array(binary.multiply(user_degrees[:, None] ** -alpha))
    to_posts = sparse.csr_array(to_posts.multiply(post_degrees[None, :] ** -beta))
    if of is not None:
        return nearest(to_users[[of]], to_posts, keep, "similar posts", of)
    return nearest(to_users, to_posts, keep, "similar posts")
