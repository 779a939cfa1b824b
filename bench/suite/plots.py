"""The plots of a run's page; every way to a page of posts has one colour in all of them."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from bench.suite.ratios import ratios
from bench.suite.results import (
    ALONE,
    ALS,
    BESIDE,
    BY_MODEL,
    FEED,
    HTTP,
    KNN,
    NAIVE,
    NAIVE_OF_ALL,
    ORM,
    WRITE_BESIDE,
    Run,
    Times,
)
from gnn.pages import empty_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLOURS = {
    FEED: "#c2410c",
    f"{FEED}{BY_MODEL}": "#7c2d12",
    HTTP: "#f59e0b",
    f"{HTTP}{BY_MODEL}": "#b45309",
    NAIVE: "#2563eb",
    NAIVE_OF_ALL: "#7dd3fc",
    ORM: "#16a34a",
    ALS: "#94a3b8",
    KNN: "#64748b",
}
BESIDE_WRITES = {ALONE: COLOURS[HTTP], BESIDE: "#b91c1c", WRITE_BESIDE: "#94a3b8"}
LINES = {"ladybug": "-", "neo4j": "--"}
"""Of ours, by engine; those of other peers are dotted."""


def sizes_of(run: Run) -> list[int]:
    """Engagements of each village of which something was measured, the smallest first."""
    times = {each.engagements for each in run.times}
    return sorted(times | {each.engagements for each in run.amounts})


def latencies(run: Run, size: int) -> "Figure":
    """Of every way, which part of its requests took no longer than that; time on a log scale."""
    return _shares([each for each in run.times if each.engagements == size], COLOURS)


def beside_writes(run: Run) -> "Figure":
    """The same of reads alone, of reads beside writes, and of these writes.

    The larger a village, the thicker its lines.
    """
    return _shares(run.times, BESIDE_WRITES)


def _shares(times: Sequence[Times], colours: Mapping[str, str]) -> "Figure":
    figure = empty_figure(9, 4.8)
    axes = figure.add_subplot()
    shown = [each for each in times if each.what in colours]
    sizes = sorted({each.engagements for each in shown})
    for each in shown:
        axes.step(
            np.sort(each.milliseconds),
            np.arange(1, len(each.milliseconds) + 1) / len(each.milliseconds),
            LINES.get(each.engine, ":"),
            color=colours[each.what],
            linewidth=1.2 + 0.8 * sizes.index(each.engagements),
            where="post",
            label=name(each),
        )
    for share in (0.5, 0.99):
        axes.axhline(share, color="#d1d5db", linewidth=0.8, zorder=0)
    axes.set_xscale("log")
    axes.set_xlabel("milliseconds (log scale)")
    axes.set_ylabel("share of requests")
    _quiet(axes)
    _name_lines(axes)
    return figure


def grown(run: Run) -> "Figure":
    """Each way's median by engagements of the village; log scales."""
    figure = empty_figure(9, 4.8)
    axes = figure.add_subplot()
    ways = dict.fromkeys((each.what, each.engine) for each in run.times if each.what in COLOURS)
    for what, engine in ways:
        own = [(size, run.times_of(what, engine, size)) for size in sizes_of(run)]
        found = [(size, each.percentiles()["p50"]) for size, each in own if each is not None]
        style = f"o{LINES.get(engine, ':')}"
        axes.plot(*zip(*found, strict=True), style, color=COLOURS[what], label=f"{what}, {engine}")
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel("engagements (log scale)")
    axes.set_ylabel("milliseconds at the median (log scale)")
    _quiet(axes)
    _name_lines(axes)
    return figure


def compared(run: Run) -> "Figure":
    """How many times as long as our feed each peer takes, at the median; a log scale."""
    found = ratios(run)
    figure = empty_figure(9, 1.2 + 0.4 * max(len(found), 1))
    axes = figure.add_subplot()
    names = [f"{each.peer}, {each.engine}, {each.engagements:,}" for each in found]
    bars = axes.barh(
        names, [each.p50 for each in found], color=[COLOURS[each.peer] for each in found]
    )
    axes.bar_label(bars, [f" {each.p50:.3g} x" for each in found], fontsize=9)
    axes.axvline(1.0, color=COLOURS[FEED], linewidth=2)
    axes.invert_yaxis()
    if found:
        axes.set_xscale("log")
        least = min(1.0, *(each.p50 for each in found)) / 2
        axes.set_xlim(least, 4 * max(1.0, *(each.p50 for each in found)))
    axes.set_xlabel("times as long as our feed (the line is at 1)")
    _quiet(axes)
    return figure


def name(times: Times) -> str:
    """What, on which engine, of which size."""
    return f"{times.what}, {times.engine}, {times.engagements:,}"


def _quiet(axes: "Axes") -> None:
    axes.spines[["top", "right"]].set_visible(False)


def _name_lines(axes: "Axes") -> None:
    if axes.get_legend_handles_labels()[0]:
        axes.legend(loc="center left", bbox_to_anchor=(1.01, 0.5), frameon=False, fontsize=9)
