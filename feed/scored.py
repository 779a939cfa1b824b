"""A post that passed the gate, with its score."""

from collections.abc import Mapping
from dataclasses import dataclass

from feed.gate import VisiblePost


@dataclass(frozen=True, slots=True)
class Scored:
    """A post with the probability that this viewer engages with it."""

    post: VisiblePost
    score: float
    """Rounded to `feed.score.DIGITS`."""
    gains: Mapping[str, float]
    """What each part, and what was asked for, adds to the log-odds; may be negative."""
    bias: float
    """The log-odds of a post of which nothing is known."""

    @property
    def post_id(self) -> str:
        """The post's id."""
        return self.post.card.post_id

    def has(self, part: str) -> bool:
        """Whether the part has any bearing on the score."""
        return self.gains[part] != 0.0
