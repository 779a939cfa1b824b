"""Who is in a group, and as what; who asks to join, and who is invited.

Nobody is member and asks or is invited at once, and a group that has an owner never loses its last
one. Each function decides and writes in one transaction that holds the people and the group, and
returns what the one that it is about is to the group then; where that is so already, it changes
nothing.

Raises, all of them:
    NotThere: the group (or a user) is not there, or was deleted.
    NotTheirs: the user's role does not let them do it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from graph.actions.facts import Said
from graph.actions.groups import held, only, write
from graph.actions.notices import News, take_back, take_back_of_group, tell
from graph.errors import Contradiction, NotTheirs
from graph.queries.groups import ROLES, Group, Role, StandingIn, owners, standing_in
from graph.queries.notices import Kind, governors
from graph.store import GraphStore, Runs


@dataclass(frozen=True, slots=True)
class Now:
    """What is so when somebody acts."""

    group: Group
    mine: StandingIn
    theirs: StandingIn
    """Of whom the act is about: maybe oneself."""
    owners: Callable[[], frozenset[str]]
    """Who owns the group; read where it matters, for it looks at every member."""


Waiting = Literal["asked_to_join", "invited_to"]
Change = Callable[[Now], list[Said]]


def join(store: GraphStore, user_id: str, group_id: str, at: int) -> StandingIn:
    """The user becomes a member of an open group, or of one that invited them.

    Raises:
        Contradiction: one has to ask, or to be invited.
    """

    def change(now: Now) -> list[Said]:
        if now.mine.role is not None:
            return []
        if now.group.joins == "request" and now.mine.invited is None:
            raise Contradiction("One asks to join this group, and is let in.")
        return _welcomed(now, user_id)

    return _changed(store, user_id, user_id, group_id, at, change)


def ask(store: GraphStore, user_id: str, group_id: str, at: int) -> StandingIn:
    """The user asks to join; who is invited, or finds the group open, is a member by that.

    Raises:
        Contradiction: one has to be invited.
    """

    def change(now: Now) -> list[Said]:
        if now.mine.role is not None or now.mine.asked is not None:
            return []
        if now.group.joins == "request" and now.mine.invited is None:
            return [Said("asked_to_join", user_id, group_id, {"at": at})]
        return _welcomed(now, user_id)

    return _changed(store, user_id, user_id, group_id, at, change)


def withdraw(store: GraphStore, user_id: str, group_id: str, at: int) -> StandingIn:
    """The user asks no more."""
    return _no_more(store, user_id, user_id, group_id, at, "asked_to_join")


def refuse(store: GraphStore, user_id: str, group_id: str, at: int) -> StandingIn:
    """The user turns an invitation down."""
    return _no_more(store, user_id, user_id, group_id, at, "invited_to")


def accept(store: GraphStore, user_id: str, other_id: str, group_id: str, at: int) -> StandingIn:
    """The other, who asked, becomes a member; a moderator or owner does.

    Raises:
        Contradiction: they did not ask, or took it back.
    """

    def change(now: Now) -> list[Said]:
        only(now.mine, "moderator")
        if now.theirs.role is not None:
            return []
        if now.theirs.asked is None:
            raise Contradiction("They do not ask to join, or have taken it back.")
        return _member(now, other_id)

    return _changed(store, user_id, other_id, group_id, at, change)


def decline(store: GraphStore, user_id: str, other_id: str, group_id: str, at: int) -> StandingIn:
    """The other's request is turned down; a moderator or owner does."""
    return _no_more(store, user_id, other_id, group_id, at, "asked_to_join")


def invite(store: GraphStore, user_id: str, other_id: str, group_id: str, at: int) -> StandingIn:
    """The other is invited, and who asked to join is a member by that.

    To an open group every member invites, else a moderator or owner.
    """

    def change(now: Now) -> list[Said]:
        only(now.mine, "member" if now.group.joins == "open" else "moderator")
        if now.theirs.role is not None or now.theirs.invited is not None:
            return []
        if now.theirs.asked is not None:
            return _member(now, other_id)
        return [Said("invited_to", other_id, group_id, {"at": at})]

    return _changed(store, user_id, other_id, group_id, at, change)


def uninvite(store: GraphStore, user_id: str, other_id: str, group_id: str, at: int) -> StandingIn:
    """The other is invited no more; a moderator or owner does."""
    return _no_more(store, user_id, other_id, group_id, at, "invited_to")


def leave(store: GraphStore, user_id: str, group_id: str, at: int) -> StandingIn:
    """The user is no member any more.

    Raises:
        Contradiction: they are the last owner.
    """

    def change(now: Now) -> list[Said]:
        if now.mine.role is None:
            return []
        _not_the_last(now, user_id)
        return [Said("member_of", user_id, group_id, None)]

    return _changed(store, user_id, user_id, group_id, at, change)


