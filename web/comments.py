"""``/comments``: what people say of posts, and what others answer."""

from collections.abc import Mapping
from typing import Any

from apiflask import APIBlueprint
from flask import current_app

from social import comments, discussions
from social.comments import Commented
from social.discussions import Shown
from social.pages import Page, Place
from web.access import VIEWER, may_ask
from web.acting import acting
from web.comments_openapi import (
    DELETE_RESPONSES,
    EDIT_RESPONSES,
    LIST_RESPONSES,
    MADE_RESPONSES,
    READ_RESPONSES,
)
from web.idempotency import OWN, Json, Showing, made_id, once
from web.pages import PageQuery, page_json
from web.person_json import person_json
from web.post_fields import Remark, id_in_path
from web.post_json import JsonObject
from web.state import state_of

Query = Mapping[str, object]
Told = Mapping[str, Any]
Answer = dict[str, object]

blueprint = APIBlueprint("comments", __name__)


def _anew(kept: Json) -> Json:
    store = state_of(current_app).store
    return _comment(discussions.read(store, acting().viewer(), kept["comment_id"]))


_SHOWN = Showing("comment", frozenset({"comment_id", "post_id", "answers"}), _anew)


@blueprint.get("/posts/<post>/comments")
@may_ask(VIEWER)
@blueprint.input(PageQuery, location="query")
@blueprint.doc(summary="Comments on a post", responses=LIST_RESPONSES)
def listed(post: str, query_data: Query) -> Answer:
    """Those that answer no other, of people whom the viewer may see; the latest first."""
    store, who, post_id = state_of(current_app).store, acting(), id_in_path("post", post)
    viewer = who.viewer()

    def page(after: Place | None, size: int) -> Page[Shown]:
        return discussions.comments(store, viewer, post_id, after, size)

    return page_json(who, query_data, f"comments on {post_id}", page, _comment, "comments")


@blueprint.post("/posts/<post>/comments")
@may_ask(VIEWER)
@blueprint.input(Remark, location="json")
@blueprint.doc(summary="Comment on a post", responses=MADE_RESPONSES)
@once(_SHOWN)
def create(post: str, json_data: Told) -> tuple[Answer, int]:
    """Whoever may see the post and the viewer may see it."""
    state, post_id = state_of(current_app), id_in_path("post", post)
    comment_id, now = made_id("comment"), int(state.clock())
    viewer = acting().viewer()
    done = comments.create(state.store, viewer, comment_id, post_id, json_data["text"], now)
    return _made(done)


@blueprint.get("/comments/<comment>")
@may_ask(VIEWER)
@blueprint.doc(summary="Read a comment", responses=READ_RESPONSES)
def read(comment: str) -> Answer:
    """A comment that the viewer may see; one that is deleted and answered has no words."""
    comment_id = id_in_path("comment", comment)
    return _answer(discussions.read(state_of(current_app).store, acting().viewer(), comment_id))


@blueprint.patch("/comments/<comment>")
@may_ask(VIEWER)
@blueprint.input(Remark, location="json")
@blueprint.doc(summary="Change one's own comment", responses=EDIT_RESPONSES)
@once(_SHOWN)
def edit(comment: str, json_data: Told) -> Answer:
    """Others see that and when it was changed."""
    state, comment_id = state_of(current_app), id_in_path("comment", comment)
    viewer, now = acting().viewer(), int(state.clock())
    return _answer(comments.edit(state.store, viewer, comment_id, json_data["text"], now))


@blueprint.delete("/comments/<comment>")
@may_ask(VIEWER)
@blueprint.doc(summary="Delete a comment", responses=DELETE_RESPONSES)
@once(OWN)
def delete(comment: str) -> Answer:
    """By who wrote it, or wrote the post; one that is answered stays, without its words."""
    comment_id = id_in_path("comment", comment)
    comments.delete(state_of(current_app).store, acting().viewer(), comment_id)
    return {"status": "success", "comment": {"comment_id": comment_id, "deleted": True}}


@blueprint.get("/comments/<comment>/answers")
@may_ask(VIEWER)
@blueprint.input(PageQuery, location="query")
@blueprint.doc(summary="Answers to a comment", responses=LIST_RESPONSES)
def answers(comment: str, query_data: Query) -> Answer:
    """Of people whom the viewer may see, the latest first."""
    store, who, comment_id = state_of(current_app).store, acting(), id_in_path("comment", comment)
    viewer = who.viewer()

    def page(after: Place | None, size: int) -> Page[Shown]:
        return discussions.answers(store, viewer, comment_id, after, size)

    return page_json(who, query_data, f"answers to {comment_id}", page, _comment, "comments")


@blueprint.post("/comments/<comment>/answers")
@may_ask(VIEWER)
@blueprint.input(Remark, location="json")
@blueprint.doc(summary="Answer a comment", responses=MADE_RESPONSES)
@once(_SHOWN)
def answer(comment: str, json_data: Told) -> tuple[Answer, int]:
    """It hangs under the comment, and is seen by whom that one may be seen by."""
    state, answers_id = state_of(current_app), id_in_path("comment", comment)
    comment_id, now = made_id("comment"), int(state.clock())
    viewer = acting().viewer()
    done = comments.answer(state.store, viewer, comment_id, answers_id, json_data["text"], now)
    return _made(done)


def _made(done: Commented) -> tuple[Answer, int]:
    return _answer(done.comment), 201


def _answer(shown: Shown) -> Answer:
    return {"status": "success", "comment": _comment(shown)}


def _comment(shown: Shown) -> JsonObject:
    return {
        "comment_id": shown.comment_id,
        "post_id": shown.post_id,
        "answers": shown.answers_id,
        "user": None if shown.author is None else person_json(shown.author),
        "text": shown.text,
        "created_at": shown.created_at or None,
        "edited_at": shown.edited_at,
        "deleted": shown.deleted,
    }
