"""``/mutes``: people, tags and words that the viewer does not want to see in feeds."""

import unicodedata
from collections.abc import Callable, Mapping

from apiflask import APIBlueprint
from flask import current_app

from graph.model import word_id
from graph.queries.people import ViewerContext
from graph.store import GraphStore
from social import mutes
from social.acquaintances import Acquaintance
from social.pages import Page, Place
from web.access import VIEWER, may_ask
from web.acting import acting
from web.errors import bad_field
from web.friendships import acquaintance_json, person_anew
from web.idempotency import OWN, Showing, once
from web.mutes_openapi import (
    PEOPLE_RESPONSES,
    PERSON_RESPONSES,
    TAG_RESPONSES,
    TAGS_RESPONSES,
    WORD_RESPONSES,
    WORDS_RESPONSES,
)
from web.pages import PageQuery, page_json
from web.parse import tag_in_path, text_in_path
from web.state import state_of

WORD_LENGTH = 100

Query = Mapping[str, object]
Answer = dict[str, object]
Act = Callable[[GraphStore, ViewerContext, str, int], int | None]
Listing = Callable[[GraphStore, ViewerContext, Place | None, int], Page[Place]]

blueprint = APIBlueprint("mutes", __name__)

_SHOWN = Showing("mute", frozenset({"muted", "user_id", "at"}), person_anew)


@blueprint.get("/mutes/people")
@may_ask(VIEWER)
@blueprint.input(PageQuery, location="query")
@blueprint.doc(summary="Whom the viewer mutes", responses=PEOPLE_RESPONSES)
def muted_people(query_data: Query) -> Answer:
    """The latest first; `user` is null for whom the viewer may not see."""
    store, who = state_of(current_app).store, acting()
    viewer = who.viewer()

    def read(after: Place | None, size: int) -> Page[Acquaintance]:
        return mutes.people(store, viewer, after, size)

    return page_json(who, query_data, "muted people", read, acquaintance_json, "people")


@blueprint.put("/mutes/people/<user>")
@may_ask(VIEWER)
@blueprint.doc(summary="Mute somebody", responses=PERSON_RESPONSES)
@once(_SHOWN)
def mute_person(user: str) -> Answer:
    """Their posts come no more in the viewer's feeds; they are not told."""
    return _person(mutes.mute_person, user, muted=True)


@blueprint.delete("/mutes/people/<user>")
@may_ask(VIEWER)
@blueprint.doc(summary="Unmute somebody", responses=PERSON_RESPONSES)
@once(_SHOWN)
def unmute_person(user: str) -> Answer:
    """Their posts may come again."""
    return _person(mutes.unmute_person, user, muted=False)


@blueprint.get("/mutes/tags")
@may_ask(VIEWER)
@blueprint.input(PageQuery, location="query")
@blueprint.doc(summary="The tags that the viewer mutes", responses=TAGS_RESPONSES)
def muted_tags(query_data: Query) -> Answer:
    """The latest first."""
    return _listed(query_data, "tags", "tag", mutes.tags)


@blueprint.put("/mutes/tags/<path:tag>")
@may_ask(VIEWER)
@blueprint.doc(summary="Mute a tag", responses=TAG_RESPONSES)
@once(OWN)
def mute_tag(tag: str) -> Answer:
    """Posts with it come no more in the viewer's feeds."""
    return _said("tag", tag_in_path(tag), mutes.mute_tag)


@blueprint.delete("/mutes/tags/<path:tag>")
@may_ask(VIEWER)
@blueprint.doc(summary="Unmute a tag", responses=TAG_RESPONSES)
@once(OWN)
def unmute_tag(tag: str) -> Answer:
    """Posts with it may come again."""
    return _said("tag", tag_in_path(tag), mutes.unmute_tag)


@blueprint.get("/mutes/words")
@may_ask(VIEWER)
@blueprint.input(PageQuery, location="query")
@blueprint.doc(summary="The words that the viewer mutes", responses=WORDS_RESPONSES)
def muted_words(query_data: Query) -> Answer:
    """The latest first."""
    return _listed(query_data, "words", "word", mutes.words)


@blueprint.put("/mutes/words/<path:word>")
@may_ask(VIEWER)
@blueprint.doc(summary="Mute a word or phrase", responses=WORD_RESPONSES)
@once(OWN)
def mute_word(word: str) -> Answer:
    """Posts that say it come no more in the viewer's feeds; case and width do not count."""
    return _said("word", _word(word), mutes.mute_word)


@blueprint.delete("/mutes/words/<path:word>")
@may_ask(VIEWER)
@blueprint.doc(summary="Unmute a word or phrase", responses=WORD_RESPONSES)
@once(OWN)
def unmute_word(word: str) -> Answer:
    """Posts that say it may come again."""
    return _said("word", _word(word), mutes.unmute_word)


def _person(
    act: Callable[[GraphStore, ViewerContext, str, int], Acquaintance], user: str, *, muted: bool
) -> Answer:
    state, whom = state_of(current_app), text_in_path("user", user)
    done = act(state.store, acting().viewer(), whom, int(state.clock()))
    return {"status": "success", "mute": {"muted": muted, **acquaintance_json(done)}}


def _said(noun: str, told: str, act: Act) -> Answer:
    state = state_of(current_app)
    at = act(state.store, acting().viewer(), told, int(state.clock()))
    return {"status": "success", "mute": {"muted": at is not None, noun: told, "at": at or None}}


def _listed(query: Query, name: str, noun: str, read: Listing) -> Answer:
    store, who = state_of(current_app).store, acting()
    viewer = who.viewer()

    def page(after: Place | None, size: int) -> Page[Place]:
        return read(store, viewer, after, size)

    def as_json(entry: Place) -> Answer:
        return {noun: entry.id, "at": entry.at or None}

    return page_json(who, query, f"muted {name}", page, as_json, name)


def _word(told: str) -> str:
    """The word as it is looked for; punctuation alone would mute nothing."""
    word = word_id(told)
    letters = any(unicodedata.category(each)[0] not in "PZC" for each in word)
    if not letters or len(word) > WORD_LENGTH or not word.isprintable():
        raise bad_field("word", f"word: give a word or phrase of at most {WORD_LENGTH} characters.")
    return word
