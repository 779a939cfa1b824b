"""The copies on a post that make its card one look-up: author, tags, group, what it shares, ...

They travel with the node itself, so there is no moment in which a post can be read without the
author and the group that decide who may see it. What a source took back leaves the card when all
that the load says of the post is written.
"""

from collections.abc import Mapping

import pandas as pd

from graph.frames import TEXT, empty, row_batches
from graph.model import KINDS, Tables
from graph.store import GraphStore
from graph.stored import Stored

SINGLE: Mapping[str, tuple[str, str, str]] = {
    "author_id": ("authored", "target", "source"),
    "category_id": ("in_category", "source", "target"),
    "topic_id": ("about", "source", "target"),
    "group_id": ("posted_in", "source", "target"),
    "shares_id": ("shares", "source", "target"),
}
"""Copy -> the file of its edges, the post's column there, and the column that is copied."""
_TAGS = ("tagged", "source", "target")
COPIES = (*SINGLE, "project_code", "tags")
CARD_FILES = frozenset(file for file, _, _ in (*SINGLE.values(), _TAGS))
"""The files of the edges that cards copy."""


class Cards:
    """The cards of the posts that a load touches.

    Of several authors, categories, topics, groups or shared posts the lowest id is copied; of tags
    all, in order.
    """

    def __init__(
        self, store: GraphStore, stored: Stored, told: Tables, fresh: Tables, taken: Tables
    ):
        """Work the cards out.

        Args:
            store: where they are written.
            stored: what it holds.
            told: all that the load says.
            fresh: the rows of it that are new or change something.
            taken: the edges that it takes back.
        """
        self._store = store
        kind = KINDS["posts"]
        given = fresh.get("posts", empty(kind))
        self._cleared = _posts_of(taken)
        touched = pd.concat([given["id"], _posts_of(fresh), self._cleared])
        self._posts = given.assign(**dict.fromkeys(COPIES))
        if not len(touched):
            return
        ids = pd.Index(touched.unique(), name="id", dtype="str")
        before = stored.cards(ids)
        copies: dict[str, pd.Series] = {
            name: _lowest(told, taken, before[name], *edge).reindex(ids)
            for name, edge in SINGLE.items()
        }
        copies["project_code"] = copies["topic_id"].map(_project_codes(store, told, copies))
        copies["tags"] = _tags(told, taken, before["tags"], ids)
        posts = given.set_index("id").reindex(ids).reset_index()
        self._posts = posts.assign(**{name: each.array for name, each in copies.items()})

    def posts(self) -> pd.DataFrame:
        """This load's posts, and those whose edges it brings or takes, with their copies."""
        return self._posts

    def clear(self) -> None:
        """Set the copies of posts that lost an edge as they are now, null where none is left."""
        lost = self._posts[self._posts["id"].isin(self._cleared)][["id", *COPIES]]
        for rows in row_batches(lost, "cards"):
            self._store.run("set_cards", rows=rows)


def _posts_of(tables: Tables) -> pd.Series:
    """The posts at the edges that cards copy."""
    edges = [*SINGLE.values(), _TAGS]
    found = [tables[file][post] for file, post, _ in edges if file in tables]
    posts: pd.Series = pd.concat([pd.Series(dtype=TEXT), *found])
    return posts


def _lowest(
    told: Tables, taken: Tables, before: pd.Series, file: str, post: str, other: str
) -> pd.Series:
    there = before.dropna().astype(TEXT)
    if file not in told and file not in taken:
        return there
    old = there.rename("other").rename_axis("post").reset_index()
    if file in taken and len(old):
        pairs = pd.MultiIndex.from_frame(old)
        old = old[~pairs.isin(pd.MultiIndex.from_frame(taken[file][[post, other]]))]
    parts = [old]
    if file in told:
        parts.append(told[file][[post, other]].set_axis(["post", "other"], axis=1))
    return pd.Series(pd.concat(parts).groupby("post")["other"].min())


def _tags(told: Tables, taken: Tables, before: pd.Series, ids: pd.Index) -> pd.Series:
    old = before.dropna()
    if "tagged" not in told and "tagged" not in taken:
        return old[old.map(len) > 0].reindex(ids)
    pairs = old.explode().dropna().rename("tag").rename_axis("post").reset_index().astype(TEXT)
    if "tagged" in taken and len(pairs):
        lost = pd.MultiIndex.from_frame(taken["tagged"][["source", "target"]])
        pairs = pairs[~pd.MultiIndex.from_frame(pairs).isin(lost)]
    if "tagged" in told:
        new = told["tagged"][["source", "target"]].set_axis(["post", "tag"], axis=1)
        pairs = pd.concat([pairs, new[new["post"].isin(ids)]])
    grouped = pairs.drop_duplicates().sort_values(["post", "tag"]).groupby("post")["tag"]
    return grouped.agg(list).reindex(ids).astype(object)


def _project_codes(
    store: GraphStore, told: Tables, copies: Mapping[str, pd.Series]
) -> dict[str, str]:
    if not copies["topic_id"].notna().any():
        return {}
    codes = {row["id"]: row["project_code"] for row in store.run("export_topics")}
    if "topics" in told:
        topics = told["topics"]
        codes |= dict(zip(topics["id"], topics["project_code"], strict=True))
    return {topic: code for topic, code in codes.items() if isinstance(code, str)}
