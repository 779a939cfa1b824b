"""Friendships, requests and blocks: what a viewer does about somebody, if they may."""

from collections.abc import Callable
from dataclasses import dataclass

from feed.profiles import Profile
from graph.actions import friendships as actions
from graph.queries.friendships import Between
from graph.queries.people import ViewerContext
from graph.store import GraphStore
from social.meeting import Met, meet, shown

Act = Callable[[GraphStore, str, str, int], Between]


@dataclass(frozen=True, slots=True)
class Standing:
    """How a viewer and somebody stand to each other."""

    user_id: str
    profile: Profile | None
    """None where the viewer may not see them."""
    between: Between
    before: Between
    """What was between them before the act; the same where nothing changed."""


def standing(store: GraphStore, viewer: ViewerContext, told: str) -> Standing:
    """How the viewer and somebody stand.

    Args:
        store: the graph.
        viewer: a user of the graph; so with all functions here.
        told: a user's id or exact username; likewise.

    Raises:
        NotThere: nobody whom the viewer may reach (`social.meeting`); likewise.
    """
    met = meet(store, viewer, told, undo=True)
    return Standing(met.card.user_id, shown(store, viewer, met), met.between, met.between)


def ask(store: GraphStore, viewer: ViewerContext, told: str, now: int) -> Standing:
    """Ask somebody to be friends; who asked the viewer becomes their friend.

    Raises:
        Contradiction: the viewer named themself, or blocks them.
    """
    return _done(store, viewer, meet(store, viewer, told), actions.ask, now)


def accept(store: GraphStore, viewer: ViewerContext, told: str, now: int) -> Standing:
    """Become friends with somebody who asked.

    Raises:
        Contradiction: they did not ask, or took it back.
    """
    return _done(store, viewer, meet(store, viewer, told), actions.accept, now)


def decline(store: GraphStore, viewer: ViewerContext, told: str, now: int) -> Standing:
    """Turn a request down; they are not told, and may ask again."""
    return _done(store, viewer, meet(store, viewer, told, undo=True), actions.decline, now)


def withdraw(store: GraphStore, viewer: ViewerContext, told: str, now: int) -> Standing:
    """Take one's own request back."""
    return _done(store, viewer, meet(store, viewer, told, undo=True), actions.withdraw, now)


def unfriend(store: GraphStore, viewer: ViewerContext, told: str, now: int) -> Standing:
    """End a friendship."""
    return _done(store, viewer, meet(store, viewer, told, undo=True), actions.unfriend, now)


def block(store: GraphStore, viewer: ViewerContext, told: str, now: int) -> Standing:
    """See nothing of each other any more; a friendship and requests end.

    Raises:
        Contradiction: the viewer named themself.
    """
    return _done(store, viewer, meet(store, viewer, told), actions.block, now)


def unblock(store: GraphStore, viewer: ViewerContext, told: str, now: int) -> Standing:
    """Take a block back; what it ended does not come back."""
    return _done(store, viewer, meet(store, viewer, told, undo=True), actions.unblock, now)


def _done(store: GraphStore, viewer: ViewerContext, met: Met, act: Act, now: int) -> Standing:
    user_id = met.card.user_id
    after = act(store, viewer.user_id or "", user_id, now)
    return Standing(user_id, shown(store, viewer, Met(met.card, after)), after, met.between)
