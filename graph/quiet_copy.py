"""A copy of an embedded graph that another process may be writing to, without asking it.

That process folds its log into the file only now and then (`graph.ladybug_store`), and otherwise
writes to the end of the log alone. So the file, and after it the log, are one moment of the graph
if no folding and no bulk copy touched the file in between: whoever finds that one did copies again.
The engine reads a log whose last entry is cut off up to there, which is a moment too.
"""

import shutil
import time
from pathlib import Path

from graph.errors import StoreUnavailable

PATIENCE = 60.0
"""Seconds in which a moment of quiet as long as copying takes must come."""
PAUSE = 0.1
FOLDING = (".shadow", ".wal.checkpoint", ".checkpoint.intent.lock", ".checkpoint.apply.lock")
"""What stands beside the file while the engine folds its log in (Ladybug 0.22)."""

_Look = tuple[tuple[int, int, int], int]


def copy_graph(source: Path, target: Path, patience: float = PATIENCE) -> None:
    """Copy the graph at `source`, as it was at some moment meanwhile, to `target`.

    Raises:
        StoreUnavailable: there is no graph, or it is written in bulk all the time.
        OSError: `target` cannot be written.
    """
    if not source.exists():
        raise StoreUnavailable(
            f"there is no graph at {source}: name it by RESONANCE_STORE or --store"
        )
    until = time.monotonic() + patience
    while (before := _look(source)) is None or not _copied(source, target, before):
        if time.monotonic() > until:
            raise StoreUnavailable(
                f"{source} is being written in bulk and held still at no moment of"
                f" {patience:.0f} s; do it again when the load (or derive) has ended; after a"
                " crash, open it first (resonance stats)"
            )
        time.sleep(PAUSE)


def _copied(source: Path, target: Path, before: _Look) -> bool:
    """Whether the file and the log, copied one after the other, are of one moment."""
    log, copied = _log(source), _log(target)
    shutil.copyfile(source, target)
    copied.unlink(missing_ok=True)
    if before[1]:
        try:
            shutil.copyfile(log, copied)
        except FileNotFoundError:  # folded into the file meanwhile
            return False
    return _look(source) == before


def _look(source: Path) -> _Look | None:
    """What changes whenever the file is written; None: it is being written now."""
    beside = {
        path.name.removeprefix(source.name) for path in source.parent.glob(f"{source.name}.*")
    }
    if beside - {".wal"}:
        return None
    try:
        file = source.stat()
        log = _log(source).stat().st_ino if ".wal" in beside else 0
    except FileNotFoundError:
        return None
    return (file.st_ino, file.st_size, file.st_mtime_ns), log


def _log(graph: Path) -> Path:
    return graph.with_name(f"{graph.name}.wal")
