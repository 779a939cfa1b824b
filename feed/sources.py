"""The feed's sources. Each is one named query, or the model's index; each is bounded by its query.

A source that fails is left out and named in the answer: the feed never fails for want of one.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from feed.candidates import Candidate, Gathered, candidates
from feed.nearest import FeedModel
from feed.request import FeedRequest
from graph.errors import StoreError
from graph.queries import candidates as queries
from graph.queries.candidates import Found
from graph.queries.people import ViewerContext
from graph.store import GraphStore

log = logging.getLogger(__name__)

POPULAR, RECENT, PROJECT = "popular", "recent", "project:"
"""The ids of the charts, as `graph.derive.champions` names them."""


@dataclass(frozen=True, slots=True)
class Ask:
    """What a source may look at."""

    store: GraphStore
    viewer: ViewerContext
    request: FeedRequest
    model: FeedModel | None


Source = Callable[[Ask], list[Found]]


def interests(ask: Ask) -> list[Found]:
    """Champions of the tags that the viewer picked."""
    return queries.by_interests(ask.store, ask.viewer.user_id or "")


def friends(ask: Ask) -> list[Found]:
    """Friends' newest posts."""
    return queries.by_friends(ask.store, ask.viewer.user_id or "")


def friends_engaged(ask: Ask) -> list[Found]:
    """What friends did anything with, the latest first."""
    return queries.by_friends_engaged(ask.store, ask.viewer.user_id or "")


def friends_of_friends(ask: Ask) -> list[Found]:
    """What the second circle wrote or did anything with."""
    known = ask.viewer.friends
    return queries.by_friends_of_friends(ask.store, ask.viewer.user_id or "", known)


def similar(ask: Ask) -> list[Found]:
    """Posts that the same people engage with as with the viewer's latest."""
    return queries.by_similar(ask.store, ask.viewer.user_id or "")


def nearest(ask: Ask) -> list[Found]:
    """The posts whose embeddings are nearest to the viewer's."""
    if ask.model is None or ask.viewer.user_id is None:
        return []
    met = frozenset(ask.viewer.engaged) | ask.viewer.hidden
    near = ask.model.nearest(ask.viewer.user_id, met)
    return [Found(post_id, None, score) for post_id, score in near]


def category(ask: Ask) -> list[Found]:
    """Champions of the category asked for."""
    asked = ask.request.category_id
    return queries.by_category(ask.store, asked) if asked else []


def mood(ask: Ask) -> list[Found]:
    """The posts that evoke the mood asked for, the strong and popular first."""
    return queries.by_mood(ask.store, ask.request.mood) if ask.request.mood else []


def project(ask: Ask) -> list[Found]:
    """The popular posts of the project asked for."""
    asked = ask.request.project_code
    return queries.by_chart(ask.store, PROJECT + asked) if asked else []


def popular(ask: Ask) -> list[Found]:
    """What most people engage with at present."""
    return queries.by_chart(ask.store, POPULAR)


def recent(ask: Ask) -> list[Found]:
    """The newest posts, which need a first audience."""
    return queries.by_chart(ask.store, RECENT)


PERSONAL: Mapping[str, Source] = {
    "interests": interests,
    "friends": friends,
    "friends_engaged": friends_engaged,
    "friends_of_friends": friends_of_friends,
    "similar": similar,
    "nearest": nearest,
}
"""Sources that start at the viewer; a newcomer has none."""
COMMON: Mapping[str, Source] = {
    "category": category,
    "mood": mood,
    "project": project,
    "popular": popular,
    "recent": recent,
}
"""Sources that start at what was asked for, or at the charts of the whole graph."""


def gather(ask: Ask) -> Gathered:
    """Ask every source that applies; those that fail are named and left out."""
    applying = COMMON if ask.viewer.user_id is None else {**PERSONAL, **COMMON}
    found: dict[str, tuple[Candidate, ...]] = {}
    degraded: list[str] = []
    for name, source in applying.items():
        try:
            found[name] = candidates(name, source(ask))
        except StoreError as error:
            log.warning("source %s is left out: %s", name, error)
            degraded.append(name)
    return Gathered(found, tuple(degraded))
