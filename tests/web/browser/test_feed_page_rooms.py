"""Profiles, posts that one writes, events and groups: what a viewer does in the rooms."""

import re
import zipfile
from collections.abc import Callable

import pytest
import requests
from browsing import Town, cards, does, first_page, keep, room
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.browser

TRAP = "<img src=x onerror=alert(1)>"


def my_profile(page: Page) -> Locator:
    page.get_by_role("button", name="Who is looking").click()
    page.get_by_role("button", name="Your profile").click()
    return page.get_by_role("dialog", name="Profile")


def write(page: Page) -> Locator:
    page.get_by_role("button", name="Write", exact=True).click()
    return page.get_by_role("dialog", name="Your post")


def test_one_edits_ones_profile_and_others_see_what_they_may(
    opened: Callable[..., Page], town: Town
) -> None:
    me, other = town.quiet[4], town.quiet[5]
    page = opened(me)
    first_page(page)
    profile = my_profile(page)
    profile.get_by_role("button", name="Edit your profile").click()
    profile.get_by_label("First name").fill("Mira")
    profile.get_by_label("About you").fill(f"Bakes at night.\n{TRAP}")
    profile.get_by_label("What you do").fill("baker")
    profile.get_by_label("Where you are").fill("Graz")
    profile.get_by_label("Address of your picture").fill("https://pictures.example/me.jpg")
    profile.get_by_role("button", name="Save").click()
    expect(profile.get_by_text(TRAP)).to_be_visible()
    expect(page.locator("#who")).to_contain_text("Mira")
    seen = town.act(other, f"GET /profiles/{town.user_id(me)}")["profile"]
    assert (seen["job"], seen["location"]) == ("baker", "Graz")
    assert seen["bio"] == f"Bakes at night.\n{TRAP}"
    theirs = opened(other)
    first_page(theirs)
    theirs.evaluate("() => dispatchEvent(new Event('focus'))")
    search = room(theirs, "Search")
    search.get_by_role("searchbox").fill(me)
    search.get_by_role("button", name="Mira", exact=True).click()
    shown = theirs.get_by_role("dialog", name="Profile")
    expect(shown.get_by_text("baker \u00b7 Graz")).to_be_visible()
    expect(shown.get_by_role("link", name="Picture at pictures.example")).to_be_visible()
    profile.get_by_role("button", name="Edit your profile").click()
    profile.get_by_label("Who sees your profile").select_option("private")
    profile.get_by_role("button", name="Save").click()
    expect(profile.get_by_text("Seen by: nobody else.")).to_be_visible()
    shown.get_by_role("button", name="Back").click()
    expect(search.get_by_role("button", name="Mira", exact=True)).to_have_count(0)


def test_one_says_how_one_feels_and_what_interests_one(
    opened: Callable[..., Page], town: Town
) -> None:
    me = town.quiet[6]
    page = opened(me)
    first_page(page)
    profile = my_profile(page)
    profile.get_by_label("A word for how you feel").fill("flurb")
    profile.get_by_role("button", name="Say it", exact=True).click()
    expect(page.locator("#toast")).to_contain_text("is not known")
    profile.get_by_label("A word for how you feel").fill("so calm")
    profile.get_by_role("button", name="Say it", exact=True).click()
    expect(profile.get_by_text("You feel calm")).to_be_visible()
    assert town.act(me, "GET /profiles/me/mood")["mood"]["mood"] == "calm"
    profile.get_by_role("button", name="Say it no more").click()
    expect(profile.get_by_text("You did not say.")).to_be_visible()
    profile.get_by_label("A tag").fill("Slow Bread")
    profile.get_by_role("button", name="Pick", exact=True).click()
    drop = profile.get_by_role("button", name="Drop slow bread")
    expect(drop).to_be_visible()
    drop.click()
    expect(drop).to_have_count(0)
    assert "slow bread" not in town.act(me, "GET /interests")["interests"]


