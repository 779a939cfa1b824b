"""What steering adds to a post's log-odds, and what it does to the decays of diversity.

With levels *d* (discovery), *f* (freshness) and *v* (variety), each from -1 to 1:

* by source: ``DISCOVERY * d * side``. The side of a post is that of its sources in `SIDES`: the
  least of them if any is below 0 (a friend's post is a friend's, however popular), else the
  greatest; other sources have none.
* by age: ``FRESHNESS * f * (2 * 0.5 ** (age / FRESH_HALF_LIFE) - 1)``, so a post of just now
  gains ``FRESHNESS * f``, one of a week nothing, an old one loses as much as the first gained.
* by tags: ``MORE_TAGS`` if it has any tag of `more_tags`, ``LESS_TAGS`` if any of `less_tags`.
* a decay *c* of diversity (0.7 for an author) becomes ``c ** (VARIETY ** v)``.

Neutral steering adds exactly 0.0 and leaves every decay exactly as it was.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from feed.steering import Steering

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

DISCOVERY = 2.0
FRESHNESS = 1.5
FRESH_HALF_LIFE = 7 * 86_400
"""Seconds; the age at which freshness neither helps nor harms."""
MORE_TAGS, LESS_TAGS = 1.5, -3.0
"""Who asks for less means it: less outweighs more where a post has both."""
VARIETY = 4.0

SIDES: Mapping[str, float] = {
    "friends": -1.0,
    "friends_engaged": -0.5,
    "similar": 1.0,
    "nearest": 1.0,
    "near": 1.0,
    "popular": 1.0,
}
"""Where a source stands between friends (-1) and discovery (1)."""


@dataclass(frozen=True, slots=True)
class Weights:
    """Steering as numbers for the ranking."""

    discovery: float
    """Log-odds that a post from beyond friends gains and a friend's loses."""
    freshness: float
    """Log-odds that a post of just now gains and a very old one loses."""
    more_tags: frozenset[str]
    less_tags: frozenset[str]
    exponent: float
    """What every decay of diversity is raised to."""

    def of_sources(self, found: Mapping[str, Bools]) -> Floats:
        """What posts gain by where they come from.

        Args:
            found: by source, which of the posts it found; each of shape ``(n,)``, at least one.
        """
        sides = np.stack([SIDES.get(source, 0.0) * mask for source, mask in found.items()])
        least, greatest = sides.min(axis=0, initial=0.0), sides.max(axis=0, initial=0.0)
        gains = self.discovery * np.where(least < 0, least, greatest)
        return np.asarray(gains + 0.0)  # no -0.0

    def of_tags(self, more: Bools, less: Bools) -> Floats:
        """What posts gain that have any tag of `more_tags`, and any of `less_tags`."""
        return np.asarray(MORE_TAGS * more + LESS_TAGS * less + 0.0)

    def of_ages(self, created_at: Floats, now: int) -> Floats:
        """What posts gain by their age.

        Args:
            created_at: Unix seconds, NaN where nobody knows: nothing is gained. Shape ``(n,)``.
            now: Unix seconds; what lies ahead counts as just now.
        """
        age = np.maximum(now - created_at, 0.0)
        gains = self.freshness * (2.0 * 0.5 ** (age / FRESH_HALF_LIFE) - 1.0)
        return np.nan_to_num(gains) + 0.0

    def decay(self, decay: float) -> float:
        """A decay of diversity, from 0 to 1: nearer to 0 for varied, to 1 for familiar."""
        # `c ** 1.0` is exactly c.
        return float(decay**self.exponent)


def weights(steering: Steering) -> Weights:
    """The numbers of a steering."""
    return Weights(
        discovery=DISCOVERY * steering.discovery,
        freshness=FRESHNESS * steering.freshness,
        more_tags=frozenset(steering.more_tags),
        less_tags=frozenset(steering.less_tags),
        exponent=VARIETY**steering.variety,
    )
