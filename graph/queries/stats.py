"""How much of everything the graph holds, and when it came to be."""

from graph.model import KINDS
from graph.store import GraphStore


def stats(store: GraphStore) -> dict[str, int]:
    """Rows by kind, in the order of `graph.model.KINDS`, then the derived edges.

    A kind without rows has none in the answer of either engine, and counts 0.
    """
    counted = {row["kind"]: int(row["rows"]) for row in store.run("stats")}
    return {kind: counted.get(kind, 0) for kind in (*KINDS, "top", "similar", "near")}


MONTH = 2_592_000
"""Seconds of one stretch of `growth`: 30 days."""


def growth(store: GraphStore) -> dict[str, dict[int, int]]:
    """How many rows of a kind came to be in which stretch of 30 days, the earliest first.

    By kind, as `graph.model.KINDS` orders them, and by the Unix second at which the stretch begins.
    What bears no time is in none; a kind without any times is left out.
    """
    found: dict[str, dict[int, int]] = {}
    for row in store.run("growth", width=MONTH):
        found.setdefault(row["kind"], {})[int(row["stretch"]) * MONTH] = int(row["rows"])
    return {kind: dict(sorted(found[kind].items())) for kind in KINDS if kind in found}
