"""What the page does where the server refuses, is late, or somebody else looks meanwhile."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from browsing import CARDS, PHONE, Town, cards, does, first_page, room, shown
from playwright.sync_api import APIResponse, Page, Route, expect

pytestmark = pytest.mark.browser

FEED = re.compile(r"/feed\?")


@dataclass
class Refusing:
    """A server that refuses the first few requests of a kind, and keeps what it was asked."""

    status: int
    times: int
    wait: int | None = None
    asked: list[dict[str, str]] = field(default_factory=list)

    def __call__(self, route: Route) -> None:
        self.asked.append(route.request.all_headers())
        if len(self.asked) > self.times:
            route.continue_()
        elif not self.status:
            route.abort()
        else:
            headers = {} if self.wait is None else {"Retry-After": str(self.wait)}
            body = json.dumps({"status": "error", "message": "Nothing to read here."})
            route.fulfill(status=self.status, headers=headers, body=body)


def held(page: Page, url: re.Pattern[str]) -> list[Route]:
    """The requests to these addresses, each of which waits until it is let go."""
    waiting: list[Route] = []
    page.route(url, lambda route: waiting.append(route))
    return waiting


def wait_for(page: Page, waiting: list[Route], count: int) -> None:
    """Wait until so many are held."""
    while len(waiting) < count:
        page.wait_for_timeout(20)


def let_go(page: Page, waiting: list[Route], place: int = 0) -> None:
    """Have a held request answered, and wait until the page has the answer."""
    wait_for(page, waiting, place + 1)
    route = waiting[place]
    with page.expect_response(lambda told: told.request == route.request):
        route.continue_()
    page.evaluate("() => new Promise(go => setTimeout(go, 50))")


def remains(page: Page) -> bool:
    """Whether the page was not loaded anew since it was marked."""
    return bool(page.evaluate("() => window.marked"))


def ask_anew(page: Page) -> None:
    page.get_by_label("Mood", exact=True).get_by_role("button", name="happy").click()


def test_a_read_that_is_too_often_waits_as_told_and_is_asked_once_more(
    opened: Callable[..., Page], town: Town
) -> None:
    page = opened(town.busy[0])
    first_page(page)
    refusing = Refusing(429, times=1, wait=1)
    page.route(FEED, refusing)
    ask_anew(page)
    expect(page.locator("#toast")).to_contain_text("goes on in 1 second")
    assert len(first_page(page)) == 10
    assert len(refusing.asked) == 2


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (429, "more often than the server answers"),
        (503, "Nothing to read here."),
        (502, "Nothing to read here."),
        (0, "The server cannot be reached."),
    ],
)
def test_a_refusal_is_said_in_words_and_one_tries_again_without_a_reload(
    opened: Callable[..., Page], town: Town, status: int, words: str
) -> None:
    page = opened(town.busy[0])
    first_page(page)
    page.evaluate("() => { window.marked = true; }")
    refusing = Refusing(status, times=2, wait=1 if status == 429 else None)
    page.route(FEED, refusing)
    page.route("**/groups*", Refusing(status, times=2))
    ask_anew(page)
    if status != 429:
        expect(page.locator("#end")).to_contain_text(words)
        page.get_by_role("button", name="Try again").click()
    expect(page.locator("#end")).to_contain_text(words)
    page.get_by_role("button", name="Try again").click()
    assert len(first_page(page)) == 10
    groups = room(page, "Groups")
    for _ in range(2):
        expect(groups.locator(".empty")).to_contain_text(words)
        groups.get_by_role("button", name="Try again").click()
    expect(groups.get_by_label("Name of a new group")).to_be_visible()
    assert remains(page)


def test_longer_than_a_moment_the_page_does_not_wait_by_itself(
    opened: Callable[..., Page], town: Town
) -> None:
    page = opened(town.busy[0])
    first_page(page)
    refusing = Refusing(429, times=1, wait=60)
    page.route(FEED, refusing)
    ask_anew(page)
    expect(page.locator("#end")).to_contain_text("Try again in 60 seconds.")
    assert len(refusing.asked) == 1


@pytest.mark.parametrize("status", [429, 503])
def test_a_write_that_is_sent_again_has_the_key_that_it_had(
    opened: Callable[..., Page], town: Town, status: int
) -> None:
    page = opened(town.quiet[0])
    card = page.locator(f'[data-post="{first_page(page)[0]}"]')
    refusing = Refusing(status, times=1, wait=1)
    page.route("**/inspirations?*", refusing)
    does(card, "Inspired").click()
    expect(page.locator("#toast")).to_contain_text("goes on in 1 second")
    expect(does(card, "Inspired")).to_have_attribute("aria-pressed", "true")
    first, second = refusing.asked
    assert first["idempotency-key"] == second["idempotency-key"]


def test_a_comment_whose_answer_was_lost_is_made_once(
    opened: Callable[..., Page], town: Town
) -> None:
    page = opened(town.quiet[1])
    post = first_page(page)[0]
    card = page.locator(f'[data-post="{post}"]')
    does(card, "Comment").click()
    keys: list[str] = []

    def lose(route: Route) -> None:
        if route.request.method != "POST":
            return route.continue_()
        keys.append(route.request.all_headers()["idempotency-key"])
        answer = route.fetch()
        return route.fulfill(response=answer) if len(keys) > 1 else route.abort()

    page.route("**/comments?*", lose)
    field = card.get_by_label("Say something of it")
    field.fill("Once and no more")
    send = card.get_by_label("Comments").get_by_role("button", name="Comment")
    send.click()
    expect(page.locator("#toast")).to_contain_text("cannot be reached")
    expect(field).to_have_value("Once and no more")
    send.click()
    expect(field).to_have_value("")
    assert keys[0] == keys[1]
    said = town.act(town.quiet[1], f"GET /posts/{post}/comments")["comments"]
    assert [each["text"] for each in said].count("Once and no more") == 1


def test_a_token_that_ran_out_is_followed_by_another_without_a_reload(
    opened: Callable[..., Page], town: Town
) -> None:
    first, second = (town.asking.viewer(town.user_id(each)) for each in town.busy[:2])
    token = first["Authorization"].split()[1]
    page = opened(url=town.closed, fragment=f"token={token}")
    first_page(page)
    page.evaluate("() => { window.marked = true; }")
    refusing = Refusing(401, times=100)
    page.route(FEED, refusing)
    ask_anew(page)
    expect(page.locator("#toast")).to_contain_text("does not take your token (any more)")
    expect(page.locator("#end")).to_contain_text("Say who you are")
    assert shown(page) == []
    page.unroute(FEED)
    page.get_by_label("Your token").fill(second["Authorization"].split()[1])
    page.get_by_role("button", name="Look", exact=True).click()
    assert len(first_page(page)) == 10
    expect(page.locator("#who")).to_contain_text(town.busy[1])
    assert remains(page)


def test_the_next_token_of_the_same_person_changes_nothing_on_the_page(
    opened: Callable[..., Page], town: Town
) -> None:
    def token(who: str, minutes: int) -> str:
        return town.asking.tokens.mint(town.user_id(who), minutes=minutes).token

    page = opened(url=town.closed, fragment=f"token={token(town.busy[0], 14)}")
    first_page(page)
    expect(page.locator("#who")).to_contain_text(town.busy[0])
    card = cards(page).first
    does(card, "Comment").click()
    card.get_by_label("Say something of it").fill("Half a sen")
    there = shown(page)
    next_one = token(town.busy[0], 13)
    page.evaluate("token => { location.hash = `token=${token}`; }", next_one)
    page.wait_for_function("token => sessionStorage['resonance.token'] === token", arg=next_one)
    assert shown(page) == there
    expect(card.get_by_label("Say something of it")).to_have_value("Half a sen")
    page.evaluate("token => { location.hash = `token=${token}`; }", token(town.busy[1], 13))
    expect(page.locator("#who")).to_contain_text(town.busy[1])
    expect(card.get_by_label("Say something of it")).to_be_hidden()
    assert page.url == f"{town.closed}/"


def test_a_server_that_cannot_be_reached_makes_nobody_a_newcomer(
    opened: Callable[..., Page], town: Town
) -> None:
    page = opened(town.busy[0])
    first_page(page)
    page.route("**/profiles/me*", Refusing(503, times=1))
    page.reload()
    expect(page.locator("#toast")).to_contain_text("Nothing to read here.")
    expect(does(cards(page).first, "Like")).to_be_visible()
    page.evaluate("() => dispatchEvent(new Event('focus'))")
    expect(page.locator("#who .avatar")).not_to_have_text("")


def test_a_late_answer_never_takes_the_place_of_the_latest(
    opened: Callable[..., Page], town: Town
) -> None:
    page = opened()
    first_page(page)
    waiting = held(page, re.compile(r"/feed\?.*mood=calm"))
    moods = page.get_by_label("Mood", exact=True)
    moods.get_by_role("button", name="calm").click()
    moods.get_by_role("button", name="happy").click()
    there = first_page(page)
    let_go(page, waiting)
    assert shown(page) == there
    page.get_by_role("button", name="Who is looking").click()
    page.get_by_label("Username or user id").fill(town.busy[0])
    waiting = held(page, FEED)
    page.keyboard.press("Enter")
    expect(page.locator("#who")).to_contain_text(town.busy[0])
    page.get_by_role("button", name="Look as a newcomer").click()
    expect(page.locator("#who")).to_contain_text("A newcomer")
    let_go(page, waiting, 1)
    there = first_page(page)
    expect(page.locator("#note")).to_contain_text("newcomer")
    let_go(page, waiting, 0)
    assert shown(page) == there
    expect(page.locator("#note")).to_contain_text("newcomer")


def test_a_search_that_answers_late_does_not_overwrite_the_next(
    opened: Callable[..., Page], town: Town
) -> None:
    page = opened(town.busy[3])
    first_page(page)
    waiting = held(page, re.compile(r"/search\?.*q=bread"))
    search = room(page, "Search")
    search.get_by_role("searchbox").fill("bread")
    wait_for(page, waiting, 1)
    search.get_by_role("searchbox").fill(town.busy[5])
    expect(search.get_by_role("heading", name="People")).to_be_visible()
    there = page.locator("#search").inner_text()
    let_go(page, waiting)
    assert page.locator("#search").inner_text() == there


def test_a_room_that_is_read_late_is_not_filled_for_whoever_looks_next(
    opened: Callable[..., Page], town: Town
) -> None:
    viewer = town.quiet[4]
    town.act(viewer, "POST /groups", name="Read too late", privacy="private")
    page = opened(viewer)
    first_page(page)
    waiting = held(page, re.compile(rf"/groups\?.*viewer={viewer}"))
    groups = room(page, "Groups")
    wait_for(page, waiting, 1)
    page.evaluate("name => { location.hash = `viewer=${name}`; }", town.quiet[5])
    expect(groups.get_by_label("Name of a new group")).to_be_visible()
    let_go(page, waiting)
    assert "Read too late" not in page.content()


def test_what_somebody_asked_for_is_not_shown_to_whoever_looks_next(
    opened: Callable[..., Page], town: Town
) -> None:
    viewer = town.quiet[2]
    town.act(viewer, "POST /groups", name="Not for your eyes", privacy="private")
    page = opened(viewer)
    first_page(page)
    page.get_by_label("Another word for a mood").fill("blissful")
    room(page, "Groups").get_by_role("button", name="Posts of Not for your eyes").click()
    expect(page.locator("#only")).to_contain_text("Not for your eyes")
    page.get_by_role("button", name="Who is looking").click()
    page.get_by_role("button", name="Look as a newcomer").click()
    expect(page.locator("#who")).to_have_text("A newcomer")
    first_page(page)
    assert "Not for your eyes" not in page.content()
    expect(page.get_by_label("Another word for a mood")).to_have_value("")
    assert page.evaluate("() => Object.keys(sessionStorage)") == []


def test_what_is_said_is_seen_and_heard_above_a_room_that_covers_the_page(
    opened: Callable[..., Page], town: Town
) -> None:
    page = opened(town.quiet[3], size=PHONE)
    first_page(page)
    people = room(page, "People")
    people.get_by_label("Username").fill("nobody-of-that-name")
    people.get_by_role("button", name="Ask", exact=True).last.click()
    toast = page.locator("#toast")
    expect(toast).to_contain_text("nothing of that name")
    expect(people.get_by_role("status")).to_contain_text("nothing of that name")
    on_top = "toast => toast.matches(':popover-open') && !toast.hidden"
    assert toast.evaluate(on_top)


def test_a_long_page_asks_for_a_few_posts_at_a_time_when_ties_change(
    opened: Callable[..., Page], town: Town
) -> None:
    page = opened(town.busy[10])
    first_page(page)
    for _ in range(2):
        there = cards(page).count()
        page.mouse.wheel(0, 100_000)
        expect(page.locator(CARDS).nth(there)).to_be_attached()
    page.evaluate("() => scrollTo(0, 0)")
    page.wait_for_timeout(1_100)
    waiting = held(page, re.compile(r"/posts/[^/]+\?"))
    friend = room(page, "People").get_by_role("button", name=re.compile("^Unfriend")).first
    friend.click()
    friend.click()
    wait_for(page, waiting, 1)
    page.wait_for_timeout(300)
    assert len(waiting) < cards(page).count() / 2
    for route in waiting:
        route.continue_()
    page.unroute_all(behavior="ignoreErrors")


def test_what_was_said_stays_where_a_list_comes_that_was_read_before_it_was(
    opened: Callable[..., Page], town: Town
) -> None:
    page = opened(town.quiet[3])
    first_page(page)
    late: list[tuple[Route, APIResponse]] = []

    def read_and_keep(route: Route) -> None:
        if route.request.method == "GET":
            late.append((route, route.fetch()))
        else:
            route.continue_()

    page.route(re.compile(r"/posts/[^/]+/comments"), read_and_keep)
    card = cards(page).first
    does(card, "Comment").click()
    while not late:
        page.wait_for_timeout(20)
    card.get_by_label("Say something of it").fill("Sooner than the list")
    card.get_by_label("Comments").get_by_role("button", name="Comment").click()
    mine = card.locator(".comment", has_text="Sooner than the list")
    expect(mine).to_have_count(1)
    route, answer = late[0]
    with page.expect_response(lambda told: told.request == route.request):
        route.fulfill(response=answer)
    page.evaluate("() => new Promise(go => setTimeout(go, 50))")
    expect(mine).to_have_count(1)
    does(card, "Comment").click()
    does(card, "Comment").click()
    while len(late) < 2:
        page.wait_for_timeout(20)
    late[1][0].fulfill(response=late[1][1])
    expect(mine).to_have_count(1)
