"""``/posts``: what people write, share, change and delete."""

from collections.abc import Mapping
from typing import Any

from apiflask import APIBlueprint
from flask import current_app

from graph.queries.people import ViewerContext
from social import posts
from social.whole_posts import whole_post
from web.access import VIEWER, may_ask
from web.acting import acting
from web.idempotency import OWN, Json, Showing, made_id, once
from web.post_fields import NewPost, Words, draft_of, id_in_path
from web.post_json import JsonObject
from web.posts_openapi import (
    CREATE_RESPONSES,
    DELETE_RESPONSES,
    EDIT_RESPONSES,
    READ_RESPONSES,
    SHARE_RESPONSES,
)
from web.state import state_of
from web.whole_post_json import whole_post_json

Query = Mapping[str, object]
Told = Mapping[str, Any]
Answer = dict[str, object]

blueprint = APIBlueprint("posts", __name__)


def _anew(kept: Json) -> Json:
    return _post(acting().viewer(), kept["post_id"])


_SHOWN = Showing("post", frozenset({"post_id"}), _anew)


@blueprint.post("/posts")
@may_ask(VIEWER)
@blueprint.input(NewPost, location="json")
@blueprint.doc(summary="Write a post", responses=CREATE_RESPONSES)
@once(_SHOWN)
def create(json_data: Told) -> tuple[Answer, int]:
    """It is in the next feeds of the author's friends, and some seconds later of whom it suits."""
    state, viewer = state_of(current_app), acting().viewer()
    draft = draft_of(state.store, {"privacy": "public", **json_data})
    group_id = json_data.get("group") or None
    now = int(state.clock())
    made = posts.create(state.store, viewer, made_id("post"), draft, group_id, now)
    return _answer(viewer, made.post_id), 201


@blueprint.get("/posts/<post>")
@may_ask(VIEWER)
@blueprint.doc(summary="Read a post", responses=READ_RESPONSES)
def read(post: str) -> Answer:
    """What it says; how many of whom the viewer may see responded; what the viewer did with it."""
    return _answer(acting().viewer(), id_in_path("post", post))


@blueprint.patch("/posts/<post>")
@may_ask(VIEWER)
@blueprint.input(Words, location="json")
@blueprint.doc(summary="Change one's own post", responses=EDIT_RESPONSES)
@once(_SHOWN)
def edit(post: str, json_data: Told) -> Answer:
    """What is left out stays; an empty text, list or category takes away."""
    state, post_id = state_of(current_app), id_in_path("post", post)
    viewer, draft = acting().viewer(), draft_of(state.store, json_data)
    posts.edit(state.store, viewer, post_id, draft, int(state.clock()))
    return _answer(viewer, post_id)


@blueprint.delete("/posts/<post>")
@may_ask(VIEWER)
@blueprint.doc(summary="Delete one's own post", responses=DELETE_RESPONSES)
@once(OWN)
def delete(post: str) -> Answer:
    """Nobody sees it any more, its words are erased; what shares it stays, without it."""
    state, post_id = state_of(current_app), id_in_path("post", post)
    posts.delete(state.store, acting().viewer(), post_id, int(state.clock()))
    return {"status": "success", "post": {"post_id": post_id, "deleted": True}}


@blueprint.post("/posts/<post>/shares")
@may_ask(VIEWER)
@blueprint.input(Words, location="json")
@blueprint.doc(summary="Share a post", responses=SHARE_RESPONSES)
@once(_SHOWN)
def share(post: str, json_data: Told) -> tuple[Answer, int]:
    """A new post, maybe with own words; who may not see the shared one does not see it here."""
    state, viewer = state_of(current_app), acting().viewer()
    draft = draft_of(state.store, {"privacy": "public", **json_data})
    shared_id, now = id_in_path("post", post), int(state.clock())
    made = posts.share(state.store, viewer, made_id("post"), shared_id, draft, now)
    return _answer(viewer, made.post_id), 201


def _answer(viewer: ViewerContext, post_id: str) -> Answer:
    return {"status": "success", "post": _post(viewer, post_id)}


def _post(viewer: ViewerContext, post_id: str) -> JsonObject:
    return whole_post_json(whole_post(state_of(current_app).store, viewer, post_id))
