"""The README's picture: a post of the feed page, and the paths that brought it.

``.venv/bin/resonance demo`` in one terminal, then ``.venv/bin/python tools/picture/picture.py``
in another: Debian's Chromium opens the page of one of the village's people, scrolls on for a while,
opens the reasons of the post that three paths through the graph share most evenly, and keeps what
is seen then.
"""

import shutil
from pathlib import Path
from typing import Any

import click
from playwright.sync_api import Error, Page, Response, ViewportSize, expect, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
SIZE: ViewportSize = {"width": 1280, "height": 1000}
POSTS = 80
"""Of which one is chosen."""
CARDS = "#feed > .card"


@click.command()
@click.option("--url", default="http://127.0.0.1:8000", show_default=True, help="Of the demo.")
@click.option("--viewer", default="gentlecedar", show_default=True, help="Whose feed.")
@click.option(
    "--out",
    default=ROOT / "docs" / "pictures" / "feed.png",
    show_default="docs/pictures/feed.png",
    type=click.Path(path_type=Path),
)
def main(url: str, viewer: str, out: Path) -> None:
    """Take the picture anew."""
    chromium = shutil.which("chromium")
    if chromium is None:
        raise click.ClickException("there is no Chromium: install Debian's chromium")
    with sync_playwright() as playwright:
        # As root Chromium has no sandbox; it sees this server alone.
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport=SIZE)
        answers = list[Response]()
        page.on("response", lambda each: answers.append(each) if "/feed?" in each.url else None)
        try:
            page.goto(f"{url}/#viewer={viewer}")
        except Error as error:
            raise click.ClickException(f"nothing answers at {url}: run `resonance demo`") from error
        page.get_by_label("Rooms").get_by_role("button", name="Tune").click()
        _scroll_on(page)
        _open(page, _evenest([post for each in answers for post in each.json()["post"]]))
        page.screenshot(path=out)
        browser.close()
    click.echo(f"Wrote {out}")


def _scroll_on(page: Page) -> None:
    cards = page.locator(CARDS)
    expect(page.locator("#feed")).to_have_attribute("aria-busy", "false")
    while (there := cards.count()) < POSTS:
        page.evaluate("scrollTo(0, document.body.scrollHeight)")
        expect(cards.nth(there)).to_be_attached()


def _evenest(posts: list[dict[str, Any]]) -> str:
    """The id of the post of which the least of three paths through the graph says most."""
    least = {
        post["reasons"][0]["path"][-1]["id"]: min(each["share"] for each in post["reasons"])
        for post in posts
        if len(post["reasons"]) == 3 and all(len(each["path"]) > 2 for each in post["reasons"])
    }
    if not least:
        raise click.ClickException("no post of this feed is there by three paths: another viewer")
    return str(max(least, key=lambda post_id: least[post_id]))


def _open(page: Page, post_id: str) -> None:
    """The post's reasons, below the head of the page."""
    card = page.locator(f'{CARDS}[data-post="{post_id}"]')
    card.locator(".why-button").click()
    expect(card.locator(".paths canvas")).to_have_count(4)
    card.evaluate("card => scrollTo(0, card.getBoundingClientRect().top + scrollY - 90)")
    page.mouse.move(0, 0)
    page.wait_for_timeout(1_000)  # until what was opened stands still


if __name__ == "__main__":
    main()
