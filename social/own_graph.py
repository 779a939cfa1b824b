"""All that the graph has of one person, as the tables of a graph folder.

What they are, wrote and did is there in full. Of others there are bare ids, as ends of their edges,
and nothing that others did to them, but for friendships and for who asks them: who blocks or mutes
them is not theirs to know. Groups and events that they may know of come with what is said of them.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

import pandas as pd

from feed.gate import admit_askers, admit_groups, admit_happenings
from graph.frames import typed
from graph.model import EDGES, KINDS, NODES, EdgeKind, Row
from graph.queries.comments import comments_standing
from graph.queries.groups import group_pages
from graph.queries.happenings import happening_pages
from graph.queries.people import ViewerContext, user_cards
from graph.store import GraphStore

Rows = dict[str, list[Row]]
BATCH = 500
"""Nodes that are looked up together."""
_WORDS = ("tags", "categories", "moods", "topics", "words")
"""Kinds that say nothing of anybody, but for the source's own fields: a topic's name its owner."""
_FILES = {kind.label: kind.file for kind in NODES}


def own_graph(store: GraphStore, viewer: ViewerContext) -> dict[str, pd.DataFrame]:
    """The viewer's own part of the graph, a frame a kind; only kinds that have rows.

    Args:
        store: the graph.
        viewer: a user of the graph, read at this moment.
    """
    user_id = viewer.user_id or ""
    rows = _edges(store, viewer)
    own = {
        "users": {user_id},
        "posts": {row["target"] for row in rows["authored"]},
        "comments": {row["target"] for row in rows["wrote"]},
        "events": _known_events(store, viewer, _ends(rows, "Event")),
        "groups": _known_groups(store, viewer, _ends(rows, "Group"), rows["invited_to"]),
    }
    for kind in NODES:
        there = _ends(rows, kind.label) | own.get(kind.file, set())
        told = there if kind.file in _WORDS else own[kind.file]
        rows[kind.file] = _nodes(store, kind.file, told)
        if kind.file in _WORDS:
            rows[kind.file] = [{**row, "details": None} for row in rows[kind.file]]
        rows[kind.file] += [{"id": each} for each in sorted(there - told)]
    return {
        file: typed(kind, pd.DataFrame(rows[file])) for file, kind in KINDS.items() if rows[file]
    }


def _edges(store: GraphStore, viewer: ViewerContext) -> Rows:
    user_id = viewer.user_id or ""
    rows: Rows = defaultdict(list)
    for edge in _from("User"):
        rows[edge.file] = store.run(f"from_{edge.file}", source=user_id)
    rows["friend"] += store.run("to_friend", target=user_id)
    rows["asked"] += _askers(store, viewer)
    # A deleted comment hangs on its post for as long as anybody, seen or not, answers it.
    standing = comments_standing(store, [row["target"] for row in rows["wrote"]])
    said = [row for row in rows["wrote"] if row["target"] in standing]
    written = {"Post": rows["authored"], "Comment": said}
    for label, mine in written.items():
        for edge in _from(label):
            for row in mine:
                rows[edge.file] += store.run(f"from_{edge.file}", source=row["target"])
    return rows


def _from(label: str) -> Iterable[EdgeKind]:
    return (edge for edge in EDGES if edge.source == label)


def _askers(store: GraphStore, viewer: ViewerContext) -> list[Row]:
    """Who asks the viewer to be friends, as far as they show themselves."""
    asked = store.run("to_asked", target=viewer.user_id or "")
    cards = user_cards(store, [row["source"] for row in asked])
    shown = {each.card.user_id for each in admit_askers(viewer, cards.values())}
    return [row for row in asked if row["source"] in shown]


def _ends(rows: Mapping[str, list[Row]], label: str) -> set[str]:
    """Every node of that label at the edges."""
    sources = {row["source"] for edge in _from(label) for row in rows[edge.file]}
    targets = (edge for edge in EDGES if edge.target == label)
    return sources | {row["target"] for edge in targets for row in rows[edge.file]}


def _known_groups(
    store: GraphStore, viewer: ViewerContext, ids: Iterable[str], invited: list[Row]
) -> set[str]:
    found = group_pages(store, ids).values()
    inviting = frozenset(row["target"] for row in invited)
    return {each.group.group_id for each in admit_groups(viewer, found, inviting)}


def _known_events(store: GraphStore, viewer: ViewerContext, ids: Iterable[str]) -> set[str]:
    found = happening_pages(store, ids)
    hosts = user_cards(store, {each.host_id for each in found.values() if each.host_id})
    return {each.happening.event_id for each in admit_happenings(viewer, found.values(), hosts)}


def _nodes(store: GraphStore, file: str, ids: Iterable[str]) -> list[Row]:
    wanted = sorted(ids)
    starts = range(0, len(wanted), BATCH)
    found = [row for at in starts for row in store.run(f"some_{file}", ids=wanted[at : at + BATCH])]
    return sorted(found, key=lambda row: str(row["id"]))
