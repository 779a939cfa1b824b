"""Whom a viewer means by an id or a name, and whether they may have to do with them.

Who may be reached: whom the viewer may see; who bears the exact username that was given, whatever
their privacy, for else nobody could ever ask them to be friends; and whoever the viewer has to do
with already. Nobody else is told apart from nobody: not who is inactive, nor who blocks the viewer,
nor who hides and was named by an id, which may be guessed. What the viewer has with anybody, they
may always undo.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from feed.gate import admit_askers, admit_people, visible_person
from feed.profiles import Profile, with_details
from graph.errors import Contradiction, NotThere
from graph.queries.friendships import Between, between
from graph.queries.people import UserCard, ViewerContext, people_called
from graph.store import GraphStore

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Met:
    """Somebody, and what is between them and the viewer."""

    card: UserCard
    between: Between


def meet(store: GraphStore, viewer: ViewerContext, told: str, *, undo: bool = False) -> Met:
    """Whom the viewer means.

    Args:
        store: the graph.
        viewer: a user of the graph.
        told: a user's id or exact username.
        undo: whether something that is between the two is to be taken back.

    Raises:
        NotThere: nobody whom this viewer may reach.
        Contradiction: several of that name whom they may reach.
    """
    cards = people_called(store, told)
    # Asked of nobody, too: so that who is not there takes as long as who is hidden.
    found = [between(store, viewer.user_id or "", card.user_id) for card in cards]
    found = found or [between(store, viewer.user_id or "", told)]
    met = [
        Met(card, now)
        for card, now in zip(cards, found, strict=False)
        if _reached(viewer, card, now, told) or (undo and _tied(now))
    ]
    return the_one(met, viewer, told)


def seen(store: GraphStore, viewer: ViewerContext, told: str) -> UserCard:
    """Whom the viewer means and may see.

    Raises:
        NotThere: nobody whom this viewer may see.
        Contradiction: several of that name whom they may see.
    """
    cards = [card for card in people_called(store, told) if visible_person(viewer, card)]
    return the_one(cards, viewer, told)


def shown(store: GraphStore, viewer: ViewerContext, met: Met) -> Profile | None:
    """What the viewer may see of somebody, by what is between the two now."""
    found = admit_people(known(viewer, met), [met.card])
    if not found and met.between.asking is not None:
        found = admit_askers(viewer, [met.card])
    return with_details(store, found).get(met.card.user_id)


def known(viewer: ViewerContext, met: Met) -> ViewerContext:
    """The viewer after what is between the two; one's own block hides nobody from oneself."""
    one, now = frozenset({met.card.user_id}), met.between
    friends = viewer.friends - one if now.friends is None else viewer.friends | one
    blocks = viewer.blocks - one if now.blocked is None else viewer.blocks | one
    return replace(viewer, friends=friends, blocks=blocks)


def the_one(found: Sequence[Found], viewer: ViewerContext, told: str) -> Found:
    """The one whom a viewer may mean.

    Raises:
        NotThere: there is none.
        Contradiction: there are several.
    """
    if not found:
        raise NotThere(f"{told} is not there for {viewer.user_id}")
    if len(found) > 1:
        # Their ids are not told: some of them may hide.
        raise Contradiction("Several people are of that name; give a user_id.")
    return found[0]


def _tied(now: Between) -> bool:
    """Whether the viewer has something with them: that the other blocks is not the viewer's."""
    return replace(now, blocked=None) != Between()


def _reached(viewer: ViewerContext, card: UserCard, now: Between, told: str) -> bool:
    if card.active is False or now.blocked is not None:
        return False
    return card.username == told or visible_person(viewer, card) or _tied(now)
