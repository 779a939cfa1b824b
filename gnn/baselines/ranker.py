"""What ranks posts for people, and the choice among several by what they score on valid."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeVar

from gnn.matrices import Floats
from gnn.vocabulary import Positions


class Ranker(Protocol):
    """Scores every post for some users."""

    def scores(self, user_pos: Positions) -> Floats:
        """Higher is better, comparable within a row; shape ``(len(user_pos), num_posts)``."""


@dataclass(frozen=True)
class Dense:
    """Scores that were computed for every user at once."""

    table: Floats
    """Shape ``(num_users, num_posts)``."""

    def scores(self, user_pos: Positions) -> Floats:
        """These users' rows, copied."""
        return self.table[user_pos]


@dataclass(frozen=True)
class Factors:
    """A vector for every user and every post: the score is their dot product."""

    users: Floats
    """Shape ``(num_users, dim)``."""
    posts: Floats
    """Shape ``(num_posts, dim)``."""

    def scores(self, user_pos: Positions) -> Floats:
        """Dot products."""
        return self.users[user_pos] @ self.posts.T


@dataclass(frozen=True)
class Contender:
    """A model that is ready to be judged."""

    name: str
    ranker: Ranker
    setting: object = None
    """What was best on valid."""
    without: Iterable[tuple[str, Ranker]] = ()
    """An ablation: what is left out, and this model refitted without it."""


Score = Callable[[Ranker], float]
Setting = TypeVar("Setting")


def chosen(makers: Mapping[Setting, Callable[[], Ranker]], score: Score) -> tuple[Setting, Ranker]:
    """The setting whose ranker scores best on valid; ties go to the first."""
    best: tuple[float, Setting, Ranker] | None = None
    for setting, make in makers.items():
        ranker = make()
        value = score(ranker)
        if best is None or value > best[0]:
            best = (value, setting, ranker)
    if best is None:
        raise ValueError("chosen() needs at least one setting")
    return best[1], best[2]


def gone_on(
    setting: Setting,
    ranker: Ranker,
    steps: Iterable[Callable[[Setting], Setting]],
    fit: Callable[[Setting], Ranker],
    score: Score,
    most: int = 3,
) -> tuple[Setting, Ranker]:
    """A setting at an end of its grid, or one farther on, as long as that scores better on valid.

    Args:
        setting: the best of a grid.
        ranker: what it fits.
        steps: out of the grid, each in a direction of its own; one after the other.
        fit: fits a setting.
        score: on valid.
        most: steps in each direction.
    """
    value = score(ranker)
    for step in steps:
        for _ in range(most):
            farther = step(setting)
            found = fit(farther)
            if (now := score(found)) <= value:
                break
            setting, ranker, value = farther, found, now
    return setting, ranker
