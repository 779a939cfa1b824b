"""Whether a graph contradicts itself: what no writer may leave behind, and no crash either.

Everything is read twice over, and held together: what whole tables say, what is counted, and the
copies that look-ups rest on. Of a graph that is written to meanwhile it may speak falsely.
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from graph.cards import SINGLE
from graph.frames import among, repeated, typed
from graph.ingest import BETWEEN_TWO, SYMMETRIC
from graph.model import KINDS, STORED, EdgeKind, Kind, NodeKind, Tables, key_columns
from graph.progress import progress
from graph.queries.stats import stats
from graph.store import GraphStore

_FILES = {kind.label: kind.file for kind in STORED.values() if isinstance(kind, NodeKind)}
SOME = 3
"""Ids that are named of those at fault."""


def faults(store: GraphStore) -> Iterator[str]:
    """What is wrong, a sentence each; none: the graph is sound."""
    tables = {
        file: typed(kind, store.frame(f"export_{file}"))
        for file, kind in progress(STORED.items(), "reading the graph", len(STORED))
    }
    for file, kind in STORED.items():
        yield from _rows(kind, tables[file], tables)
    counted = stats(store)
    for file in KINDS:
        if counted[file] != len(tables[file]):
            yield f"{file}: {counted[file]:,} are counted and {len(tables[file]):,} read"
    yield from _cards(store, tables)
    yield from _names(tables)
    yield from _inboxes(store)


def _rows(kind: Kind, frame: pd.DataFrame, tables: Tables) -> Iterator[str]:
    keys = list(key_columns(kind))
    yield from _at_fault(f"{kind.file}: more than once", frame[repeated(frame, keys)][keys])
    if not isinstance(kind, EdgeKind):
        return
    for end, label in (("source", kind.source), ("target", kind.target)):
        ids = tables[_FILES[label]]["id"]
        lost = frame[~among(frame[end], ids)][keys]
        yield from _at_fault(f"{kind.file}: whose {end} is no {label}", lost)
    if kind.type in BETWEEN_TWO:
        itself = frame["source"] == frame["target"]
        yield from _at_fault(f"{kind.file}: from a node to itself", frame[itself][keys])
    if kind.type in SYMMETRIC:
        turned = frame["source"] > frame["target"]
        yield from _at_fault(f"{kind.file}: from the larger id to the smaller", frame[turned][keys])


def _cards(store: GraphStore, tables: Tables) -> Iterator[str]:
    """The copies on posts beside the edges that they are of."""
    ids = tables["posts"]["id"]
    told = store.frame("whole_cards").set_index("post_id").reindex(ids)
    for name, (file, post, other) in SINGLE.items():
        edges = tables[file].groupby(post)[other].min().reindex(ids)
        differs = edges.fillna("") != told[name].astype(edges.dtype).fillna("")
        wrong = ids[differs.to_numpy()]
        yield from _at_fault(f"posts: whose {name} is not what their edges say", wrong)
    tags = tables["tagged"].groupby("source")["target"].agg(frozenset).reindex(ids)
    ours = [frozenset() if each is None else frozenset(each) for each in told["tags"]]
    theirs = [each if isinstance(each, frozenset) else frozenset() for each in tags]
    apart = np.array([one != other for one, other in zip(ours, theirs, strict=True)], bool)
    yield from _at_fault("posts: whose tags are not what their edges say", ids[apart])


def _names(tables: Tables) -> Iterator[str]:
    """Every user is found by the username that they have."""
    users, naming = tables["users"], tables["naming"]
    named = users[users["username"].notna()]
    found = pd.MultiIndex.from_frame(naming[["source", "target"]])
    lost = ~pd.MultiIndex.from_frame(named[["username", "id"]]).isin(found)
    yield from _at_fault("users: not found by their username", named["id"][lost])


def _inboxes(store: GraphStore) -> Iterator[str]:
    """What inboxes count is what they keep."""
    inboxes, notices = store.frame("backup_inboxes"), store.frame("backup_notices")
    for name, kept in (("kept", notices), ("reactions", notices[notices["kind"] == "reaction"])):
        there = kept.groupby("inbox_id").size().reindex(inboxes["id"]).fillna(0).array
        wrong = inboxes[name].fillna(0).astype(int).array != there
        yield from _at_fault(f"inboxes: whose {name} is not what they keep", inboxes["id"][wrong])


def _at_fault(what: str, rows: pd.DataFrame | pd.Series) -> Iterator[str]:
    if len(rows):
        some = rows.head(SOME)
        parts = [some] if isinstance(some, pd.Series) else [some[name] for name in some]
        named = [" -> ".join(each) for each in zip(*parts, strict=True)]
        yield f"{what}: {len(rows):,}, among them {', '.join(named)}"
