"""The plots of a run's page; every way to a page of posts has one colour in both."""

from typing import TYPE_CHECKING

import numpy as np

from bench.suite.ratios import ratios
from bench.suite.results import ALS, FEED, HTTP, KNN, NAIVE, NAIVE_OF_ALL, ORM, Run, Times
from gnn.pages import empty_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLOURS = {
    FEED: "#c2410c",
    HTTP: "#f59e0b",
    NAIVE: "#2563eb",
    NAIVE_OF_ALL: "#7dd3fc",
    ORM: "#16a34a",
    ALS: "#94a3b8",
    KNN: "#64748b",
}
LINES = {"ladybug": "-", "neo4j": "--"}
"""Of ours, by engine; those of other peers are dotted."""


def latencies(run: Run) -> "Figure":
    """Of every way, which part of its requests took no longer than that; time on a log scale.

    The larger a village, the thicker its lines.
    """
    figure = empty_figure(9, 4.8)
    axes = figure.add_subplot()
    shown = [each for each in run.times if each.what in COLOURS]
    sizes = sorted({each.engagements for each in shown})
    for each in shown:
        axes.step(
            np.sort(each.milliseconds),
            np.arange(1, len(each.milliseconds) + 1) / len(each.milliseconds),
            LINES.get(each.engine, ":"),
            color=COLOURS[each.what],
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
    if shown:
        axes.legend(loc="center left", bbox_to_anchor=(1.01, 0.5), frameon=False, fontsize=9)
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
