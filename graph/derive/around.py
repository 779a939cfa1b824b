"""What derived edges rest on, read of the whole graph once, and then around single nodes."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from graph.derive.champions import SOURCES
from graph.frames import empty, typed
from graph.model import EDGES, KINDS, SIGNALS, EdgeKind, Row, Tables
from graph.store import Call, GraphStore

CROWD = 5_000
"""Rows of who engaged with a post; of one with more it is left to the full rebuild how many."""

_FROM = {"posted_in": "from_posted_in"} | {file: f"from_{file}" for file in SOURCES.values()}
"""What a post's own edges are read by."""
_EDGES = [
    edge
    for edge in EDGES
    if edge.file in ("authored", "posted_in", "interested_in", *SOURCES.values())
]


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around some nodes at this moment."""

    tables: Tables
    """As `graph.queries.export.read_tables` gives all, but for words and for what nothing rests on:
    of the posts that are there their authors, engagements and what they bear."""
    post_ids: Collection[str]
    """The posts that were looked for; those that are in no table are gone."""
    user_ids: Collection[str]
    """Likewise."""
    crowded: Collection[str] = ()
    """The posts of which engagements were too many to be read."""


def read_whole(store: GraphStore, rest: Callable[[], object] = lambda: None) -> Tables:
    """The same of all posts and people; some seconds for a million edges.

    Ids of edges are categories, each text there once: a tenth of the memory.

    Args:
        store: the graph.
        rest: is called after each table.
    """

    def frame(name: str) -> pd.DataFrame:
        found = store.frame(name)
        rest()
        return found

    posts = frame("whole_cards").rename(columns={"post_id": "id"})
    users = frame("whole_people").rename(columns={"user_id": "id"})
    tables = {"posts": typed(KINDS["posts"], posts), "users": typed(KINDS["users"], users)}
    tables["topics"] = typed(KINDS["topics"], frame("export_topics"))
    ids = {
        label: pd.CategoricalDtype(tables[file]["id"].sort_values())
        for label, file in (("Post", "posts"), ("User", "users"))
    }
    for edge in (*_EDGES, *SIGNALS):
        tables[edge.file] = _coded(edge, frame(f"export_{edge.file}"), ids)
    return tables


def _coded(
    edge: EdgeKind, frame: pd.DataFrame, ids: Mapping[str, pd.CategoricalDtype]
) -> pd.DataFrame:
    """What lists rest on of the edges; none of a node that came since the others were read."""
    rows = typed(edge, frame)
    rows = rows[[name for name in ("source", "target", "at", "weight") if name in rows]]
    ends = {"source": ids.get(edge.source), "target": ids.get(edge.target)}
    return rows.astype({end: kind or "category" for end, kind in ends.items()}).dropna(
        subset=["source", "target"], ignore_index=True
    )


def read_around(store: GraphStore, post_ids: Sequence[str], user_ids: Sequence[str]) -> Around:
    """Read it around these; ids of anything else may be among either."""
    posts = store.run("post_cards", post_ids=list(post_ids))
    there = sorted(row["post_id"] for row in posts)
    names = ("engagers_of", "authors_of")
    calls: list[Call] = [(name, {"post_id": each}) for each in there for name in names]
    calls += [(name, {"source": each}) for each in there for name in _FROM.values()]
    calls += [("interests_of", {"user_id": each}) for each in user_ids]
    found = iter(store.run_all(calls))
    signals: list[Row] = []
    authored: list[Row] = []
    crowded: list[str] = []
    for each in there:
        engaged = next(found)
        if len(engaged) > CROWD:
            crowded.append(each)
        else:
            signals += ({"source": row["user_id"], "target": each, **row} for row in engaged)
        authored += ({"source": row["user_id"], "target": each} for row in next(found))
    edges: dict[str, list[Row]] = {file: [] for file in _FROM}
    for _ in there:
        for file in _FROM:
            edges[file] += next(found)
    picked = [{"source": each, "target": row["id"]} for each in user_ids for row in next(found)]
    people = sorted({*user_ids, *(row["source"] for row in authored)})
    topics = sorted({row["target"] for row in edges["about"]})
    users = store.run("user_cards", user_ids=people)
    tables = {
        "posts": _table("posts", ({"id": row["post_id"], **row} for row in posts)),
        "users": _table("users", ({"id": row["user_id"], **row} for row in users)),
        "topics": _table("topics", store.run("topic_cards", topic_ids=topics)),
        "authored": _table("authored", authored),
        "interested_in": _table("interested_in", picked),
        SIGNALS[0].file: _table(SIGNALS[0].file, signals),
        **{file: _table(file, rows) for file, rows in edges.items()},
    }
    return Around(tables, list(post_ids), list(user_ids), frozenset(crowded))


def part_of(tables: Tables, post_ids: Collection[str], user_ids: Collection[str]) -> Around:
    """What `read_around` would find of a graph that is in memory as whole tables."""
    posts, users = set(post_ids), set(user_ids)
    by_post = {file: tables[file][tables[file]["source"].isin(posts)] for file in _FROM}
    ends = ("authored", *(edge.file for edge in SIGNALS))
    by_post |= {file: tables[file][tables[file]["target"].isin(posts)] for file in ends}
    people = users.union(by_post["authored"]["source"])
    picked, topics = tables["interested_in"], set(by_post["about"]["target"])
    told = {
        "posts": tables["posts"][tables["posts"]["id"].isin(posts)],
        "users": tables["users"][tables["users"]["id"].isin(people)],
        "topics": tables["topics"][tables["topics"]["id"].isin(topics)],
        "interested_in": picked[picked["source"].isin(users)],
    }
    return Around({**by_post, **told}, list(post_ids), list(user_ids))


def _table(file: str, rows: Iterable[Row]) -> pd.DataFrame:
    kind, told = KINDS[file], list(rows)
    return typed(kind, pd.DataFrame(told)) if told else empty(kind)
