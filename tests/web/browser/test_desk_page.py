"""The operator's desk, as an operator uses it on a phone and at a desk, by day and by night.

The screenshots are kept under ``.data/screenshots``, as ``operator-phone-light-graph.png``.
"""

import re
from collections.abc import Callable

import pytest
import requests
from browsing import DESK, PHONE, Town, keep
from playwright.sync_api import Page, expect
from test_feed_page_looks import found_by_axe

pytestmark = pytest.mark.browser

DIARY = "Nobody else is to read this"
PARTS = ("graph", "sources", "times", "models", "evaluation")


def key(town: Town) -> str:
    return town.asking.operator["Authorization"].removeprefix("Bearer ")


@pytest.mark.parametrize(
    ("size", "name", "scheme"),
    [(PHONE, "phone", "light"), (DESK, "desk", "dark")],
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
    field.fill(key(town))
    page.keyboard.press("Enter")

    # What is there, how long it takes, and how good the model is.
    expect(page.get_by_role("table", name="Nodes")).to_contain_text("posts")
    expect(page.get_by_role("img", name="posts: ")).to_be_visible()
    expect(page.get_by_role("table", name="Rows of the last load")).to_contain_text("liked")
    loads = page.get_by_role("table", name="Loads, the latest first")
    expect(loads.locator("tbody th")).to_have_count(2)
    expect(loads).to_contain_text(re.compile("sync socialverse.* 2025, .*by ops"))
    expect(page.get_by_role("table", name="Sources of the feed")).to_contain_text("popular")
    expect(page.get_by_role("table", name="Models, by ndcg@10")).to_contain_text("resonance")
    expect(page.locator("#evaluation")).to_contain_text(re.compile(r"cut: \w+, \d+ Sept? 2025"))
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
