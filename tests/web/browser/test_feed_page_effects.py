"""Each thing that one does with a post shows in the next page, on the page that is open."""

from collections.abc import Callable
from statistics import fmean

import pytest
from browsing import CARDS, Json, Town, cards, does, first_page, scroll_on, shown
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.browser


def likes(card: Locator) -> Locator:
    does(card, "Like").click()
    return card.locator(".acts [aria-pressed=true]", has_text="Like")


def is_inspired(card: Locator) -> Locator:
    does(card, "Inspired").click()
    return card.locator(".acts [aria-pressed=true]", has_text="Inspired")


def reacts(card: Locator) -> Locator:
    does(card, "React").click()
    card.get_by_role("button", name="love").click()
    return card.locator(".tray [aria-pressed=true]")


def rates(card: Locator) -> Locator:
    does(card, "Rate").click()
    card.get_by_label("Rating, in percent").fill("95")
    card.locator(".tray").get_by_role("button", name="Rate").click()
    return does(card, "95 %")


def comments(card: Locator) -> Locator:
    does(card, "Comment").click()
    card.get_by_label("Say something of it").fill("More of this")
    card.get_by_label("Comments").get_by_role("button", name="Comment").click()
    return card.locator(".comment", has_text="More of this")


@pytest.mark.parametrize("act", [likes, is_inspired, reacts, rates, comments])
def test_the_next_page_has_what_is_like_the_post_that_one_did_something_with(
    opened: Callable[..., Page], town: Town, act: Callable[[Locator], Locator]
) -> None:
    page = opened(town.fresh.pop())
    there = first_page(page)
    page.evaluate("() => { window.marked = true; }")
    card = cards(page).first
    title = card.get_by_role("heading").inner_text()
    because = page.get_by_text(f"Like \u201c{title}\u201d, which you engaged with.")
    expect(because).to_have_count(0)
    expect(act(card)).to_be_visible()
    scroll_on(page)
    after = page.locator(f"{CARDS}:nth-child(n + {len(there) + 1})", has=because)
    expect(after.first).to_be_visible()
    assert shown(page)[: len(there)] == there
    assert page.evaluate("() => window.marked"), "it was not loaded anew"


def ranked(town: Town, who: str) -> list[Json]:
    """What somebody would be shown next, without its being shown."""
    told = town.act(who, f"POST /steering/preview?username={who}&page_size=100")
    posts = [each for each in told["posts"] if each["before"] is not None]
    return [each["post"] for each in sorted(posts, key=lambda each: each["before"])]


def places_of(author: str, posts: list[Json]) -> list[int]:
    """The places of somebody's posts."""
    return [place for place, post in enumerate(posts) if post["owner"]["username"] == author]


def test_the_next_page_has_less_of_what_one_asked_to_see_less_of(
    opened: Callable[..., Page], town: Town
) -> None:
    me = town.fresh.pop()
    page = opened(me)
    there = first_page(page)
    card = cards(page).first
    author = card.locator(".byline .name").inner_text()
    before = ranked(town, me)
    does(card, "More").click()
    card.get_by_role("button", name="Show less like this").click()
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    after = ranked(town, me)
    scroll_on(page)
    titles = page.locator(f"{CARDS}:nth-child(n + {len(there) + 1})").get_by_role("heading")
    assert titles.all_inner_texts() == [each["title"] for each in after[: titles.count()]]
    assert places_of(author, before)[0] < places_of(author, after)[0]
    assert fmean(places_of(author, before)) < fmean(places_of(author, after))
