"""Records into the graph: checked as a whole, compared with what is there, written if they differ.

The source is read to its end before the first write, so one that breaks off writes nothing. A run
that is killed leaves a part that the same command, run again, completes without writing anything
twice. Nothing is dropped in silence: the report counts every row once.

What is taken away goes first: an ended friendship shows nothing more, whatever comes after it.
"""

from collections.abc import Iterable, Mapping

import pandas as pd

from graph.cards import CARD_FILES, Cards
from graph.errors import MalformedSource
from graph.frames import among, as_batches, empty, gather, positions, repeated, typed
from graph.model import (
    EDGES,
    KINDS,
    NAME_NODE,
    NAMING,
    NODES,
    Batch,
    EdgeKind,
    Kind,
    NodeKind,
    Snapshot,
    Tables,
    key_columns,
)
from graph.progress import progress
from graph.report import EXAMPLES, LoadReport, edges_named
from graph.store import GraphStore
from graph.stored import Stored, compare

SYMMETRIC = frozenset({"FRIEND"})
BETWEEN_TWO = frozenset({"FRIEND", "ASKED", "BLOCKS", "MUTES"})
GONE: Mapping[str, tuple[str, bool]] = {"users": ("active", False), "posts": ("deleted", True)}
"""How a node that is gone is marked; its edges stay, as history."""
FEW_GONE = 20
WORDS = frozenset({"Tag", "Mood", "Word"})
"""Labels whose ids are words, of no source."""

Frames = dict[str, pd.DataFrame]


def ingest(
    store: GraphStore,
    batches: Iterable[Batch],
    report: LoadReport | None = None,
    snapshot: Snapshot | None = None,
) -> LoadReport:
    """Bring `store` up to what the batches say.

    A node or edge that is there already keeps what the new row leaves null. Of rows with one key
    the last one wins. An edge whose end is neither in the batches nor in the store is refused.

    Raises:
        RowRefused: the report is strict and a row was refused; nothing was written.
        MalformedSource: a snapshot lacks most of what the source had before.
    """
    report = report or LoadReport()
    every = list(batches)
    given = gather(batch for batch in every if not batch.removed)
    removed = gather(batch for batch in every if batch.removed)
    stored = Stored(store)
    nodes = {file: _unique(KINDS[file], given[file], report) for file in _in_order(given, NODES)}
    edges = {
        file: _attached(edge, _unique(edge, given[file], report), nodes, stored, report)
        for file, edge in _in_order(given, EDGES).items()
    }
    tables = nodes | edges
    taken, marks = _removals(removed, stored, report)
    if snapshot is not None:
        missing, gone = _missing(tables, stored, snapshot)
        taken, marks = _joined(taken, missing), _joined(marks, gone)
    new, changed = _differing(tables, stored, report)
    fresh = {file: _stacked(new[file], changed[file]) for file in tables}
    cards = Cards(store, stored, tables, fresh, taken)
    on_cards = {file: frame for file, frame in taken.items() if file in CARD_FILES}
    others = {file: frame for file, frame in taken.items() if file not in on_cards}
    _take(store, others, report)
    _mark(store, marks, report)
    new["posts"], changed["posts"] = _parted(cards.posts(), new.get("posts"))
    unnamed = _unnamed(tables.get("users"), stored)
    _write(store, NODES, new, changed)
    _write(store, (NAME_NODE, NAMING), unnamed, {})
    # An edge goes after its copy: a load killed in between finds the edge, and clears again.
    cards.clear()
    _take(store, on_cards, report)
    _write(store, EDGES, new, changed)
    return report


def ingest_tables(store: GraphStore, tables: Tables) -> LoadReport:
    """`ingest` for a graph that is in memory as a whole."""
    return ingest(store, as_batches(tables))


def _in_order(frames: Frames, kinds: Iterable[Kind]) -> dict[str, Kind]:
    return {kind.file: kind for kind in kinds if kind.file in frames}


def _unique(kind: Kind, frame: pd.DataFrame, report: LoadReport) -> pd.DataFrame:
    """The last row of each key; one without a key is refused, the others count as unchanged."""
    report.count(kind.file, read=len(frame))
    if isinstance(kind, NodeKind):
        named = frame["id"].notna() & (frame["id"] != "")
        frame = _kept(kind, frame, named, "no id", report)
    elif kind.type in BETWEEN_TWO:
        apart = frame["source"] != frame["target"]
        frame = _kept(kind, frame, apart, "from a node to itself", report)
    frame = _turned(kind, frame)
    twice = repeated(frame, key_columns(kind))
    last = frame[~twice] if twice.any() else frame
    report.count(kind.file, unchanged=len(frame) - len(last))
    return last


