"""The real Neo4j Browser plays the guide and draws what it says."""

import importlib
import threading
from collections.abc import Iterator
from pathlib import Path

import neo4j
import pandas as pd
import pytest
from browsing import SCREENSHOTS, pasted
from playwright.sync_api import Browser, Page, expect

from graph.cypher_files import CYPHER, read_queries
from graph.explore import drawings
from graph.ingest import ingest_tables
from graph.store import GraphStore, StoreConfig

ROOT = Path(__file__).resolve().parents[3]
ODD = "a\\u0022 \"b\"; // 'c'\n$post_id"
"""An id that would end a text, a statement or a line, were it not escaped."""


def edges(*pairs: tuple[str, str]) -> pd.DataFrame:
    return pd.DataFrame(pairs, columns=["source", "target"])


WORLD = {
    "users": pd.DataFrame({"id": list("abcd"), "username": ["ann", "ben", "cy", "dee"]}),
    "posts": pd.DataFrame({"id": ["p", "q"], "title": ["Slow bread", "Night trains"]}),
    "tags": pd.DataFrame({"id": [ODD]}),
    "tagged": edges(("p", ODD)),
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


def reasons() -> dict[str, int]:
    """Queries of reasons as the feed page copies them, and how many nodes each draws."""
    paths = {each.name: each.text for each in read_queries(CYPHER / "reasons" / "paths.cypher")}
    friends = {"user_id": "a", "friend_id": "b", "post_id": "p"}
    return {
        pasted(paths["path_friends"], friends): 3,
        pasted(paths["path_tag"], {"tag_id": ODD, "post_id": "p"}): 2,
    }


def draws(page: Page, text: str, nodes: int) -> None:
    run(page, text)
    drawn = page.locator('[data-testid="frame"]').first.locator("svg g.node")
    expect(drawn).to_have_count(nodes)


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
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    for name, nodes in DRAWN.items():
        draws(page, drawings()[name].text, nodes)
        page.screenshot(path=SCREENSHOTS / f"neo4j-browser-{name}.png")
    for text, nodes in reasons().items():
        draws(page, text, nodes)
    page.close()
