"""A group, and who is in it, as answers have them."""

from graph.queries.groups import JOININGS, ROLES, Group, StandingIn
from social.groups import GroupPage
from social.memberships import Member
from web.friendships_openapi import an_object
from web.openapi import Json
from web.person_json import PERSON_EXAMPLE, PERSON_OR_NULL, person_json
from web.post_json import JsonObject

_AT: Json = {"type": ["integer", "null"], "description": "Since when, Unix seconds."}
_STANDING: Json = {
    "role": {"type": ["string", "null"], "enum": [*ROLES, None], "description": "Null: no member."},
    "asked_at": _AT,
    "invited_at": _AT,
}
GROUP: Json = an_object(
    {
        "group_id": {"type": "string"},
        "name": {"type": "string"},
        "description": {"type": "string"},
        "privacy": {"type": "string", "enum": ["public", "private"]},
        "joining": {"type": "string", "enum": list(JOININGS)},
        "created_at": _AT,
    }
)
PAGE: Json = an_object({**GROUP["properties"], "mine": an_object(_STANDING)})
MEMBER: Json = an_object({"user_id": {"type": "string"}, "user": PERSON_OR_NULL, **_STANDING})
STANDING_EXAMPLE: Json = {"role": "owner", "asked_at": None, "invited_at": None}
GROUP_EXAMPLE: Json = {
    "group_id": "app:group:5f3c",
    "name": "Night bakers",
    "description": "Bread while others sleep.",
    "privacy": "public",
    "joining": "request",
    "created_at": 1760000000,
}
PAGE_EXAMPLE: Json = {**GROUP_EXAMPLE, "mine": STANDING_EXAMPLE}
MEMBER_EXAMPLE: Json = {
    "user_id": "sv:user:57",
    "user": PERSON_EXAMPLE,
    **STANDING_EXAMPLE,
    "role": "member",
}


def group_json(group: Group) -> JsonObject:
    """A group that passed the gate."""
    return {
        "group_id": group.group_id,
        "name": group.name or "",
        "description": group.description or "",
        "privacy": "public" if group.public else "private",
        "joining": group.joins,
        "created_at": group.created_at,
    }


def page_of_group_json(page: GroupPage) -> JsonObject:
    """A group, with what the viewer is to it."""
    return {**group_json(page.group), "mine": standing_json(page.mine)}


def member_json(member: Member) -> JsonObject:
    """Somebody, and what they are to a group; `user` is null where the viewer may not see them."""
    profile = member.profile
    person = None if profile is None else person_json(profile)
    return {"user_id": member.user_id, "user": person, **standing_json(member.standing)}


def standing_json(standing: StandingIn) -> JsonObject:
    """What somebody is to a group."""
    return {
        "role": standing.role,
        "asked_at": standing.asked or None,
        "invited_at": standing.invited or None,
    }
