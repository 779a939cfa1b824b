"""What of a post's score may be told to its viewer.

A score counts what people never shared: their views and ratings, and those of friends who hide.
Whoever has one friend, or brings one person to a post, would read that person's off any number
that counts them, whether it stands alone or is what is missing from a sum. So such numbers go into
the order of a feed, and into nothing else that its viewer is told. An operator may know all.
"""

import math

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


def untold(scored: Scored) -> frozenset[str]:
    """The parts of this post's score that are not told.

    How popular a post is counts views, too. One that not everybody may see has so few viewers that
    its author would know whose.
    """
    post = scored.post
    return UNTOLD if visible(ANYBODY, post.card, post.author) else UNTOLD | {"popular"}


def told_gains(scored: Scored) -> dict[str, float]:
    """What each part that is told adds to the log-odds."""
    hidden = untold(scored)
    return {part: gain for part, gain in scored.gains.items() if part not in hidden}


def told_score(scored: Scored) -> float:
    """The probability by what is told alone, so that nothing is missing from the sum."""
    log_odds = scored.bias + math.fsum(told_gains(scored).values())
    return round(1.0 / (1.0 + math.exp(-min(max(log_odds, -_MOST), _MOST))), DIGITS)
