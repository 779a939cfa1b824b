"""``/groups``: groups themselves; who is in them is in `web.memberships`."""

from collections.abc import Mapping

from apiflask import APIBlueprint, Schema
from apiflask.fields import String
from apiflask.validators import OneOf
from flask import current_app
from marshmallow import RAISE

from feed.gate import VisibleGroup
from graph.queries.groups import JOININGS
from social import groups
from social.pages import Page, Place
from web.access import VIEWER, may_ask
from web.acting import acting
from web.group_json import group_json, page_of_group_json
from web.groups_openapi import (
    DELETE_RESPONSES,
    EDIT_RESPONSES,
    GROUP_RESPONSES,
    GROUPS_RESPONSES,
    MADE_RESPONSES,
)
from web.idempotency import OWN, Json, Showing, made_id, once
from web.pages import PageQuery, page_json
from web.parse import Text, text_in_path
from web.said import Said
from web.state import state_of

PRIVACIES = ("public", "private")
NAME_LENGTH, DESCRIPTION_LENGTH = 100, 1_000

Query = Mapping[str, object]
Answer = dict[str, object]

blueprint = APIBlueprint("groups", __name__)


def _anew(kept: Json) -> Json:
    store = state_of(current_app).store
    return page_of_group_json(groups.page(store, acting().viewer(), kept["group_id"]))


SHOWN = Showing("group", frozenset({"group_id", "mine"}), _anew)
"""A group, with what the viewer is to it."""


class GroupFields(Schema):
    """What a group says of itself; what is not given stays."""

    class Meta:
        """A misspelt field is told, and not passed over in silence."""

        unknown = RAISE

    name = Said(NAME_LENGTH, least=1, metadata={"example": "Night bakers"})
    description = Said(
        DESCRIPTION_LENGTH, lines=True, metadata={"example": "Bread while others sleep."}
    )
    privacy = String(
        validate=OneOf(PRIVACIES, error=f"privacy must be one of {', '.join(PRIVACIES)}."),
        metadata={
            "description": "public: everybody may know of it; private: its members and whom it"
            " invites alone. Posts in it are for its members either way."
        },
    )
    joining = String(
        validate=OneOf(JOININGS, error=f"joining must be one of {', '.join(JOININGS)}."),
        metadata={"description": "How one becomes a member."},
    )


class NewGroup(GroupFields):
    """A group that is made: public and open where nothing else is said."""

    name = Said(
        NAME_LENGTH,
        least=1,
        required=True,
        error_messages={"required": "name is missing; give the group one."},
        metadata={"example": "Night bakers"},
    )


class GroupsQuery(PageQuery):
    """Whose groups."""

    of = Text(metadata={"description": "Another's, by id or exact username; without it: one's own"})


@blueprint.post("/groups")
@may_ask(VIEWER)
@blueprint.input(NewGroup, location="json")
@blueprint.doc(summary="Make a group", responses=MADE_RESPONSES)
@once(SHOWN)
def create(json_data: Mapping[str, str]) -> tuple[Answer, int]:
    """The viewer owns it, and is its first member."""
    state, told = state_of(current_app), {"privacy": "public", "joining": "open", **json_data}
    fields = {"description": "", **told}
    viewer, now = acting().viewer(), int(state.clock())
    made = groups.create(state.store, viewer, made_id("group"), fields, now)
    return {"status": "success", "group": page_of_group_json(made)}, 201


@blueprint.get("/groups")
@may_ask(VIEWER)
@blueprint.input(GroupsQuery, location="query")
@blueprint.doc(summary="The groups that one is in", responses=GROUPS_RESPONSES)
def memberships(query_data: Query) -> Answer:
    """The viewer's own, all of them; of another's those that the viewer may know of."""
    store, who, told = state_of(current_app).store, acting(), query_data.get("of")
    viewer, whose = who.viewer(), None if told is None else str(told)

    def read(after: Place | None, size: int) -> Page[VisibleGroup]:
        return groups.memberships(store, viewer, whose, after, size)

    return page_json(who, query_data, f"groups of {whose or ''}", read, _entry, "groups")


@blueprint.get("/groups/invitations")
@may_ask(VIEWER)
@blueprint.input(PageQuery, location="query")
@blueprint.doc(summary="The groups that the viewer is invited to", responses=GROUPS_RESPONSES)
def invitations(query_data: Query) -> Answer:
    """The latest first."""
    store, who = state_of(current_app).store, acting()
    viewer = who.viewer()

    def read(after: Place | None, size: int) -> Page[VisibleGroup]:
        return groups.invitations(store, viewer, after, size)

    return page_json(who, query_data, "group invitations", read, _entry, "groups")


@blueprint.get("/groups/<group>")
@may_ask(VIEWER)
@blueprint.doc(summary="A group", responses=GROUP_RESPONSES)
def page(group: str) -> Answer:
    """And what the viewer is to it."""
    viewer, group_id = acting().viewer(), text_in_path("group", group)
    found = groups.page(state_of(current_app).store, viewer, group_id)
    return {"status": "success", "group": page_of_group_json(found)}


@blueprint.patch("/groups/<group>")
@may_ask(VIEWER)
@blueprint.input(GroupFields, location="json")
@blueprint.doc(summary="Edit a group", responses=EDIT_RESPONSES)
@once(SHOWN)
def edit(group: str, json_data: Mapping[str, str]) -> Answer:
    """For its owners. Who is in it stays so; a private group stays private."""
    state, group_id = state_of(current_app), text_in_path("group", group)
    viewer, now = acting().viewer(), int(state.clock())
    done = groups.edit(state.store, viewer, group_id, dict(json_data), now)
    return {"status": "success", "group": page_of_group_json(done)}


@blueprint.delete("/groups/<group>")
@may_ask(VIEWER)
@blueprint.doc(summary="Delete a group", responses=DELETE_RESPONSES)
@once(OWN)
def delete(group: str) -> Answer:
    """For its owners. Nobody is in it any more, and nobody sees what was posted in it."""
    state, group_id = state_of(current_app), text_in_path("group", group)
    groups.delete(state.store, acting().viewer(), group_id, int(state.clock()))
    return {"status": "success", "group_id": group_id, "deleted": True}


def _entry(shown: VisibleGroup) -> Answer:
    return group_json(shown.group)
