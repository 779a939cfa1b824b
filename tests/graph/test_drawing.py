"""Drawings: what their answers hold, on both engines, and the page that shows them."""

import html
import re
from pathlib import Path

from click.testing import CliRunner
from filled_graphs import Filled
from random_encoder import RandomTraining
from test_explore_answers import WORLD, world

from commands.picture import page
from gnn.versions import Models
from graph.cypher_files import CYPHER
from graph.drawing import draw
from graph.explore import DRAWN, drawings
from graph.ingest import ingest_tables
from graph.model import KINDS, NodeKind
from graph.store import GraphStore, open_store
from resonance import main

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = {"user_id": "a", "post_id": "p", "tag_id": "jazz"}
SAMPLES |= {"nearest_posts": "q,r", "nearest_users": "b,c"}
HELD = {
    "draw_champions": (["P", "ben", "jazz"], 2),
    "draw_communities": (["ann", "ben", "jazz"], 3),
    "draw_friends_of_friends": (["ann", "ben", "cy", "dee"], 4),
    "draw_hubs": (["ann", "ben", "cy", "dee"], 4),
    "draw_lonely_posts": ([], 0),
    "draw_model_people": (["ann", "ben", "cy", "jazz"], 5),
    "draw_model_posts": (["Music", "P", "Q", "R", "happy", "jazz"], 7),
    "draw_mood_map": (["Music", "P", "Q", "calm", "happy"], 5),
    "draw_neighbourhood": (["Q", "ann", "ben", "dee", "jazz"], 4),
    "draw_people_alike": (["P", "ann", "ben"], 2),
    "draw_readers": ([], 0),
    "draw_similar": ([], 0),
    "draw_tags_together": (["Q", "folk", "jazz"], 2),
    "draw_why": (["P", "Q", "ann", "ben", "dee", "jazz"], 10),
}


def texts(name: str) -> dict[str, str]:
    wanted = drawings()[name].parameters
    return {each.name: SAMPLES[each.name] for each in wanted if each.name in SAMPLES}


def test_every_drawing_holds_what_was_worked_out(any_filled: Filled) -> None:
    store = any_filled(world)
    found = {}
    for name in drawings():
        drawn = draw(store, name, texts(name))
        assert drawn.nodes.keys() == drawn.places.keys()
        found[name] = sorted(node.name for node in drawn.nodes.values()), len(drawn.edges)
    assert found == HELD


def test_a_drawing_says_what_to_try() -> None:
    text = (CYPHER / "explore" / DRAWN).read_text(encoding="utf-8")
    for query in drawings().values():
        assert all(f"{each.name}=" in query.doc for each in query.parameters), query.name
    assert len(drawings()) >= 12 and text.count("// name: draw_") == len(drawings())


def test_a_label_has_one_colour_in_neo4j_browser_and_in_the_page() -> None:
    style = (ROOT / "docs" / "browser-guide" / "style.grass").read_text(encoding="utf-8")
    sheet = (ROOT / "commands" / "picture.css").read_text(encoding="utf-8")
    coloured = dict(re.findall(r"^node\.(\w+) \{\n  color: (#\w+);", style, re.MULTILINE))
    assert coloured == dict(re.findall(r"^\.([A-Z]\w+) \{ fill: (#\w+);", sheet, re.MULTILINE))
    shown = {kind.label for kind in KINDS.values() if isinstance(kind, NodeKind)}
    assert coloured.keys() == shown - {"Word"}


def test_no_word_of_the_graph_is_more_than_text_in_the_page(any_filled: Filled) -> None:
    evil = "</title></script><script>alert(1)</script>"

    def named(store: GraphStore) -> None:
        posts = WORLD["posts"].assign(title=evil)
        ingest_tables(store, WORLD | {"posts": posts})

    drawn = draw(any_filled(named), "draw_mood_map", {})
    told = page("draw_mood_map", "What is drawn.", drawn, {"post_id": "p", "limit": 20})
    assert told.count("<circle") == 5 and told.count('class="Post asked"') == 1
    assert told.count("<script>") == 1 and html.escape(evil, quote=False) in told
    assert not re.search(r"(?:src|href)=|https?://|url\(", told)


def test_the_command_writes_a_page_or_says_why_not(tmp_path: Path) -> None:
    graph = f"ladybug:{tmp_path / 'graph'}"
    with open_store(graph) as store:
        world(store)
    asked = ["--store", graph, "explore", "draw_hubs"]
    out = tmp_path / "hubs.html"
    done = CliRunner().invoke(main, [*asked, "--html", str(out)])
    assert done.exit_code == 0 and "4 nodes, 4 edges" in done.output
    told = out.read_text(encoding="utf-8")
    assert told.count("<circle") == told.count("<polygon") == 4
    (tmp_path / "file").write_text("")
    lost = CliRunner().invoke(main, [*asked, "--html", str(tmp_path / "file" / "hubs.html")])
    assert lost.exit_code != 0 and "cannot be written" in lost.output
    assert "--html" in CliRunner().invoke(main, asked).output
    unknown = CliRunner().invoke(main, [*asked[:3], "hubs", "--html", str(out)])
    assert unknown.exit_code != 0 and "draw_hubs" in unknown.output


def test_the_model_that_is_served_says_whom_and_what_it_finds_near(tmp_path: Path) -> None:
    graph = f"ladybug:{tmp_path / 'graph'}"
    with open_store(graph) as store:
        world(store)
    asked = ["--store", graph, "explore", "draw_model_posts"]
    of, model = ["--set", "post_id=p"], ["--model", str(tmp_path / "model")]
    assert "no model" in CliRunner().invoke(main, [*asked, *of, "--paste", *model]).output
    Models(tmp_path / "model").add(RandomTraining(list("abcd"), ["p", "q", "r"]))
    drawn = CliRunner().invoke(main, [*asked, *of, "--html", str(tmp_path / "page"), *model])
    assert "6 nodes, 7 edges" in drawn.output
    text = CliRunner().invoke(main, [*asked, *of, "--paste", *model]).output
    assert "$" not in text and '(p:Post {id: "p"})' in text
    assert re.search(r'UNWIND \["[qr]", "[qr]"\] AS', text)
    given = CliRunner().invoke(main, [*asked, *of, "--set", "nearest_posts=r", "--paste"])
    assert 'UNWIND ["r"] AS' in given.output, "what is told needs no model"
    unknown = CliRunner().invoke(main, [*asked, "--set", "post_id=x", "--paste", *model])
    assert unknown.exit_code == 1 and "'x'" in unknown.output
