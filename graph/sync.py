"""A whole source into the graph: what it has, and what it has no more."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Protocol

from graph.ingest import ingest
from graph.model import Batch, Snapshot
from graph.report import LoadReport
from graph.store import GraphStore


class Source(Protocol):
    """A loader that can say what it told as a whole."""

    report: LoadReport

    def batches(self) -> Iterator[Batch]:
        """Everything that it has."""
        ...

    def snapshot(self) -> Snapshot:
        """What came whole; asked for after `batches` has been run through."""
        ...


@dataclass(frozen=True)
class Told:
    """All that a source told, and the report that counts it."""

    batches: list[Batch]
    snapshot: Snapshot
    report: LoadReport


def read_source(source: Source) -> Told:
    """Everything that `source` has; it may take minutes, and no store need be open meanwhile.

    Raises:
        LoadError: the source failed, or a strict report refused a row.
    """
    batches = list(source.batches())  # what came whole is known when all has come
    return Told(batches, source.snapshot(), source.report)


def synchronise(store: GraphStore, told: Told, allow_gone: bool = False) -> LoadReport:
    """Bring `store` up to what was told; where that is nothing new, nothing is written.

    `allow_gone` believes a source that lost most of its users or posts.

    Raises:
        LoadError: the source is not believed, or a strict report refused a row; nothing was
            written.
    """
    snapshot = replace(told.snapshot, most_gone=1.0) if allow_gone else told.snapshot
    return ingest(store, told.batches, told.report, snapshot)
