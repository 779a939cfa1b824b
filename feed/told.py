"""What of a post's score may be told to its viewer.

A score counts what people never shared: their views and ratings, and those of friends who hide.
Whoever has one friend, or brings one person to a post, would read that person's off any number
that counts them, whether it stands alone or is what is missing from a sum. So such numbers go into
the order of a feed, and into nothing else that its viewer is told. An operator may know all.
"""

import math
from collections.abc import Mapping
from typing import NamedTuple

from feed.gate import ANYBODY, VisiblePost, visible
from feed.score import DIGITS
from feed.scored import Scored
from gnn.embeddings import PRODUCTS

UNTOLD = frozenset(
    {"friends_engaged", "friends_of_friends", "near", "similar", "less_friends", "steering"}
)
"""Sources, and parts of a score, that count what people never shared. Steering speaks for and
against sources, so it would tell which of these found a post."""
OF_FEW = frozenset({"popular", "nearest", *PRODUCTS})
"""What counts views and ratings by whoever may see a post: its popularity, and its vector, which a
model makes of all that was done with it."""
_MOST = 500.0
"""Log-odds beyond which nothing can be told apart, and exponentials end."""


class Told(NamedTuple):
    """What may be told of one post's score."""

    untold: frozenset[str]
    """The sources and parts that are not told."""
    gains: Mapping[str, float]
    """What each of the others adds to the log-odds."""
    score: float
    """The probability by these alone, so that nothing is missing from the sum."""


def untold_of(post: VisiblePost) -> frozenset[str]:
    """The sources and parts that are not told of this post.

    One that not everybody may see has so few viewers that its author would know whose views are
    counted.
    """
    return UNTOLD if visible(ANYBODY, post.card, post.author) else UNTOLD | OF_FEW


def told(scored: Scored) -> Told:
    """What may be told of this post's score."""
    untold = untold_of(scored.post)
    gains = {part: gain for part, gain in scored.gains.items() if part not in untold}
    log_odds = scored.bias + math.fsum(gains.values())
    score = 1.0 / (1.0 + math.exp(-min(max(log_odds, -_MOST), _MOST)))
    return Told(untold, gains, round(score, DIGITS))
