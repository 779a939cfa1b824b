"""A run as a person reads it: tables for the terminal, a page that is one file, and the JSON."""

from dataclasses import asdict

from bench.suite import plots
from bench.suite.bars import judged
from bench.suite.ratios import beside, ratios
from bench.suite.results import FEED, Amount, Figure, Run
from gnn.pages import aligned, named, page, paragraphs, plot, table
from graph.model import Row

Rows = list[list[str]]
COMPARED = (
    "A peer gives twenty posts and no more: no gate, so that it may show what its viewer must not "
    "see, no reasons, no diversity, and (implicit) nothing of whoever came since it was fitted. "
    "All were asked for the same people, each one's first requests are not counted, and a slow one "
    "was asked for the first of them alone."
)
BESIDE = (
    "The same feeds, asked for over HTTP by the same clients, without writes and while others "
    "write; what follows from these in derived lists is made meanwhile."
)
RATIOS = "Compare these between runs and machines, and not the times."


def document(run: Run) -> Row:
    """All of it, and what follows: ratios and bars are of this run alone."""
    return {
        "machine": run.machine,
        "versions": run.versions,
        "data": run.data,
        "times": [asdict(each) | {"percentiles": each.percentiles()} for each in run.times],
        "amounts": [asdict(each) for each in run.amounts],
        "ratios": [asdict(each) for each in ratios(run)],
        "beside_writes": [asdict(each) for each in beside(run)],
        "bars": [asdict(each) for each in judged(run)],
        "notes": run.notes,
    }


def text(run: Run) -> str:
    """The bars, the times, the ratios, the other numbers and, of several sizes, how they grow."""
    tables = [_bars(run), _times(run), _ratios(run), _beside(run), _amounts(run)]
    if several(run):
        tables.append(_grown(run))
    return "\n\n".join([headline(run), *(aligned(rows) for rows in tables), *run.notes])


def headline(run: Run) -> str:
    """Which revision, on what."""
    machine, size = run.machine, ", ".join(f"{each['asked_for']:,}" for each in run.data)
    return (
        f"Resonance {run.versions['resonance']}; villages of {size} engagements; "
        f"{machine['cores']} cores, {machine['memory_gb']} GB; a fixed loop took "
        f"{machine['fixed_loop_ms']} ms, load average {machine['load_average']}"
    )


def several(run: Run) -> bool:
    """Whether it measured more than one size."""
    return len(plots.sizes_of(run)) > 1


def page_of(run: Run) -> str:
    """The page."""
    return page(
        "Benchmarks",
        headline(run),
        f"{paragraphs(run.notes)}<h2>Bars</h2>{table(_bars(run))}"
        "<p>For 2 cores and a village with a million engagements; other sizes are not held to "
        f"them.</p>{plot(plots.compared(run), 'Beside other recommenders')}"
        f"{paragraphs([RATIOS, COMPARED])}{table(_ratios(run))}"
        f"{_writes(run)}{_latencies(run)}{table(_times(run), FEED)}"
        f"<h2>Other figures</h2>{table(_amounts(run))}{_by_size(run)}"
        f"<h2>The machine</h2>{named(run.machine)}<h2>Versions</h2>{named(run.versions)}"
        + "".join(f"<h2>A village</h2>{named(each)}" for each in run.data),
    )


def _writes(run: Run) -> str:
    if not beside(run):
        return ""
    shown = plot(plots.beside_writes(run), "Reads beside writes")
    return shown + paragraphs([BESIDE]) + table(_beside(run))


def _latencies(run: Run) -> str:
    """A plot a size: in one of all sizes nobody could tell the lines apart."""
    sizes = sorted({each.engagements for each in run.times if each.what in plots.COLOURS})
    return "".join(
        plot(plots.latencies(run, size), f"Latency, {size:,} engagements") for size in sizes
    )


def _by_size(run: Run) -> str:
    if not several(run):
        return ""
    return plot(plots.grown(run), "The larger the village") + table(_grown(run))


def _bars(run: Run) -> Rows:
    rows = [["bar", "must", "aim", "this run", ""]]
    for each in judged(run):
        figure = "-" if each.figure is None else f"{each.figure:.3g} {each.unit}"
        rows.append([each.what, each.must, each.aim, figure, each.verdict])
    return rows


def _times(run: Run) -> Rows:
    rows = [["milliseconds", "on", "engagements", "requests", "p50", "p90", "p99"]]
    for each in run.times:
        found = each.percentiles()
        times = [f"{found[which]:,.2f}" for which in ("p50", "p90", "p99")]
        count = f"{found['count']:,.0f}"
        rows.append([each.what, each.engine, f"{each.engagements:,}", count, *times])
    return rows


def _ratios(run: Run) -> Rows:
    rows = [["peer / our feed", "peer on", "our feed on", "engagements", "people", "p50", "p99"]]
    for each in ratios(run):
        both = [f"{each.engagements:,}", f"{each.requests:,}"]
        times = [f"{each.p50:.3g} x", f"{each.p99:.3g} x"]
        rows.append([each.peer, each.engine, each.against, *both, *times])
    return rows


def _beside(run: Run) -> Rows:
    rows = [["feed over HTTP beside writes / alone", "engagements", "requests", "p50", "p99"]]
    for each in beside(run):
        both = [f"{each.engagements:,}", f"{each.requests:,}"]
        rows.append([each.engine, *both, f"{each.p50:.3g} x", f"{each.p99:.3g} x"])
    return rows


def _grown(run: Run) -> Rows:
    """A column a size: the median of times, and the other numbers."""
    sizes = plots.sizes_of(run)
    found: dict[tuple[str, str, str], dict[int, str]] = {}
    figures: list[Figure] = [*run.times, *run.amounts]
    for figure in figures:
        unit = figure.unit if isinstance(figure, Amount) else "ms, p50"
        of_size = found.setdefault((figure.what, figure.engine, unit), {})
        of_size[figure.engagements] = _told(figure)
    rows = [["by size", "on", "", *(f"{size:,}" for size in sizes)]]
    return rows + [
        [*which, *(of_size.get(size, "-") for size in sizes)] for which, of_size in found.items()
    ]


def _told(figure: Figure) -> str:
    value = figure.value if isinstance(figure, Amount) else figure.percentiles()["p50"]
    return f"{value:,.0f}" if value >= 1_000 else f"{value:.3g}"


def _amounts(run: Run) -> Rows:
    rows = [["what", "on", "engagements", "", "unit"]]
    for each in run.amounts:
        rows.append([each.what, each.engine, f"{each.engagements:,}", _told(each), each.unit])
    return rows
