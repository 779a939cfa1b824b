"""The operator's desk, as an operator uses it on a phone and at a desk, by day and by night.

The screenshots are kept under ``.data/screenshots``, as ``operator-phone-light-graph.png``.
"""

import re
from collections.abc import Callable

import pytest
import requests
from browsing import DESK, PHONE, Town, keep
from playwright.sync_api import Page, Route, expect
from test_feed_page_looks import found_by_axe

pytestmark = pytest.mark.browser

DIARY = "Nobody else is to read this"
PARTS = ("graph", "sources", "times", "models", "evaluation")


def key(town: Town) -> str:
    return town.asking.operator["Authorization"].removeprefix("Bearer ")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("size", "name"),
    [(PHONE, "phone"), (DESK, "desk")],
    ids=["phone", "desk"],
)
def test_an_operator_looks_at_everything_and_promotes_a_training(
    opened: Callable[..., Page], town: Town, size: tuple[int, int], name: str, scheme: str
) -> None:
    page = opened(size=size, scheme=scheme, url=town.closed, path="/desk")
    diary = town.act(town.busy[4], "POST /posts", title=DIARY, privacy="private")["post"]["post_id"]
    feed = {"username": town.busy[3]}
    requests.get(f"{town.closed}/feed", feed, headers=town.asking.service, timeout=30)
    earlier, later = town.kept.earlier, town.kept.later

    # Nobody's, a viewer's and a service's credential open nothing.
    field = page.get_by_label("An operator\u2019s key")
    service = town.asking.service["Authorization"].removeprefix("Bearer ")
    for given, refusal in ((service, "for an operator"), ("nothing", "does not take your key")):
        field.fill(given)
        page.keyboard.press("Enter")
        expect(page.locator("#enter .empty")).to_contain_text(refusal)
        expect(page.locator("#parts")).to_be_hidden()
    assert not found_by_axe(page)
    field.fill(key(town))
    page.keyboard.press("Enter")

    # What is there, how long it takes, and how good the model is.
    expect(page.get_by_role("table", name="Nodes")).to_contain_text("posts")
    expect(page.get_by_role("img", name="posts: ")).to_be_visible()
    expect(page.get_by_role("table", name="Rows of the last load")).to_contain_text("liked")
    refused = page.get_by_text("2 rows of liked refused: no such post: p:9, \u2026")
    expect(refused).to_be_visible()
    loads = page.get_by_role("table", name="Loads, the latest first")
    expect(loads.locator("tbody th")).to_have_count(2)
    expect(loads).to_contain_text(re.compile("sync socialverse.* 2025, .*by ops"))
    expect(page.get_by_role("table", name="Sources of the feed")).to_contain_text("popular")
    learning = page.get_by_role(
        "img", name="Loss over 6 epochs: from 0.69 to 0.48; epoch 5 is kept"
    )
    expect(learning).to_have_count(2)
    see_what_trainings_found_of_themselves(page, earlier, later)
    expect(page.get_by_role("table", name="Models, by ndcg@10")).to_contain_text("resonance")
    expect(page.locator("#evaluation")).to_contain_text(re.compile(r"cut: \w+, \d+ Sept? 2025"))
    expect(page.get_by_role("table", name="What the lists are like")).to_contain_text("0.42")
    expect(page.get_by_role("img", name="Predicted against observed")).to_be_visible()
    expect(page.get_by_role("table", name="What the lists are like")).to_contain_text("0.61")

    # Each source beside the feed; why a post is there, and why another is not.
    page.get_by_label("Viewer, by username or id").fill(town.busy[3])
    page.keyboard.press("Enter")
    lanes = page.get_by_role("region", name="The feed, and each source")
    expect(lanes.locator(".lane").first.locator("li")).to_have_count(10)
    assert lanes.locator(".lane").count() > 3
    lanes.locator(".lane").first.get_by_role("button").first.click()
    expect(page.locator(".why .verdict")).to_have_text("On the first page, at place 1.")
    expect(page.get_by_role("table", name="What each part adds")).to_contain_text(
        "the same people engage with it"
    )
    page.get_by_label("A post\u2019s id").fill(diary)
    page.keyboard.press("Enter")
    expect(page.locator(".why .verdict")).to_contain_text("Hidden from them: privacy")
    assert DIARY not in page.locator("body").inner_text()

    for part in PARTS:
        page.locator(f"#{part}").evaluate("each => each.scrollIntoView()")
        keep(page, f"operator-{name}-{scheme}-{part}")
    assert not found_by_axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    # Another training is promoted, and taken back.
    trainings = page.get_by_role("table", name="Trainings")
    for _ in range(2):
        trainings.get_by_role("button", name=f"Promote {earlier}", exact=True).click()
    back = trainings.get_by_role("button", name=f"Roll back to {later}", exact=True)
    expect(back).to_be_visible()
    expect(trainings.locator(".mark")).to_have_text(["ranks now", "served"])
    for _ in range(2):
        back.click()
    expect(trainings.locator(".mark")).to_have_text(["ranks now, served"])
    page.get_by_role("button", name="Forget my key").click()
    expect(page.locator("#parts")).to_be_hidden()
    assert page.locator(".place").all_text_contents() == [""] * len(PARTS)