def _kept(
    kind: Kind,
    frame: pd.DataFrame,
    good: pd.Series,
    reason: str,
    report: LoadReport,
    end: str | None = None,
) -> pd.DataFrame:
    """The good rows; the others, which were counted as read, are refused, for the `end` of them."""
    if good.all():
        return frame
    bad = frame[~good]
    report.count(kind.file, read=-len(bad))
    report.refuse(kind.file, reason, len(bad), where=_places(bad, end))
    return frame[good]


def _places(rows: pd.DataFrame, end: str | None) -> list[str]:
    """The first few, for a person: edges by the end at fault and both; nodes by their number."""
    if "source" not in rows:
        return [f"row {position + 1}" for position in rows.index[:EXAMPLES]]
    edges = edges_named(rows["source"], rows["target"])
    if end is None:
        return edges
    return [f"{fault} ({edge})" for fault, edge in zip(rows[end], edges, strict=False)]


def _turned(kind: Kind, frame: pd.DataFrame) -> pd.DataFrame:
    """Symmetric edges from the smaller id to the larger, the others as they are."""
    if not isinstance(kind, EdgeKind) or kind.type not in SYMMETRIC:
        return frame
    turned = frame["source"] > frame["target"]
    return frame.assign(
        source=frame["source"].where(~turned, frame["target"]),
        target=frame["target"].where(~turned, frame["source"]),
    )


def _attached(
    kind: Kind, frame: pd.DataFrame, nodes: Frames, stored: Stored, report: LoadReport
) -> pd.DataFrame:
    """The edges whose two ends exist; the others are refused."""
    assert isinstance(kind, EdgeKind)
    for end, label in (("source", kind.source), ("target", kind.target)):
        of = next(each for each in NODES if each.label == label)
        given = nodes[of.file]["id"] if of.file in nodes else frame[end].head(0)
        there = among(frame[end], given)
        if len(asked := frame[end][~there]):
            there |= among(frame[end], stored.ids(of, asked))
        frame = _kept(kind, frame, there, f"unknown {label.lower()}", report, end)
    return frame


def _differing(tables: Frames, stored: Stored, report: LoadReport) -> tuple[Frames, Frames]:
    """The rows that are new, and those that would change something; both counted."""
    news, changes = dict[str, pd.DataFrame](), dict[str, pd.DataFrame]()
    for file, frame in tables.items():
        kind = KINDS[file]
        before = (
            stored.nodes(kind, frame["id"])
            if isinstance(kind, NodeKind)
            else stored.edges(kind, frame["source"])
        )
        new, changed = compare(kind, frame, before)
        news[file] = frame if new.all() else frame[new]
        changes[file] = frame[changed]
        written = len(news[file]), len(changes[file])
        report.count(file, new=written[0], changed=written[1], unchanged=len(frame) - sum(written))
    return news, changes


