"""``GET /search``: people, posts, groups and tags by words, the nearest to the viewer first."""

from collections.abc import Callable, Mapping
from typing import Any

from apiflask import APIBlueprint, Schema
from apiflask.fields import String
from apiflask.validators import Length, Range
from flask import current_app
from marshmallow import ValidationError

from feed.gate import VisibleGroup
from feed.profiles import Profile
from feed.slate import Slate, digest, viewer_key
from graph.errors import CursorRefused
from graph.search.index import KINDS, Kind
from graph.search.terms import asked
from social.search import Search, searching
from social.search_names import TagHit
from social.whole_posts import Said
from web.access import VIEWER, may_ask
from web.acting import Acting, acting
from web.errors import bad_field
from web.group_json import group_json
from web.parse import MAX_CURSOR, Whole
from web.person_json import person_json
from web.post_json import JsonObject
from web.search_openapi import SEARCH_RESPONSES
from web.state import state_of
from web.whole_post_json import said_json

ALL = "all"
SIZE, MAX_SIZE = 20, 100
SIZE_OF_ALL = 5
"""Entries of each kind where all are asked for."""

blueprint = APIBlueprint("search", __name__)


class SearchKind(String):
    """One of the kinds of what can be searched for."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> str:
        if value not in (*KINDS, ALL):
            known = ", ".join((*KINDS, ALL))
            raise ValidationError(f"{attr} is {str(value)[:40]!r}; give one of {known}.")
        return str(value)


class SearchQuery(Schema):
    """What is looked for."""

    q = String(
        required=True,
        error_messages={"required": "q is missing; say what to look for: ?q=jazz."},
        metadata={
            "description": "Words, all of which must be said; the first 8 of 400 characters.",
            "example": "slow bread",
        },
    )
    kind = SearchKind(
        load_default=ALL,
        metadata={"enum": [*KINDS, ALL], "description": "all: the first few of each kind."},
    )
    cursor = String(
        validate=Length(
            1, MAX_CURSOR, error=f"cursor must be 1 to {MAX_CURSOR} characters, as it was given."
        ),
        metadata={
            "format": "cursor",
            "description": "next_cursor of the page before, with its q and kind.",
        },
    )
    page_size = Whole(
        validate=Range(1, MAX_SIZE, error=f"page_size must be from 1 to {MAX_SIZE}."),
        metadata={"description": f"{SIZE} of one kind, or {SIZE_OF_ALL} of each, if not given."},
    )


@blueprint.get("/search")
@may_ask(VIEWER)
@blueprint.input(SearchQuery, location="query")
@blueprint.doc(summary="Search for people, posts, groups and tags", responses=SEARCH_RESPONSES)
def search(query_data: Mapping[str, object]) -> JsonObject:
    """What says all the words, or begins with them, or is a typo away; best first.

    Nothing is found, nor counted, that the viewer may not see.
    """
    state, who = state_of(current_app), acting()
    kind, cursor = str(query_data["kind"]), query_data.get("cursor")
    if kind == ALL and cursor is not None:
        raise bad_field("cursor", "A cursor leads on in one kind: name it with kind.")
    now, told = int(state.clock()), asked(str(query_data["q"]))
    made = searching(state.store, state.search, who.viewer(), told, now)
    kinds = [each for each in KINDS if kind in (each, ALL)]
    size = int(str(query_data.get("page_size") or (SIZE_OF_ALL if kind == ALL else SIZE)))
    pages = {each: _page(who, made, each, cursor, size) for each in kinds}
    answer: JsonObject = {"status": "success", "kind": kind}
    answer |= {each: entries for each, (entries, _) in pages.items()}
    answer["page_size"] = size
    if kind == ALL:
        answer["next_cursors"] = {each: after for each, (_, after) in pages.items()}
    else:
        answer["next_cursor"] = pages[kinds[0]][1]
    return answer


def _page(
    who: Acting, made: Search, kind: Kind, cursor: object, size: int
) -> tuple[list[JsonObject], str | None]:
    """A page of one kind, and the cursor for the next."""
    cursors = state_of(current_app).cursors
    viewer = viewer_key(who.user_id, who.user_id)
    words = " ".join("\0".join(term.words) for term in made.asked.terms)
    listed = digest({"search": kind, "words": words})
    if cursor is None:
        slate, start = Slate(viewer, listed, made.now, made.found(kind)), 0
    else:
        try:
            slate, start = cursors.open(str(cursor), viewer, listed, made.now)
        except CursorRefused as error:
            raise bad_field("cursor", str(error)) from error
    end = start + size
    more = end < len(slate.post_ids)
    shown = _SHOWN[kind](made, slate.post_ids[start:end])
    return shown, cursors.seal(slate, end) if more else None


def _people(made: Search, ids: tuple[str, ...]) -> list[JsonObject]:
    def entry(profile: Profile) -> JsonObject:
        user_id = profile.person.card.user_id
        return {**person_json(profile), "tie": made.circle.tie(user_id)}

    return [entry(each) for each in made.people(ids)]


def _posts(made: Search, ids: tuple[str, ...]) -> list[JsonObject]:
    def entry(said: Said) -> JsonObject:
        card = said.post.card
        hidden = card.post_id in made.viewer.hidden
        return {**said_json(said), "tags": sorted(card.tags), "hidden": hidden}

    return [entry(each) for each in made.posts(ids)]


def _groups(made: Search, ids: tuple[str, ...]) -> list[JsonObject]:
    def entry(visible: VisibleGroup) -> JsonObject:
        group = visible.group
        return {**group_json(group), "member": group.group_id in made.viewer.groups}

    return [entry(each) for each in made.groups(ids)]


def _tags(made: Search, ids: tuple[str, ...]) -> list[JsonObject]:
    def entry(tag: TagHit) -> JsonObject:
        picked = tag.tag_id in made.viewer.interests
        return {"tag": tag.tag_id, "name": tag.name, "posts": tag.posts, "interest": picked}

    return [entry(each) for each in made.tags(ids)]


_SHOWN: Mapping[Kind, Callable[[Search, tuple[str, ...]], list[JsonObject]]] = {
    "people": _people,
    "posts": _posts,
    "groups": _groups,
    "tags": _tags,
}