def see_what_trainings_found_of_themselves(page: Page, earlier: str, later: str) -> None:
    """The one that ranks, with its plots; an older one beside it says that it kept none."""
    found = page.locator(".trainings > article")
    expect(found.locator("h4")).to_have_text([later])
    drawn = found.locator("svg[role=img]")
    expect(drawn).to_have_count(3)
    assert [each.locator("circle").count() for each in drawn.all()] == [3, 6, 1]
    for each in drawn.all():
        box = each.bounding_box()
        assert box is not None and min(box["width"], box["height"]) > 50
    good = page.get_by_role("table", name=f"How good {later} is")
    expect(good.locator("tbody tr")).to_have_count(4)
    expect(good).to_contain_text("0.38")
    bars = good.locator(".bar rect")
    widths = bars.evaluate_all("all => all.map(each => each.width.baseVal.value)")
    assert widths[0] == 100 and 0 < widths[1] < 50, "NDCG and popularity's"
    page.get_by_label("beside it").select_option(earlier)
    expect(found.locator("h4")).to_have_text([later, earlier])
    expect(found.nth(1)).to_contain_text("from before trainings kept an evaluation")
    expect(found.nth(1).locator("svg[role=img]")).to_have_count(1)


@pytest.mark.parametrize("closed", [False, True], ids=["open", "closed"])
def test_a_wrong_key_is_named_as_such_beside_how_to_get_one(
    opened: Callable[..., Page], town: Town, closed: bool
) -> None:
    page = opened(url=town.closed if closed else town.url, path="/desk", fragment="key=rsk_wrong")
    told = page.locator("#enter .empty")
    expect(told).to_contain_text("does not take your key" if closed else "the key is not known")
    expect(told).to_contain_text("resonance keys add NAME --role operator")


def test_what_answers_lacked_is_said(opened: Callable[..., Page], town: Town) -> None:
    page = opened(url=town.closed, path="/desk")
    requests.get(
        f"{town.closed}/feed", {"username": town.busy[5]}, headers=town.asking.service, timeout=30
    )

    def without_near(route: Route) -> None:
        answer = route.fetch()
        told = answer.json()
        if "routes" in told:
            next(each for each in told["sources"] if each["source"] == "near")["left_out"] = 3
        else:
            told["degraded"] = ["near"]
        route.fulfill(response=answer, json=told)

    page.route(re.compile("/desk/(?:times|previews)"), without_near)
    page.get_by_label("An operator\u2019s key").fill(key(town))
    page.keyboard.press("Enter")
    expect(page.locator("#times .note")).to_have_text("Left out of answers: near (3).")
    page.get_by_label("Viewer, by username or id").fill(town.busy[5])
    page.keyboard.press("Enter")
    expect(page.locator("#sources .note")).to_have_text("Left out, as it did not answer: near.")
