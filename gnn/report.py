"""An evaluation as a person reads it: a table for the terminal, a page with plots, and the JSON."""

import html
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from gnn import plots
from gnn.metrics import Values
from gnn.results import FULL, Report, in_all
from graph.files import whole_file

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PAGE, DOCUMENT = "report.html", "report.json"
STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;color:#111827;margin:2rem auto;max-width:75rem;"
    "padding:0 1rem}h2{margin-top:2.5rem}p{max-width:50rem}.wide{overflow-x:auto}"
    "table{border-collapse:collapse;font-variant-numeric:tabular-nums;font-size:14px}"
    "td,th{padding:.25rem .8rem;text-align:right;white-space:nowrap}"
    "th{border-bottom:2px solid #d1d5db;vertical-align:bottom;white-space:normal}"
    "td:first-child,th:first-child{text-align:left}tr:nth-child(odd) td{background:#f9fafb}"
    "tr.ours td{background:#fff7ed}b{color:#c2410c}"
    "img{max-width:100%;height:auto}dt{color:#6b7280}dd{margin:0}"
    "pre{overflow:auto;background:#f9fafb;padding:1rem;font-size:12px}"
    "dl{display:grid;grid-template-columns:max-content auto;gap:.1rem 1rem}"
)


def text_table(report: Report) -> str:
    """One line a model: the mean and, over several seeds, the deviation of every metric."""
    tables = [_aligned(_rows(report.by_user))]
    if report.ratings:
        tables += ["", _aligned(_numbers(report.ratings, "ratings"))]
    return "\n".join([_headline(report), "", *tables, *report.notes])


def _aligned(rows: list[list[str]]) -> str:
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if place == 0 else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    )


def _rows(models: Mapping[str, list[dict[str, Values]]]) -> list[list[str]]:
    means = {
        name: [{metric: float(each.mean()) for metric, each in run.items()} for run in runs]
        for name, runs in models.items()
    }
    return _numbers(means, "model")


def _numbers(models: Mapping[str, list[dict[str, float]]], what: str) -> list[list[str]]:
    """A head, and a row a model: each metric's mean over the runs, and its deviation."""
    metrics = in_all(next(iter(models.values()))) if models else []
    rows = [[what, *metrics]]
    for name, runs in models.items():
        rows.append([name, *(_cell([run[metric] for run in runs]) for metric in metrics)])
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


def _page(report: Report) -> str:
    choices = html.escape(
        "\n".join(f"{name}: {json.dumps(each)}" for name, each in report.choices.items())
    )
    data = "".join(
        f"<dt>{html.escape(name.replace('_', ' '))}</dt><dd>{html.escape(str(value))}</dd>"
        for name, value in report.data.items()
    )
    return (
        "<!doctype html><html lang='en'><meta charset='utf-8'>"
        "<meta name='viewport' content='width=device-width'><title>Evaluation</title>"
        f"<style>{STYLE}</style>"
        f"<h1>Evaluation</h1><p>{html.escape(_headline(report))}</p>"
        f"{_table(_rows(report.by_user), bold=True)}{_notes(report)}"
        "<p>All posts are ranked for every judged user, those already engaged with left out. "
        "Means over users and seeds; ± is one deviation over seeds. Best in each column in bold."
        f"</p>{_image(plots.bars(report), 'Metrics by model')}"
        "<p>A line is one deviation over seeds; with one seed, one standard error over users.</p>"
        "<h2>Overall, and where there is little history</h2>"
        f"{_table(_side_by_side(report), bold=True)}"
        f"{_image(plots.by_degree(report), 'Recall by how much a user engaged before')}"
        f"{_ablation(report)}{_ratings(report)}"
        f"<h2>What the lists are like</h2>{_table(_numbers(report.lists, 'model'))}"
        f"{_calibration(report)}"
        f"<h2>The data</h2><dl>{data}</dl>"
        f"<details><summary>Chosen on valid</summary><pre>{choices}</pre></details></html>"
    )


def _notes(report: Report) -> str:
    return "".join(f"<p>{html.escape(each)}</p>" for each in report.notes)


def _side_by_side(report: Report) -> list[list[str]]:
    """Each slice's metric for everybody, then for the slice."""
    both = {}
    for name, runs in report.slices.items():
        sliced = in_all(runs)
        both[name] = [
            {
                which: value
                for metric in sliced
                for which, value in (
                    (f"{metric.split(' ')[0]} overall", overall[metric.split(" ")[0]]),
                    (metric, run[metric]),
                )
            }
            for overall, run in zip(report.by_user[name], runs, strict=True)
        ]
    return _rows(both)


def _ablation(report: Report) -> str:
    """What the decoder, and each of its parts, is worth; nothing where nothing is compared."""
    compared = report.compared()
    if not compared:
        return ""
    every = list(next(iter(compared.values())))
    first = next(each for each in every if each.startswith("ndcg@"))
    metrics = [first, *(each for each in every if " of " in each)]
    full = report.models()[FULL] | report.sliced()[FULL]
    rows = [["model", *metrics], [FULL, *(f"{full[each]['mean']:.4f}" for each in metrics)]]
    for name, found in compared.items():
        rows.append([name, *(_gap(found[metric]) for metric in metrics)])
    return (
        "<h2>What each part is worth</h2><p>The full model, its vectors alone, and the full model "
        "refitted without a part: the mean, and in brackets the difference to the full model ± one "
        "standard error of it, taken user by user.</p>" + _table(rows)
    )


def _gap(found: Mapping[str, object]) -> str:
    return f"{found['mean']:.4f} ({found['difference']:+.4f} ± {found['error']:.4f})"


def _ratings(report: Report) -> str:
    if not report.ratings:
        return ""
    return (
        "<h2>Ratings</h2><p>Errors in percent of what people rated, on test's ratings: less is "
        f"better. {FULL} is the predictor that erred least on valid.</p>"
        + _table(_numbers(report.ratings, "predictor"))
    )


def _calibration(report: Report) -> str:
    error = report.calibration_error()
    if error is None:
        return ""
    return (
        f"{_image(plots.reliability(report), 'Predicted and observed probability')}"
        f"<p>Expected calibration error: {error:.4f}.</p>"
    )


def _table(rows: list[list[str]], bold: bool = False) -> str:
    head, *body = rows
    best = _best(body) if bold else set()
    lines = [
        _row(each, "td", {place for row, place in best if row == number})
        for number, each in enumerate(body)
    ]
    return f"<div class='wide'><table>{_row(head, 'th', set())}{''.join(lines)}</table></div>"


def _best(body: Sequence[list[str]]) -> set[tuple[int, int]]:
    """The row and place of each column's greatest mean, as it is printed."""
    found = set()
    for place in range(1, len(body[0]) if body else 0):
        means = [float(row[place].split(" ")[0]) for row in body]
        found |= {(number, place) for number, mean in enumerate(means) if mean == max(means)}
    return found


def _row(cells: list[str], tag: str, best: set[int]) -> str:
    ours = " class='ours'" if cells[0] == FULL else ""
    texts = [html.escape(cell) for cell in cells]
    marked = [f"<b>{text}</b>" if place in best else text for place, text in enumerate(texts)]
    return f"<tr{ours}>" + "".join(f"<{tag}>{text}</{tag}>" for text in marked) + "</tr>"


def _image(figure: "Figure", alt: str) -> str:
    return f"<h2>{alt}</h2><img alt='{alt}' src='{plots.as_png(figure)}'>"
