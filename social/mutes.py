"""Mutes: what a viewer does not want to see in feeds. Nobody is told, and nothing else changes."""

from collections.abc import Mapping, Sequence

from graph.actions import mutes as actions
from graph.errors import Contradiction
from graph.queries.friendships import List
from graph.queries.people import ViewerContext
from graph.store import GraphStore
from social.acquaintances import Acquaintance, own, reading
from social.meeting import meet, shown
from social.pages import Page, Place, page_of

MOST = 1_000
"""Tags, and words, that one viewer mutes: every post of a feed is held against them all."""


def mute_person(store: GraphStore, viewer: ViewerContext, told: str, now: int) -> Acquaintance:
    """Leave somebody's posts out of the viewer's feeds.

    Args:
        store: the graph.
        viewer: a user of the graph; so with all functions here.
        told: a user's id or exact username.
        now: Unix seconds.

    Raises:
        NotThere: nobody whom the viewer may reach (`social.meeting`).
        Contradiction: the viewer named themself.
    """
    met = meet(store, viewer, told)
    at = actions.mute_person(store, viewer.user_id or "", met.card.user_id, now)
    return Acquaintance(met.card.user_id, at or 0, shown(store, viewer, met))


def unmute_person(store: GraphStore, viewer: ViewerContext, told: str, now: int) -> Acquaintance:
    """Let somebody's posts come again.

    Raises:
        NotThere: nobody whom the viewer may reach, or mutes.
    """
    met = meet(store, viewer, told, undo=True)
    actions.unmute_person(store, viewer.user_id or "", met.card.user_id, now)
    return Acquaintance(met.card.user_id, 0, shown(store, viewer, met))


def mute_tag(store: GraphStore, viewer: ViewerContext, tag_id: str, now: int) -> int:
    """Leave posts with the tag out; since when they are.

    Raises:
        Contradiction: the viewer mutes `MOST` tags.
    """
    _room(viewer.muted_tags, tag_id, "tags")
    return actions.mute_tag(store, viewer.user_id or "", tag_id, now) or 0


def unmute_tag(store: GraphStore, viewer: ViewerContext, tag_id: str, now: int) -> None:
    """Let posts with the tag come again."""
    actions.unmute_tag(store, viewer.user_id or "", tag_id, now)


def mute_word(store: GraphStore, viewer: ViewerContext, word: str, now: int) -> int:
    """Leave posts that say the word or phrase out; since when they are.

    Raises:
        Contradiction: the viewer mutes `MOST` words.
    """
    _room(viewer.muted_words, word, "words")
    return actions.mute_word(store, viewer.user_id or "", word, now) or 0


def unmute_word(store: GraphStore, viewer: ViewerContext, word: str, now: int) -> None:
    """Let posts that say the word or phrase come again."""
    actions.unmute_word(store, viewer.user_id or "", word, now)


def people(
    store: GraphStore, viewer: ViewerContext, after: Place | None, size: int
) -> Page[Acquaintance]:
    """Whom the viewer mutes, all of them, the latest first."""
    return own(store, viewer, "muted_people", after, size)


def tags(store: GraphStore, viewer: ViewerContext, after: Place | None, size: int) -> Page[Place]:
    """The tags that the viewer mutes, the latest first."""
    return _listed(store, viewer, "muted_tags", after, size)


def words(store: GraphStore, viewer: ViewerContext, after: Place | None, size: int) -> Page[Place]:
    """The words and phrases that the viewer mutes, the latest first."""
    return _listed(store, viewer, "muted_words", after, size)


def _listed(
    store: GraphStore, viewer: ViewerContext, name: List, after: Place | None, size: int
) -> Page[Place]:
    def show(entries: Sequence[Place]) -> Mapping[str, Place]:
        return {each.id: each for each in entries}

    return page_of(reading(store, name, viewer.user_id or ""), show, after, size)


def _room(muted: frozenset[str], one: str, noun: str) -> None:
    if len(muted) >= MOST and one not in muted:
        raise Contradiction(f"You mute {MOST:,} {noun} already, which is the most; unmute some.")
