"""What the page looks like, and what axe-core finds in it: on phone and desk, by day and night.

The screenshots are kept under ``.data/screenshots``.
"""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from browsing import DESK, PHONE, Town, cards, does, filled, first_page, keep, settled
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.browser

SERIOUS = {"serious", "critical"}


COLOURS = {"runOnly": ["color-contrast"]}
"""The one rule whose finding differs from day to night: colours are all that does."""
BESIDE = {"exclude": [["#feed"]]}
"""What is beside the feed, which stays the same whichever room is open, and has a test."""


def found_by_axe(
    page: Page,
    where: dict[str, list[list[str]]] | None = None,
    rules: dict[str, list[str]] | None = None,
) -> list[str]:
    """What axe-core finds that keeps somebody from using the page.

    Half a megabyte, it is put into a page once; and what is well it neither describes nor tells.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    options = {"resultTypes": ["violations"], **(rules or {})}
    asked = "([where, options]) => axe.run(where || document, options).then(all => all.violations)"
    violations = page.evaluate(asked, [where, options])
    return [
        f"{each['id']}: {node['target']} {node['failureSummary']}"
        for each in violations
        if each["impact"] in SERIOUS
        for node in each["nodes"]
    ]


@dataclass
class Furnished:
    """Somebody with a profile, a group and an event to look at."""

    owner: str
    guest: str


@pytest.fixture(scope="module")
def furnished(town: Town) -> Furnished:
    owner, guest, waits, invited = town.quiet[16], *town.quiet[17:20]
    told: dict[str, str] = {
        "first_name": "Amber",
        "last_name": "Finch",
        "bio": "Bakes at night, walks the dog at noon.\nAsk me about sourdough.",
        "job": "baker",
        "location": "Graz",
        "picture_url": "https://pictures.example/amber.jpg",
    }
    town.act(owner, "PATCH /profiles/me", **told)
    town.act(owner, "PUT /profiles/me/mood", mood="calm")
    for tag in ("sourdough", "night baking", "dogs"):
        town.act(owner, f"PUT /interests/{tag}")
    about = "Bread while others sleep, and what to eat with it in the morning."
    made = town.act(owner, "POST /groups", name="Night bakers of Graz", description=about)
    path = f"/groups/{made['group']['group_id']}"
    town.act(guest, f"PUT {path}/members/me")
    town.act(owner, f"PATCH {path}", joining="request")
    town.act(waits, f"PUT {path}/requests/me")
    town.act(owner, f"PUT {path}/invitations/{town.user_id(invited)}")
    for name, at, group in (
        ("A morning at the mill", 1_798_746_600, None),
        ("Flour, for members", 1_801_425_000, made["group"]["group_id"]),
    ):
        where = {"place": "The old mill", "description": "Bring flour, and a towel."}
        where |= {} if group is None else {"group": group}
        event = town.act(owner, "POST /happenings", name=name, at=at, until=at + 9_000, **where)
        town.act(
            guest, f"PUT /happenings/{event['happening']['event_id']}/answers/me", answer="maybe"
        )
    town.act(guest, "POST /friendships/requests", user=town.user_id(owner))
    return Furnished(owner, guest)


Look = Callable[[Page, Furnished], Locator]


def own_profile(page: Page, furnished: Furnished) -> Locator:
    page.get_by_role("button", name="Who is looking").click()
    page.get_by_role("button", name="Your profile").click()
    settled(page)
    return page.locator("#person .chips")


def own_data(page: Page, furnished: Furnished) -> Locator:
    own_profile(page, furnished)
    page.get_by_text("Your data").click()
    return page.get_by_label("Your username, to be sure")


def editing_it(page: Page, furnished: Furnished) -> Locator:
    own_profile(page, furnished)
    page.get_by_role("button", name="Edit your profile").click()
    return page.get_by_label("First name")


def a_profile(page: Page, furnished: Furnished) -> Locator:
    people = filled(page, "People")
    people.get_by_role("button", name=furnished.guest, exact=True).first.click()
    return page.locator("#person section", has_text="Groups")


def writing(page: Page, furnished: Furnished) -> Locator:
    page.get_by_role("button", name="Write", exact=True).click()
    page.locator("#write").get_by_text("More", exact=True).click()
    page.get_by_label("Moods that it evokes").fill("flurb")
    page.get_by_label("Title").fill("The oven at four")
    page.get_by_role("button", name="Post", exact=True).click()
    return page.locator("#write .wrong:visible")


def searching(page: Page, furnished: Furnished) -> Locator:
    filled(page, "Search").get_by_role("searchbox").fill("night bakers")
    return page.locator("#search .row", has_text="Night bakers of Graz")


def groups(page: Page, furnished: Furnished) -> Locator:
    return filled(page, "Groups").locator(".row")


def a_group(page: Page, furnished: Furnished) -> Locator:
    filled(page, "Groups").get_by_role("button", name="Night bakers of Graz", exact=True).click()
    page.get_by_role("button", name=f"Manage {furnished.guest}").click()
    return page.locator("#group .row", has_text="Flour, for members")


def events(page: Page, furnished: Furnished) -> Locator:
    return filled(page, "Events").locator(".row")


def an_event(page: Page, furnished: Furnished) -> Locator:
    filled(page, "Events").get_by_role("button", name="Flour, for members").first.click()
    return page.locator("#event .row", has_text="may go")


def planning(page: Page, furnished: Furnished) -> Locator:
    filled(page, "Events").get_by_role("button", name="Plan an event").click()
    return page.get_by_label("What it is")


def inbox(page: Page, furnished: Furnished) -> Locator:
    return filled(page, "Inbox").locator(".row")


def what_one_is_told(page: Page, furnished: Furnished) -> Locator:
    filled(page, "Inbox").get_by_text("What you are told").click()
    return page.locator("#inbox .choice")


def what_is_kept_out(page: Page, furnished: Furnished) -> Locator:
    filled(page, "Tune").get_by_text("What you keep out of your feeds").click()
    return page.get_by_label("A word or phrase")


def who_looks(page: Page, furnished: Furnished) -> Locator:
    page.get_by_role("button", name="Who is looking").click()
    return page.locator("#viewer .row")


LOOKS: tuple[Look, ...] = (
    own_profile,
    own_data,
    editing_it,
    a_profile,
    writing,
    searching,
    groups,
    a_group,
    events,
    an_event,
    planning,
    inbox,
    what_one_is_told,
    what_is_kept_out,
    who_looks,
)


@pytest.mark.parametrize(("size", "name"), [(PHONE, "phone"), (DESK, "desk")])
def test_axe_finds_nothing_serious_in_any_room(
    opened: Callable[..., Page],
    town: Town,
    furnished: Furnished,
    size: tuple[int, int],
    name: str,
) -> None:
    page = opened(furnished.owner, size=size)
    first_page(page)
    found: list[str] = []
    for look in LOOKS:
        expect(look(page, furnished).first).to_be_visible()
        expect(page.locator("[aria-busy=true]")).to_have_count(0)
        for scheme, rules in (("dark", COLOURS), ("light", None)):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            keep(page, f"{name}-{scheme}-{look.__name__.replace('_', '-')}")
            found += found_by_axe(page, BESIDE, rules)
        wide = "document.documentElement.scrollWidth > innerWidth"
        assert not page.evaluate(wide), look.__name__
        page.locator("dialog.panel[open] .close").click()
    assert not found


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
        opened_room = filled(page, door)
        expect(opened_room.locator(sign).first).to_be_visible()
        keep(page, f"{name}-{scheme}-{door.lower()}")
        found += found_by_axe(page)
        opened_room.get_by_role("button", name="Close").click()
    assert not found
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
