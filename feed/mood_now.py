"""The mood that a viewer said they feel: a feed's own where none is asked for, for some hours."""

import logging
from dataclasses import replace

from feed.request import FeedRequest
from graph.errors import StoreError
from graph.queries.people import ViewerContext
from graph.queries.profiles import Feeling, feeling
from graph.store import GraphStore

log = logging.getLogger(__name__)

FELT = 12 * 3600
"""Seconds for which what somebody feels is taken to last."""


def in_mood(
    store: GraphStore, viewer: ViewerContext, request: FeedRequest, now: int
) -> tuple[FeedRequest, tuple[str, ...]]:
    """The request, in the viewer's mood where it is one of taste and asks for none; what failed."""
    if request.mood is not None or request.kind != "for_you" or viewer.user_id is None:
        return request, ()
    try:
        felt = feeling(store, viewer.user_id)
    except StoreError as error:
        log.warning("how the viewer feels is not known: %s", error)
        return request, ("mood",)
    if felt is None or not lasts(felt, now):
        return request, ()
    return replace(request, mood=felt.mood, mood_now=True), ()


def lasts(felt: Feeling, now: int) -> bool:
    """Whether it is taken to last; what was said by a clock far ahead does not until then."""
    return abs(now - felt.at) < FELT
