"""What the embedded engine says of what went wrong, in our words."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from graph.errors import (
    StatementFailed,
    StoreError,
    StoreFull,
    StoreUnavailable,
    without_values,
)

_IO = "IO exception: "
"""How the engine begins what it says of files; anything else may quote what somebody wrote."""
_FULL = re.compile(f"{_IO}(?:Cannot write to file|.*(?:No space left|File too large))", re.DOTALL)
"""What it says when a write did not fit; its own reason (errno) is lost by then."""
_TAKES_NONE = re.compile(
    f"{_IO}.*: (?:Read-only file system|Input/output error|Bad file descriptor)$", re.DOTALL
)
"""Likewise, of a disk that takes no writes any more: a checkpoint makes files beside the graph."""


def held_elsewhere(where: str) -> StoreUnavailable:
    """The error of who would open a graph that another process has open."""
    return StoreUnavailable(
        f"{where} is held open by another process; end that one (a running 'resonance serve',"
        " say), or use Neo4j, which many processes share"
    )


@contextmanager
def translated(where: str, opening: bool = False) -> Iterator[None]:
    """Turn the engine's errors, which are all RuntimeErrors, into ours."""
    try:
        yield
    except (RuntimeError, OSError) as error:
        raise _translation(error, where, opening) from error


def _translation(error: RuntimeError | OSError, where: str, opening: bool) -> StoreError:
    message = str(error)
    if "Could not set lock" in message:
        return held_elsewhere(where)
    if not opening and _TAKES_NONE.match(message):
        return StoreFull(f"{where}: the disk takes no writes; mend it, and run it again")
    if _FULL.match(message) or "No space left" in message and isinstance(error, OSError):
        return StoreFull(f"{where}: the disk is full; make room and run the same command again")
    # Of a graph that is being opened, names of files are quoted alone, and what to do is said.
    said = message if opening else without_values(message)
    if isinstance(error, OSError) or opening and "Cannot open file" in message:
        return StoreUnavailable(f"{where} cannot be opened ({said}); choose another --store")
    return StatementFailed(f"{where}: {said or type(error).__name__}")
