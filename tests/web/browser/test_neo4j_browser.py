"""The real Neo4j Browser plays the guide and draws what it says."""

import importlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import neo4j
import pandas as pd
import pytest
from browsing import SCREENSHOTS
from playwright.sync_api import Browser, Page, expect

from graph.cypher_files import Query, queries_of
from graph.derive.rebuild import derive
from graph.explore import drawings, pasted
from graph.ingest import ingest_tables
from graph.queries.paths import PREFIX
from graph.store import GraphStore, StoreConfig

ROOT = Path(__file__).resolve().parents[3]
ODD = "a\\u0022 \"b\"; // 'c'\n$post_id"
"""An id that would end a text, a statement or a line, were it not escaped."""


def edges(*pairs: tuple[str, str]) -> pd.DataFrame:
    return pd.DataFrame(pairs, columns=["source", "target"])


PEOPLE = {"id": list("abcd"), "username": ["ann", "ben", "cy", "dee"]}
WORLD = {
    "users": pd.DataFrame(PEOPLE),
    "posts": pd.DataFrame({"id": list("pqr"), "title": ["Slow bread", "Night trains", "Flour"]}),
    "tags": pd.DataFrame({"id": [ODD]}),
    "tagged": edges(("p", ODD)),
    "interested_in": edges(("a", ODD), ("c", ODD)),
    "categories": pd.DataFrame({"id": ["c"], "name": ["Music"]}),
    "topics": pd.DataFrame({"id": ["t"]}),
    "about": edges(("p", "t")),
    "groups": pd.DataFrame({"id": ["g"], "name": ["Bakers"]}),
    "member_of": edges(("a", "g"), ("c", "g")),
    "posted_in": edges(("r", "g")),
    "moods": pd.DataFrame({"id": ["calm", "happy"]}),
    "friend": edges(("a", "b"), ("b", "c"), ("a", "d"), ("c", "d")),
    "authored": edges(("c", "p"), ("b", "q"), ("d", "r")),
    "in_category": edges(("p", "c"), ("q", "c")),
    "evokes": edges(("p", "happy"), ("q", "calm")),
    "liked": edges(("a", "q"), ("b", "p"), ("b", "q"), ("d", "p")),
}
TOLD = {
    "user_id": "a",
    "friend_id": "b",
    "person_id": "c",
    "post_id": "p",
    "known_id": "q",
    "tag_id": ODD,
    "category_id": "c",
    "topic_id": "t",
    "group_id": "g",
    "mood_id": "happy",
    "chart_id": "popular",
}
INSTEAD = {"path_friends": {"post_id": "q"}, "path_groups": {"post_id": "r"}}
"""What ben wrote; what nobody outside of the group may see, and nothing derived holds."""
DRAWN = {"draw_hubs": 4, "draw_mood_map": 5, "draw_readers": 3}
"""How many nodes each draws here: everybody; both posts in their ways; ben, q, and ann."""


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
    """Every reason's query as the feed page copies it, and how many nodes it draws: those that it
    is asked for, each once."""
    return {
        pasted(query.text, asked(query)): len(query.parameters)
        for query in queries_of("neo4j")
        if query.name.startswith(PREFIX)
    }


def asked(query: Query) -> dict[str, str]:
    """A path of this world; for a new reason's query there must be one, too."""
    chosen = TOLD | INSTEAD.get(query.name, {})
    return {each.name: chosen[each.name] for each in query.parameters}


@contextmanager
def drawn(page: Page, text: str, nodes: int) -> Iterator[None]:
    """The frame of a text while it is open; Browser keeps fifteen, and each of them moves."""
    frames = page.locator('[data-testid="frame"]')
    before = frames.count()
    run(page, text)
    expect(frames.first.locator("svg g.node")).to_have_count(nodes)
    yield
    frames.first.get_by_title("Close", exact=True).click()
    expect(frames).to_have_count(before)


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
    derive(neo4j_store)
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
        with drawn(page, drawings()[name].text, nodes):
            page.screenshot(path=SCREENSHOTS / f"neo4j-browser-{name}.png")
    near = {"post_id": "p", "nearest_posts": ["q", "r"]}
    for text, nodes in {pasted(drawings()["draw_model_posts"].text, near): 4, **reasons()}.items():
        with drawn(page, text, nodes):
            pass
    page.close()