def _parted(posts: pd.DataFrame, new: pd.DataFrame | None) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The posts that the store has not yet, and the others."""
    first = among(posts["id"], posts["id"].head(0) if new is None else new["id"])
    return posts[first], posts[~first]


def _removals(removed: Frames, stored: Stored, report: LoadReport) -> tuple[Frames, Frames]:
    """What the batches take back and the store has: edges to delete, and nodes to mark."""
    edges, marks = dict[str, pd.DataFrame](), dict[str, pd.DataFrame]()
    for file, rows in removed.items():
        kind = KINDS[file]
        keys = list(key_columns(kind))
        asked = _unique(kind, rows, report)[keys]
        if isinstance(kind, NodeKind):
            found = _unmarked(kind, stored.nodes(kind, asked["id"]))
            marks[file] = asked[asked["id"].isin(found)]
            there = len(marks[file])
        else:
            edges[file] = asked[positions(asked, stored.edges(kind, asked["source"]), keys) >= 0]
            there = len(edges[file])
        report.count(file, changed=there, unchanged=len(asked) - there)
    return edges, marks


def _unmarked(kind: NodeKind, frame: pd.DataFrame) -> pd.Series:
    """The ids of the nodes that are not marked as gone."""
    column, mark = GONE[kind.file]
    return frame["id"][frame[column].fillna(not mark) != mark]


def _missing(tables: Frames, stored: Stored, snapshot: Snapshot) -> tuple[Frames, Frames]:
    """What the store has of the source and the snapshot has not: edges and nodes."""
    edges, marks, gone = dict[str, pd.DataFrame](), dict[str, pd.DataFrame](), set[str]()
    for kind in NODES:
        if kind.file in snapshot.files and kind.file in GONE:
            before = stored.whole(kind)
            before = before[before["id"].str.startswith(snapshot.prefix)]
            told = tables[kind.file]["id"] if kind.file in tables else before["id"].head(0)
            absent = before[~before["id"].isin(told)]
            gone.update(absent["id"])
            left = _unmarked(kind, absent)
            _believe(kind, len(_unmarked(kind, before)), len(left), snapshot)
            marks[kind.file] = pd.DataFrame({"id": left})
    for edge in EDGES:
        if edge.file in snapshot.files and len(stored.whole(edge)):
            kept: pd.DataFrame = stored.whole(edge)[["source", "target"]]
            kept = kept[kept["source"].str.startswith(snapshot.prefix)]
            if edge.target not in WORDS:  # what leads elsewhere this source never told
                kept = kept[kept["target"].str.startswith(snapshot.prefix)]
            kept = kept[~kept["source"].isin(gone) & ~kept["target"].isin(gone)]
            now = tables.get(edge.file, empty(edge))
            edges[edge.file] = kept[positions(kept, now, key_columns(edge)) < 0]
    return edges, marks


def _believe(kind: NodeKind, before: int, left: int, snapshot: Snapshot) -> None:
    if left > max(FEW_GONE, snapshot.most_gone * before):
        raise MalformedSource(
            f"{left:,} of {before:,} {kind.file} ({snapshot.prefix}...) are in the graph and not in"
            " the source any more: it is not believed, and nothing was written; look at the source,"
            " or load with --allow-gone."
        )


def _joined(first: Frames, second: Frames) -> Frames:
    """Both, without repetition; a file that has no rows is left out."""
    both = {
        file: _stacked(*(part[file] for part in (first, second) if file in part))
        for file in first | second
    }
    return {
        file: frame.drop_duplicates().reset_index(drop=True)
        for file, frame in both.items()
        if len(frame)
    }


def _stacked(*frames: pd.DataFrame) -> pd.DataFrame:
    """The frames below one another; nothing is copied where only one has rows."""
    filled = [frame for frame in frames if len(frame)]
    return pd.concat(filled) if len(filled) > 1 else (filled or frames)[0]


def _take(store: GraphStore, edges: Frames, report: LoadReport) -> None:
    for file, frame in edges.items():
        for source, target in progress(
            frame.itertuples(index=False, name=None), f"taking back {file}", total=len(frame)
        ):
            store.run(f"drop_{file}", source=source, target=target)
        report.count(file, gone=len(frame))


def _mark(store: GraphStore, marks: Frames, report: LoadReport) -> None:
    for file, frame in marks.items():
        column, mark = GONE[file]
        if len(frame):
            store.load(file, typed(KINDS[file], frame.assign(**{column: mark})))
        report.count(file, gone=len(frame))


def _write(store: GraphStore, kinds: Iterable[Kind], new: Frames, changed: Frames) -> None:
    for kind in kinds:
        for frames, unseen in ((new, True), (changed, False)):
            if kind.file in frames and len(frames[kind.file]):
                store.load(kind.file, frames[kind.file], new=unseen)


def _unnamed(users: pd.DataFrame | None, stored: Stored) -> Frames:
    """What the look-up from a username to its users, which must not scan, lacks.

    It is compared for itself: a load may have been killed between the users and their names.
    """
    if users is None or not len(named := users[users["username"].notna()]):
        return {}
    names = pd.DataFrame({"id": named["username"].unique()})
    naming = named[["username", "id"]].set_axis(["source", "target"], axis=1)
    return {
        "names": names[compare(NAME_NODE, names, stored.nodes(NAME_NODE, names["id"]))[0]],
        "naming": naming[compare(NAMING, naming, stored.edges(NAMING, naming["source"]))[0]],
    }
