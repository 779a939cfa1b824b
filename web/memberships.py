"""``/groups/.../members``, ``requests``, ``invitations``: who is in a group, and how one joins."""

from collections.abc import Callable, Mapping

from apiflask import APIBlueprint, Schema
from apiflask.fields import String
from apiflask.validators import OneOf
from flask import current_app
from marshmallow import RAISE

from graph.queries.groups import ROLES, Role
from graph.queries.people import ViewerContext
from graph.store import GraphStore
from social import memberships
from social.groups import GroupPage
from social.memberships import Member, Waiting
from social.pages import Page, Place
from web.access import VIEWER, may_ask
from web.acting import acting
from web.friendships import Somebody, person_anew
from web.group_json import member_json, page_of_group_json
from web.groups import SHOWN
from web.groups_openapi import (
    ABOUT_RESPONSES,
    ACCEPT_RESPONSES,
    APPOINT_RESPONSES,
    ASK_RESPONSES,
    JOIN_RESPONSES,
    LEAVE_RESPONSES,
    MEMBERS_RESPONSES,
    UNDO_RESPONSES,
    WAITING_RESPONSES,
)
from web.idempotency import Showing, once
from web.pages import PageQuery, page_json
from web.parse import text_in_path
from web.state import state_of

Query = Mapping[str, object]
Answer = dict[str, object]
Own = Callable[[GraphStore, ViewerContext, str, int], GroupPage]
About = Callable[[GraphStore, ViewerContext, str, str, int], Member]
Listing = Callable[[GraphStore, ViewerContext, str, Place | None, int], Page[Member]]

blueprint = APIBlueprint("memberships", __name__)

_STANDING = ("user_id", "role", "asked_at", "invited_at")
_MEMBER = Showing("membership", frozenset(_STANDING), person_anew)


class RoleBody(Schema):
    """What a member becomes."""

    class Meta:
        """A misspelt field is told, and not passed over in silence."""

        unknown = RAISE

    role = String(
        required=True,
        validate=OneOf(ROLES, error=f"role must be one of {', '.join(ROLES)}."),
        error_messages={"required": f"role is missing; give one of {', '.join(ROLES)}."},
    )


@blueprint.get("/groups/<group>/members")
@may_ask(VIEWER)
@blueprint.input(PageQuery, location="query")
@blueprint.doc(summary="Who is in a group", responses=MEMBERS_RESPONSES)
def members(group: str, query_data: Query) -> Answer:
    """Those whom the viewer may see, of a group that they may know of."""
    return _listed(group, query_data, "members", memberships.members)


@blueprint.put("/groups/<group>/members/me")
@may_ask(VIEWER)
@blueprint.doc(summary="Join a group", responses=JOIN_RESPONSES)
@once(SHOWN)
def join(group: str) -> Answer:
    """One that is open, or that invited the viewer."""
    return _own(group, memberships.join)


@blueprint.delete("/groups/<group>/members/me")
@may_ask(VIEWER)
@blueprint.doc(summary="Leave a group", responses=LEAVE_RESPONSES)
@once(SHOWN)
def leave(group: str) -> Answer:
    """What is posted there is not the viewer's to see from the next request on."""
    return _own(group, memberships.leave)


@blueprint.patch("/groups/<group>/members/<user>")
@may_ask(VIEWER)
@blueprint.input(RoleBody, location="json")
@blueprint.doc(summary="Give a member another role", responses=APPOINT_RESPONSES)
@once(_MEMBER)
def appoint(group: str, user: str, json_data: Mapping[str, Role]) -> Answer:
    """For owners."""
    role = json_data["role"]

    def act(store: GraphStore, viewer: ViewerContext, group_id: str, told: str, now: int) -> Member:
        return memberships.appoint(store, viewer, group_id, told, role, now)

    return _about(group, user, act)


@blueprint.delete("/groups/<group>/members/<user>")
@may_ask(VIEWER)
@blueprint.doc(summary="Remove a member", responses=ABOUT_RESPONSES)
@once(_MEMBER)
def remove(group: str, user: str) -> Answer:
    """For moderators and owners, of who has a lower role. To an open group they may come back."""
    return _about(group, user, memberships.remove)


@blueprint.put("/groups/<group>/owner")
@may_ask(VIEWER)
@blueprint.input(Somebody, location="json")
@blueprint.doc(summary="Hand a group over", responses=APPOINT_RESPONSES)
@once(_MEMBER)
def hand_over(group: str, json_data: Mapping[str, str]) -> Answer:
    """The member owns it in the viewer's place, who stays a member."""
    return _about(group, json_data["user"], memberships.hand_over)


