"""A graph as a folder that puts it back: all that the graph alone knows, as Parquet files.

Parquet and not the CSV of `graph.loaders.folder`, which cannot tell an empty text from none. What
is derived is left out: a restore derives it anew. A backup needs no pause of who serves the graph.
An embedded one is copied (`graph.quiet_copy`), and so is as it was at one moment. A Neo4j is read
kind by kind, since it shows what others commit within one transaction too: whatever was
acknowledged before the backup began is in it, what is written meanwhile is in it or not, and an
edge whose end was deleted meanwhile is left out, so that it is whole in itself.
"""

import hashlib
import json
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from graph.derive.rebuild import derive
from graph.errors import MalformedSource, SourceUnavailable, StoreUnavailable
from graph.files import new_folder
from graph.frames import among, row_batches, typed
from graph.ingest import ingest_tables
from graph.model import EDGES, KINDS, NODES, Kind, Tables
from graph.progress import progress
from graph.queries.stats import stats
from graph.quiet_copy import copy_graph
from graph.store import GraphStore, StoreConfig, open_store

FORMAT = 1
TOLD = "backup.json"
"""What the folder's files are, and their digests: the last that is written."""
BESIDE = ("leavers", "backup_heard", "backup_inboxes", "backup_notices")
"""The queries of what is in no graph folder: who was being erased, states of events, notices."""


def backup(config: StoreConfig, folder: Path) -> int:
    """Write all of a graph to a new folder, which appears whole or not at all; how many rows.

    Raises:
        SourceUnavailable: the folder is there already, or cannot be written.
        StoreError: the graph cannot be read.
    """
    with new_folder(folder) as partial:
        partial.chmod(0o700)  # as private as what is in it
        with _still(config, partial) as store:
            tables = _read(store)
        for name, frame in progress(tables.items(), "writing the backup", len(tables)):
            frame.to_parquet(partial / f"{name}.parquet", index=False)
        files = {f"{name}.parquet": _digest(partial / f"{name}.parquet") for name in tables}
        told = {"format": FORMAT, "of": config.url, "sha256": files}
        (partial / TOLD).write_text(json.dumps(told, indent=1), encoding="utf-8")
    return sum(map(len, tables.values()))


def restore(config: StoreConfig, folder: Path) -> int:
    """Put a backup back where there is no graph, and derive from it; how many rows.

    An embedded graph appears whole or not at all. A Neo4j bears a mark until all is there, with
    which it is not served; the same restore, run again, goes on.

    Raises:
        SourceUnavailable, MalformedSource: it is no backup, or not as it was written.
        StoreUnavailable: there is a graph already.
    """
    tables = _checked(folder)
    if config.file is None:
        with open_store(config) as store:
            if not store.run("restoring") and any(stats(store).values()):
                raise _occupied(config)
            _fill(store, tables)
    else:
        # Also where its file was moved away and its log was not: the next opening would apply it.
        if any(config.file.with_name(config.file.name + end).exists() for end in ("", ".wal")):
            raise _occupied(config)
        config.file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=config.file.parent, prefix=".restoring.") as aside:
            made = Path(aside) / "graph"
            with open_store(replace(config, url=f"ladybug:{made}")) as store:
                _fill(store, tables)
            made.rename(config.file)
    return sum(map(len, tables.values()))


def refuse_unfinished(store: GraphStore) -> None:
    """Raise `StoreUnavailable` where a restore into the graph was cut off: part of it is there."""
    if store.run("restoring"):
        raise StoreUnavailable(
            "a restore of this graph was cut off, and part of it is missing: run the same resonance"
            " restore again"
        )


def _occupied(config: StoreConfig) -> StoreUnavailable:
    return StoreUnavailable(
        f"there is a graph at {config.url} already, and a restore writes over none: move it away,"
        " or name another place by RESONANCE_STORE or --store"
    )


@contextmanager
def _still(config: StoreConfig, folder: Path) -> Iterator[GraphStore]:
    """The graph, or a copy of it that goes when it was read: whoever serves it goes on."""
    if config.file is None:
        with open_store(config, as_it_is=True) as store:
            yield store
        return
    with tempfile.TemporaryDirectory(dir=folder) as aside:
        copy = Path(aside) / "graph"
        copy_graph(config.file, copy)
        with open_store(replace(config, url=f"ladybug:{copy}")) as store:
            yield store


