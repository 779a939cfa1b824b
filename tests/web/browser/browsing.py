"""What tests of the page share: the servers that they ask, and how they find their way."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
from asking import Asking
from playwright.sync_api import Locator, Page, expect
from records import Kept

SCREENSHOTS = Path(__file__).parents[3] / ".data" / "screenshots"
"""The latest of each name are kept there, to be looked at."""
PHONE, DESK = (390, 844), (1280, 900)
CARDS = "#feed > .card"

Json = dict[str, Any]


@dataclass
class Town:
    """Two servers over one village: an open one, and one that wants tokens."""

    url: str
    closed: str
    asking: Asking
    kept: Kept
    """Beside the graph of the latter."""
    fresh: list[str]
    """Usernames of people who did nothing yet; a test takes its own."""
    quiet: list[str]
    """Of people who did little; likewise."""
    busy: list[str]
    """Of people who did much, and whose profile is public."""

    def act(self, who: str, request: str, **body: object) -> Json:
        """Have somebody do something, past the page."""
        method, path = request.split(" ", 1)
        json = body or ({} if method == "POST" else None)
        answer = requests.request(
            method, f"{self.url}{path}", params={"viewer": who}, json=json, timeout=30
        )
        assert answer.ok, (request, answer.text)
        told: Json = answer.json()
        return told

    def feed(self, who: str, **asked: object) -> list[str]:
        """The whole ids of the posts of somebody's feed."""
        params = {"username": who, **asked}
        answer = requests.get(f"{self.url}/feed", params=params, timeout=30).json()  # type: ignore[arg-type]
        return [str(each["reasons"][0]["path"][-1]["id"]) for each in answer["post"]]

    def user_id(self, username: str) -> str:
        """The id of somebody of that name."""
        return str(self.act(username, "GET /profiles/me")["profile"]["user_id"])


def cards(page: Page) -> Locator:
    return page.locator(CARDS)


def first_page(page: Page) -> list[str]:
    """The ids of the posts on the page, once they are there."""
    expect(cards(page).first).to_be_visible()
    expect(page.locator("#feed")).to_have_attribute("aria-busy", "false")
    return shown(page)


def shown(page: Page) -> list[str]:
    ids: list[str] = cards(page).evaluate_all("all => all.map(each => each.dataset.post)")
    return ids


def scroll_on(page: Page) -> None:
    """Scroll to the end, and wait for more than is there."""
    there = cards(page).count()
    page.mouse.wheel(0, 100_000)
    expect(cards(page).nth(there)).to_be_attached()


def scroll_to_the_end(page: Page) -> None:
    to_the_end = "scrollTo(0, document.body.scrollHeight)"
    page.wait_for_function(
        f"() => {{ {to_the_end}; return document.querySelector('#end .state'); }}"
    )


def does(card: Locator, what: str) -> Locator:
    """A button under a card."""
    return card.locator(".acts").get_by_role("button", name=what)


def room(page: Page, name: str) -> Locator:
    """A room beside the feed, opened."""
    page.get_by_label("Rooms").get_by_role("button", name=name).click()
    return page.get_by_role("dialog", name=name)


def filled(page: Page, name: str) -> Locator:
    """The same, with what is in it this time."""
    found = room(page, name)
    settled(found)
    return found


def settled(place: Page | Locator) -> None:
    """Wait until nothing there is about to be replaced: a click on what still stands is lost."""
    expect(place.locator("[aria-busy=true]")).to_have_count(0)


def keep(page: Page, name: str) -> None:
    """Keep what the page looks like."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.png")
