"""Reasons as Cytoscape.js draws them, read off its own model and off the pixels."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from browsing import DESK, PHONE, Town, cards, first_page
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.browser

LIBRARY = re.compile(r"/cytoscape\.min\.js$")
REASONS = [
    {
        "source": "interests",
        "share": 0.6,
        "path": [
            {"kind": "user", "name": ""},
            {"kind": "tag", "name": "sourdough"},
            {"kind": "post", "name": "Slow bread"},
        ],
        "cypher": {
            "text": "MATCH (a)-[:INTERESTED_IN]->(t)<-[:TAGGED]-(p) RETURN *",
            "parameters": {},
        },
        "sentence": "About sourdough.",
    },
    {
        "source": "similar",
        "share": 0.4,
        "path": [
            {"kind": "user", "name": ""},
            {"kind": "post", "name": "<img src=x onerror=alert(1)> of an evening among mills"},
            {"kind": "post", "name": "Slow bread"},
        ],
        "cypher": {"text": "MATCH (a)-[:LIKED]->(o)-[:SIMILAR]->(p) RETURN *", "parameters": {}},
        "sentence": "Like another.",
    },
]
DRAW = """async (reasons) => {
  const main = document.querySelector('script[type="module"]').src;
  const { drawPaths } = await import(main.replace(/main\\.js$/, "paths.js"));
  document.querySelector(".card .drawing")?.remove();
  document.querySelector(".card").append(drawPaths(reasons, "Slow bread"));
}"""
MODEL = """place => {
  const cy = place._cyreg.cy;
  const of = (all) => all.map((each) => ({ ...each.data(), classes: each.classes() }));
  return { nodes: of(cy.nodes()), edges: of(cy.edges()), zoom: cy.zoom(), pan: cy.pan() };
}"""
PIXELS = """(place, colour) => {
  const wanted = colour.match(/[0-9a-f]{2}/g).map((each) => parseInt(each, 16));
  return [...place.querySelectorAll("canvas")].reduce((sum, canvas) => {
    const { width, height } = canvas;
    const copy = Object.assign(document.createElement("canvas"), { width, height });
    const pen = copy.getContext("2d", { willReadFrequently: true });
    pen.drawImage(canvas, 0, 0);
    const { data } = pen.getImageData(0, 0, width, height);
    for (let at = 0; at < data.length; at += 4) {
      sum += data[at + 3] === 255 && wanted.every((each, band) => data[at + band] === each);
    }
    return sum;
  }, 0);
}"""
"""Pixels of just this colour, on all its canvases."""
POINT = """(place, id) => {
  const { x, y } = place._cyreg.cy.getElementById(id).renderedPosition();
  const box = place.getBoundingClientRect();
  return [box.x + x, box.y + y];
}"""
Opened = Callable[..., Page]


def drawn(page: Page, reasons: list[dict[str, Any]] = REASONS) -> Locator:
    """A drawing on the first card, once it is there."""
    first_page(page)
    page.evaluate(DRAW, reasons)
    place = cards(page).first.locator(".paths")
    expect(place.locator("canvas")).to_have_count(4)
    place.scroll_into_view_if_needed()
    return place


def until(page: Page, condition: str) -> None:
    """When it is so; Playwright's own way evaluates a text, which the page's policy forbids."""
    for _ in range(600):
        if page.evaluate(condition):
            return
        settled(page)
    raise AssertionError(condition)


def settled(page: Page) -> None:
    """Two frames later, when what was asked for is drawn."""
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


def test_the_library_comes_with_the_first_reason_that_is_looked_at(
    opened: Opened, town: Town
) -> None:
    asked = list[str]()
    page = opened()
    page.on("request", lambda each: asked.append(each.url))
    page.reload()
    first_page(page)
    assert not any(LIBRARY.search(each) for each in asked)
    for number in (0, 1):
        cards(page).nth(number).locator(".why-button").click()
        expect(cards(page).nth(number).locator(".paths canvas")).to_have_count(4)
    assert len([each for each in asked if LIBRARY.search(each)]) == 1


def test_what_is_drawn_is_the_reasons_and_is_said_in_words_too(opened: Opened) -> None:
    page = opened()
    place = drawn(page)
    told = place.evaluate(MODEL)
    kinds = {each["id"]: (each["kind"], each["classes"]) for each in told["nodes"]}
    assert kinds == {
        "post": ("post", ["end"]),
        "me": ("user", ["end"]),
        "0.0": ("tag", ["lane-0"]),
        "1.0": ("post", ["lane-1"]),
    }
    edges = [(each["source"], each["word"], each["target"]) for each in told["edges"]]
    assert edges == [
        ("me", "interested in", "0.0"),
        ("0.0", "tagged", "post"),
        ("me", "responded", "1.0"),
        ("1.0", "alike", "post"),
    ]
    first = "you \u2013 interested in \u2013 sourdough \u2013 tagged \u2013 Slow bread"
    expect(place).to_have_role("img")
    expect(place).to_have_attribute("aria-label", re.compile(f"Paths .*Slow bread: {first}; you"))
    items = page.locator(".drawing li")
    expect(items).to_have_count(2)
    expect(items.first).to_have_text(first)
    assert page.locator(".card img").count() == 0, "names are text and nothing else"


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_it_has_the_pages_colours_and_changes_with_them(
    opened: Opened, size: tuple[int, int]
) -> None:
    page = opened(size=size)
    place = drawn(page)
    light, dark = ("4a3fd0", "0a7566", "1d1b20"), ("aaa3ff", "5fd3bf", "f1eff6")
    for scheme, shown, gone in (("light", light, dark), ("dark", dark, light)):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        settled(page)
        assert all(place.evaluate(PIXELS, each) > 50 for each in shown), scheme
        assert not any(place.evaluate(PIXELS, each) for each in gone), scheme
    box = place.bounding_box()
    assert box is not None and (box["height"] > box["width"]) == (size == PHONE)


def test_a_node_that_is_pressed_tells_its_whole_name(opened: Opened) -> None:
    page = opened()
    place = drawn(page)
    said = page.locator(".drawing [role=status]")
    for node, words in (
        ("1.0", f"post: {REASONS[1]['path'][1]['name']}"),  # type: ignore[index]
        ("0.0", "tag: sourdough"),
        ("post", "This post: Slow bread"),
        ("me", "You"),
    ):
        page.mouse.click(*place.evaluate(POINT, node))
        expect(said).to_have_text(words)
    assert [each["id"] for each in place.evaluate(MODEL)["nodes"] if "told" in each["classes"]] == [
        "me"
    ]


def test_who_scrolls_past_is_not_held_and_who_chooses_it_comes_nearer(opened: Opened) -> None:
    page = opened()
    place = drawn(page)
    whole = place.evaluate(MODEL)

    def over() -> None:
        box = place.bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + 20, box["y"] + 20)

    over()
    before = page.evaluate("scrollY")
    page.mouse.wheel(0, 120)
    until(page, f"scrollY > {before}")
    assert place.evaluate(MODEL)["zoom"] == whole["zoom"]
    place.scroll_into_view_if_needed()
    over()
    page.mouse.down()
    page.mouse.up()
    expect(place).to_be_focused()
    # Cytoscape hears no wheel until the page has come to rest.
    until(page, "!document.querySelector('.paths')._cyreg.cy.renderer().scrollingPage")
    before = page.evaluate("scrollY")
    for _ in range(3):
        page.mouse.wheel(0, -120)
    until(page, f"document.querySelector('.paths')._cyreg.cy.zoom() > {whole['zoom']}")
    assert page.evaluate("scrollY") == before
    page.get_by_role("button", name="The whole drawing").click()
    assert place.evaluate(MODEL)["pan"] == whole["pan"]
    page.get_by_role("button", name="Nearer").click()
    nearer = place.evaluate(MODEL)
    assert nearer["zoom"] == pytest.approx(1.5 * whole["zoom"])
    place.focus()
    page.keyboard.press("ArrowRight")
    assert place.evaluate(MODEL)["pan"]["x"] == nearer["pan"]["x"] - 40
    page.get_by_role("button", name="Farther").click()
    assert place.evaluate(MODEL)["zoom"] == whole["zoom"]
    cards(page).nth(1).locator(".why-button").focus()
    expect(place).not_to_have_class(re.compile("lively"))
    over()
    page.mouse.wheel(0, -120)
    settled(page)
    assert place.evaluate(MODEL)["zoom"] == whole["zoom"]


def swipe(page: Page, place: Locator, far: float) -> None:
    """A finger goes up over the drawing."""
    box = place.bounding_box()
    assert box is not None
    session = page.context.new_cdp_session(page)

    def touch(kind: str, *ys: float) -> None:
        points = [{"x": box["x"] + 30, "y": box["y"] + 200 - y} for y in ys]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", 0)
    for step in range(1, 11):
        touch("touchMove", far * step / 10)
    touch("touchEnd")
    settled(page)


@pytest.mark.parametrize("chosen", [False, True])
def test_a_finger_scrolls_the_page_over_it_unless_there_is_more_of_it_than_is_seen(
    opened: Opened, chosen: bool
) -> None:
    page = opened(size=PHONE)
    place = drawn(page)
    if chosen:
        place.focus()
    before, whole = page.evaluate("scrollY"), place.evaluate(MODEL)["pan"]
    swipe(page, place, 100)
    assert page.evaluate("scrollY") > before + 50
    assert place.evaluate(MODEL)["pan"] == whole
    page.get_by_role("button", name="Nearer").click()
    place.focus()
    before, nearer = page.evaluate("scrollY"), place.evaluate(MODEL)["pan"]
    swipe(page, place, 60)
    assert page.evaluate("scrollY") == before
    assert place.evaluate(MODEL)["pan"]["y"] < nearer["y"] - 30


def test_where_the_library_does_not_come_the_paths_stand_there_in_words(opened: Opened) -> None:
    page = opened()
    first_page(page)
    page.route(LIBRARY, lambda route: route.abort())
    page.evaluate(DRAW, REASONS)
    figure = cards(page).first.locator(".drawing")
    expect(figure.locator("[role=status]")).to_contain_text("did not load")
    expect(figure.locator(".paths")).to_be_hidden()
    expect(figure.locator("li").first).to_contain_text("interested in \u2013 sourdough")
    box = figure.locator("li").first.bounding_box()
    assert box is not None and box["width"] > 100


def test_a_drawing_ends_with_its_card_and_begins_again_with_it(opened: Opened) -> None:
    page = opened()
    place = drawn(page)
    page.evaluate("window.kept = document.querySelector('.drawing'); kept.remove()")
    until(page, "kept.querySelector('.paths')._cyreg?.cy == null")
    page.evaluate("document.querySelector('.card').append(kept)")
    until(page, "kept.querySelector('.paths')._cyreg?.cy?.nodes().length === 4")
    settled(page)
    assert place.evaluate(PIXELS, "4a3fd0") > 50


MEETING = """place => {
  const cy = place._cyreg.cy;
  const words = { includeNodes: false, includeEdges: false, includeOverlays: false };
  const boxes = cy.elements().filter((each) => each.data("word") || each.data("words"))
    .map((each) => each.renderedBoundingBox({ ...words, includeLabels: true }));
  const apart = (a, b) => a.x2 - 6 <= b.x1 || a.y2 - 6 <= b.y1;
  return boxes.flatMap((a, at) =>
    boxes.slice(at + 1).filter((b) => !apart(a, b) && !apart(b, a))).length;
}"""
"""Words that meet; of each box, 3 pixels around are the outline's."""
ME, POST = {"kind": "user", "name": ""}, {"kind": "post", "name": "Slow bread"}
PATHS = {
    "near": [ME, POST],
    "nearest": [ME, POST],
    "popular": [{"kind": "chart", "name": "popular"}, POST],
    "interests": [ME, {"kind": "tag", "name": "sourdough"}, POST],
    "similar": [ME, {"kind": "post", "name": "What the harbour taught me"}, POST],
}


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize(
    "sources",
    [
        ("popular", "nearest", "near"),
        ("nearest", "near"),
        ("near", "nearest"),
        ("similar", "interests", "popular"),
    ],
)
def test_no_word_of_a_drawing_runs_into_another(
    opened: Opened, size: tuple[int, int], sources: tuple[str, ...]
) -> None:
    page = opened(size=size)
    reasons = [{"source": each, "share": 0.3, "path": PATHS[each]} for each in sources]
    place = drawn(page, reasons)
    settled(page)
    assert place.evaluate(MEETING) == 0