@blueprint.get("/groups/<group>/requests")
@may_ask(VIEWER)
@blueprint.input(PageQuery, location="query")
@blueprint.doc(summary="Who asks to join a group", responses=WAITING_RESPONSES)
def requests(group: str, query_data: Query) -> Answer:
    """For moderators and owners; the latest first."""
    return _waiting(group, query_data, "asked_to_join")


@blueprint.put("/groups/<group>/requests/me")
@may_ask(VIEWER)
@blueprint.doc(summary="Ask to join a group", responses=ASK_RESPONSES)
@once(SHOWN)
def ask(group: str) -> Answer:
    """Who finds it open, or is invited, is a member by that."""
    return _own(group, memberships.ask)


@blueprint.delete("/groups/<group>/requests/me")
@may_ask(VIEWER)
@blueprint.doc(summary="Withdraw a request to join", responses=UNDO_RESPONSES)
@once(SHOWN)
def withdraw(group: str) -> Answer:
    """The viewer may ask again."""
    return _own(group, memberships.withdraw)


@blueprint.put("/groups/<group>/requests/<user>")
@may_ask(VIEWER)
@blueprint.doc(summary="Let somebody in who asked to join", responses=ACCEPT_RESPONSES)
@once(_MEMBER)
def accept(group: str, user: str) -> Answer:
    """For moderators and owners."""
    return _about(group, user, memberships.accept)


@blueprint.delete("/groups/<group>/requests/<user>")
@may_ask(VIEWER)
@blueprint.doc(summary="Decline a request to join", responses=ABOUT_RESPONSES)
@once(_MEMBER)
def decline(group: str, user: str) -> Answer:
    """For moderators and owners; they are not told, and may ask again."""
    return _about(group, user, memberships.decline)


@blueprint.get("/groups/<group>/invitations")
@may_ask(VIEWER)
@blueprint.input(PageQuery, location="query")
@blueprint.doc(summary="Who is invited to a group", responses=WAITING_RESPONSES)
def invitations(group: str, query_data: Query) -> Answer:
    """For moderators and owners, as far as they may see them; the latest first."""
    return _waiting(group, query_data, "invited_to")


@blueprint.delete("/groups/<group>/invitations/me")
@may_ask(VIEWER)
@blueprint.doc(summary="Decline an invitation to a group", responses=UNDO_RESPONSES)
@once(SHOWN)
def refuse(group: str) -> Answer:
    """A private group is not the viewer's to know of any more: ask for it again is a 404."""
    return _own(group, memberships.refuse)


@blueprint.put("/groups/<group>/invitations/<user>")
@may_ask(VIEWER)
@blueprint.doc(summary="Invite somebody to a group", responses=ABOUT_RESPONSES)
@once(_MEMBER)
def invite(group: str, user: str) -> Answer:
    """For members of an open group, else for moderators and owners. Who asked is a member.

    A member is told no more than whether they were in the group before.
    """
    return _about(group, user, memberships.invite)


@blueprint.delete("/groups/<group>/invitations/<user>")
@may_ask(VIEWER)
@blueprint.doc(summary="Take an invitation back", responses=ABOUT_RESPONSES)
@once(_MEMBER)
def uninvite(group: str, user: str) -> Answer:
    """For moderators and owners."""
    return _about(group, user, memberships.uninvite)


def _own(group: str, act: Own) -> Answer:
    state, group_id = state_of(current_app), text_in_path("group", group)
    done = act(state.store, acting().viewer(), group_id, int(state.clock()))
    return {"status": "success", "group": page_of_group_json(done)}


def _about(group: str, user: str, act: About) -> Answer:
    state, group_id = state_of(current_app), text_in_path("group", group)
    whom = text_in_path("user", user)
    done = act(state.store, acting().viewer(), group_id, whom, int(state.clock()))
    return {"status": "success", "membership": member_json(done)}


def _waiting(group: str, query: Query, name: Waiting) -> Answer:
    def listing(
        store: GraphStore, viewer: ViewerContext, group_id: str, after: Place | None, size: int
    ) -> Page[Member]:
        return memberships.waiting(store, viewer, group_id, name, after, size)

    return _listed(group, query, name, listing)


def _listed(group: str, query: Query, name: str, listing: Listing) -> Answer:
    store, who, group_id = state_of(current_app).store, acting(), text_in_path("group", group)
    viewer = who.viewer()

    def read(after: Place | None, size: int) -> Page[Member]:
        return listing(store, viewer, group_id, after, size)

    return page_json(who, query, f"{name} of {group_id}", read, member_json, "members")
