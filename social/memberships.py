"""Who is in a group, asks to join, or is invited; and who may say so.

Who governs a group names others whom they may see, or by their exact username, who have to do with
the group: so nobody stays in it by hiding from them. Everybody else is told as if they were not
there. Whom a viewer may not see has no profile in an answer.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from feed.gate import admit_askers, visible_person
from feed.profiles import Profile, profiles, with_details
from graph.actions import memberships as actions
from graph.errors import NotTheirs
from graph.queries.groups import InGroup, Role, StandingIn, in_group_after, standing_in
from graph.queries.people import UserCard, ViewerContext, people_called, user_cards
from graph.store import GraphStore
from social.groups import GroupPage, reached
from social.meeting import seen, the_one
from social.pages import Page, Place, page_of

Own = Callable[[GraphStore, str, str, int], StandingIn]
About = Callable[[GraphStore, str, str, str, int], StandingIn]
Waiting = Literal["asked_to_join", "invited_to"]


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody, and what they are to a group."""

    user_id: str
    profile: Profile | None
    """None where the viewer may not see them."""
    standing: StandingIn
    before: StandingIn
    """What they were to it before the act; the same where nothing changed."""


def join(store: GraphStore, viewer: ViewerContext, group_id: str, now: int) -> GroupPage:
    """Become a member of a group that is open, or that invited the viewer.

    Args:
        store: the graph.
        viewer: a user of the graph; so with all functions here.
        group_id: a group's id; likewise.
        now: Unix seconds; likewise.

    Raises:
        NotThere: no group that the viewer may know of; likewise.
        Contradiction: one asks to join it, or is invited.
    """
    return _own(store, viewer, group_id, now, actions.join)


def ask(store: GraphStore, viewer: ViewerContext, group_id: str, now: int) -> GroupPage:
    """Ask to join.

    Raises:
        Contradiction: one is invited to it.
    """
    return _own(store, viewer, group_id, now, actions.ask)


def withdraw(store: GraphStore, viewer: ViewerContext, group_id: str, now: int) -> GroupPage:
    """Take one's request back."""
    return _own(store, viewer, group_id, now, actions.withdraw, undo=True)


def refuse(store: GraphStore, viewer: ViewerContext, group_id: str, now: int) -> GroupPage:
    """Turn an invitation down."""
    return _own(store, viewer, group_id, now, actions.refuse)


def leave(store: GraphStore, viewer: ViewerContext, group_id: str, now: int) -> GroupPage:
    """Be a member no more: from now on one sees nothing that is posted there.

    Raises:
        Contradiction: the viewer is the last owner.
    """
    return _own(store, viewer, group_id, now, actions.leave)


def invite(store: GraphStore, viewer: ViewerContext, group_id: str, told: str, now: int) -> Member:
    """Invite somebody whom the viewer may see; who asked to join is a member by that.

    Who does not govern the group is told no more than whether they were a member of it before, so
    that inviting tells nothing of who is invited or asks.

    Args:
        store: the graph.
        viewer: a user of the graph.
        group_id: which group.
        told: a user's id or exact username; so with all functions below.
        now: Unix seconds.

    Raises:
        NotThere: nobody whom the viewer may see.
        NotTheirs: their role does not let them; so with all functions below.
    """
    mine = reached(store, viewer, group_id).mine
    done = _done(store, viewer, group_id, seen(store, viewer, told), now, actions.invite)
    return done if _governs(mine) else replace(done, standing=StandingIn(done.before.role))


def uninvite(
    store: GraphStore, viewer: ViewerContext, group_id: str, told: str, now: int
) -> Member:
    """Take an invitation back."""
    return _about(store, viewer, group_id, told, now, actions.uninvite)


def accept(store: GraphStore, viewer: ViewerContext, group_id: str, told: str, now: int) -> Member:
    """Let somebody in who asked to join.

    Raises:
        Contradiction: they did not ask, or took it back.
    """
    return _about(store, viewer, group_id, told, now, actions.accept)


def decline(store: GraphStore, viewer: ViewerContext, group_id: str, told: str, now: int) -> Member:
    """Turn down somebody who asked to join; they are not told, and may ask again."""
    return _about(store, viewer, group_id, told, now, actions.decline)


def remove(store: GraphStore, viewer: ViewerContext, group_id: str, told: str, now: int) -> Member:
    """Have somebody of a lower role out of the group."""
    return _about(store, viewer, group_id, told, now, actions.remove)


def appoint(
    store: GraphStore, viewer: ViewerContext, group_id: str, told: str, role: Role, now: int
) -> Member:
    """Give a member another role.

    Raises:
        Contradiction: they are no member; or the group would lose its last owner.
    """

    def act(store: GraphStore, user_id: str, other_id: str, group_id: str, at: int) -> StandingIn:
        return actions.appoint(store, user_id, other_id, group_id, role, at)

    return _about(store, viewer, group_id, told, now, act)


