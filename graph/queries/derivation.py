"""What derived edges are as of (`graph.derive.clock`)."""

from dataclasses import dataclass

from graph.store import Runs


@dataclass(frozen=True, slots=True)
class Derivation:
    """A rebuild of all derived edges: the last one, or one under way."""

    run: str
    """Its name; empty: there was none."""
    running: str
    """The name of one that has begun and not ended; empty: there is none."""
    engaged_at: int | None
    """From when the ages of engagements are taken; Unix seconds."""
    created_at: int | None
    """From when those of posts are."""


def derivation(store: Runs) -> Derivation | None:
    """The graph's; None: nothing was ever derived."""
    rows = store.run("derivation")
    return Derivation(**rows[0]) if rows else None
