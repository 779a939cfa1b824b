"""The page of `resonance explore --html`, opened as a file, without any network."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from browsing import DESK, PHONE, keep
from playwright.sync_api import Browser, Page, expect
from test_drawn_paths import PIXELS, POINT, settled
from test_feed_page_looks import found_by_axe

from commands.picture import page as made
from graph.drawing import Edge, Node, Picture

pytestmark = pytest.mark.browser

EVIL = '</script><img src=x onerror="alert(1)"><script>alert(1)</script>'
DRAWN = Picture(
    nodes={
        "0:1": Node("User", "ann", {"id": "a", "username": "ann", "joined_at": 1_700_000_000}),
        "0:2": Node("User", EVIL, {"id": "b", "username": EVIL, EVIL: "a name of a property"}),
        "1:1": Node("Post", "Slow bread", {"id": "p", "title": "Slow bread", "text": "a\nb"}),
        "2:1": Node("Tag", "sourdough", {"id": "t", "name": "sourdough"}),
    },
    edges=(
        Edge("0:1", "0:2", "FRIEND"),
        Edge("0:2", "1:1", "AUTHORED"),
        Edge("0:2", "1:1", "LIKED"),
        Edge("1:1", "2:1", "TAGGED"),
    ),
    places={"0:1": (-1.0, -0.5), "0:2": (0.0, 0.5), "1:1": (0.6, -0.6), "2:1": (1.0, 1.0)},
)
Look = Callable[..., Page]


@pytest.fixture
def look(browser: Browser, tmp_path: Path) -> Iterator[Look]:
    """Opens the page; at the end nothing went wrong in it, and it asked for nothing."""
    wrong, asked = list[str](), list[str]()
    file = tmp_path / "picture.html"
    file.write_text(made("draw_some", "What is drawn. Try it.", DRAWN, {"of": "p"}), "utf-8")
    with ExitStack() as stack:

        def open_page(size: tuple[int, int] = DESK, scheme: str = "light") -> Page:
            context = stack.enter_context(
                browser.new_context(
                    viewport={"width": size[0], "height": size[1]},
                    color_scheme=scheme,  # type: ignore[arg-type]
                    offline=True,
                )
            )
            page = context.new_page()
            page.on("pageerror", lambda error: wrong.append(str(error)))
            page.on("console", lambda said: wrong.append(said.text))
            page.on("dialog", lambda dialog: wrong.append(dialog.message))
            page.on("request", lambda each: asked.append(each.url))
            page.goto(file.as_uri())
            expect(page.locator("#graph canvas")).to_have_count(3)
            settled(page)
            return page

        yield open_page
    assert not wrong and set(asked) == {file.as_uri()}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("size", "name"), [(PHONE, "phone"), (DESK, "desk")])
def test_it_draws_what_it_holds_in_the_colours_of_its_legend(
    look: Look, size: tuple[int, int], name: str, scheme: str
) -> None:
    page = look(size, scheme)
    graph = page.locator("#graph")
    held = graph.evaluate("place => place._cyreg.cy.elements().map((each) => each.data())")
    assert [each["name"] for each in held[:4]] == [each.name for each in DRAWN.nodes.values()]
    assert [each["kind"] for each in held[4:]] == [each.kind for each in DRAWN.edges]
    for colour in ("4a7dd0", "c2632f", "2f8f6b"):
        assert graph.evaluate(PIXELS, colour) > 100, colour
    ink = {"light": "1d1b20", "dark": "f1eff6"}[scheme]
    assert graph.evaluate(PIXELS, ink) > 50, "who was asked for stands out"
    expect(page.locator("header li")).to_have_text(["Post (1)", "Tag (1)", "User (2)"])
    assert not found_by_axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    keep(page, f"picture-{name}-{scheme}")


def test_a_node_that_is_pressed_tells_all_of_it_as_text(look: Look) -> None:
    page = look()
    graph, told = page.locator("#graph"), page.locator("#told")
    page.mouse.click(*graph.evaluate(POINT, "0:2"))
    expect(told.locator("h2")).to_have_text(f"User {EVIL}")
    expect(told.locator("dt")).to_have_text(["id", "username", EVIL])
    expect(told.locator("dd")).to_have_text(["b", EVIL, "a name of a property"])
    page.mouse.click(*graph.evaluate(POINT, "0:1"))
    expect(told.locator("dd")).to_have_text(["a", "ann", "1700000000"])
    assert page.locator("img").count() == 0 and page.locator("script").count() == 3
    page.get_by_text("In words").click()
    expect(page.locator("details li")).to_have_count(8)
    expect(page.locator("details li").nth(5)).to_have_text(f"{EVIL} AUTHORED Slow bread")


def test_nodes_can_be_dragged_and_one_comes_nearer(look: Look) -> None:
    page = look()
    graph = page.locator("#graph")
    zoom = "place => place._cyreg.cy.zoom()"
    x, y = graph.evaluate(POINT, "2:1")
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 80, y - 60, steps=5)
    page.mouse.up()
    assert graph.evaluate(POINT, "2:1") == [pytest.approx(x - 80), pytest.approx(y - 60)]
    whole = graph.evaluate(zoom)
    page.get_by_role("button", name="Nearer").click()
    nearer = graph.evaluate(zoom)
    assert nearer == pytest.approx(1.5 * whole)
    page.mouse.move(300, 400)
    page.mouse.wheel(0, -200)
    settled(page)
    assert graph.evaluate(zoom) > nearer
    page.get_by_role("button", name="All").click()
    assert graph.evaluate(zoom) < nearer
