"""``/friendships``: requests to be friends, and friends."""

from collections.abc import Callable, Mapping

from apiflask import APIBlueprint, Schema
from flask import current_app

from graph.queries.people import ViewerContext
from graph.store import GraphStore
from social import acquaintances, friendships
from social.acquaintances import Acquaintance
from social.friendships import Standing
from social.pages import Page, Place
from web.access import VIEWER, may_ask
from web.acting import acting
from web.friendships_openapi import (
    ACCEPT_RESPONSES,
    ASK_RESPONSES,
    LIST_RESPONSES,
    STANDING_RESPONSES,
    UNDO_RESPONSES,
)
from web.idempotency import Json, Showing, once
from web.pages import PageQuery, page_json
from web.parse import Text, text_in_path
from web.person_json import person_json
from web.post_json import JsonObject
from web.state import state_of

Query = Mapping[str, object]
Act = Callable[[GraphStore, ViewerContext, str, int], Standing]
Answer = dict[str, object]

blueprint = APIBlueprint("friendships", __name__)


def person_anew(kept: Json) -> Json:
    """`user` of an answer that is about one person, who is null where they may not be seen."""
    store, viewer = state_of(current_app).store, acting().viewer()
    profile = friendships.standing(store, viewer, kept["user_id"]).profile
    return {"user": None if profile is None else person_json(profile)}


_SHOWN = Showing("friendship", frozenset({"state", "user_id", "at"}), person_anew)


class Somebody(Schema):
    """Whom a request is about."""

    user = Text(
        required=True,
        error_messages={"required": "user is missing; give a user's id or exact username."},
        metadata={"description": "A user's id or exact username.", "example": "sv:user:57"},
    )


class FriendsQuery(PageQuery):
    """Whose friends."""

    of = Text(metadata={"description": "Another's, by id or exact username; without it: one's own"})


@blueprint.post("/friendships/requests")
@may_ask(VIEWER)
@blueprint.input(Somebody, location="json")
@blueprint.doc(summary="Ask somebody to be friends", responses=ASK_RESPONSES)
@once(_SHOWN)
def ask(json_data: Mapping[str, str]) -> tuple[Answer, int]:
    """201 where it is new: a request, or a friendship with who had asked the viewer. Else 200."""
    done = _done(friendships.ask, json_data["user"])
    return _answer(done), 200 if done.between == done.before else 201


@blueprint.get("/friendships/requests/incoming")
@may_ask(VIEWER)
@blueprint.input(PageQuery, location="query")
@blueprint.doc(summary="Who asks the viewer to be friends", responses=LIST_RESPONSES)
def incoming(query_data: Query) -> Answer:
    """The latest first. By asking, people show themselves, whatever their privacy."""
    return _listed(query_data, "asking", acquaintances.asking)


@blueprint.get("/friendships/requests/outgoing")
@may_ask(VIEWER)
@blueprint.input(PageQuery, location="query")
@blueprint.doc(summary="Whom the viewer asked to be friends", responses=LIST_RESPONSES)
def outgoing(query_data: Query) -> Answer:
    """The latest first; `user` is null for whom the viewer may not see."""
    return _listed(query_data, "asked", acquaintances.asked)


@blueprint.delete("/friendships/requests/incoming/<user>")
@may_ask(VIEWER)
@blueprint.doc(summary="Decline somebody's request", responses=UNDO_RESPONSES)
@once(_SHOWN)
def decline(user: str) -> Answer:
    """They are not told, and may ask again."""
    return _answer(_done(friendships.decline, user))


@blueprint.delete("/friendships/requests/outgoing/<user>")
@may_ask(VIEWER)
@blueprint.doc(summary="Withdraw a request", responses=UNDO_RESPONSES)
@once(_SHOWN)
def withdraw(user: str) -> Answer:
    """The viewer's own request to somebody is taken back."""
    return _answer(_done(friendships.withdraw, user))


@blueprint.get("/friendships")
@may_ask(VIEWER)
@blueprint.input(FriendsQuery, location="query")
@blueprint.doc(summary="Friends", responses=LIST_RESPONSES)
def friends(query_data: Query) -> Answer:
    """The viewer's own, all of them; of another's those whom the viewer may see."""
    told = query_data.get("of")
    whose = None if told is None else str(told)

    def read(
        store: GraphStore, viewer: ViewerContext, after: Place | None, size: int
    ) -> Page[Acquaintance]:
        return acquaintances.friends(store, viewer, whose, after, size)

    return _listed(query_data, f"friends of {whose or ''}", read)


