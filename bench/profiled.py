"""What a feed's page costs, and where that goes: own time of every function, added up by module.

``python -m bench.profiled`` asks for pages of a village that `bench.suite` keeps, or that is made
here: first as they are, for the processor time that each takes, which says more than a clock where
others use the machine too; then beside a profiler, which makes small functions look slower than
they are: read the shares, not the times.
"""

import cProfile
import pstats
import sysconfig
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import click

from bench.feed import fill, milliseconds, pages, recommending, viewers
from bench.suite.villages import village
from gnn.pages import aligned
from graph.store import open_store

ROOT = Path(__file__).resolve().parents[1]
LIBRARY = Path(sysconfig.get_paths()["stdlib"])
MOST = 25


def module_of(file: str) -> str:
    """A module of ours by its path in the repository, another's by its package."""
    path = Path(file)
    if file.startswith(("~", "<")):
        return "built in"
    if "site-packages" in path.parts:
        return path.parts[path.parts.index("site-packages") + 1]
    if path.is_relative_to(ROOT):
        return path.relative_to(ROOT).as_posix()
    return "standard library" if path.is_relative_to(LIBRARY) else path.name


def by_module(profile: cProfile.Profile) -> Counter[str]:
    """Own seconds; those of what is built in are the caller's."""
    found: Counter[str] = Counter()
    for (file, _, _), (_, _, own, _, callers) in pstats.Stats(profile).stats.items():  # type: ignore[attr-defined]
        if module_of(file) != "built in":
            found[module_of(file)] += own
            continue
        for (caller, _, _), (_, _, of_caller, _) in callers.items():
            found[module_of(caller)] += of_caller
    return found


def costs(page: Callable[[str], object], people: Sequence[str]) -> list[float]:
    """Seconds of this thread's processor time for each page."""
    found = []
    for viewer in people:
        began = time.thread_time()
        page(viewer)
        found.append(time.thread_time() - began)
    return found


@click.command()
@click.option("--engagements", default=100_000, show_default=True)
@click.option("--requests", default=300, show_default=True, help="Of each kind.")
@click.option("--warm", default=200, show_default=True, help="Before, not looked at.")
@click.option(
    "--folder",
    default=Path(".data/bench-suite"),
    show_default=True,
    type=click.Path(path_type=Path),
    help="Where the graphs are kept.",
)
def main(engagements: int, requests: int, warm: int, folder: Path) -> None:
    """Tell what a page costs, and which modules that is spent in."""
    place = village(engagements, folder, anew=False)
    with open_store(f"ladybug:{place.graph}") as store:
        if not place.loaded:
            fill(store, place.world)
        with recommending(store) as recommender:
            people = viewers(place.world, warm + 2 * requests)
            page, profiled = pages(recommender, place.world), people[warm + requests :]
            for viewer in people[:warm]:
                page(viewer)
            spent = costs(page, people[warm : warm + requests])
            with cProfile.Profile() as profile:
                for viewer in profiled:
                    page(viewer)
    place.keep()
    click.echo(f"processor time of a page   {milliseconds(spent)}")
    found = by_module(profile)
    whole = found.total()
    rows = [[name, f"{own / whole:.1%}"] for name, own in found.most_common(MOST)]
    click.echo(aligned([["module", "share of a page"], *rows]))


if __name__ == "__main__":
    main()
