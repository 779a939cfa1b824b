"""An evaluation as a person reads it: a table for the terminal, a page with plots, and the JSON."""

import base64
import html
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from gnn.evaluate import Report, in_all
from gnn.metrics import Values
from graph.files import whole_file

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PAGE, DOCUMENT = "report.html", "report.json"
DEGREE_BINS = 5


def text_table(report: Report) -> str:
    """One line a model: the mean and, over several seeds, the deviation of every metric."""
    rows = _rows(report.by_user)
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    lines = [
        "  ".join(
            cell.ljust(width) if place == 0 else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    ]
    return "\n".join([_headline(report), "", *lines, *report.notes])


def _rows(models: Mapping[str, list[dict[str, Values]]]) -> list[list[str]]:
    metrics = in_all(next(iter(models.values()))) if models else []
    rows = [["model", *metrics]]
    for name, runs in models.items():
        means = [[float(run[metric].mean()) for run in runs] for metric in metrics]
        rows.append([name, *(_cell(each) for each in means)])
    return rows


def _cell(means: list[float]) -> str:
    mean = f"{np.mean(means):.4f}"
    return f"{mean} ±{np.std(means, ddof=1):.4f}" if len(means) > 1 else mean


def _headline(report: Report) -> str:
    data = report.data
    return (
        f"{data['users']} users, {data['posts']} posts, {data['links']} links; split by "
        f"{data['split']}, seeds {data['seeds']}; {data['judged_users']} users judged"
    )


def write_report(report: Report, folder: Path) -> Path:
    """Write ``report.json`` and the self-contained ``report.html``; the page's path."""
    text = json.dumps(report.as_json(), indent=2).encode()
    with whole_file(folder / DOCUMENT) as file:
        file.write(text)
    page = _page(report).encode()
    with whole_file(folder / PAGE) as file:
        file.write(page)
    return folder / PAGE


def _table(rows: list[list[str]]) -> str:
    head, *body = rows
    return f"<table>{_row(head, 'th')}{''.join(_row(each, 'td') for each in body)}</table>"


def _lists_rows(report: Report) -> list[list[str]]:
    metrics = list(next(iter(report.lists.values()))[0]) if report.lists else []
    rows = [["model", *metrics]]
    for name, runs in report.lists.items():
        rows.append([name, *(_cell([run[metric] for run in runs]) for metric in metrics)])
    return rows


def _page(report: Report) -> str:
    error = report.calibration_error()
    calibration = "" if error is None else f"<p>Expected calibration error: {error:.4f}.</p>"
    notes = "".join(f"<p>{html.escape(each)}</p>" for each in report.notes)
    choices = html.escape(json.dumps(report.choices, indent=1))
    return (
        "<!doctype html><html lang='en'><meta charset='utf-8'><title>Evaluation</title>"
        "<style>body{font:15px/1.5 system-ui;margin:2rem auto;max-width:70rem;padding:0 1rem}"
        "table{border-collapse:collapse}td,th{padding:.2rem .7rem;text-align:right}"
        "td:first-child,th:first-child{text-align:left}tr:nth-child(even){background:#f3f3f3}"
        "img{max-width:100%}pre{overflow:auto}</style>"
        f"<h1>Evaluation</h1><p>{html.escape(_headline(report))}</p>{_table(_rows(report.by_user))}{notes}"
        "<p>All posts are ranked for every judged user, those already engaged with left out; "
        "bars show the mean over users, lines one deviation over seeds.</p>"
        f"<h2>Users and posts with little history</h2>{_table(_rows(report.slices))}"
        f"<h2>What the lists are like</h2>{_table(_lists_rows(report))}"
        f"{_image(_bars(report), 'Metrics by model')}"
        f"{_image(_by_degree(report), 'Recall by how much a user engaged before')}"
        f"{_image(_reliability(report), 'Predicted and observed probability')}"
        f"{calibration}<h2>Chosen on valid</h2><pre>{choices}</pre></html>"
    )


def _row(cells: list[str], tag: str) -> str:
    return "<tr>" + "".join(f"<{tag}>{html.escape(cell)}</{tag}>" for cell in cells) + "</tr>"


def _image(figure: "Figure", alt: str) -> str:
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=110, bbox_inches="tight")
    data = base64.b64encode(file.getvalue()).decode()
    return f"<h2>{alt}</h2><img alt='{alt}' src='data:image/png;base64,{data}'>"


def _figure(width: float, height: float) -> "Figure":
    # A Figure of its own needs no pyplot, no display and no backend to be chosen.
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height))


def _bars(report: Report) -> "Figure":
    """One panel a metric."""
    rows = report.by_user
    metrics = list(next(iter(rows.values()))[0])
    figure = _figure(12, 3 * -(-len(metrics) // 4))
    for place, metric in enumerate(metrics):
        axes = figure.add_subplot(-(-len(metrics) // 4), 4, place + 1)
        means = [[float(run[metric].mean()) for run in runs] for runs in rows.values()]
        spread = [float(np.std(each, ddof=1)) if len(each) > 1 else 0.0 for each in means]
        axes.barh(list(rows), [float(np.mean(each)) for each in means], xerr=spread)
        axes.invert_yaxis()
        axes.set_title(metric)
        if place % 4:
            axes.set_yticklabels([])
    figure.tight_layout()
    return figure


def _by_degree(report: Report) -> "Figure":
    """Recall at the largest cut-off, in bins of equally many users by their train links."""
    metric = [each for each in next(iter(report.by_user.values()))[0] if "recall" in each][-1]
    degrees = np.concatenate(report.degrees)
    edges = np.unique(np.quantile(degrees, np.linspace(0, 1, DEGREE_BINS + 1)))
    bins = np.digitize(degrees, edges[1:-1], right=True)
    figure = _figure(8, 4)
    axes = figure.add_subplot()
    filled = np.unique(bins)
    for name, runs in report.by_user.items():
        values = np.concatenate([run[metric] for run in runs])
        means = [float(values[bins == each].mean()) for each in filled]
        axes.plot([float(degrees[bins == each].mean()) for each in filled], means, "o-", label=name)
    axes.set_xlabel("train links of the user (mean of the bin)")
    axes.set_ylabel(metric)
    axes.legend()
    return figure


def _reliability(report: Report) -> "Figure":
    figure = _figure(5, 4)
    axes = figure.add_subplot()
    shown = [each for each in report.reliability if min(each[:2]) > 0]
    if shown:
        axes.loglog([each[0] for each in shown], [each[1] for each in shown], "o-")
        ends = [min(min(each[:2]) for each in shown), max(max(each[:2]) for each in shown)]
        axes.loglog(ends, ends, "--", color="grey")
    axes.set_xlabel("predicted probability (bin mean)")
    axes.set_ylabel("observed share on valid")
    return figure
