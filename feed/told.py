"""What of a post's score may be told to its viewer.

A score counts what people never shared: their views and ratings, and those of friends who hide.
Whoever has one friend, or brings one person to a post, would read that person's off any number
that counts them, whether it stands alone or is what is missing from a sum. So such numbers go into
the order of a feed, and into nothing else that its viewer is told. An operator may know all.
"""

import math
from collections.abc import Mapping
from typing import NamedTuple

from feed.gate import ANYBODY, visible
from feed.score import DIGITS
from feed.scored import Scored

UNTOLD = frozenset(
    {"friends_engaged", "friends_of_friends", "near", "similar", "less_friends", "steering"}
)
"""Sources, and parts of a score, that count what people never shared. Steering speaks for and
against sources, so it would tell which of these found a post."""
_MOST = 500.0
"""Log-odds beyond which nothing can be told apart, and exponentials end."""


class Told(NamedTuple):
    """What may be told of one post's score."""

    untold: frozenset[str]
    """The parts that are not told."""
    gains: Mapping[str, float]
    """What each of the others adds to the log-odds."""
    score: float
    """The probability by these alone, so that nothing is missing from the sum."""


def told(scored: Scored) -> Told:
    """What may be told of this post's score.

    How popular a post is counts views, too. One that not everybody may see has so few viewers that
    its author would know whose.
    """
    post = scored.post
    untold = UNTOLD if visible(ANYBODY, post.card, post.author) else UNTOLD | {"popular"}
    gains = {part: gain for part, gain in scored.gains.items() if part not in untold}
    log_odds = scored.bias + math.fsum(gains.values())
    score = 1.0 / (1.0 + math.exp(-min(max(log_odds, -_MOST), _MOST)))
    return Told(untold, gains, round(score, DIGITS))