def test_a_name_leads_to_its_profile_where_one_asks_mutes_and_blocks(
    opened: Callable[..., Page], town: Town
) -> None:
    me = town.quiet[7]
    page = opened(me)
    first_page(page)
    name = cards(page).first.locator(".byline .name")
    author = name.inner_text()
    name.click()
    profile = page.get_by_role("dialog", name="Profile")
    expect(profile.get_by_role("heading", name=author)).to_be_visible()
    profile.get_by_role("button", name="Ask to be friends").click()
    expect(profile.get_by_text("You asked to be friends.")).to_be_visible()
    profile.get_by_role("button", name="Withdraw").click()
    expect(profile.get_by_role("button", name="Ask to be friends")).to_be_visible()
    profile.get_by_role("button", name="Mute").click()
    expect(profile.get_by_role("button", name="Unmute")).to_be_visible()
    block = profile.get_by_role("button", name=re.compile("^Block"))
    block.click()
    block.click()
    expect(profile).to_contain_text("nothing of that name")
    expect(page.locator(".byline .name", has_text=author)).to_have_count(0)
    people = room(page, "People")
    people.get_by_role("button", name="Unblock").click()
    expect(people.get_by_role("button", name="Unblock")).to_have_count(0)


def test_one_writes_a_post_changes_it_and_deletes_it(
    opened: Callable[..., Page], town: Town
) -> None:
    me = town.quiet[8]
    page = opened(me)
    first_page(page)
    expect(cards(page).first.locator(".text")).to_be_visible()
    category = cards(page).first.locator(".byline small").inner_text().split(" \u00b7 ")[1]
    form = write(page)
    form.get_by_label("Title").fill("The oven at four")
    form.get_by_label("What you want to say").fill(f"{TRAP} #rye")
    form.get_by_label("For whom").select_option("friends")
    form.get_by_text("More", exact=True).click()
    form.get_by_label("Tags").fill("Night Baking, bread")
    form.get_by_label("Moods that it evokes").fill("flurb")
    form.get_by_label("Address of a picture or film").fill("https://films.example/oven.mp4")
    form.get_by_label("Category").select_option(label=category)
    form.get_by_role("button", name="Post", exact=True).click()
    wrong = form.get_by_label("Moods that it evokes")
    expect(wrong).to_have_attribute("aria-invalid", "true")
    expect(wrong).to_be_focused()
    expect(form.locator(".wrong:visible")).to_contain_text("is not known")
    wrong.fill("calm")
    form.get_by_role("button", name="Post", exact=True).click()
    card = cards(page).first
    expect(card.get_by_role("heading", name="The oven at four")).to_be_visible()
    expect(card.get_by_text(TRAP)).to_be_visible()
    expect(card.locator(".byline")).to_contain_text("for friends")
    expect(card.get_by_role("button", name="#night baking")).to_be_visible()
    post_id = card.get_attribute("data-post")
    post = town.act(me, f"GET /posts/{post_id}")["post"]
    assert post["moods"] == ["calm"] and post["privacy"] == "friends"
    assert post["category"]["name"] == category and "rye" in post["tags"]
    does(card, "More").click()
    card.get_by_role("button", name="Edit").click()
    form = page.get_by_role("dialog", name="Your post")
    form.get_by_label("Title").fill("The oven at five")
    form.get_by_role("button", name="Save").click()
    expect(card.get_by_role("heading", name="The oven at five")).to_be_visible()
    changed = town.act(me, f"GET /posts/{post_id}")["post"]
    assert changed == {**post, "title": "The oven at five", "tags": changed["tags"]}
    delete = card.get_by_role("button", name=re.compile("elete"))
    delete.click()
    delete.click()
    expect(page.locator(f'[data-post="{post_id}"]')).to_have_count(0)


def test_what_one_writes_waits_while_one_looks_elsewhere(
    opened: Callable[..., Page], town: Town
) -> None:
    page = opened(town.quiet[9])
    first_page(page)
    write(page).get_by_label("Title").fill("Half a title")
    room(page, "People")
    expect(write(page).get_by_label("Title")).to_have_value("Half a title")
    page.get_by_role("button", name="Who is looking").click()
    page.get_by_role("button", name="Look as a newcomer").click()
    expect(page.locator("#who")).to_have_text("A newcomer")
    assert "Half a title" not in page.evaluate(
        "() => [...document.querySelectorAll('input')].map(each => each.value)"
    )
    expect(write(page)).to_contain_text("Say who you are, and write.")


def test_a_post_is_shared(opened: Callable[..., Page], town: Town) -> None:
    page = opened(town.quiet[10])
    first_page(page)
    card = cards(page).first
    title = card.get_by_role("heading").inner_text()
    does(card, "More").click()
    card.get_by_role("button", name="Share it").click()
    form = page.get_by_role("dialog", name="Your post")
    expect(form.locator("blockquote")).to_contain_text(title)
    form.get_by_label("Title").fill("Look at this")
    form.get_by_role("button", name="Share", exact=True).click()
    expect(cards(page).first.locator("blockquote")).to_contain_text(title)


