"""The real Neo4j Browser plays the guide and draws what it says."""

import importlib
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import LiteralString, cast

import neo4j
import pandas as pd
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from graph.explore import drawings
from graph.ingest import ingest_tables
from graph.queries.paths import PathQuery, path_query
from graph.store import GraphStore, StoreConfig

ROOT = Path(__file__).resolve().parents[3]
PICTURES = ROOT / ".data" / "screenshots"


def edges(*pairs: tuple[str, str]) -> pd.DataFrame:
    return pd.DataFrame(pairs, columns=["source", "target"])


WORLD = {
    "users": pd.DataFrame({"id": list("abcd"), "username": ["ann", "ben", "cy", "dee"]}),
    "posts": pd.DataFrame({"id": ["p", "q"], "title": ["Slow bread", "Night trains"]}),
    "categories": pd.DataFrame({"id": ["c"], "name": ["Music"]}),
    "moods": pd.DataFrame({"id": ["calm", "happy"]}),
    "friend": edges(("a", "b"), ("b", "c"), ("a", "d"), ("c", "d")),
    "authored": edges(("b", "p"), ("b", "q")),
    "in_category": edges(("p", "c"), ("q", "c")),
    "evokes": edges(("p", "happy"), ("q", "calm")),
    "liked": edges(("a", "p"), ("d", "p")),
}
DRAWN = {"draw_hubs": 4, "draw_mood_map": 5, "draw_readers": 4}
"""How many nodes each draws here: all people; all but these; ben, p, and who likes it."""


@pytest.fixture
def guide(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of the guide's folder."""
    monkeypatch.syspath_prepend(str(ROOT / "tools" / "neo4j"))
    with importlib.import_module("guide").server(port=0) as serving:
        thread = threading.Thread(target=serving.serve_forever)
        thread.start()
        yield f"http://localhost:{serving.server_address[1]}"
        serving.shutdown()
        thread.join()


def address(config: StoreConfig) -> str:
    with neo4j.GraphDatabase.driver(config.url, auth=(config.user, config.password)) as driver:
        asked = "SHOW SETTINGS 'server.http.listen_address' YIELD value"
        (record,) = driver.execute_query(asked).records
    port = str(record["value"]).rpartition(":")[2]
    return f"http://localhost:{port}/browser/?dbms={config.url.replace('://', '://neo4j@')}"


def run(page: Page, text: str) -> None:
    """What somebody types into the editor; its answer is the frame on top."""
    frames = page.locator('[data-testid="frame"]')
    before = frames.count()
    page.locator(".monaco-editor").first.click()
    page.keyboard.insert_text(text)
    page.keyboard.press("Control+Enter")
    expect(frames).to_have_count(before + 1)


def drawn(page: Page) -> Locator:
    """The nodes in the frame on top."""
    return page.locator('[data-testid="frame"]').first.locator("svg g.node")


def pasted(browser: Browser, query: PathQuery) -> str:
    """What the feed page copies of a reason, said by its own script."""
    page = browser.new_page()
    script = (ROOT / "web" / "static" / "pasted.js").read_text(encoding="utf-8")
    page.add_script_tag(content=script.replace("export ", ""))
    text = page.evaluate("pasted", {"text": query.text, "parameters": query.parameters})
    page.close()
    return str(text)


@pytest.mark.neo4j
def test_neo4j_browser_plays_the_guide_and_draws(
    browser: Browser, neo4j_store: GraphStore, neo4j_config: StoreConfig, guide: str
) -> None:
    ingest_tables(neo4j_store, WORLD)
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    page.goto(address(neo4j_config))
    page.locator("[data-testid=password]").fill(neo4j_config.password)
    page.locator("[data-testid=connect]").click()
    expect(page.locator('[data-testid="frameCommand"]', has_text=":play start")).to_be_visible()

    run(page, f":play {guide}/guide.html")
    expect(page.locator("h3", has_text="Resonance").first).to_be_visible()
    run(page, f":style {guide}/style.grass")
    run(page, ":param user_id => 'b'")
    run(page, ":param limit => 50")
    for name, nodes in DRAWN.items():
        run(page, drawings()[name].text)
        expect(drawn(page)).to_have_count(nodes)
        PICTURES.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=PICTURES / f"neo4j-browser-{name}.png")
    reason = path_query("friends", ["a", "b", "p"])
    assert reason
    run(page, pasted(browser, reason))
    expect(drawn(page)).to_have_count(3)
    coloured = drawn(page).locator("circle[fill='#4a7dd0'], circle[fill='#c2632f']")
    expect(coloured).to_have_count(3)
    page.screenshot(path=PICTURES / "neo4j-browser-reason.png")
    page.close()


@pytest.mark.neo4j
def test_no_id_is_more_than_a_text_in_what_the_page_copies(
    browser: Browser, neo4j_config: StoreConfig
) -> None:
    config = neo4j_config
    with neo4j.GraphDatabase.driver(config.url, auth=(config.user, config.password)) as driver:
        for evil in (
            '"}) DETACH DELETE u //',
            "'",
            "\\",
            "\\u0022",
            "$id",
            "a\nb\x00",
            "\U0001f600",
        ):
            text = pasted(browser, PathQuery("told", "RETURN $id AS id", {"id": evil}))
            (record,) = driver.execute_query(neo4j.Query(cast(LiteralString, text))).records
            assert record["id"] == evil
