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
from graph.frames import among, as_batches, gather, typed
from graph.model import (
    EDGES,
    KINDS,
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
from graph.report import LoadReport
from graph.store import GraphStore
from graph.stored import Stored, compare

SYMMETRIC = frozenset({"FRIEND"})
BETWEEN_TWO = frozenset({"FRIEND", "ASKED", "BLOCKS", "MUTES"})
GONE: Mapping[str, tuple[str, bool]] = {"users": ("active", False), "posts": ("deleted", True)}
"""How a node that is gone is marked; its edges stay, as history."""
FEW_GONE = 20

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
    fresh = {file: _differing(KINDS[file], frame, stored, report) for file, frame in tables.items()}
    cards = Cards(store, stored, tables, fresh, taken)
    on_cards = {file: frame for file, frame in taken.items() if file in CARD_FILES}
    others = {file: frame for file, frame in taken.items() if file not in on_cards}
    _take(store, others, report)
    _mark(store, marks, report)
    _write_nodes(store, fresh, cards)
    # An edge goes after its copy: a load killed in between finds the edge, and clears again.
    cards.clear()
    _take(store, on_cards, report)
    _write_edges(store, fresh)
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
    last = _turned(kind, frame).drop_duplicates(list(key_columns(kind)), keep="last")
    report.count(kind.file, unchanged=len(frame) - len(last))
    return last


def _kept(
    kind: Kind, frame: pd.DataFrame, good: pd.Series, reason: str, report: LoadReport
) -> pd.DataFrame:
    """The good rows; the others, which were counted as read, are refused."""
    bad = len(frame) - int(good.sum())
    report.count(kind.file, read=-bad)
    report.refuse(kind.file, reason, bad)
    return frame[good]


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
            there |= among(frame[end], stored.nodes(of, asked)["id"])
        frame = _kept(kind, frame, there, f"unknown {label.lower()}", report)
    return frame


def _differing(kind: Kind, frame: pd.DataFrame, stored: Stored, report: LoadReport) -> pd.DataFrame:
    """The rows that are new or would change something, counted."""
    before = (
        stored.nodes(kind, frame["id"])
        if isinstance(kind, NodeKind)
        else stored.edges(kind, frame["source"])
    )
    new, changed = compare(kind, frame, before)
    numbers = {"new": int(new.sum()), "changed": int(changed.sum())}
    report.count(kind.file, **numbers, unchanged=len(frame) - sum(numbers.values()))
    return frame[new | changed]


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
            edges[file] = asked.merge(stored.edges(kind, asked["source"])[keys], on=keys)
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
        if edge.file in snapshot.files:
            kept = stored.whole(edge)[["source", "target"]]
            kept = kept[kept["source"].str.startswith(snapshot.prefix)]
            kept = kept[~kept["source"].isin(gone) & ~kept["target"].isin(gone)]
            pairs = pd.MultiIndex.from_frame(_keys(edge, tables))
            edges[edge.file] = kept[~pd.MultiIndex.from_frame(kept).isin(pairs)]
    return edges, marks


def _keys(edge: EdgeKind, tables: Frames) -> pd.DataFrame:
    frame = tables.get(edge.file, pd.DataFrame({"source": [], "target": []}, dtype="str"))
    return frame[["source", "target"]]


def _believe(kind: NodeKind, before: int, left: int, snapshot: Snapshot) -> None:
    if left > max(FEW_GONE, snapshot.most_gone * before):
        raise MalformedSource(
            f"{left:,} of {before:,} {kind.file} ({snapshot.prefix}...) are in the graph and not in"
            " the source any more: it is not believed, and nothing was written; look at the source,"
            " or load with --allow-gone."
        )


def _joined(first: Frames, second: Frames) -> Frames:
    return {
        file: pd.concat([part[file] for part in (first, second) if file in part])
        .drop_duplicates()
        .reset_index(drop=True)
        for file in first | second
    }


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


def _write_nodes(store: GraphStore, fresh: Frames, cards: Cards) -> None:
    fresh = fresh | {"posts": cards.posts()}
    for kind in NODES:
        if kind.file in fresh and len(fresh[kind.file]):
            store.load(kind.file, fresh[kind.file])
    if "users" in fresh:
        _write_names(store, fresh["users"])


def _write_edges(store: GraphStore, fresh: Frames) -> None:
    for edge in EDGES:
        if edge.file in fresh and len(fresh[edge.file]):
            store.load(edge.file, fresh[edge.file])


def _write_names(store: GraphStore, users: pd.DataFrame) -> None:
    """The look-up from a username to its users, which must not scan."""
    named = users[users["username"].notna()]
    if len(named):
        store.load("names", pd.DataFrame({"id": named["username"].unique()}))
        store.load("naming", pd.DataFrame({"source": named["username"], "target": named["id"]}))