def test_an_event_is_planned_answered_changed_and_cancelled(
    opened: Callable[..., Page], town: Town
) -> None:
    host, guest = town.quiet[11], town.quiet[12]
    page = opened(host)
    first_page(page)
    events = room(page, "Events")
    events.get_by_role("button", name="Plan an event").click()
    plan = page.get_by_role("dialog", name="Your event")
    plan.get_by_label("What it is").fill("A night of baking")
    plan.get_by_label("When it begins").fill("2026-12-31T22:30")
    plan.get_by_label("Where").fill("The mill")
    plan.get_by_label("What one should know").fill("Bring flour.")
    plan.get_by_role("button", name="Plan it").click()
    event = page.get_by_role("dialog", name="Event", exact=True)
    expect(event.locator(".when")).to_contain_text("31 Dec")
    expect(event.locator(".when")).to_contain_text("22:30")
    theirs = opened(guest)
    first_page(theirs)
    room(theirs, "Events").get_by_role("button", name="A night of baking").click()
    seen = theirs.get_by_role("dialog", name="Event", exact=True)
    seen.get_by_role("button", name="Maybe").click()
    expect(seen.get_by_role("button", name="Maybe")).to_have_attribute("aria-pressed", "true")
    expect(seen.locator(".row", has_text="may go")).to_contain_text(guest)
    event.get_by_role("button", name="Edit").click()
    expect(plan.get_by_label("When it begins")).to_have_value("2026-12-31T22:30")
    plan.get_by_label("Where").fill("The old mill")
    plan.get_by_role("button", name="Save").click()
    expect(event.get_by_text("The old mill")).to_be_visible()
    expect(event.locator(".row", has_text="may go")).to_contain_text(guest)
    cancel = event.get_by_role("button", name="Cancel it")
    cancel.click()
    event.get_by_role("button", name="For everybody?").click()
    expect(event.get_by_text("It is cancelled.")).to_be_visible()
    seen.get_by_role("button", name="Back").click()
    expect(theirs.locator("#events")).to_contain_text("cancelled")


def test_a_group_is_made_opened_governed_and_deleted(
    opened: Callable[..., Page], town: Town
) -> None:
    owner, asks, invited = town.quiet[13:16]
    page = opened(owner)
    first_page(page)
    groups = room(page, "Groups")
    groups.get_by_label("Name of a new group").fill("Night bakers of the mill")
    groups.get_by_role("button", name="Make it").click()
    group = page.get_by_role("dialog", name="Group", exact=True)
    group.get_by_role("button", name="Edit").click()
    group.get_by_label("What it is about").fill("Bread while others sleep.")
    group.get_by_label("How one becomes a member").select_option("request")
    group.get_by_role("button", name="Save").click()
    expect(group.get_by_text("Bread while others sleep.")).to_be_visible()
    theirs = opened(asks)
    first_page(theirs)
    search = room(theirs, "Search")
    search.get_by_role("searchbox").fill("night bakers mill")
    search.get_by_role("button", name="Night bakers of the mill", exact=True).click()
    seen = theirs.get_by_role("dialog", name="Group", exact=True)
    seen.get_by_role("button", name="Ask to join").click()
    expect(seen.get_by_text("You asked to join.")).to_be_visible()
    group.get_by_label("Username").fill(invited)
    group.get_by_role("button", name="Invite").click()
    take_back = group.get_by_role("button", name=f"Take back the invitation of {invited}")
    expect(take_back).to_be_visible()
    take_back.click()
    expect(take_back).to_have_count(0)
    group.get_by_role("button", name=f"Let in {asks}").click()
    manage = group.get_by_role("button", name=f"Manage {asks}")
    manage.click()
    group.get_by_role("button", name="Make moderator").click()
    expect(group.locator(".row", has_text=asks)).to_contain_text("moderator")
    group_id = town.act(owner, "GET /groups")["groups"][0]["group_id"]
    assert town.act(asks, f"GET /groups/{group_id}")["group"]["mine"]["role"] == "moderator"
    group.get_by_role("button", name="Write in it").click()
    form = page.get_by_role("dialog", name="Your post")
    form.get_by_label("Title").fill("For us alone")
    form.get_by_role("button", name="Post", exact=True).click()
    expect(page.locator("#toast")).to_contain_text("Posted.")
    town.act(asks, "POST /posts", title="For us alone, too", group=group_id)
    group.get_by_role("button", name="Posts").click()
    card = cards(page).first
    expect(card.get_by_role("heading", name="For us alone, too")).to_be_visible()
    expect(card.locator(".byline")).to_contain_text("Night bakers of the mill")
    manage.click()
    group.get_by_role("button", name="Remove").click()
    group.get_by_role("button", name="Really?").click()
    expect(group.locator(".row", has_text=asks)).to_have_count(0)
    group.get_by_role("button", name="Delete").click()
    group.get_by_role("button", name="For everybody?").click()
    expect(groups.get_by_text("You are in no group yet.")).to_be_visible()
    expect(card).to_have_count(0)
    keep(page, "desk-light-groups-empty")


