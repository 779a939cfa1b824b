"""``python -m bench.suite``: one run, its result file and its page."""

import json
import os
from pathlib import Path

import click

from bench.clock import fixed_loop, machine
from bench.suite.bars import SIZE, SMALL, judged
from bench.suite.measure import PARTS, asking, embedded, on_neo4j, peers
from bench.suite.report import document, page_of, text
from bench.suite.results import Amount, Run
from bench.suite.versions import versions
from bench.suite.villages import described, village
from graph.files import whole_file
from web.heap import share_heaps


@click.command()
@click.option(
    "--engagements",
    "sizes",
    type=click.IntRange(min=1_000),
    multiple=True,
    default=(SMALL, SIZE),
    show_default=True,
    help="Of a village, about; several are measured one after the other.",
)
@click.option("--store", "url", help="An empty bolt:// server, measured too, and emptied again.")
@click.option("--only", "parts", multiple=True, type=click.Choice(PARTS), help="Only these parts.")
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    help="Processes that serve. Not given: as many as cores, and one alone where each would fill"
    f" the memory, above {SIZE:,} engagements.",
)
@click.option("--requests", default=1_000, show_default=True, help="Counted, of each way.")
@click.option("--warm", default=300, show_default=True, help="Before, not counted.")
@click.option("--patience", default=60.0, show_default=True, help="Seconds for a way at most.")
@click.option(
    "--folder",
    default=Path(".data/bench-suite"),
    show_default=True,
    type=click.Path(path_type=Path),
    help="Where the graphs are kept; without the part load they are taken as they are.",
)
@click.option("--json", "result", type=click.Path(path_type=Path), help="Write the result here.")
@click.option("--html", "html", type=click.Path(path_type=Path), help="Write the page here.")
def main(
    sizes: tuple[int, ...],
    url: str | None,
    parts: tuple[str, ...],
    workers: int | None,
    requests: int,
    warm: int,
    patience: float,
    folder: Path,
    result: Path | None,
    html: Path | None,
) -> None:
    """Measure everything beside its peers; exit code 1 where a bar is missed."""
    run = Run(machine(), versions())
    for size in dict.fromkeys(sizes):
        serving = workers or workers_of(size)
        try:
            measure(run, size, url, parts or PARTS, (requests, warm, patience), folder, serving)
        finally:
            # After each size, so that what a long run found is there if it dies.
            written(run, result, html)
    click.echo(text(run))
    if any(each.verdict == "missed" for each in judged(run)):
        raise SystemExit(1)


def workers_of(size: int) -> int:
    """How many processes serve a village of so many engagements, where nobody said."""
    return (os.cpu_count() or 1) if size <= SIZE else 1


def measure(
    run: Run,
    size: int,
    url: str | None,
    parts: tuple[str, ...],
    asked: tuple[int, int, float],
    folder: Path,
    workers: int,
) -> None:
    """Add to `run` what is found at one size.

    Args:
        run: what is known so far.
        size: engagements.
        url: of an empty Neo4j, or None.
        parts: the names of those that are wanted.
        asked: how many requests count, how many do not, and how many seconds a way has.
        folder: of kept graphs.
        workers: how many processes serve.
    """
    click.echo(f"a village of {size:,} engagements", err=True)
    place = village(size, folder, anew="load" in parts)
    run.data.append(described(place))
    ask = asking(place, *asked)
    for figure in peers(place, ask, parts):
        run.add(figure)
    for figure in embedded(place, ask, parts, workers):
        run.add(figure)
    if url is not None:
        for figure in on_neo4j(url, place, ask, parts, workers):
            run.add(figure)
    # Beside the one of the beginning: whether something else ran meanwhile.
    run.add(Amount("a fixed loop, afterwards", "python", size, fixed_loop(), "ms"))


def written(run: Run, result: Path | None, html: Path | None) -> None:
    """Write the files that are wanted."""
    if result is not None:
        with whole_file(result) as file:
            file.write(json.dumps(document(run), indent=1).encode())
    if html is not None:
        with whole_file(html) as file:
            file.write(page_of(run).encode())


if __name__ == "__main__":
    share_heaps()  # as a server has them: pages in process ask as much of the system as there
    main()
