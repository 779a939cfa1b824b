"""The feed page, as somebody uses it in a browser."""

import re
from collections.abc import Callable

import pytest
from browsing import (
    CARDS,
    Town,
    cards,
    does,
    first_page,
    room,
    scroll_on,
    scroll_to_the_end,
    shown,
)
from playwright.sync_api import Page, Request, expect

from graph.explore import pasted

pytestmark = pytest.mark.browser

TRAP = "<img src=x onerror=alert(1)> for friends"


def test_a_newcomer_picks_a_mood_and_gets_a_page(opened: Callable[..., Page]) -> None:
    page = opened()
    assert len(first_page(page)) == 10
    expect(page.locator("#note")).to_contain_text("newcomer")
    expect(does(cards(page).first, "Like")).to_be_hidden()
    page.get_by_label("Mood", exact=True).get_by_role("button", name="happy").click()
    expect(page.get_by_text("Evokes the mood that you asked for: happy.").first).to_be_visible()
    page.get_by_label("Another word for a mood").fill("flurb")
    page.keyboard.press("Enter")
    expect(page.locator("#end")).to_contain_text("is not known")


def test_scrolling_goes_on_without_repeats_to_an_end(
    opened: Callable[..., Page], town: Town
) -> None:
    page = opened(town.busy[0])
    first_page(page)
    scroll_on(page)
    scroll_on(page)
    ids = shown(page)
    assert len(ids) == len(set(ids)) >= 30
    cards(page).first.get_by_label("Tags").get_by_role("button").first.click()
    expect(page.locator("#only")).to_contain_text("Only #")
    scroll_to_the_end(page)
    expect(page.locator("#end")).to_contain_text("That is all for now.")


def test_what_is_liked_shows_in_the_next_page(opened: Callable[..., Page], town: Town) -> None:
    page = opened(town.fresh[0])
    first_page(page)
    asked: list[Request] = []
    page.on("request", lambda each: asked.append(each) if "/feed?" in each.url else None)
    liked = cards(page).first
    title = liked.get_by_role("heading").inner_text()
    does(liked, "Like").click()
    expect(does(liked, "Like")).to_have_attribute("aria-pressed", "true")
    there = shown(page)
    scroll_on(page)
    after = page.locator(f"{CARDS}:nth-child(n + {len(there) + 1})")
    expect(
        after.get_by_text(f"Like \u201c{title}\u201d, which you engaged with.").first
    ).to_be_visible()
    assert "exclude_ids" in asked[0].url and "cursor" not in asked[0].url
    assert not set(there) & set(shown(page)[len(there) :])


def test_what_is_hidden_goes_comes_back_and_stays_away(
    opened: Callable[..., Page], town: Town
) -> None:
    page = opened(town.fresh[1])
    hidden, *others = first_page(page)
    card = page.locator(f'[data-post="{hidden}"]')
    does(card, "More").click()
    card.get_by_role("button", name="Show less like this").click()
    expect(card).to_have_count(0)
    undo = page.get_by_role("button", name="Undo")
    expect(undo).to_be_focused()
    undo.click()
    expect(card).to_be_visible()
    does(card, "More").click()
    card.get_by_role("button", name="Hide this post").click()
    expect(undo).to_be_visible()
    everything = town.feed(town.fresh[1], include_seen=1, page_size=100)
    assert hidden not in everything
    assert set(everything) & set(others)


def test_a_friends_post_comes_with_the_friendship_and_goes_with_it(
    opened: Callable[..., Page], town: Town
) -> None:
    viewer, friend = town.fresh[2], town.busy[1]
    page = opened(viewer)
    first_page(page)
    told = town.act(friend, "POST /posts", title=TRAP, privacy="friends")
    post = told["post"]["post_id"]
    town.act(friend, "POST /friendships/requests", user=town.user_id(viewer))
    inbox = page.get_by_label("Rooms").get_by_role("button", name="Inbox (1 unread)")
    expect(inbox).to_be_visible()  # told live
    inbox.click()
    page.get_by_role("dialog", name="Inbox").get_by_role("button", name="Accept").click()
    page.get_by_role("button", name="Your feed has changed").click()
    page.get_by_role("button", name="Friends", exact=True).click()
    card = page.locator(f'[data-post="{post}"]')
    expect(card.get_by_role("heading", name=TRAP)).to_be_visible()
    people = room(page, "People")
    unfriend = people.get_by_role("button", name=f"Unfriend {friend}")
    unfriend.click()
    unfriend.click()
    expect(card).to_have_count(0)


def test_what_a_friend_takes_back_goes_when_one_looks_again(
    opened: Callable[..., Page], town: Town
) -> None:
    viewer, friend = town.fresh[3], town.busy[2]
    post = town.act(friend, "POST /posts", text="Between us", privacy="friends")["post"]["post_id"]
    town.act(friend, "POST /friendships/requests", user=town.user_id(viewer))
    town.act(viewer, f"PUT /friendships/{town.user_id(friend)}")
    page = opened(viewer)
    page.get_by_role("button", name="Friends", exact=True).click()
    card = page.locator(f'[data-post="{post}"]')
    expect(does(card, "Like")).to_be_visible()
    town.act(friend, f"DELETE /friendships/{town.user_id(viewer)}")
    page.wait_for_function(
        "post => { dispatchEvent(new Event('focus'));"
        " return !document.querySelector(`[data-post='${post}']`); }",
        arg=post,
        polling=200,
    )
    assert post not in shown(page)


