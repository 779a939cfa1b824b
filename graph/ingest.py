"""Records into the graph: checked as a whole, then written in batches that are safe to run twice.

The source is read to its end before the first write, so one that breaks off writes nothing. A run
that is killed leaves a part that the same command, run again, completes without writing anything
twice. Nothing is dropped in silence: the report counts what was refused, and why.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import pandas as pd

from graph.cards import posts_with_cards
from graph.frames import as_batches, gather
from graph.model import EDGES, NODES, Batch, EdgeKind, NodeKind, Tables
from graph.store import GraphStore

SYMMETRIC = frozenset({"FRIEND"})
BETWEEN_TWO = frozenset({"FRIEND", "ASKED", "BLOCKS", "MUTES"})


@dataclass
class LoadReport:
    """What a load did: rows a kind, by file name, and refusals by reason."""

    read: Counter[str] = field(default_factory=Counter)
    written: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)


def ingest(store: GraphStore, batches: Iterable[Batch]) -> LoadReport:
    """Write every batch into `store`, nodes before edges.

    A node or edge that is there already keeps what the new row leaves null. Of rows with one key
    the last one wins. An edge whose end is neither in the batches nor in the store is refused.
    """
    tables = gather(batches)
    report = LoadReport(read=Counter({file: len(frame) for file, frame in tables.items()}))
    nodes = {kind: _unique(kind, tables, report) for kind in NODES if kind.file in tables}
    edges = {kind: _unique(kind, tables, report) for kind in EDGES if kind.file in tables}
    known = _known_ids(store, nodes)
    edges = {kind: _attached(kind, frame, known, report) for kind, frame in edges.items()}
    by_file = {kind.file: frame for kind, frame in (nodes | edges).items()}
    report.refused = +report.refused
    by_file["posts"] = posts_with_cards(store, by_file)
    for kind in NODES:
        if kind.file in by_file:
            _write(store, kind.file, by_file[kind.file], report)
    if "users" in by_file:
        _write_names(store, by_file["users"])
    for edge, frame in edges.items():
        _write(store, edge.file, frame, report)
    return report


def ingest_tables(store: GraphStore, tables: Tables) -> LoadReport:
    """`ingest` for a graph that is in memory as a whole."""
    return ingest(store, as_batches(tables))


def _unique(kind: NodeKind | EdgeKind, tables: Tables, report: LoadReport) -> pd.DataFrame:
    frame = tables[kind.file]
    if isinstance(kind, NodeKind):
        named = frame[frame["id"].notna() & (frame["id"] != "")]
        report.refused[f"{kind.file}: no id"] += len(frame) - len(named)
        return named.drop_duplicates("id", keep="last")
    if kind.type in BETWEEN_TWO:
        apart = frame[frame["source"] != frame["target"]]
        report.refused[f"{kind.file}: from a node to itself"] += len(frame) - len(apart)
        frame = apart
    if kind.type in SYMMETRIC:
        turned = frame["source"] > frame["target"]
        frame = frame.assign(
            source=frame["source"].where(~turned, frame["target"]),
            target=frame["target"].where(~turned, frame["source"]),
        )
    return frame.drop_duplicates(["source", "target"], keep="last")


def _known_ids(
    store: GraphStore, nodes: Mapping[NodeKind, pd.DataFrame]
) -> dict[str, frozenset[str]]:
    known = {}
    for kind in NODES:
        stored = frozenset(row["id"] for row in store.run(f"ids_{kind.file}"))
        known[kind.label] = stored | frozenset(nodes[kind]["id"] if kind in nodes else ())
    return known


def _attached(
    kind: EdgeKind, frame: pd.DataFrame, known: Mapping[str, frozenset[str]], report: LoadReport
) -> pd.DataFrame:
    """The edges whose two ends exist; the others are counted."""
    for end, label in (("source", kind.source), ("target", kind.target)):
        there = frame[end].isin(known[label])
        report.refused[f"{kind.file}: unknown {label.lower()}"] += int((~there).sum())
        frame = frame[there]
    return frame


def _write(store: GraphStore, file: str, frame: pd.DataFrame, report: LoadReport) -> None:
    store.load(file, frame)
    report.written[file] += len(frame)


def _write_names(store: GraphStore, users: pd.DataFrame) -> None:
    """The look-up from a username to its users, which must not scan."""
    named = users[users["username"].notna()]
    store.load("names", pd.DataFrame({"id": named["username"].unique()}))
    store.load("naming", pd.DataFrame({"source": named["username"], "target": named["id"]}))
