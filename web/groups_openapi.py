"""What ``/openapi.json`` says of groups and of who is in them."""

from web.actions_openapi import action_responses, error_response, list_responses, success
from web.friendships_openapi import an_object
from web.group_json import (
    GROUP,
    GROUP_EXAMPLE,
    MEMBER,
    MEMBER_EXAMPLE,
    PAGE,
    PAGE_EXAMPLE,
)
from web.openapi import Json
from web.pages import page_example, page_schema

Responses = dict[int | str, Json]

_STATUS: Json = {"status": {"type": "string"}}
_THEIRS: Responses = {
    403: error_response(
        "The group is there for the viewer, and this is for others to do.",
        "In this group that is for owners and moderators.",
    )
}
_GROUP = success(
    "The group now, and what the viewer is to it.",
    an_object({**_STATUS, "group": PAGE}),
    {"status": "success", "group": PAGE_EXAMPLE},
)
_MEMBER = success(
    "What somebody is to the group now; `user` is null where the viewer may not see them.",
    an_object({**_STATUS, "membership": MEMBER}),
    {"status": "success", "membership": MEMBER_EXAMPLE},
)
GROUP_RESPONSES = list_responses(_GROUP)
MADE_RESPONSES = {
    number: each for number, each in action_responses(_GROUP, made=True).items() if number != 404
}
EDIT_RESPONSES = (
    action_responses(
        _GROUP,
        conflict="A private group stays private; make a public one, and let its members join it.",
    )
    | _THEIRS
)
DELETE_RESPONSES = (
    action_responses(
        success(
            "It is gone, for everybody.",
            an_object({**_STATUS, "group_id": {"type": "string"}, "deleted": {"type": "boolean"}}),
            {"status": "success", "group_id": "app:group:5f3c", "deleted": True},
        )
    )
    | _THEIRS
)
JOIN_RESPONSES = action_responses(_GROUP, conflict="One asks to join this group, and is let in.")
LEAVE_RESPONSES = action_responses(
    _GROUP, conflict="A group keeps an owner: hand it over first, or delete it."
)
ASK_RESPONSES = action_responses(
    _GROUP, conflict="One becomes a member of this group by invitation."
)
UNDO_RESPONSES = action_responses(_GROUP)
ABOUT_RESPONSES = action_responses(_MEMBER) | _THEIRS
ACCEPT_RESPONSES = (
    action_responses(_MEMBER, conflict="They do not ask to join, or have taken it back.") | _THEIRS
)
APPOINT_RESPONSES = action_responses(_MEMBER, conflict="They are no member of the group.") | _THEIRS
GROUPS_RESPONSES = list_responses(
    success(
        "A page of groups.", page_schema("groups", GROUP), page_example("groups", GROUP_EXAMPLE)
    )
)
MEMBERS_RESPONSES = list_responses(
    success(
        "A page of people whom the viewer may see.",
        page_schema("members", MEMBER),
        page_example("members", MEMBER_EXAMPLE),
    )
)
WAITING_RESPONSES = MEMBERS_RESPONSES | _THEIRS
