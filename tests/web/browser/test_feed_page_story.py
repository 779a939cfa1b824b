"""One viewer's whole story on one page, on a phone and at a desk, with pictures of every step.

The pictures are kept under ``.data/screenshots``, as ``story-phone-1-newcomer.png``.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from browsing import (
    CARDS,
    DESK,
    PHONE,
    Town,
    cards,
    does,
    first_page,
    keep,
    room,
    scroll_on,
    scroll_to_the_end,
    shown,
)
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

SECRET = "Between friends: the mill opens at night"


@dataclass
class Story:
    """The pictures of one story, numbered as they are taken."""

    page: Page
    name: str
    steps: list[str] = field(default_factory=list)

    def tells(self, step: str) -> None:
        """Keep what the page looks like at this step."""
        self.steps.append(step)
        keep(self.page, f"story-{self.name}-{len(self.steps)}-{step}")


@pytest.mark.parametrize(
    ("size", "name", "viewer", "friend"),
    [(PHONE, "phone", 8, 11), (DESK, "desk", 9, 12)],
    ids=["phone", "desk"],
)
def test_a_newcomer_becomes_somebody_with_a_feed_and_a_friend_of_their_own(
    opened: Callable[..., Page],
    town: Town,
    size: tuple[int, int],
    name: str,
    viewer: int,
    friend: int,
) -> None:
    page = opened(size=size)
    story = Story(page, name)
    me, other = town.fresh[viewer], town.busy[friend]

    # A newcomer picks a mood and gets a page.
    first_page(page)
    page.get_by_label("Mood", exact=True).get_by_role("button", name="calm").click()
    expect(page.get_by_text("Evokes the mood that you asked for: calm.").first).to_be_visible()
    assert len(first_page(page)) == 10
    story.tells("newcomer")

    # They say who they are, and like: the next page changes.
    page.get_by_role("button", name="Who is looking").click()
    page.get_by_label("Username or user id").fill(me)
    page.keyboard.press("Enter")
    expect(page.locator("#who")).to_contain_text(me)
    close_rooms(page)
    there = first_page(page)
    next_before = town.feed(me, page_size=100)
    liked = cards(page).first
    title = liked.get_by_role("heading").inner_text()
    does(liked, "Like").click()
    expect(does(liked, "Like")).to_have_attribute("aria-pressed", "true")
    scroll_on(page)
    after = page.locator(f"{CARDS}:nth-child(n + {len(there) + 1})")
    because = after.get_by_text(f"Like \u201c{title}\u201d, which you engaged with.").first
    expect(because).to_be_visible()
    because.scroll_into_view_if_needed()
    story.tells("liked")
    assert town.feed(me, page_size=100, include_seen=1) != next_before

    # They hide one: it is gone, and does not come back, however far they scroll.
    hidden = shown(page)[1]
    card = page.locator(f'[data-post="{hidden}"]')
    does(card, "More").click()
    card.get_by_role("button", name="Show less like this").click()
    expect(card).to_have_count(0)
    story.tells("hidden")
    page.reload()
    assert hidden not in first_page(page)
    scroll_to_the_end(page)
    assert hidden not in shown(page)

    # A friend request is accepted, and what the friend says to friends alone appears.
    told = town.act(other, "POST /posts", title=SECRET, privacy="friends")
    post = told["post"]["post_id"]
    page.get_by_role("button", name="Friends", exact=True).click()
    expect(page.locator("#feed")).to_have_attribute("aria-busy", "false")
    assert post not in shown(page)
    town.act(other, "POST /friendships/requests", user=town.user_id(me))
    page.get_by_label("Rooms").get_by_role("button", name="Inbox (1 unread)").click()
    inbox = page.get_by_role("dialog", name="Inbox")
    expect(inbox.get_by_role("button", name="Accept")).to_be_visible()
    story.tells("asked")
    inbox.get_by_role("button", name="Accept").click()
    expect(inbox.get_by_role("button", name="Accept")).to_have_count(0)
    close_rooms(page)
    page.get_by_role("button", name="Your feed has changed").click()
    card = page.locator(f'[data-post="{post}"]')
    expect(card.get_by_role("heading", name=SECRET)).to_be_visible()
    expect(card.get_by_text("for friends", exact=False).first).to_be_visible()
    story.tells("friends")

    # They unfriend, and it is gone from the page that is open.
    people = room(page, "People")
    for _ in range(2):
        people.get_by_role("button", name=f"Unfriend {other}").click()
    expect(card).to_have_count(0)
    close_rooms(page)
    assert SECRET not in page.locator("main").inner_text()
    story.tells("unfriended")
    assert story.steps == ["newcomer", "liked", "hidden", "asked", "friends", "unfriended"]


def close_rooms(page: Page) -> None:
    """Close the room that is open, if one is."""
    for each in page.locator("dialog.panel[open] .close").all():
        each.click()
    expect(page.locator("dialog.panel[open]")).to_have_count(0)
