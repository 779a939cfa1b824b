"""How near people stand to a viewer: friends, friends of friends, and the rest.

A friend of a friend counts through friends alone whom the viewer may see, since their friends are
theirs to see too (`social.acquaintances.friends`): who hides gives nobody away.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from feed.gate import admit_people
from graph.queries.people import ViewerContext, user_cards
from graph.queries.searched import friends_beyond
from graph.store import GraphStore

NEAREST, BEYOND, REST = range(3)
"""Oneself and friends; friends of friends; everybody else."""
TIES = ("friend", "friend_of_friend", None)
"""What these are called."""


@dataclass(frozen=True, slots=True)
class Circle:
    """A viewer, their friends, and the friends of those."""

    viewer: ViewerContext
    beyond: frozenset[str]

    @property
    def known(self) -> frozenset[str]:
        """Friends and friends of friends; not oneself."""
        return self.viewer.friends | self.beyond

    def tier(self, user_id: str | None) -> int:
        """How near somebody stands."""
        if user_id is None:
            return REST
        if user_id in self.viewer.friends or user_id == self.viewer.user_id:
            return NEAREST
        return BEYOND if user_id in self.beyond else REST

    def tie(self, user_id: str) -> str | None:
        """The same in a word; None for oneself and for the rest."""
        return None if user_id == self.viewer.user_id else TIES[self.tier(user_id)]


def circle(store: GraphStore, viewer: ViewerContext) -> Circle:
    """The viewer's circle at this moment; some ten thousand people at most."""
    if not viewer.friends or viewer.user_id is None:
        return Circle(viewer, frozenset())
    cards = user_cards(store, viewer.friends)
    shown = {each.card.user_id for each in admit_people(viewer, cards.values())}
    return Circle(viewer, _beyond(shown, friends_beyond(store, viewer.user_id)))


def _beyond(shown: set[str], pairs: Iterable[tuple[str, str]]) -> frozenset[str]:
    return frozenset(other for friend, other in pairs if friend in shown)
