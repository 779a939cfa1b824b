"""What stands around single users and posts, edge by edge: what a vector is made of."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from graph.model import EDGES, Row
from graph.store import GraphStore

_FILES: Mapping[str, str] = {
    edge.type: edge.file
    for edge in EDGES
    if (edge.source, edge.target) == ("User", "Post") or edge.source == "Post"
}
"""The file of each edge type that leads to a post, or from one."""

Ends = dict[str, dict[str, float]]
"""By edge file: the ids at the other ends, each with the edge's weight: of what was done with a
post how often it was (of a rating percent / 50), and 1 where there is none."""


@dataclass(frozen=True, slots=True)
class PostAround:
    """What stands around a post."""

    post_id: str
    ends: Ends
    text: str
    """Title and text."""
    born_at: int | None
    """Unix seconds."""


def around_user(store: GraphStore, user_id: str) -> tuple[Ends, int | None]:
    """What the user did with posts, and wrote; and when they joined (Unix seconds)."""
    calls = (("around_user", {"user_id": user_id}), ("born_users", {"user_ids": [user_id]}))
    edges, born = store.run_all(calls)
    return _ends(edges), next((row["at"] for row in born), None)


def around_posts(store: GraphStore, post_ids: Sequence[str]) -> list[PostAround]:
    """What stands around each of the posts that are there, in one round."""
    ids = {"post_ids": list(post_ids)}
    some = ("post_contents", ids), ("post_cards", ids)
    each = [
        (name, {"post_id": post_id})
        for post_id in post_ids
        for name in ("around_post", "content_of")
    ]
    contents, cards, *edges = store.run_all([*some, *each])
    text = {row["post_id"]: f"{row['title'] or ''} {row['text'] or ''}".strip() for row in contents}
    born = {row["post_id"]: row["created_at"] for row in cards}
    pairs = zip(post_ids, edges[::2], edges[1::2], strict=True)
    return [
        PostAround(post_id, _ends([*people, *content]), text.get(post_id, ""), born[post_id])
        for post_id, people, content in pairs
        if post_id in born
    ]


def _ends(rows: Iterable[Row]) -> Ends:
    found: Ends = {}
    for row in rows:
        found.setdefault(_FILES[row["edge"]], {})[row["id"]] = float(row["weight"])
    return found