def hand_over(
    store: GraphStore, viewer: ViewerContext, group_id: str, told: str, now: int
) -> Member:
    """Have a member own the group in one's place.

    Raises:
        Contradiction: they are no member, or the viewer themself.
    """
    return _about(store, viewer, group_id, told, now, actions.hand_over)


def members(
    store: GraphStore, viewer: ViewerContext, group_id: str, after: Place | None, size: int
) -> Page[Member]:
    """Those members whom the viewer may see, by id."""
    reached(store, viewer, group_id)
    roles: dict[str, Role] = {}

    def read(place: Place) -> Sequence[Place]:
        found = in_group_after(store, "members", group_id, place.at, place.id)
        roles.update({each.user_id: each.role for each in found})
        return _places(found)

    def show(entries: Sequence[Place]) -> Mapping[str, Member]:
        visible = profiles(store, viewer, [each.id for each in entries])
        there = {user_id: StandingIn(roles[user_id]) for user_id in visible}
        return {who: Member(who, visible[who], there[who], there[who]) for who in visible}

    return page_of(read, show, after, size)


def waiting(
    store: GraphStore,
    viewer: ViewerContext,
    group_id: str,
    name: Waiting,
    after: Place | None,
    size: int,
) -> Page[Member]:
    """Who asks to join the group, or is invited; the latest first.

    Who asks shows themself to who may let them in, whatever their privacy.

    Raises:
        NotTheirs: the viewer is no moderator and no owner.
    """
    if not _governs(reached(store, viewer, group_id).mine):
        raise NotTheirs("In this group that is for owners and moderators.")

    def read(place: Place) -> Sequence[Place]:
        return _places(in_group_after(store, name, group_id, place.at, place.id))

    def show(entries: Sequence[Place]) -> Mapping[str, Member]:
        cards = user_cards(store, [each.id for each in entries]).values()
        shown = (
            with_details(store, admit_askers(viewer, cards))
            if name == "asked_to_join"
            else profiles(store, viewer, [each.id for each in entries])
        )
        return {at.id: _waits(at, shown[at.id], name) for at in entries if at.id in shown}

    return page_of(read, show, after, size)


def _governs(mine: StandingIn) -> bool:
    return mine.role in ("owner", "moderator")


def _waits(entry: Place, profile: Profile, name: Waiting) -> Member:
    asks = name == "asked_to_join"
    standing = StandingIn(asked=entry.at) if asks else StandingIn(invited=entry.at)
    return Member(entry.id, profile, standing, standing)


def _places(entries: Sequence[InGroup]) -> Sequence[Place]:
    return [Place(each.at, each.user_id) for each in entries]


def _own(
    store: GraphStore,
    viewer: ViewerContext,
    group_id: str,
    now: int,
    act: Own,
    *,
    undo: bool = False,
) -> GroupPage:
    page = reached(store, viewer, group_id, undo=undo)
    return GroupPage(page.group, act(store, viewer.user_id or "", group_id, now))


def _about(
    store: GraphStore, viewer: ViewerContext, group_id: str, told: str, now: int, act: About
) -> Member:
    """An act on somebody who has to do with the group."""
    mine = reached(store, viewer, group_id).mine
    cards = people_called(store, told)
    # Asked of nobody, too: so that who is not there takes as long as who is hidden.
    found = [standing_in(store, card.user_id, group_id) for card in cards]
    found = found or [standing_in(store, told, group_id)]
    named = [
        card
        for card, theirs in zip(cards, found, strict=False)
        if visible_person(viewer, card) or (_governs(mine) and _named(viewer, card, theirs, told))
    ]
    card = the_one(named, viewer, told)
    return _done(store, viewer, group_id, card, now, act)


def _named(viewer: ViewerContext, card: UserCard, theirs: StandingIn, told: str) -> bool:
    """Whether who governs the group may name somebody who hides from them."""
    shows_themself = theirs.asked is not None and bool(admit_askers(viewer, [card]))
    return theirs != StandingIn() and (card.username == told or shows_themself)


def _done(
    store: GraphStore, viewer: ViewerContext, group_id: str, card: UserCard, now: int, act: About
) -> Member:
    before = standing_in(store, card.user_id, group_id)
    after = act(store, viewer.user_id or "", card.user_id, group_id, now)
    profile = profiles(store, viewer, [card.user_id]).get(card.user_id)
    if profile is None and before.asked is not None:
        asker = with_details(store, admit_askers(viewer, [card]))
        profile = asker.get(card.user_id)
    return Member(card.user_id, profile, after, before)
