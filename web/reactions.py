"""``/posts/.../likes`` and the like: what a viewer does with a post."""

from collections.abc import Callable, Mapping
from typing import Any

from apiflask import APIBlueprint
from flask import current_app

from graph.queries.people import ViewerContext
from graph.queries.responses import Listed
from graph.store import GraphStore
from social import reactions
from social.pages import Page, Place
from social.reactions import Reacted, Responder
from web.access import VIEWER, may_ask
from web.acting import acting
from web.idempotency import OWN, made_id, once
from web.pages import PageQuery, page_json
from web.person_json import person_json
from web.post_fields import Hide, Percent, Reaction, id_in_path
from web.post_json import JsonObject
from web.reactions_openapi import LIST_RESPONSES, MINE_RESPONSES
from web.state import state_of
from web.whole_post_json import mine_json

Query = Mapping[str, object]
Told = Mapping[str, Any]
Answer = dict[str, object]
Act = Callable[[GraphStore, ViewerContext, str, int], Reacted]

blueprint = APIBlueprint("reactions", __name__)


@blueprint.post("/posts/<post>/views")
@may_ask(VIEWER)
@blueprint.doc(summary="View a post", responses=MINE_RESPONSES)
@once(OWN)
def view(post: str) -> Answer:
    """Counts once more; bring an Idempotency-Key, so that one that is sent again counts once."""
    mark = made_id("view")
    return _done(post, lambda store, who, at, now: reactions.view(store, who, at, mark, now))


@blueprint.post("/posts/<post>/inspirations")
@may_ask(VIEWER)
@blueprint.doc(summary="Be inspired by a post", responses=MINE_RESPONSES)
@once(OWN)
def inspire(post: str) -> Answer:
    """Counts once more, as a view does."""
    mark = made_id("inspiration")
    return _done(post, lambda store, who, at, now: reactions.inspire(store, who, at, mark, now))


@blueprint.put("/posts/<post>/likes/me")
@may_ask(VIEWER)
@blueprint.doc(summary="Like a post", responses=MINE_RESPONSES)
@once(OWN)
def like(post: str) -> Answer:
    """The viewer likes it from now on."""
    return _done(post, reactions.like)


@blueprint.delete("/posts/<post>/likes/me")
@may_ask(VIEWER)
@blueprint.doc(summary="Take a like back", responses=MINE_RESPONSES)
@once(OWN)
def unlike(post: str) -> Answer:
    """Also of a post that the viewer may not see any more."""
    return _done(post, reactions.unlike)


@blueprint.put("/posts/<post>/ratings/me")
@may_ask(VIEWER)
@blueprint.input(Percent, location="json")
@blueprint.doc(summary="Rate a post", responses=MINE_RESPONSES)
@once(OWN)
def rate(post: str, json_data: Told) -> Answer:
    """The latest rating stands; nobody else is told."""
    percent = json_data["percent"]
    return _done(post, lambda store, who, at, now: reactions.rate(store, who, at, percent, now))


@blueprint.delete("/posts/<post>/ratings/me")
@may_ask(VIEWER)
@blueprint.doc(summary="Take a rating back", responses=MINE_RESPONSES)
@once(OWN)
def unrate(post: str) -> Answer:
    """Also of a post that the viewer may not see any more."""
    return _done(post, reactions.unrate)


@blueprint.put("/posts/<post>/reactions/me")
@may_ask(VIEWER)
@blueprint.input(Reaction, location="json")
@blueprint.doc(summary="React to a post", responses=MINE_RESPONSES)
@once(OWN)
def react(post: str, json_data: Told) -> Answer:
    """One reaction a person; the latest stands."""
    kind = json_data["kind"]
    return _done(post, lambda store, who, at, now: reactions.react(store, who, at, kind, now))


@blueprint.delete("/posts/<post>/reactions/me")
@may_ask(VIEWER)
@blueprint.doc(summary="Take a reaction back", responses=MINE_RESPONSES)
@once(OWN)
def unreact(post: str) -> Answer:
    """Also of a post that the viewer may not see any more."""
    return _done(post, reactions.unreact)


@blueprint.put("/posts/<post>/hides/me")
@may_ask(VIEWER)
@blueprint.input(Hide, location="json")
@blueprint.doc(summary="Hide a post, and show less that is like it", responses=MINE_RESPONSES)
@once(OWN)
def hide(post: str, json_data: Told) -> Answer:
    """It comes no more in the viewer's feeds; with `less`, others of its kind come less."""
    less = json_data["less"]
    return _done(post, lambda store, who, at, now: reactions.hide(store, who, at, less, now))


@blueprint.delete("/posts/<post>/hides/me")
@may_ask(VIEWER)
@blueprint.doc(summary="Unhide a post", responses=MINE_RESPONSES)
@once(OWN)
def unhide(post: str) -> Answer:
    """It may come again, and speaks against no other."""
    return _done(post, reactions.unhide)


@blueprint.get("/posts/<post>/likes")
@may_ask(VIEWER)
@blueprint.input(PageQuery, location="query")
@blueprint.doc(summary="Who likes a post", responses=LIST_RESPONSES)
def likes(post: str, query_data: Query) -> Answer:
    """Those whom the viewer may see, the latest first."""
    return _listed(post, query_data, "likers")


@blueprint.get("/posts/<post>/reactions")
@may_ask(VIEWER)
@blueprint.input(PageQuery, location="query")
@blueprint.doc(summary="Who reacted to a post", responses=LIST_RESPONSES)
def reacted(post: str, query_data: Query) -> Answer:
    """Those whom the viewer may see, the latest first."""
    return _listed(post, query_data, "reacters")


def _done(post: str, act: Act) -> Answer:
    state, post_id = state_of(current_app), id_in_path("post", post)
    done = act(state.store, acting().viewer(), post_id, int(state.clock()))
    return {"status": "success", "post_id": post_id, "mine": mine_json(done.now)}


def _listed(post: str, query: Query, kind: Listed) -> Answer:
    store, who, post_id = state_of(current_app).store, acting(), id_in_path("post", post)
    viewer = who.viewer()

    def page(after: Place | None, size: int) -> Page[Responder]:
        return reactions.responders(store, viewer, kind, post_id, after, size)

    return page_json(who, query, f"{kind} {post_id}", page, _responder, "people")


def _responder(shown: Responder) -> JsonObject:
    return {
        "user": person_json(shown.profile),
        "kind": shown.word or None,
        "at": shown.at or None,
    }