def test_one_reacts_rates_is_inspired_comments_and_answers(
    opened: Callable[..., Page], town: Town
) -> None:
    page = opened(town.fresh[4])
    card = page.locator(f'[data-post="{first_page(page)[0]}"]')
    does(card, "React").click()
    love = card.get_by_role("button", name="love")
    expect(love).to_contain_text("love")  # where the system has no letter for it, too
    love.click()
    expect(card.get_by_role("button", name="love")).to_have_attribute("aria-pressed", "true")
    does(card, "Rate").click()
    card.get_by_label("Rating, in percent").fill("80")
    card.locator(".tray").get_by_role("button", name="Rate").click()
    expect(does(card, "80 %")).to_be_visible()
    does(card, "Inspired").click()
    expect(does(card, "Inspired")).to_have_attribute("aria-pressed", "true")
    does(card, "Comment").click()
    card.get_by_label("Say something of it").fill("Rye, <b>or</b> oats?")
    card.get_by_label("Comments").get_by_role("button", name="Comment").click()
    said = card.locator(".comment").first
    expect(said.get_by_text("Rye, <b>or</b> oats?")).to_be_visible()
    expect(does(card, "Comment")).to_contain_text("1")
    said.get_by_role("button", name="Answers").click()
    said.get_by_label("Answer", exact=True).fill("Both.")
    said.get_by_role("button", name="Answer", exact=True).click()
    expect(said.locator(".comment")).to_contain_text("Both.")


def test_one_mutes_an_author_and_takes_it_back(opened: Callable[..., Page], town: Town) -> None:
    page = opened(town.fresh[7])
    first_page(page)
    card = cards(page).first
    expect(card.locator(".text")).to_be_visible()
    does(card, "More").click()
    card.get_by_role("button", name=re.compile("^Mute")).click()
    unmute = card.get_by_role("button", name=re.compile("^Unmute"))
    expect(unmute).to_be_focused()
    assert len(town.act(town.fresh[7], "GET /mutes/people")["people"]) == 1
    unmute.click()
    expect(card.get_by_role("button", name=re.compile("^Mute"))).to_be_visible()
    assert town.act(town.fresh[7], "GET /mutes/people")["people"] == []


def test_nothing_that_one_was_shown_is_left_for_whoever_looks_next(
    opened: Callable[..., Page], town: Town
) -> None:
    page = opened(town.busy[8])
    first_page(page)
    expect(room(page, "People").get_by_role("button", name="Unfriend").first).to_be_visible()
    room(page, "Search").get_by_role("searchbox").fill(town.busy[9])
    expect(page.locator("#search")).to_contain_text(town.busy[9])
    page.get_by_role("button", name="Who is looking").click()
    page.get_by_role("button", name="Look as a newcomer").click()
    expect(page.locator("#who")).to_have_text("A newcomer")
    for name in ("people", "search", "inbox", "groups"):
        expect(page.locator(f"#{name}")).to_be_empty()
    expect(page.locator("#note")).to_contain_text("newcomer")
    expect(does(cards(page).first, "Like")).to_be_hidden()


def test_a_reason_is_drawn_as_its_path(opened: Callable[..., Page], town: Town) -> None:
    page = opened()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    viewer = town.busy[3]
    with page.expect_response(lambda told: "/feed?" in told.url and viewer in told.url) as answer:
        page.get_by_role("button", name="Who is looking").click()
        page.get_by_label("Username or user id").fill(viewer)
        page.keyboard.press("Enter")
    posts = answer.value.json()["post"]
    place, (reason, *_) = next(
        (place, found)
        for place, post in enumerate(posts)
        if (found := [each for each in post["reasons"] if each["source"] == "interests"])
    )
    card = cards(page).nth(place)
    expect(card).to_have_attribute("data-post", reason["path"][-1]["id"])
    card.locator(".why-button").click()
    drawing = card.get_by_role("img", name=re.compile("Paths that lead to"))
    expect(drawing.locator("canvas")).to_have_count(4)
    told = drawing.evaluate("place => place._cyreg.cy.elements().map(each => each.data())")
    words = {each.get("name", each.get("word")) for each in told}
    assert words >= {"You", "interested in", reason["path"][1]["name"], "tagged", "This post"}
    row = card.locator(".reasons li", has_text=reason["sentence"])
    row.get_by_role("button", name="Copy its query").click()
    expect(page.locator("#toast")).to_contain_text("The query is copied")
    assert page.evaluate("() => navigator.clipboard.readText()") == pasted(
        *reason["cypher"].values()
    )


