"""Where a feed's posts come from: bounded traversals from one node.

Every answer is ordered, best first, with ties to the lower post id, then the lower `via`.
"""

from dataclasses import dataclass

from graph.model import Row
from graph.store import GraphStore

TOP_KEPT = 200
"""Posts a chart, category, mood or tag: all that `graph.derive.champions` keeps of one node."""
PER_INTEREST = 40
"""Champions of one interest: with the usual five interests, as many as one chart brings."""
INTERESTS = 400
FRIENDS_POSTS = 200
"""Twenty pages of friends' newest posts."""
FRIENDS_ENGAGED = 1_000
"""Posts that friends did something with: more than are ranked, because the number of friends is
also evidence for posts that other sources found."""
FRIENDS_GESTURES = 1_000
SECOND_CIRCLE = 100
"""People two steps away, those with the most common friends: the rest are strangers, and a hub
among one's friends brings thousands of them."""
SECOND_CIRCLE_POSTS = 1_000
SECOND_CIRCLE_GESTURES = 1_000
HISTORY = 100
"""Posts of the viewer's latest history that similar ones are looked up for."""
SIMILAR_ROWS = 3_000
"""Of at most ``HISTORY * 50`` rows; the strongest, and a few milliseconds to read."""


@dataclass(frozen=True, slots=True)
class Found:
    """A post that a source found, the node that led to it if one did, and the source's score."""

    post_id: str
    via: str | None
    score: float
    friend_id: str | None = None
    """Whom the viewer and `via` both know, where `via` is a friend of a friend."""


def by_interests(store: GraphStore, user_id: str) -> list[Found]:
    """Champions of the viewer's interests; `via` is the tag."""
    rows = store.run("by_interests", user_id=user_id, per_tag=PER_INTEREST, limit=INTERESTS)
    return [_found(row) for row in rows]


def by_friends(store: GraphStore, user_id: str) -> list[Found]:
    """Friends' newest posts; `via` is the friend, the score the time of the post."""
    return [_found(row) for row in store.run("by_friends", user_id=user_id, limit=FRIENDS_POSTS)]


def by_friends_engaged(store: GraphStore, user_id: str) -> list[Found]:
    """What friends engaged with, the latest first; the score is the number of friends."""
    rows = store.run("by_friends_engaged", user_id=user_id, limit=FRIENDS_ENGAGED)
    return [_found(row) for row in rows]


def friends_openly(store: GraphStore, user_id: str) -> list[Found]:
    """Friends' open gestures, the latest first; `via` is the friend."""
    rows = store.run("friends_openly", user_id=user_id, limit=FRIENDS_GESTURES)
    return [_found(row) for row in rows]


def by_friends_of_friends(store: GraphStore, user_id: str, friends: frozenset[str]) -> list[Found]:
    """What the second circle wrote or engaged with; the score is the number of its people."""
    rows = store.run(
        "by_friends_of_friends",
        user_id=user_id,
        known_ids=sorted(friends | {user_id}),
        people=SECOND_CIRCLE,
        limit=SECOND_CIRCLE_POSTS,
    )
    return [_found(row) for row in rows]


def friends_of_friends_openly(
    store: GraphStore, user_id: str, friends: frozenset[str]
) -> list[Found]:
    """What the second circle wrote or openly responded to; `via` is the friend of `friend_id`."""
    rows = store.run(
        "friends_of_friends_openly",
        user_id=user_id,
        known_ids=sorted(friends | {user_id}),
        people=SECOND_CIRCLE,
        limit=SECOND_CIRCLE_GESTURES,
    )
    return [_found(row) for row in rows]


def by_similar(store: GraphStore, user_id: str) -> list[Found]:
    """Posts like the viewer's latest; `via` is the post of theirs, one row a pair."""
    rows = store.run("by_similar", user_id=user_id, history=HISTORY, limit=SIMILAR_ROWS)
    return [_found(row) for row in rows]


def by_tag(store: GraphStore, tag_id: str) -> list[Found]:
    """The tag's champions."""
    return [_found(row) for row in store.run("by_tag", tag_id=tag_id, limit=TOP_KEPT)]


def by_category(store: GraphStore, category_id: str) -> list[Found]:
    """The category's champions."""
    rows = store.run("by_category", category_id=category_id, limit=TOP_KEPT)
    return [_found(row) for row in rows]


def by_mood(store: GraphStore, mood_id: str) -> list[Found]:
    """The posts that evoke the mood, the strong and popular first."""
    return [_found(row) for row in store.run("by_mood", mood_id=mood_id, limit=TOP_KEPT)]


def by_chart(store: GraphStore, chart_id: str) -> list[Found]:
    """A chart of the whole graph: ``popular``, ``recent`` or ``project:CODE``."""
    return [_found(row) for row in store.run("by_chart", chart_id=chart_id, limit=TOP_KEPT)]


def _found(row: Row) -> Found:
    return Found(row["post_id"], row.get("via"), float(row["score"]), row.get("friend_id"))
