"""What the workers of one server share beside the graph, so that they answer as one process would.

Made before they are forked, it ends with the server: what each wrote (`graph.siblings`), how often
callers asked, the slates of pages asked for by number, metrics, whether anybody is being answered,
and a turn for whoever takes facts of people in. What must outlive the server is in the files that
settings name.
"""

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from graph.siblings import ProcessLock, Siblings
from web.shared_activity import SharedActivity
from web.shared_counts import SharedCounts

METRICS = "PROMETHEUS_MULTIPROC_DIR"
"""By which prometheus_client is told of the folder; it looks when it is imported."""


@dataclass(frozen=True, slots=True)
class Shared:
    """All of it, as each worker has it."""

    siblings: Siblings
    counts: SharedCounts
    turn: ProcessLock
    """Of whoever takes events in, or lets somebody leave."""
    activity: SharedActivity
    folder: Path
    """Which the owner of the server alone may read."""
    secret: bytes
    """By which callers are named where they are counted."""

    @property
    def metrics(self) -> Path:
        """The folder of metrics."""
        return self.folder / "metrics"

    @property
    def slates(self) -> Path:
        """The file of slates."""
        return self.folder / "slates.db"


@contextmanager
def shared() -> Iterator[Shared]:
    """What is to be shared; call it before `web.metrics` is imported, and before any fork.

    A worker ends in copies of its maker's frames, and so passes the end of this too; the maker
    alone puts away what others may still use.
    """
    maker, folder = os.getpid(), Path(tempfile.mkdtemp(prefix="resonance-"))
    made = Shared(
        Siblings(),
        SharedCounts(),
        ProcessLock(),
        SharedActivity(),
        folder,
        secrets.token_bytes(16),
    )
    made.metrics.mkdir()
    os.environ[METRICS] = str(made.metrics)
    try:
        yield made
    finally:
        if os.getpid() == maker:
            del os.environ[METRICS]
            shutil.rmtree(folder, ignore_errors=True)
            made.siblings.close()
            made.counts.close()
            made.turn.close()
            made.activity.close()