def test_steering_shows_what_it_would_do_and_is_kept(
    opened: Callable[..., Page], town: Town
) -> None:
    viewer = town.busy[4]
    page = opened(viewer)
    first_page(page)
    tune = page.get_by_role("dialog", name="Tune")
    tune.get_by_label("Evergreen, or fresh").fill("1")
    expect(tune.get_by_role("heading", name="Your first page would be")).to_be_visible()
    expect(tune.locator(".places > li")).to_have_count(10)
    tune.get_by_role("button", name="Keep it so").click()
    expect(page.locator("#toast")).to_contain_text("steered")
    page.reload()
    expect(tune.get_by_label("Evergreen, or fresh")).to_have_value("1")


def test_search_finds_people_and_groups_are_made(opened: Callable[..., Page], town: Town) -> None:
    page = opened(town.fresh[5])
    search = room(page, "Search")
    search.get_by_role("searchbox").fill(town.busy[5])
    ask = search.get_by_role("button", name=f"Ask {town.busy[5]}", exact=True)
    ask.click()
    expect(page.locator("#toast")).to_contain_text("Asked.")
    groups = room(page, "Groups")
    groups.get_by_label("Name of a new group").fill("Night bakers")
    groups.get_by_role("button", name="Make it").click()
    group = page.get_by_role("dialog", name="Group", exact=True)
    expect(group).to_contain_text("You are its owner.")
    group.get_by_role("button", name="Back").click()
    groups.get_by_role("button", name="Posts of Night bakers").click()
    expect(page.locator("#only")).to_contain_text("Night bakers")
    expect(page.locator("#end")).to_contain_text("Nothing by others in Night bakers yet.")


def test_search_finds_a_post_a_group_to_join_and_a_tag_to_look_at(
    opened: Callable[..., Page], town: Town
) -> None:
    other = town.busy[15]
    town.act(other, "POST /posts", title="Kombucha for beginners", tags=["kombucha"])
    made = town.act(other, "POST /groups", name="Kombucha brewers")["group"]
    me = town.fresh.pop()
    page = opened(me)
    first_page(page)
    search = room(page, "Search")
    search.get_by_role("searchbox").fill("kombucha")
    search.get_by_role("button", name="Join Kombucha brewers").click()
    expect(page.locator("#toast")).not_to_be_empty()
    assert town.act(me, f"GET /groups/{made['group_id']}")["group"]["mine"]["role"] == "member"
    search.get_by_role("button", name="Look at Kombucha for beginners").click()
    post = page.get_by_role("dialog", name="Post")
    expect(post.get_by_role("heading", name="Kombucha for beginners")).to_be_visible()
    post.get_by_role("button", name="Back").click()
    expect(search.get_by_role("button", name="#kombucha 1")).to_be_visible()
    search.get_by_role("searchbox").fill("street food")
    search.get_by_role("button", name=re.compile("^#street food")).click()
    expect(page.locator("#only")).to_contain_text("Only #street food")
    first_page(page)
    about = cards(page).get_by_label("Tags").get_by_role("button", name="#street food", exact=True)
    expect(about).to_have_count(cards(page).count())


def test_a_closed_server_takes_a_token_and_no_key(opened: Callable[..., Page], town: Town) -> None:
    page = opened(url=town.closed)
    expect(page.locator("#end")).to_contain_text("Say who you are")
    field = page.get_by_label("Your token")
    field.fill(town.asking.service["Authorization"].split()[1])
    page.get_by_role("button", name="Look", exact=True).click()
    expect(page.locator("#toast")).to_contain_text("key of an app")
    field.fill("eyJ.of.nobody")
    page.get_by_role("button", name="Look", exact=True).click()
    expect(page.locator("#end")).to_contain_text("Say who you are")
    token = town.asking.viewer(town.user_id(town.busy[6]))["Authorization"].split()[1]
    page = opened(url=town.closed, fragment=f"token={token}")
    assert len(first_page(page)) == 10
    expect(page.locator("#who")).to_contain_text(town.busy[6])
    assert page.url == f"{town.closed}/"
    assert not page.context.cookies()


def test_the_page_is_worked_by_keyboard(opened: Callable[..., Page], town: Town) -> None:
    page = opened(town.fresh[6])
    first_page(page)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the posts")).to_be_focused()
    page.keyboard.press("j")
    expect(cards(page).first).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("l")
    card = cards(page).nth(1)
    expect(does(card, "Like")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("w")
    expect(card.get_by_role("img", name=re.compile("Paths that lead to"))).to_be_visible()
    page.keyboard.press("k")
    expect(cards(page).first).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("c")
    expect(card.get_by_label("Say something of it")).to_be_focused()
    page.keyboard.type("j: no step while one writes")
    expect(card.get_by_label("Say something of it")).to_have_value("j: no step while one writes")
    for key in ("Shift+Tab", "k", "j", "/"):
        page.keyboard.press(key)
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Search")).to_be_hidden()
    expect(cards(page).nth(1)).to_be_focused()
