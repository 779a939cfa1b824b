"""The plots of an evaluation's page; every model has one colour in all of them."""

from typing import TYPE_CHECKING

import numpy as np

from gnn.pages import empty_figure
from gnn.results import ENCODER, FULL, Report

if TYPE_CHECKING:
    from matplotlib.figure import Figure

OURS = {FULL: "#c2410c", ENCODER: "#f59e0b"}
OTHERS = ("#94a3b8", "#64748b", "#0ea5e9", "#2563eb", "#4338ca", "#16a34a", "#0d9488", "#7c3aed")
MARKS = "ov^s<D>P"
ABREAST = 5
"""Panels in a row."""


def _colours(report: Report) -> dict[str, str]:
    others = [name for name in report.by_user if name not in OURS]
    return {name: OTHERS[place % len(OTHERS)] for place, name in enumerate(others)} | OURS


def bars(report: Report) -> "Figure":
    """One panel a metric: the mean, and a line of one deviation over seeds.

    With one seed the line is one standard error over users.
    """
    rows, colours = report.by_user, _colours(report)
    metrics = list(next(iter(rows.values()))[0])
    lines = -(-len(metrics) // ABREAST)
    figure = empty_figure(13, lines * (1.1 + 0.26 * len(rows)))
    for place, metric in enumerate(metrics):
        axes = figure.add_subplot(lines, ABREAST, place + 1)
        means, spreads = zip(*(_mean(report, name, metric) for name in rows), strict=True)
        axes.barh(
            list(rows),
            means,
            xerr=spreads,
            color=[colours[name] for name in rows],
            error_kw={"ecolor": "#111827", "elinewidth": 1.2, "capsize": 2.5},
        )
        axes.invert_yaxis()
        axes.set_title(metric, fontsize=10)
        axes.tick_params(labelsize=8)
        axes.spines[["top", "right"]].set_visible(False)
        if place % ABREAST:
            axes.set_yticklabels([])
    figure.tight_layout()
    return figure


def _mean(report: Report, name: str, metric: str) -> tuple[float, float]:
    runs = [run[metric] for run in report.by_user[name]]
    means = [float(run.mean()) for run in runs]
    if len(means) > 1:
        return float(np.mean(means)), float(np.std(means, ddof=1))
    (values,) = runs
    spread = float(values.std(ddof=1)) / len(values) ** 0.5 if len(values) > 1 else 0.0
    return means[0], spread


def by_degree(report: Report) -> "Figure":
    """Recall at the largest cut-off, over bins of users by their links in train."""
    metric = [each for each in next(iter(report.by_user.values()))[0] if "recall" in each][-1]
    degrees, found = report.by_degree(metric)
    colours = _colours(report)
    figure = empty_figure(9, 4.5)
    axes = figure.add_subplot()
    for place, (name, means) in enumerate(found.items()):
        axes.plot(
            degrees,
            means,
            "-" + MARKS[place % len(MARKS)],
            color=colours[name],
            linewidth=2.6 if name in OURS else 1.3,
            markersize=6 if name in OURS else 4,
            label=name,
        )
    axes.set_xscale("symlog", linthresh=5)
    axes.set_xticks(degrees, [f"{each:.1f}" for each in degrees])
    axes.minorticks_off()
    axes.set_ylim(bottom=0)
    axes.grid(axis="y", color="#e5e7eb")
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_xlabel("links in train of the user (mean of the bin)")
    axes.set_ylabel(metric)
    axes.legend(loc="center left", bbox_to_anchor=(1.01, 0.5), frameon=False)
    return figure


def reliability(report: Report) -> "Figure":
    """Predicted against observed probability, both on log scales; a dot's size says how many."""
    figure = empty_figure(5.5, 4.5)
    axes = figure.add_subplot()
    shown = [each for each in report.first_reliability() if min(each[:2]) > 0]
    if shown:
        predicted, seen, counts = np.array(shown).T
        ends = [min(predicted.min(), seen.min()), max(predicted.max(), seen.max())]
        axes.loglog(ends, ends, "--", color="#9ca3af", label="as predicted")
        axes.loglog(predicted, seen, "-", color=OURS[FULL], linewidth=1)
        sizes = 15 + 25 * np.log10(np.maximum(counts, 1))
        axes.scatter(predicted, seen, s=sizes, color=OURS[FULL], zorder=3, label="a bin of pairs")
        axes.legend(frameon=False)
    axes.grid(color="#f3f4f6")
    axes.set_xlabel("predicted probability (mean of the bin)")
    axes.set_ylabel("observed share on valid")
    return figure