def test_no_room_keeps_what_it_showed_for_whoever_looks_next(
    opened: Callable[..., Page], town: Town
) -> None:
    page = opened(town.busy[13])
    first_page(page)
    people = room(page, "People")
    people.locator(".name").first.click()
    profile = page.get_by_role("dialog", name="Profile")
    expect(profile.locator(".person")).to_be_visible()
    expect(profile.get_by_role("button", name="Back")).to_be_visible()
    page.evaluate("name => { location.hash = `viewer=${name}`; }", town.busy[14])
    expect(page.locator("#who")).to_contain_text(town.busy[14])
    expect(profile).to_be_hidden()
    for name in ("person", "group", "event", "plan", "write", "post"):
        expect(page.locator(f"#{name}")).to_be_empty()


def test_one_keeps_words_and_tags_out_and_chooses_what_one_is_told(
    opened: Callable[..., Page], town: Town
) -> None:
    me = town.quiet[20]
    page = opened(me)
    first_page(page)
    tune = page.get_by_role("dialog", name="Tune")
    door = tune.get_by_text("What you keep out of your feeds")
    door.click()
    tune.get_by_label("A word or phrase").fill("street food")
    tune.get_by_role("button", name="Mute", exact=True).last.click()
    expect(page.locator("#toast")).to_contain_text("Muted")
    assert town.act(me, "GET /mutes/words")["words"][0]["word"] == "street food"
    door.click()
    tune.get_by_role("button", name="Unmute street food").click()
    expect(tune.get_by_role("button", name="Unmute street food")).to_have_count(0)
    assert town.act(me, "GET /mutes/words")["words"] == []
    inbox = room(page, "Inbox")
    inbox.get_by_text("What you are told").click()
    with page.expect_response(
        lambda told: "/notifications/preferences" in told.url and told.request.method == "PUT"
    ):
        inbox.get_by_label("Somebody likes or reacts").uncheck()
    expect(inbox.get_by_label("Somebody likes or reacts")).not_to_be_checked()
    assert town.act(me, "GET /notifications/preferences")["preferences"]["reaction"] is False
    told = set(town.act(me, "GET /notifications/preferences")["preferences"])
    assert inbox.get_by_role("checkbox").count() == len(told)
    for kind in told:
        expect(inbox.get_by_text(kind, exact=True)).to_have_count(0)


def test_a_post_half_written_waits_while_another_is_changed(
    opened: Callable[..., Page], town: Town
) -> None:
    me = town.quiet[21]
    page = opened(me)
    first_page(page)
    form = write(page)
    form.get_by_label("Title").fill("Written first")
    form.get_by_role("button", name="Post", exact=True).click()
    card = cards(page).first
    expect(card.get_by_role("heading", name="Written first")).to_be_visible()
    write(page).get_by_label("Title").fill("Half a title")
    does(card, "More").click()
    card.get_by_role("button", name="Edit").click()
    expect(form.get_by_label("Title")).to_have_value("Written first")
    form.get_by_label("Title").fill("Written better")
    form.get_by_role("button", name="Save").click()
    expect(card.get_by_role("heading", name="Written better")).to_be_visible()
    expect(form.get_by_label("Title")).to_have_value("Half a title")


