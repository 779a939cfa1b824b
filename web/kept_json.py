"""What is kept of a viewer beside their part of the graph, as JSON: for them to take along."""

from dataclasses import asdict

from feed.steering import NEUTRAL
from graph.queries.people import ViewerContext
from social import notices
from web.notification_json import notification_json
from web.post_json import JsonObject
from web.state import State

KEPT_FILE = "kept.json"


def kept_json(state: State, viewer: ViewerContext, now: int) -> JsonObject:
    """Their notifications, as far as they may see them, and what their feeds go by."""
    user_id = viewer.user_id or ""
    entries = notices.entries(state.store, viewer, now)
    served, steering = state.recommender.kept_of(user_id, now)
    return {
        "notifications": [notification_json(each) for each in notices.told(state.store, entries)],
        "notification_preferences": dict(notices.preferences(state.store, viewer)),
        "steering": asdict(steering or NEUTRAL),
        "served": {post: {"at": once.at, "times": once.times} for post, once in served.items()},
        "embedding": state.model.embedding_of(user_id) if state.model is not None else None,
    }