def _read(store: GraphStore) -> dict[str, pd.DataFrame]:
    """Everything, in the order in which a writer beside us does the least harm.

    Events' states before what came of them: an event of which only the latter is missing is done
    again when it is sent again. Edges before nodes, so that what is new has its ends.
    """
    tables = {name: store.frame(name) for name in BESIDE}
    inboxes, notices = tables["backup_inboxes"], tables["backup_notices"]
    tables["backup_notices"] = notices[among(notices["inbox_id"], inboxes["id"])]
    tables["backup_inboxes"] = _counted(inboxes, tables["backup_notices"])
    kinds: list[Kind] = [*EDGES, *NODES]
    for kind in progress(kinds, "reading the graph", len(kinds)):
        tables[kind.file] = typed(kind, store.frame(f"export_{kind.file}"))
    ids = {node.label: tables[node.file]["id"] for node in NODES}
    for edge in EDGES:
        frame = tables[edge.file]
        there = among(frame["source"], ids[edge.source]) & among(frame["target"], ids[edge.target])
        tables[edge.file] = frame[there].drop_duplicates(["source", "target"], keep="last")
    return tables


def _counted(inboxes: pd.DataFrame, notices: pd.DataFrame) -> pd.DataFrame:
    """The inboxes with what they count, by what they keep: they were read one before the other."""
    by_inbox = notices.groupby("inbox_id")
    reactions = notices[notices["kind"] == "reaction"].groupby("inbox_id").size()
    latest = by_inbox["seq"].max().reindex(inboxes["id"]).fillna(0).array
    return inboxes.assign(
        seq=inboxes["seq"].fillna(0).astype("Int64").where(lambda each: each >= latest, latest),
        kept=by_inbox.size().reindex(inboxes["id"]).fillna(0).astype("Int64").array,
        reactions=reactions.reindex(inboxes["id"]).fillna(0).astype("Int64").array,
    )


def _checked(folder: Path) -> dict[str, pd.DataFrame]:
    """The tables of a backup, once each of its files is as it was written."""
    try:
        told = json.loads((folder / TOLD).read_bytes())
        files: Mapping[str, str] = told["sha256"]
        if told["format"] != FORMAT:
            raise MalformedSource(
                f"{folder} has format {told['format']}, and this Resonance reads {FORMAT}"
            )
        if missing := {f"{name}.parquet" for name in BESIDE} - files.keys():
            raise MalformedSource(f"{folder / TOLD} does not tell of {sorted(missing)}")
        for name, digest in files.items():
            if Path(name).name != name or _digest(folder / name) != digest:
                raise MalformedSource(f"{folder / name} is not as it was written: take another one")
        tables = {Path(name).stem: pq.read_table(folder / name).to_pandas() for name in files}
    except OSError as error:
        raise SourceUnavailable(f"{folder} is no backup that can be read: {error}") from error
    except (ValueError, KeyError, TypeError, pa.ArrowException) as error:
        raise MalformedSource(f"{folder / TOLD} is no backup's: {error}") from error
    return tables


def _fill(store: GraphStore, tables: Mapping[str, pd.DataFrame]) -> None:
    store.run("begin_restore")
    ingest_tables(store, _of_kinds(tables))
    notices = tables["backup_notices"]
    own = notices.drop(columns="inbox_id")
    keeps = notices[["inbox_id", "id"]]
    _put(store, "hear", tables["backup_heard"])
    _put(store, "restore_inboxes", tables["backup_inboxes"])
    _put(store, "restore_notices", own)
    _put(store, "restore_keeps", keeps)
    for user_id in tables["leavers"]["user_id"]:
        store.run("mark_leaving", user_id=user_id)
    derive(store)
    store.run("end_restore")


def _put(store: GraphStore, name: str, frame: pd.DataFrame) -> None:
    for rows in row_batches(frame, f"writing {name}"):
        store.run(name, rows=rows)


def _of_kinds(tables: Mapping[str, pd.DataFrame]) -> Tables:
    return {file: typed(kind, tables[file]) for file, kind in KINDS.items() if file in tables}


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
