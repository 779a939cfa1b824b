"""An evaluation as a person reads it: a table for the terminal, a page with plots, and the JSON."""

import html
import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from gnn import plots
from gnn.metrics import Values
from gnn.pages import aligned, named, page, paragraphs, plot, table
from gnn.results import FULL, Report, in_all
from graph.files import whole_file

PAGE, DOCUMENT = "report.html", "report.json"


def text_table(report: Report) -> str:
    """One line a model: the mean and, over several seeds, the deviation of every metric."""
    tables = [aligned(_rows(report.by_user))]
    if report.ratings:
        tables += ["", aligned(_numbers(report.ratings, "ratings"))]
    return "\n".join([_headline(report), "", *tables, *report.notes])


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
    return page(
        "Evaluation",
        _headline(report),
        f"{table(_rows(report.by_user), FULL, bold=True)}{paragraphs(report.notes)}"
        "<p>All posts are ranked for every judged user, those already engaged with left out. "
        "Means over users and seeds; ± is one deviation over seeds. Best in each column in bold."
        f"</p>{plot(plots.bars(report), 'Metrics by model')}"
        "<p>A line is one deviation over seeds; with one seed, one standard error over users.</p>"
        "<h2>Overall, and where there is little history</h2>"
        f"{table(_side_by_side(report), FULL, bold=True)}"
        f"{plot(plots.by_degree(report), 'Recall by how much a user engaged before')}"
        f"{_ablation(report)}{_ratings(report)}"
        f"<h2>What the lists are like</h2>{table(_numbers(report.lists, 'model'), FULL)}"
        f"{_calibration(report)}"
        f"<h2>The data</h2>{named(report.data)}"
        f"<details><summary>Chosen on valid</summary><pre>{choices}</pre></details>",
    )


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
        "standard error of it, over the users of one run.</p>" + table(rows, FULL)
    )


def _gap(found: Mapping[str, object]) -> str:
    return f"{found['mean']:.4f} ({found['difference']:+.4f} ± {found['error']:.4f})"


def _ratings(report: Report) -> str:
    if not report.ratings:
        return ""
    return (
        "<h2>Ratings</h2><p>Errors in percent of what people rated, on test's ratings: less is "
        f"better. {FULL} is the predictor that erred least on valid.</p>"
        + table(_numbers(report.ratings, "predictor"), FULL)
    )


def _calibration(report: Report) -> str:
    error = report.calibration_error()
    if error is None:
        return ""
    return (
        f"{plot(plots.reliability(report), 'Predicted and observed probability')}"
        f"<p>Expected calibration error: {error:.4f}.</p>"
    )