@blueprint.get("/friendships/<user>")
@may_ask(VIEWER)
@blueprint.doc(summary="How the viewer and somebody stand", responses=STANDING_RESPONSES)
def standing(user: str) -> Answer:
    """Friends, asked, asking, blocked or nothing of it."""
    state, viewer = state_of(current_app), acting().viewer()
    return _answer(friendships.standing(state.store, viewer, text_in_path("user", user)))


@blueprint.put("/friendships/<user>")
@may_ask(VIEWER)
@blueprint.doc(summary="Accept somebody's request", responses=ACCEPT_RESPONSES)
@once(_SHOWN)
def accept(user: str) -> Answer:
    """The two are friends from now on."""
    return _answer(_done(friendships.accept, user))


@blueprint.delete("/friendships/<user>")
@may_ask(VIEWER)
@blueprint.doc(summary="End a friendship", responses=UNDO_RESPONSES)
@once(_SHOWN)
def unfriend(user: str) -> Answer:
    """They are not told, and see no more than strangers do."""
    return _answer(_done(friendships.unfriend, user))


@blueprint.get("/friendships/<user>/mutual")
@may_ask(VIEWER)
@blueprint.input(PageQuery, location="query")
@blueprint.doc(summary="Friends in common with somebody", responses=LIST_RESPONSES)
def mutual(user: str, query_data: Query) -> Answer:
    """Those whom the viewer may see, of a person whom the viewer may see."""
    whose = text_in_path("user", user)

    def read(
        store: GraphStore, viewer: ViewerContext, after: Place | None, size: int
    ) -> Page[Acquaintance]:
        return acquaintances.mutual(store, viewer, whose, after, size)

    return _listed(query_data, f"mutual {whose}", read)


@blueprint.put("/blocks/<user>")
@may_ask(VIEWER)
@blueprint.doc(summary="Block somebody", responses=ASK_RESPONSES)
@once(_SHOWN)
def block(user: str) -> tuple[Answer, int]:
    """Neither sees anything of the other any more; a friendship and requests end."""
    done = _done(friendships.block, user)
    return _answer(done), 200 if done.before.blocks is not None else 201


@blueprint.delete("/blocks/<user>")
@may_ask(VIEWER)
@blueprint.doc(summary="Unblock somebody", responses=UNDO_RESPONSES)
@once(_SHOWN)
def unblock(user: str) -> Answer:
    """What the block ended does not come back."""
    return _answer(_done(friendships.unblock, user))


@blueprint.get("/blocks")
@may_ask(VIEWER)
@blueprint.input(PageQuery, location="query")
@blueprint.doc(summary="Whom the viewer blocks", responses=LIST_RESPONSES)
def blocks(query_data: Query) -> Answer:
    """The latest first; `user` is null for whom the viewer could not see without the block."""
    return _listed(query_data, "blocked", acquaintances.blocked)


Listing = Callable[[GraphStore, ViewerContext, Place | None, int], Page[Acquaintance]]


def _done(act: Act, told: str) -> Standing:
    state = state_of(current_app)
    whom = text_in_path("user", told)
    return act(state.store, acting().viewer(), whom, int(state.clock()))


def _listed(query: Query, listed: str, read: Listing) -> Answer:
    store, who = state_of(current_app).store, acting()
    viewer = who.viewer()

    def page(after: Place | None, size: int) -> Page[Acquaintance]:
        return read(store, viewer, after, size)

    return page_json(who, query, listed, page, acquaintance_json, "people")


def acquaintance_json(shown: Acquaintance) -> JsonObject:
    """An entry of a list of people; `user` is null where the viewer may not see them."""
    profile = shown.profile
    person = None if profile is None else person_json(profile)
    return {"user_id": shown.user_id, "user": person, "at": shown.at or None}


def _answer(standing: Standing) -> Answer:
    state, at = _state(standing)
    shown = Acquaintance(standing.user_id, at or 0, standing.profile)
    return {"status": "success", "friendship": {"state": state, **acquaintance_json(shown)}}


def _state(standing: Standing) -> tuple[str, int | None]:
    """One of `web.friendships_openapi.STATES`, and since when."""
    now = standing.between
    states = {
        "blocked": now.blocks,
        "friends": now.friends,
        "asked": now.asked,
        "asks_you": now.asking,
    }
    there = [(state, at) for state, at in states.items() if at is not None]
    return there[0] if there else ("none", None)
