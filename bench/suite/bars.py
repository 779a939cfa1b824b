"""What must be reached, what is aimed at, and which of it a run reached.

The bars are for 2 cores and a village with a million engagements; another size is measured, and not
held to them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Literal

from bench.suite.ratios import growth, ratios
from bench.suite.results import (
    BY_MODEL,
    DERIVE,
    FEED,
    NAIVE,
    NAIVE_OF_ALL,
    ORM,
    RATE,
    RESIDENT,
    SHOWN,
    Run,
)

SMALL, SIZE, LARGE = 100_000, 1_000_000, 10_000_000
Verdict = Literal["aim met", "met", "missed", "not measured"]


@dataclass(frozen=True)
class Bar:
    """One figure's bounds."""

    what: str
    unit: str
    must: float
    aim: float
    figure: Callable[[Run], float | None]
    """Of a run; None where it did not measure that."""
    least: bool = False
    """Whether the bounds are what it must have at least, and not at most."""

    def reached(self, value: float, bound: float) -> bool:
        """Whether that is within that bound."""
        return value >= bound if self.least else value <= bound


@dataclass(frozen=True)
class Judged:
    """A bar, and what a run has to say to it."""

    what: str
    must: str
    aim: str
    figure: float | None
    unit: str
    verdict: Verdict


def judged(run: Run) -> list[Judged]:
    """Every bar of `BARS`, in its order."""
    return [_judged(bar, bar.figure(run)) for bar in BARS]


def _judged(bar: Bar, figure: float | None) -> Judged:
    sign = ">=" if bar.least else "<="
    must, aim = (f"{sign} {bound:g} {bar.unit}" for bound in (bar.must, bar.aim))
    verdict: Verdict = "missed"
    if figure is None:
        verdict = "not measured"
    elif bar.reached(figure, bar.aim):
        verdict = "aim met"
    elif bar.reached(figure, bar.must):
        verdict = "met"
    return Judged(bar.what, must, aim, figure, bar.unit, verdict)


def _percentile(what: str, engine: str, which: str, run: Run) -> float | None:
    found = run.times_of(what, engine, SIZE)
    return None if found is None else found.percentiles()[which]


def _amount(what: str, engine: str, run: Run) -> float | None:
    return run.amount_of(what, engine, SIZE)


def _faster(peer: str, against: str, run: Run) -> float | None:
    for each in ratios(run):
        if (each.peer, each.against, each.engagements) == (peer, against, SIZE):
            return each.p50
    return None


def _grown(run: Run) -> float | None:
    return growth(run, "ladybug", SIZE, LARGE)


def _times(what: str, engine: str, which: str) -> Callable[[Run], float | None]:
    return partial(_percentile, what, engine, which)


PAGE = "page of 20, gate, reasons, diversity"
BARS = (
    Bar(f"{PAGE}; embedded, in process: p50", "ms", 10, 5, _times(FEED, "ladybug", "p50")),
    Bar(f"{PAGE}; embedded, in process: p99", "ms", 40, 25, _times(FEED, "ladybug", "p99")),
    Bar(f"the same{BY_MODEL}: p50", "ms", 10, 5, _times(f"{FEED}{BY_MODEL}", "ladybug", "p50")),
    Bar(f"the same{BY_MODEL}: p99", "ms", 40, 25, _times(f"{FEED}{BY_MODEL}", "ladybug", "p99")),
    Bar(
        "the same over HTTP, embedded, 8 clients",
        "req/s",
        150,
        600,
        partial(_amount, RATE, "ladybug"),
        least=True,
    ),
    Bar(
        f"the same over HTTP{BY_MODEL}, embedded, 8 clients",
        "req/s",
        150,
        600,
        partial(_amount, f"{RATE}{BY_MODEL}", "ladybug"),
        least=True,
    ),
    Bar("the same on Neo4j, in process: p99", "ms", 150, 60, _times(FEED, "neo4j", "p99")),
    Bar(
        f"the same on Neo4j{BY_MODEL}: p99",
        "ms",
        150,
        60,
        _times(f"{FEED}{BY_MODEL}", "neo4j", "p99"),
    ),
    Bar("the same at 10 M engagements, beside that at 1 M: p50", "x", 1.5, 1.15, _grown),
    Bar(f"{NAIVE}, embedded, takes", "x", 10, 50, partial(_faster, NAIVE, "ladybug"), True),
    Bar(f"{NAIVE}, on Neo4j, takes", "x", 10, 50, partial(_faster, NAIVE, "neo4j"), True),
    Bar(
        f"{NAIVE_OF_ALL}, embedded, takes",
        "x",
        10,
        50,
        partial(_faster, NAIVE_OF_ALL, "ladybug"),
        True,
    ),
    Bar(
        f"{NAIVE_OF_ALL}, on Neo4j, takes",
        "x",
        10,
        50,
        partial(_faster, NAIVE_OF_ALL, "neo4j"),
        True,
    ),
    Bar(f"{ORM} take", "x", 10, 50, partial(_faster, ORM, "ladybug"), True),
    Bar("like to next feed, embedded: p99", "ms", 100, 30, _times(SHOWN, "ladybug", "p99")),
    Bar(
        f"like to next feed{BY_MODEL}, embedded: p99",
        "ms",
        100,
        30,
        _times(f"{SHOWN}{BY_MODEL}", "ladybug", "p99"),
    ),
    Bar("like to next feed, on Neo4j: p99", "ms", 100, 30, _times(SHOWN, "neo4j", "p99")),
    Bar("full derive, embedded", "s", 60, 15, partial(_amount, DERIVE, "ladybug")),
    Bar(
        "resident memory of a serving process",
        "GB",
        1.5,
        0.6,
        partial(_amount, RESIDENT, "ladybug"),
    ),
    Bar(
        f"resident memory of a serving process{BY_MODEL}",
        "GB",
        1.5,
        0.6,
        partial(_amount, f"{RESIDENT}{BY_MODEL}", "ladybug"),
    ),
)
