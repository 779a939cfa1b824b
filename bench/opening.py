"""How long the feed page takes to open in a browser: from the address to the first post on it.

A village of 100,000 engagements, kept under ``.data``, is served by `resonance serve` in a
process of its own; Debian's Chromium opens the page on the same machine, for one viewer after
another. A first visit fetches everything; a later one has the files kept, and asks for the page and
the feed alone. Ends with exit code 1 where nine of ten first visits take a second or more.
"""

import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from bench.clock import machine, percentiles, told
from bench.feed import filled, planted, viewers
from bench.served import served

ENGAGEMENTS = 100_000
FOLDER = Path(".data/bench-opening")
MUST = 1_000.0
"""Milliseconds to the first post, on a first visit."""
WATCH = """
window.firstPost = new Promise((seen) => {
  const look = () => {
    const there = document.querySelector("#feed > .card:not(.bones) h2");
    if (there) requestAnimationFrame(() => setTimeout(() => seen(performance.now())));
    else requestAnimationFrame(look);
  };
  look();
});
"""
"""Looks at every frame; the time is that at which the frame with the post was drawn."""
FETCHED = """() => performance.getEntriesByType("resource")
  .filter((each) => each.name.includes("/static/") && each.transferSize > 0).length"""


@dataclass(frozen=True)
class Visit:
    """One opening of the page."""

    first_post: float
    """Milliseconds from the beginning of the navigation to the frame with the first post."""
    files: int
    """How many files of the page were fetched, and not kept from before."""


def visits(browser: Browser, url: str, viewer: str) -> tuple[Visit, Visit]:
    """A first visit of a viewer by a browser that has nothing of the page, and one after it."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.add_init_script(WATCH)
    try:
        return _visit(context, url, viewer), _visit(context, url, viewer)
    finally:
        context.close()


def _visit(context: BrowserContext, url: str, viewer: str) -> Visit:
    page = context.new_page()
    page.goto(f"{url}/#viewer={viewer}")
    first_post = float(page.evaluate("() => window.firstPost"))
    files = int(page.evaluate(FETCHED))
    page.close()
    return Visit(first_post, files)


@click.command()
@click.option("--visitors", default=40, show_default=True)
@click.option("--warm", default=5, show_default=True, help="Visitors before, not counted.")
@click.option("--folder", default=FOLDER, show_default=True, type=click.Path(path_type=Path))
def main(visitors: int, warm: int, folder: Path) -> None:
    """Open the page for one viewer after another."""
    chromium = shutil.which("chromium")
    if chromium is None:
        raise click.ClickException("there is no Chromium: install Debian's chromium")
    world = planted(ENGAGEMENTS)
    filled(folder, world)
    names = world.tables["users"].set_index("id")["username"]
    people = [str(names[each]) for each in viewers(world, warm + visitors)]
    with (
        tempfile.TemporaryDirectory() as scratch,
        served(f"ladybug:{folder / 'graph'}", Path(scratch), {"RESONANCE_LOG": "off"}) as url,
        sync_playwright() as playwright,
    ):
        # As root Chromium has no sandbox; it sees this server alone.
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        pairs = [visits(browser, url, each) for each in people][warm:]
        browser.close()
    click.echo(f"{machine()}")
    first, later = zip(*pairs, strict=True)
    within = _line("first visit", first)
    _line("later visit", later)
    if within >= MUST:
        raise click.ClickException(
            f"nine of ten first visits take {within:.0f} ms, and not less than {MUST:.0f}"
        )


def _line(name: str, made: Sequence[Visit]) -> float:
    """Tell the times of visits of a kind; within how many milliseconds nine of ten were."""
    times = percentiles([each.first_post / 1e3 for each in made])
    files = max(each.files for each in made)
    click.echo(f"{name:<14}{told(times)}   {len(made)} visits, at most {files} files fetched")
    return times["p90"]


if __name__ == "__main__":
    main()
