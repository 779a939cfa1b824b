"""Where a feed's posts come from: what stands around single nodes, many nodes a call.

Lists of posts come with the best first, ties to the lower post id.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from graph.model import Row
from graph.store import Call, GraphStore

ENGAGED = 60
"""A person's latest engagements that count for others: what they like at present."""
UNTOLD = frozenset({"VIEWED", "RATED", "COMMENTED"})
"""Signals that `responded_to` leaves out. Views and ratings are nobody else's business; that
somebody commented does not say whether one may see what their comment hangs under."""
SIGNALS = 2_000
"""Rows that are quicker read as a whole than sorted by the engine; as `engaged_by` limits them."""
ENGAGERS = 5
"""People of a post whom `engagers` gives, as the query limits them."""
NEAR = 30
"""People like the viewer, of the 50 that are derived."""


class Listed(NamedTuple):
    """One node's list: posts or people, and the list's own score of each."""

    ids: list[str]
    scores: list[float]


def friends_of(store: GraphStore, user_ids: Sequence[str]) -> list[tuple[str, ...]]:
    """Each user's friends, ascending."""
    found = store.run_all(calls_of(friends_of, user_ids))
    return [tuple(sorted(row["user_id"] for row in rows)) for rows in found]


def near_people(store: GraphStore, user_ids: Sequence[str]) -> list[Listed]:
    """The people of a like taste, the nearest first; the score is how near."""
    found = (rows[:NEAR] for rows in store.run_all(calls_of(near_people, user_ids)))
    return [
        Listed([row["user_id"] for row in rows], [row["score"] for row in rows]) for rows in found
    ]


def engaged_by(store: GraphStore, user_ids: Sequence[str]) -> list[Listed]:
    """Each user's latest engagements, each post once; the score is when (0 without a time)."""
    found = store.run_all(calls_of(engaged_by, user_ids))
    many = [place for place, rows in enumerate(found) if len(rows) > SIGNALS]
    again = [("engaged_lately", {"user_id": user_ids[at]}) for at in many]
    for place, rows in zip(many, store.run_all(again), strict=True):
        found[place] = rows
    return [_latest(rows) for rows in found]


def written_by(store: GraphStore, user_ids: Sequence[str]) -> list[Listed]:
    """Each user's newest posts for friends, and for everybody, in no group; the score is when."""
    found = store.run_all(calls_of(written_by, user_ids))
    return [_best((row["post_id"], float(row["at"])) for row in rows) for rows in found]


def posted_in(store: GraphStore, group_ids: Sequence[str]) -> list[Listed]:
    """Each group's newest posts, first of all those for every member; the score is when."""
    return _lists(store, posted_in, group_ids, "at")


def similar_to(store: GraphStore, post_ids: Sequence[str]) -> list[Listed]:
    """The posts that are most similar to each post."""
    found = store.run_all(calls_of(similar_to, post_ids))
    return [_best((row["post_id"], row["score"]) for row in rows) for rows in found]


def engagers(store: GraphStore, post_ids: Sequence[str]) -> list[tuple[str, ...]]:
    """`ENGAGERS` at most of those who did anything with each post, ascending."""
    found = store.run_all([("engagers", {"post_id": each}) for each in post_ids])
    return [tuple(sorted(row["user_id"] for row in rows)) for rows in found]


def by_tag(store: GraphStore, tag_ids: Sequence[str]) -> list[Listed]:
    """Each tag's champions."""
    return _lists(store, by_tag, tag_ids)


def by_category(store: GraphStore, category_ids: Sequence[str]) -> list[Listed]:
    """Each category's champions."""
    return _lists(store, by_category, category_ids)


def by_topic(store: GraphStore, topic_ids: Sequence[str]) -> list[Listed]:
    """Each topic's champions."""
    return _lists(store, by_topic, topic_ids)


def by_mood(store: GraphStore, mood_ids: Sequence[str]) -> list[Listed]:
    """The posts that evoke each mood, the strong and popular first."""
    return _lists(store, by_mood, mood_ids)


def by_chart(store: GraphStore, chart_ids: Sequence[str]) -> list[Listed]:
    """Charts of the whole graph: ``popular``, ``recent`` or ``project:CODE``."""
    return _lists(store, by_chart, chart_ids)


def responded_to(store: GraphStore, user_ids: Sequence[str]) -> list[frozenset[str]]:
    """The posts that each user openly responded to; a view, a rating or a comment is none."""
    calls = [("responded_to", {"user_id": each}) for each in user_ids]
    return [frozenset(row["post_id"] for row in rows) for rows in store.run_all(calls)]


Reader = Callable[[GraphStore, Sequence[str]], list[Any]]
"""Reads the lists of these nodes."""
_ASKED: Mapping[Reader, tuple[str, str]] = {
    friends_of: ("friends_of", "user_id"),
    near_people: ("near_people", "user_id"),
    engaged_by: ("engaged_by", "user_id"),
    written_by: ("written_by", "user_id"),
    posted_in: ("posted_in", "group_id"),
    similar_to: ("similar_posts", "post_id"),
    by_tag: ("by_tag", "tag_id"),
    by_category: ("by_category", "category_id"),
    by_topic: ("by_topic", "topic_id"),
    by_mood: ("by_mood", "mood_id"),
    by_chart: ("by_chart", "chart_id"),
}


READERS: Sequence[Reader] = tuple(_ASKED)
"""Those that can be asked ahead, in one order."""


def calls_of(read: Reader, ids: Sequence[str]) -> list[Call]:
    """What a reader of this module asks of these nodes, first or only: to be asked ahead."""
    name, key = _ASKED[read]
    return [(name, {key: each}) for each in ids]


def _lists(
    store: GraphStore, read: Reader, ids: Sequence[str], score: str = "score"
) -> list[Listed]:
    found = store.run_all(calls_of(read, ids))
    return [
        Listed([row["post_id"] for row in rows], [float(row[score]) for row in rows])
        for rows in found
    ]


def _latest(rows: Iterable[Row]) -> Listed:
    return _best(_newest((row["post_id"], float(row["at"])) for row in rows), ENGAGED)


def _newest(rows: Iterable[tuple[str, float]]) -> Iterable[tuple[str, float]]:
    at: dict[str, float] = {}
    for post_id, when in rows:
        if when > at.get(post_id, -1.0):
            at[post_id] = when
    return at.items()


def _best(scored: Iterable[tuple[str, float]], most: int | None = None) -> Listed:
    order = sorted(scored, key=lambda each: (-each[1], each[0]))[:most]
    return Listed([post_id for post_id, _ in order], [score for _, score in order])
