"""Groups: found, made, edited and deleted by who may.

A group that the viewer may not know of is told as if it were not there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from feed.gate import VisibleGroup, admit_groups
from graph.actions import groups as actions
from graph.errors import NotThere
from graph.model import Row
from graph.queries.groups import Group, StandingIn, group_pages, standing_in
from graph.queries.people import ViewerContext
from graph.store import GraphStore
from social.acquaintances import reading
from social.meeting import seen
from social.pages import Page, Place, page_of


@dataclass(frozen=True, slots=True)
class GroupPage:
    """A group that the viewer may know of, and what they are to it."""

    group: Group
    mine: StandingIn


def page(store: GraphStore, viewer: ViewerContext, group_id: str) -> GroupPage:
    """A group.

    Args:
        store: the graph.
        viewer: a user of the graph; so with all functions here.
        group_id: a group's id; likewise.

    Raises:
        NotThere: no group that the viewer may know of; likewise.
    """
    return reached(store, viewer, group_id)


def create(
    store: GraphStore, viewer: ViewerContext, group_id: str, fields: Row, now: int
) -> GroupPage:
    """Make a group, owned by the viewer.

    Args:
        store: the graph.
        viewer: whose it is.
        group_id: its id, as `web.idempotency` made it.
        fields: ``name``, ``description``, ``privacy`` and ``joining``.
        now: Unix seconds.
    """
    mine = actions.create(store, viewer.user_id or "", group_id, fields, now)
    return _after(store, group_id, mine)


def edit(
    store: GraphStore, viewer: ViewerContext, group_id: str, fields: Row, now: int
) -> GroupPage:
    """Put fields, as for `create`, in the place of the old ones.

    Raises:
        NotTheirs: the viewer owns it not.
        Contradiction: it is private, and would be public.
    """
    mine = reached(store, viewer, group_id).mine
    actions.edit(store, viewer.user_id or "", group_id, fields, now)
    return _after(store, group_id, mine)


def delete(store: GraphStore, viewer: ViewerContext, group_id: str, now: int) -> None:
    """Delete a group: from now on it and its posts are nobody's to see.

    Raises:
        NotTheirs: the viewer owns it not.
    """
    reached(store, viewer, group_id)
    actions.delete(store, viewer.user_id or "", group_id, now)


def memberships(
    store: GraphStore, viewer: ViewerContext, told: str | None, after: Place | None, size: int
) -> Page[VisibleGroup]:
    """The groups that the viewer is in (None); or somebody else, whom they may see, by id.

    Of another's those alone that the viewer may know of.
    """
    whose = viewer.user_id or "" if told is None else seen(store, viewer, told).user_id

    def show(entries: Sequence[Place]) -> Mapping[str, VisibleGroup]:
        return _shown(store, viewer, entries, frozenset())

    return page_of(reading(store, "memberships", whose), show, after, size)


def invitations(
    store: GraphStore, viewer: ViewerContext, after: Place | None, size: int
) -> Page[VisibleGroup]:
    """The groups that the viewer is invited to, the latest first."""

    def show(entries: Sequence[Place]) -> Mapping[str, VisibleGroup]:
        return _shown(store, viewer, entries, frozenset(each.id for each in entries))

    return page_of(reading(store, "group_invitations", viewer.user_id or ""), show, after, size)


def _shown(
    store: GraphStore, viewer: ViewerContext, entries: Sequence[Place], invited: frozenset[str]
) -> Mapping[str, VisibleGroup]:
    found = group_pages(store, [each.id for each in entries]).values()
    return {each.group.group_id: each for each in admit_groups(viewer, found, invited)}


def reached(
    store: GraphStore, viewer: ViewerContext, group_id: str, *, undo: bool = False
) -> GroupPage:
    """The group and what the viewer is to it; with `undo`, one too that they only ask to join.

    Raises:
        NotThere: no group that the viewer may know of.
    """
    found = group_pages(store, [group_id]).values()
    mine = standing_in(store, viewer.user_id or "", group_id)
    tied = mine.role is not None or mine.invited is not None or (undo and mine.asked is not None)
    visible = admit_groups(viewer, found, frozenset([group_id] if tied else []))
    if not visible:
        raise NotThere(f"{group_id} is not there for {viewer.user_id}")
    return GroupPage(visible[0].group, mine)


def _after(store: GraphStore, group_id: str, mine: StandingIn) -> GroupPage:
    """What the viewer did with a group that they know of, as it is now."""
    return GroupPage(group_pages(store, [group_id])[group_id], mine)
