"""What derived edges are as of, and who may change them.

What is derived ages from one moment. A full rebuild takes the latest in the graph and keeps it
there, so that whoever brings a single list up to date afterwards (`graph.derive.fresh`) makes it as
that rebuild would have, and lists that were not touched stay true. From when a rebuild begins until
it ends, also where it was cut off, nobody else changes a derived edge (`refuse_rebuilt`). What
comes later counts more by that moment, double a half-life later; then whoever brings lists up to
date takes a later one (`Clock.moved`), has the graph know (`begin_fading`), makes all lists as of
it, and keeps it (`end`) at last.
"""

import uuid
from dataclasses import dataclass

import pandas as pd

from graph.derive.popularity import HALF_LIFE
from graph.queries.derivation import Derivation, derivation
from graph.store import GraphStore, Runs


@dataclass(frozen=True, slots=True)
class Clock:
    """From when ages are taken, Unix seconds; None: from the latest that there is."""

    engaged_at: int | None
    """Those of engagements."""
    created_at: int | None
    """Those of posts."""

    def or_later(self, other: "Clock") -> "Clock":
        """The later of both moments, each."""
        pairs = self._beside(other)
        return Clock(*(max((at for at in each if at is not None), default=None) for each in pairs))

    def moved(self, latest: "Clock", now: int) -> "Clock":
        """This one, or the latest that there is once anything counts double by this one.

        Args:
            latest: of what there is.
            now: later than this nothing is yet, whatever it says of itself; Unix seconds.
        """
        there = (latest.engaged_at, latest.created_at)
        later = self.or_later(Clock(*(None if at is None else min(at, now) for at in there)))
        pairs = self._beside(later)
        steps = (at - then for then, at in pairs if then is not None and at is not None)
        return later if max(steps, default=0) >= HALF_LIFE else self

    def _beside(self, other: "Clock") -> tuple[tuple[int | None, int | None], ...]:
        return (self.engaged_at, other.engaged_at), (self.created_at, other.created_at)


class Rebuilt(Exception):
    """Derived edges are being made anew, or were: what is known of them holds no more."""


def clock_of(pairs: pd.DataFrame, created_at: pd.Series) -> Clock:
    """The latest of the engagements, and of the public posts; what was as it was ages no more."""
    latest = (pairs["at"].max(), created_at.max())
    return Clock(*(None if pd.isna(each) else int(each) for each in latest))


def begin(store: GraphStore) -> str:
    """Have nobody else change a derived edge until `end`; the rebuild's name."""
    run = uuid.uuid4().hex
    store.run("begin_derivation", running=run)
    return run


def end(graph: Runs, run: str, clock: Clock) -> None:
    """All derived edges are there, as of `clock`."""
    graph.run("end_derivation", rows=[_row(run, clock)])


def begin_fading(graph: Runs, run: str, clock: Clock) -> None:
    """From now on lists of `run` are being made as of `clock`, one by one, until `end`."""
    graph.run("begin_fading", rows=[_row(run, clock)])


def fading(store: GraphStore, run: str) -> Clock | None:
    """As of when lists of `run` are being made, or were at last; None: they never were."""
    rows = store.run("fading", run=run)
    return Clock(**rows[0]) if rows else None


def begun(store: GraphStore, clock: Clock) -> Derivation:
    """What the graph's derived edges are as of; where none ever were, `clock` from now on."""
    store.run("first_derivation", rows=[_row(uuid.uuid4().hex, clock)])
    found = derivation(store)
    assert found is not None, "it was just made"
    return found


def refuse_rebuilt(graph: Runs, run: str) -> None:
    """In a transaction that changes derived edges: that they are still those of `run`.

    Raises:
        Rebuilt: they are not, or somebody makes them anew.
    """
    rows = graph.run("hold_derivation")
    if rows != [{"run": run, "running": ""}]:
        raise Rebuilt


def _row(run: str, clock: Clock) -> dict[str, object]:
    return {"run": run, "engaged_at": clock.engaged_at, "created_at": clock.created_at}
