"""A page with tables and plots that is one file, to be opened or mailed; the tables as text too."""

import base64
import html
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.figure import Figure

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


def page(title: str, headline: str, body: str) -> str:
    """The whole page; `body` is HTML, and the others are text."""
    return (
        "<!doctype html><html lang='en'><meta charset='utf-8'>"
        f"<meta name='viewport' content='width=device-width'><title>{html.escape(title)}</title>"
        f"<style>{STYLE}</style>"
        f"<h1>{html.escape(title)}</h1><p>{html.escape(headline)}</p>{body}</html>"
    )


def aligned(rows: list[list[str]]) -> str:
    """The table as text; the first row is its head, and the first column's texts stand left."""
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if place == 0 else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


def table(rows: list[list[str]], ours: str | None = None, bold: bool = False) -> str:
    """The table as HTML; its first row is its head.

    Args:
        rows: texts; all have as many.
        ours: the row that begins with it stands out.
        bold: whether each column's greatest number does, as it is printed.
    """
    head, *body = rows
    best = _best(body) if bold else set()
    lines = [
        _row(each, "td", {place for row, place in best if row == number}, each[0] == ours)
        for number, each in enumerate(body)
    ]
    head_line = _row(head, "th", set(), False)
    return f"<div class='wide'><table>{head_line}{''.join(lines)}</table></div>"


def _best(body: Sequence[list[str]]) -> set[tuple[int, int]]:
    """The row and place of each column's greatest mean, as it is printed."""
    found = set()
    for place in range(1, len(body[0]) if body else 0):
        means = [float(row[place].split(" ")[0]) for row in body]
        found |= {(number, place) for number, mean in enumerate(means) if mean == max(means)}
    return found


def _row(cells: list[str], tag: str, best: set[int], ours: bool) -> str:
    texts = [html.escape(cell) for cell in cells]
    marked = [f"<b>{text}</b>" if place in best else text for place, text in enumerate(texts)]
    marks = " class='ours'" if ours else ""
    return f"<tr{marks}>" + "".join(f"<{tag}>{text}</{tag}>" for text in marked) + "</tr>"


def paragraphs(texts: Iterable[str]) -> str:
    """Each text as a paragraph."""
    return "".join(f"<p>{html.escape(each)}</p>" for each in texts)


def named(values: Mapping[str, object]) -> str:
    """A list of names and their values."""
    rows = (
        f"<dt>{html.escape(name.replace('_', ' '))}</dt><dd>{html.escape(str(value))}</dd>"
        for name, value in values.items()
    )
    return f"<dl>{''.join(rows)}</dl>"


def plot(figure: "Figure", title: str) -> str:
    """A plot under its title, inside the page itself."""
    text = html.escape(title)
    return f"<h2>{text}</h2><img alt='{text}' src='{as_png(figure)}'>"


def as_png(figure: "Figure") -> str:
    """The figure as the text that an ``img`` of a page holds."""
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=160, bbox_inches="tight")
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()


def empty_figure(width: float, height: float) -> "Figure":
    """One to draw on, of so many inches."""
    # A Figure of its own needs no pyplot, no display and no backend to be chosen.
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height))