def test_what_others_wrote_is_text_in_every_room(opened: Callable[..., Page], town: Town) -> None:
    me, other = town.quiet[22], town.quiet[23]
    lines = dict.fromkeys(("first_name", "location", "job", "bio"), TRAP)
    town.act(other, "PATCH /profiles/me", **lines)
    group = town.act(other, "POST /groups", name=TRAP, description=TRAP)["group"]["group_id"]
    town.act(other, f"PUT /groups/{group}/invitations/{town.user_id(me)}")
    made = {"name": TRAP, "place": TRAP, "description": TRAP, "at": 1_798_746_600}
    town.act(other, "POST /happenings", **made)
    mine = town.act(me, "POST /posts", title=TRAP, text=TRAP)["post"]["post_id"]
    town.act(other, f"POST /posts/{mine}/comments", text=TRAP)
    town.act(other, "POST /friendships/requests", user=town.user_id(me))
    page = opened(me)
    first_page(page)
    notices = room(page, "Inbox").locator(".row")
    expect(notices.filter(has_text="onerror")).to_have_count(2)
    notices.get_by_role("button", name=f"Look at {TRAP}").first.click()
    expect(page.locator("#post, #group").get_by_text(TRAP).first).to_be_visible()
    room(page, "Search").get_by_role("searchbox").fill("onerror alert")
    expect(page.locator("#search").get_by_text(TRAP).first).to_be_visible()
    row = room(page, "People").locator(".row", has_text="onerror").first
    row.locator(".name").click()
    expect(page.locator("#person .does")).to_have_text(f"{TRAP} \u00b7 {TRAP}")
    room(page, "Groups").locator(".name", has_text="onerror").click()
    expect(page.locator("#group .text")).to_have_text(TRAP)
    room(page, "Events").locator(".name", has_text="onerror").first.click()
    expect(page.locator("#event .text")).to_have_text(TRAP)
    assert page.locator("img[src=x]").count() == 0


def test_one_takes_ones_data_along_and_leaves(opened: Callable[..., Page], town: Town) -> None:
    me, other = town.quiet[24:26]
    user_id = town.user_id(me)
    page = opened(me)
    first_page(page)
    profile = my_profile(page)
    profile.get_by_text("Your data").click()
    with page.expect_download() as taken:
        profile.get_by_role("button", name="Take it along").click()
    with zipfile.ZipFile(taken.value.path()) as told:
        assert user_id in told.read("users.csv").decode()
    profile.get_by_label("Your username, to be sure").fill(f"not {me}")
    profile.get_by_role("button", name="Leave for good").click()
    expect(profile.locator(".wrong:visible")).to_have_count(1)
    profile.get_by_label("Your username, to be sure").fill(me)
    profile.get_by_role("button", name="Leave for good").click()
    expect(page.locator("#who")).to_have_text("A newcomer")
    expect(page.locator("#toast")).to_contain_text("is erased")
    asked = {"viewer": other}
    found = requests.get(f"{town.url}/profiles/{user_id}", params=asked, timeout=30)
    assert found.status_code == 404


def test_one_finds_all_that_one_wrote_who_responded_and_older_news(
    opened: Callable[..., Page], town: Town
) -> None:
    me, other = town.quiet[26:28]
    ids = [
        town.act(
            me, "POST /posts", title=f"Loaf {number}", privacy="private" if number else "public"
        )
        for number in range(6)
    ]
    first = ids[0]["post"]["post_id"]
    town.act(other, f"PUT /posts/{first}/likes/me")
    town.act(other, f"PUT /posts/{first}/reactions/me", kind="love")
    for number, name in enumerate([other, *town.busy]):
        town.act(name, f"POST /posts/{first}/comments", text=f"Crumb {number}")

    page = opened(me)
    first_page(page)
    my_profile(page)
    mine = page.locator("#person section", has_text="Your posts")
    expect(mine.locator(".row")).to_have_count(5)
    expect(mine.locator(".row", has_text="for the author alone").first).to_be_visible()
    mine.get_by_role("button", name="More").click()
    expect(mine.locator(".row")).to_have_count(6)
    mine.get_by_role("button", name="Look at Loaf 0").click()
    card = page.locator("#post .card")
    does(card, "More").click()
    card.get_by_role("button", name="Who responded").click()
    expect(card.locator(".responded section", has_text="Who likes it")).to_contain_text(other)
    expect(card.locator(".responded section", has_text="Who reacted")).to_contain_text("love")
    page.get_by_role("dialog", name="Post").get_by_role("button", name="Close").click()

    inbox = room(page, "Inbox")
    expect(inbox.locator(".row")).to_have_count(20)
    inbox.get_by_role("button", name="More").click()
    expect(inbox.locator(".row").nth(21)).to_be_visible()

    # Another sees of it what they may.
    theirs = opened(other)
    first_page(theirs)
    people = room(theirs, "Search")
    people.get_by_role("searchbox").fill(me)
    people.get_by_role("button", name=me, exact=True).first.click()
    posts = theirs.locator("#person section", has_text="Loaf")
    expect(posts.locator(".row")).to_have_count(1)
