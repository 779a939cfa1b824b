"""What the page looks like, and what axe-core finds in it: on phone and desk, by day and night.

The screenshots are kept under ``.data/screenshots``.
"""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import DESK, PHONE, Town, cards, does, first_page, keep, room
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

SERIOUS = {"serious", "critical"}


def found_by_axe(page: Page) -> list[str]:
    """What axe-core finds that keeps somebody from using the page."""
    result = Axe().run(page)
    return [
        f"{each['id']}: {node['target']} {node['failureSummary']}"
        for each in result.response["violations"]
        if each["impact"] in SERIOUS
        for node in each["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("size", "name"), [(PHONE, "phone"), (DESK, "desk")])
def test_axe_finds_nothing_serious(
    opened: Callable[..., Page], town: Town, size: tuple[int, int], name: str, scheme: str
) -> None:
    page = opened(town.busy[7], size=size, scheme=scheme)
    first_page(page)
    expect(cards(page).first.locator(".text")).to_be_visible()
    keep(page, f"{name}-{scheme}-feed")
    card = cards(page).first
    card.locator(".why-button").click()
    does(card, "React").click()
    does(card, "Comment").click()
    card.scroll_into_view_if_needed()
    keep(page, f"{name}-{scheme}-why")
    found = found_by_axe(page)
    for door, sign in (("People", ".row"), ("Tune", ".slider")):
        opened_room = room(page, door)
        expect(opened_room.locator(sign).first).to_be_visible()
        keep(page, f"{name}-{scheme}-{door.lower()}")
        found += found_by_axe(page)
        opened_room.get_by_role("button", name="Close").click()
    assert not found
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
