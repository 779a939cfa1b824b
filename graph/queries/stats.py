"""How much of everything the graph holds, and when it came to be.

Whole tables are counted: it is waited for however long that takes (`GraphStore.frame`).
"""

from graph.model import KINDS
from graph.store import GraphStore


def stats(store: GraphStore) -> dict[str, int]:
    """Rows by kind, in the order of `graph.model.KINDS`, then the derived edges."""
    found = store.frame("stats")
    counted = dict(zip(found["kind"], found["rows"], strict=True))
    return {kind: int(counted[kind]) for kind in (*KINDS, "top", "similar", "near")}


MONTH = 2_592_000
"""Seconds of one stretch of `growth`: 30 days."""


def growth(store: GraphStore) -> dict[str, dict[int, int]]:
    """How many rows of a kind came to be in which stretch of 30 days, the earliest first.

    By kind, as `graph.model.KINDS` orders them, and by the Unix second at which the stretch begins.
    What bears no time is in none; a kind without any times is left out.
    """
    found: dict[str, dict[int, int]] = {}
    told = store.frame("growth", width=MONTH)
    for kind, stretch, rows in zip(told["kind"], told["stretch"], told["rows"], strict=True):
        found.setdefault(kind, {})[int(stretch) * MONTH] = int(rows)
    return {kind: dict(sorted(found[kind].items())) for kind in KINDS if kind in found}
