"""``/profiles``, ``/interests``: what people say of themselves."""

from collections.abc import Mapping

from apiflask import APIBlueprint, Schema
from apiflask.fields import String
from apiflask.validators import OneOf
from flask import current_app
from marshmallow import RAISE

from graph.model import PRIVACIES
from graph.queries.profiles import Feeling
from social import profiles
from social.pages import Page, Place
from social.profiles import Mine
from web.access import VIEWER, may_ask
from web.acting import acting
from web.idempotency import OWN, once
from web.pages import PageQuery, page_json
from web.parse import MoodWord, tag_in_path, text_in_path
from web.profile_json import mine_json, mood_json, profile_json
from web.profiles_openapi import (
    INTEREST_RESPONSES,
    INTERESTS_RESPONSES,
    MINE_RESPONSES,
    MOOD_RESPONSES,
    PROFILE_RESPONSES,
)
from web.said import Said, WebAddress
from web.state import state_of

Query = Mapping[str, object]
Answer = dict[str, object]

blueprint = APIBlueprint("profiles", __name__)


class ProfileBody(Schema):
    """Fields of one's profile; what is not given stays, an empty text or null takes away."""

    class Meta:
        """A misspelt field is told, and not passed over in silence."""

        unknown = RAISE

    bio = Said(500, lines=True, metadata={"example": "Bakes at night."})
    location = Said(100, metadata={"example": "Graz"})
    job = Said(100, metadata={"example": "baker"})
    first_name = Said(50, metadata={"example": "Amber"})
    last_name = Said(50, metadata={"example": "Finch"})
    picture_url = WebAddress(2000, metadata={"example": "https://pictures.example/57.jpg"})
    privacy = String(
        validate=OneOf(PRIVACIES, error=f"privacy must be one of {', '.join(PRIVACIES)}."),
        metadata={"description": "Who sees the profile, and at most who sees one's posts."},
    )


class MoodBody(Schema):
    """How the viewer feels."""

    class Meta:
        """A misspelt field is told, and not passed over in silence."""

        unknown = RAISE

    mood = MoodWord(
        required=True,
        error_messages={"required": "mood is missing; say how you feel in a word."},
        metadata={
            "format": "mood",
            "description": "A word, a phrase or an emoji.",
            "example": "happy",
        },
    )


@blueprint.get("/profiles/me")
@may_ask(VIEWER)
@blueprint.doc(summary="The viewer's own profile", responses=MINE_RESPONSES)
def own() -> Answer:
    """With their privacy and how they feel, which nobody else is told."""
    state = state_of(current_app)
    return _mine(profiles.own(state.store, acting().viewer(), int(state.clock())))


@blueprint.patch("/profiles/me")
@may_ask(VIEWER)
@blueprint.input(ProfileBody, location="json")
@blueprint.doc(summary="Edit one's profile", responses=MINE_RESPONSES)
@once(OWN)
def edit(json_data: Mapping[str, str]) -> Answer:
    """Who may see it changes with the answer, for every request after it."""
    state, fields = state_of(current_app), dict(json_data)
    privacy, now = fields.pop("privacy", None), int(state.clock())
    return _mine(profiles.edit(state.store, acting().viewer(), fields, privacy, now))


@blueprint.get("/profiles/<user>")
@may_ask(VIEWER)
@blueprint.doc(summary="Somebody's profile", responses=PROFILE_RESPONSES)
def profile(user: str) -> Answer:
    """As far as the viewer may see it."""
    viewer, whom = acting().viewer(), text_in_path("user", user)
    found = profiles.of(state_of(current_app).store, viewer, whom)
    return {"status": "success", "profile": profile_json(found)}


@blueprint.get("/profiles/me/mood")
@may_ask(VIEWER)
@blueprint.doc(summary="How the viewer feels", responses=MOOD_RESPONSES)
def mood() -> Answer:
    """Null where they did not say, or more than 12 hours ago."""
    state = state_of(current_app)
    return _mood(profiles.felt(state.store, acting().viewer(), int(state.clock())))


@blueprint.put("/profiles/me/mood")
@may_ask(VIEWER)
@blueprint.input(MoodBody, location="json")
@blueprint.doc(summary="Say how one feels", responses=MOOD_RESPONSES)
@once(OWN)
def feel(json_data: Mapping[str, str]) -> Answer:
    """For 12 hours the viewer's feeds are in that mood where a request asks for no other."""
    return _mood(_felt(json_data["mood"]))


@blueprint.delete("/profiles/me/mood")
@may_ask(VIEWER)
@blueprint.doc(summary="Say no more how one feels", responses=MOOD_RESPONSES)
@once(OWN)
def feel_nothing() -> Answer:
    """The next feed is in no mood but one that it asks for."""
    return _mood(_felt(None))


@blueprint.get("/interests")
@may_ask(VIEWER)
@blueprint.input(PageQuery, location="query")
@blueprint.doc(summary="The viewer's interests", responses=INTERESTS_RESPONSES)
def interests(query_data: Query) -> Answer:
    """The tags that they picked, by name."""
    store, who = state_of(current_app).store, acting()
    viewer = who.viewer()

    def read(after: Place | None, size: int) -> Page[Place]:
        return profiles.interests(store, viewer, after, size)

    return page_json(who, query_data, "interests", read, lambda each: each.id, "interests")


@blueprint.put("/interests/<path:tag>")
@may_ask(VIEWER)
@blueprint.doc(summary="Pick a tag as an interest", responses=INTEREST_RESPONSES)
@once(OWN)
def pick(tag: str) -> Answer:
    """500 at most."""
    state, picked = state_of(current_app), tag_in_path(tag)
    profiles.pick(state.store, acting().viewer(), picked, int(state.clock()))
    return {"status": "success", "interest": {"tag": picked, "picked": True}}


@blueprint.delete("/interests/<path:tag>")
@may_ask(VIEWER)
@blueprint.doc(summary="Drop an interest", responses=INTEREST_RESPONSES)
@once(OWN)
def drop(tag: str) -> Answer:
    """It finds no posts any more; nothing is hidden by that."""
    state, dropped = state_of(current_app), tag_in_path(tag)
    profiles.drop(state.store, acting().viewer(), dropped, int(state.clock()))
    return {"status": "success", "interest": {"tag": dropped, "picked": False}}


def _felt(mood: str | None) -> Feeling | None:
    state = state_of(current_app)
    return profiles.feel(state.store, acting().viewer(), mood, int(state.clock()))


def _mine(mine: Mine) -> Answer:
    return {"status": "success", "profile": mine_json(mine)}


def _mood(told: Feeling | None) -> Answer:
    return {"status": "success", "mood": mood_json(told)}