def remove(store: GraphStore, user_id: str, other_id: str, group_id: str, at: int) -> StandingIn:
    """The other is no member any more; who has a higher role does."""

    def change(now: Now) -> list[Said]:
        only(now.mine, "moderator")
        if user_id == other_id:
            raise Contradiction("You are the one; leave the group instead.")
        if now.theirs.role is None:
            return []
        if now.mine.role is None or ROLES.index(now.mine.role) >= ROLES.index(now.theirs.role):
            raise NotTheirs("Only who has a higher role removes a member.")
        return [Said("member_of", other_id, group_id, None)]

    return _changed(store, user_id, other_id, group_id, at, change)


def appoint(
    store: GraphStore, user_id: str, other_id: str, group_id: str, role: Role, at: int
) -> StandingIn:
    """The other, a member, has that role from now on; an owner does.

    Raises:
        Contradiction: they are no member; or the group would lose its last owner.
    """

    def change(now: Now) -> list[Said]:
        only(now.mine, "owner")
        _among(now)
        if now.theirs.role == role:
            return []
        if role != "owner":
            _not_the_last(now, other_id)
        return [Said("member_of", other_id, group_id, {"role": role})]

    return _changed(store, user_id, other_id, group_id, at, change)


def hand_over(store: GraphStore, user_id: str, other_id: str, group_id: str, at: int) -> StandingIn:
    """The other, a member, owns the group in the place of the user, who stays a member.

    Raises:
        Contradiction: they are no member, or the user themself.
    """

    def change(now: Now) -> list[Said]:
        only(now.mine, "owner")
        _among(now)
        if user_id == other_id:
            raise Contradiction("You own the group already; name another member.")
        return [
            Said("member_of", other_id, group_id, {"role": "owner"}),
            Said("member_of", user_id, group_id, {"role": "member"}),
        ]

    return _changed(store, user_id, other_id, group_id, at, change)


def _no_more(
    store: GraphStore, user_id: str, other_id: str, group_id: str, at: int, file: Waiting
) -> StandingIn:
    """A request or an invitation ends: one's own, or another's where one governs."""

    def change(now: Now) -> list[Said]:
        if user_id != other_id:
            only(now.mine, "moderator")
        since = now.theirs.asked if file == "asked_to_join" else now.theirs.invited
        return [] if since is None else [Said(file, other_id, group_id, None)]

    return _changed(store, user_id, other_id, group_id, at, change)


def _changed(
    store: GraphStore, user_id: str, other_id: str, group_id: str, at: int, change: Change
) -> StandingIn:
    def work(graph: Runs) -> StandingIn:
        group = held(graph, [user_id, other_id], group_id)
        mine = standing_in(graph, user_id, group_id)
        theirs = mine if user_id == other_id else standing_in(graph, other_id, group_id)
        said = change(Now(group, mine, theirs, lambda: owners(graph, group_id)))
        if not said:
            return theirs
        write(graph, said, at)
        after = standing_in(graph, other_id, group_id)
        _tell(graph, (user_id, other_id, group_id), theirs, after, at)
        return after

    return store.transact(work)


def _tell(
    graph: Runs, act: tuple[str, str, str], before: StandingIn, after: StandingIn, at: int
) -> None:
    """Tell who governs the group of who asks; and whom it is about that they are in, or invited.

    Nobody is told any more of what ended.
    """
    user_id, other_id, group_id = act
    asks, asked = after.asked is not None, before.asked is not None
    requests = [
        News(each, "group_request", other_id, group_id=group_id)
        for each in (governors(graph, group_id) if asks != asked else ())
    ]
    news = requests if asks else []
    if asked and before.role is None and after.role is not None:
        news = [News(other_id, "group_accepted", user_id, group_id=group_id)]
    if after.invited is not None and before.invited is None:
        news = [News(other_id, "group_invitation", user_id, group_id=group_id)]
    tell(graph, news, at)
    take_back(graph, [] if asks else requests)
    # Who invited them, or let them in, is kept in what they were told alone.
    ended: dict[Kind, bool] = {
        "group_invitation": before.invited is not None and after.invited is None,
        "group_accepted": before.role is not None and after.role is None,
    }
    if over := [kind for kind, so in ended.items() if so]:
        take_back_of_group(graph, [other_id], group_id, over)


def _among(now: Now) -> None:
    if now.theirs.role is None:
        raise Contradiction("They are no member of the group.")


def _not_the_last(now: Now, user_id: str) -> None:
    if now.theirs.role == "owner" and now.owners() == {user_id}:
        raise Contradiction("A group keeps an owner: hand it over first, or delete it.")


def _welcomed(now: Now, user_id: str) -> list[Said]:
    """A member by their own will, where the group is open or invited them."""
    if now.group.joins != "open" and now.mine.invited is None:
        raise Contradiction("One becomes a member of this group by invitation.")
    return _member(now, user_id)


def _member(now: Now, user_id: str) -> list[Said]:
    group_id = now.group.group_id
    waits = {"asked_to_join": now.theirs.asked, "invited_to": now.theirs.invited}
    ended = [file for file, since in waits.items() if since is not None]
    return [
        Said("member_of", user_id, group_id, {"role": "member"}),
        *(Said(file, user_id, group_id, None) for file in ended),
    ]
