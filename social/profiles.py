"""Profiles, interests and moods: what a viewer says of themself, and sees of others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from feed.mood_now import lasts
from feed.profiles import Profile, profiles
from graph.actions import profiles as actions
from graph.errors import Contradiction, NotThere
from graph.queries.people import ViewerContext
from graph.queries.profiles import Feeling, feeling
from graph.store import GraphStore
from social.acquaintances import reading
from social.meeting import seen
from social.pages import Page, Place, page_of

MOST = 500
"""Interests of one person: each is a list that their feeds read."""


@dataclass(frozen=True, slots=True)
class Mine:
    """One's own profile, with what nobody else is told."""

    profile: Profile
    feeling: Feeling | None
    """How they feel; None: they did not say, or long ago."""


def own(store: GraphStore, viewer: ViewerContext, now: int) -> Mine:
    """The viewer's own profile.

    Raises:
        NotThere: the viewer is inactive.
    """
    return Mine(_profile(store, viewer, viewer.user_id or ""), felt(store, viewer, now))


def of(store: GraphStore, viewer: ViewerContext, told: str) -> Profile:
    """Somebody's profile.

    Args:
        store: the graph.
        viewer: a user of the graph; so with all functions here.
        told: a user's id or exact username.

    Raises:
        NotThere: nobody whom the viewer may see.
    """
    return _profile(store, viewer, seen(store, viewer, told).user_id)


def edit(
    store: GraphStore,
    viewer: ViewerContext,
    fields: Mapping[str, str],
    privacy: str | None,
    now: int,
) -> Mine:
    """Put fields of the viewer's profile in the place of the old ones; an empty one goes.

    Args:
        store: the graph.
        viewer: whose profile.
        fields: by name, checked.
        privacy: one of `graph.model.PRIVACIES`; None: as it is.
        now: Unix seconds.
    """
    actions.edit(store, viewer.user_id or "", fields, privacy, now)
    return own(store, viewer, now)


def interests(
    store: GraphStore, viewer: ViewerContext, after: Place | None, size: int
) -> Page[Place]:
    """The tags that the viewer picked, by id."""

    def show(entries: Sequence[Place]) -> Mapping[str, Place]:
        return {each.id: each for each in entries}

    return page_of(reading(store, "interests", viewer.user_id or ""), show, after, size)


def pick(store: GraphStore, viewer: ViewerContext, tag_id: str, now: int) -> None:
    """Make the tag an interest of the viewer.

    Raises:
        Contradiction: they have `MOST`.
    """
    if len(viewer.interests) >= MOST and tag_id not in viewer.interests:
        raise Contradiction(f"You have {MOST} interests already, which is the most; drop some.")
    actions.pick(store, viewer.user_id or "", tag_id, now)


def drop(store: GraphStore, viewer: ViewerContext, tag_id: str, now: int) -> None:
    """Make the tag no interest of the viewer."""
    actions.drop(store, viewer.user_id or "", tag_id, now)


def felt(store: GraphStore, viewer: ViewerContext, now: int) -> Feeling | None:
    """How the viewer feels; None: they did not say, or it is no longer taken to last."""
    told = feeling(store, viewer.user_id or "")
    return told if told is not None and lasts(told, now) else None


def feel(store: GraphStore, viewer: ViewerContext, mood: str | None, now: int) -> Feeling | None:
    """Say that the viewer feels a mood of `graph.moods`; None: nothing any more."""
    return actions.feel(store, viewer.user_id or "", mood, now)


def _profile(store: GraphStore, viewer: ViewerContext, user_id: str) -> Profile:
    found = profiles(store, viewer, [user_id]).get(user_id)
    if found is None:
        raise NotThere(f"{user_id} is not there for {viewer.user_id}")
    return found
