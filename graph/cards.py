"""The copies on a post that make its card one look-up: author, tags, category, topic, group.

They travel with the node itself, so there is no moment in which a post can be read without the
author and the group that decide who may see it.
"""

from collections.abc import Mapping

import pandas as pd

from graph.frames import typed
from graph.model import KINDS, Tables
from graph.store import GraphStore

_SINGLE: Mapping[str, tuple[str, str, str]] = {
    "author_id": ("authored", "target", "source"),
    "category_id": ("in_category", "source", "target"),
    "topic_id": ("about", "source", "target"),
    "group_id": ("posted_in", "source", "target"),
}
"""Copy -> the file of its edges, the post's column there, and the column that is copied."""


def posts_with_cards(store: GraphStore, tables: Tables) -> pd.DataFrame:
    """This load's posts, and those whose edges it brings, with the copies that the edges tell.

    A copy is null (kept as it is) where no edge tells it. Of several authors, categories, topics
    or groups the lowest id is copied; of tags all, in order, with those that the store has.
    """
    kind = KINDS["posts"]
    touched = [tables[file][post] for file, post, _ in _SINGLE.values() if file in tables]
    touched += [tables["tagged"]["source"]] if "tagged" in tables else []
    given = tables.get("posts", typed(kind, pd.DataFrame({"id": []}, dtype="str")))
    ids = pd.Index(pd.concat([given["id"], *touched]).unique(), name="id", dtype="str")
    posts = given.set_index("id").reindex(ids).reset_index()
    copies = {name: _lowest(tables, *edge).reindex(ids) for name, edge in _SINGLE.items()}
    copies["project_code"] = copies["topic_id"].map(_project_codes(store, tables))
    copies["tags"] = _tags(store, tables).reindex(ids)
    return posts.assign(**{name: series.array for name, series in copies.items()})


def _lowest(tables: Tables, file: str, post: str, other: str) -> pd.Series:
    if file not in tables:
        return pd.Series(dtype="str")
    return tables[file].groupby(post)[other].min()


def _project_codes(store: GraphStore, tables: Tables) -> dict[str, str]:
    codes = {row["id"]: row["project_code"] for row in store.run("export_topics")}
    if "topics" in tables:
        topics = tables["topics"]
        codes |= dict(zip(topics["id"], topics["project_code"], strict=True))
    return {topic: code for topic, code in codes.items() if isinstance(code, str)}


def _tags(store: GraphStore, tables: Tables) -> pd.Series:
    tags: dict[str, set[str]] = {}
    if "tagged" in tables:
        for post, tag in zip(tables["tagged"]["source"], tables["tagged"]["target"], strict=True):
            tags.setdefault(post, set()).add(tag)
    if tags:
        for row in store.run("stored_tags"):
            if row["id"] in tags:
                tags[row["id"]] |= set(row["tags"])
    return pd.Series({post: sorted(names) for post, names in tags.items()}, dtype="object")
