"""Drawings: what their answers hold, on both engines, and the page that shows them."""

import html
import json
import re
from itertools import combinations
from pathlib import Path
from typing import Any

import pandas as pd
from click.testing import CliRunner
from filled_graphs import Filled
from random_encoder import RandomTraining
from test_explore_answers import WORLD, derived, edges, world

from commands.picture import page
from gnn.versions import Models
from graph.cypher_files import CYPHER
from graph.drawing import draw, picture
from graph.explore import DRAWN, drawings
from graph.ingest import ingest_tables
from graph.model import KINDS, NodeKind, Row
from graph.store import GraphStore, open_store
from resonance import main

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = {"user_id": "a", "post_id": "p", "tag_id": "jazz"}
SAMPLES |= {"nearest_posts": "q,r", "nearest_users": "b,c"}
OF = {"draw_readers": {"user_id": "b"}}
"""Of somebody else, for ann wrote nothing."""
HELD = {
    "draw_champions": (["P", "ben", "jazz"], 2),
    "draw_communities": (["ann", "ben", "jazz"], 3),
    "draw_friends_of_friends": (["ann", "ben", "cy", "dee"], 4),
    "draw_hubs": (["ann", "ben", "cy", "dee"], 4),
    "draw_lonely_posts": (["R", "dee"], 1),
    "draw_model_people": (["ann", "ben", "cy", "jazz"], 5),
    "draw_model_posts": (["Music", "P", "Q", "R", "happy", "jazz"], 8),
    "draw_mood_map": (["Music", "P", "Q", "calm", "happy"], 5),
    "draw_neighbourhood": (["Q", "ann", "ben", "dee", "jazz"], 4),
    "draw_people_alike": (["P", "ann", "ben"], 2),
    "draw_readers": (["P", "ben", "dee"], 3),
    "draw_similar": (["P", "Q", "R"], 3),
    "draw_tags_together": (["Q", "folk", "jazz"], 2),
    "draw_why": (["P", "Q", "ann", "ben", "dee", "jazz"], 11),
}


def texts(name: str) -> dict[str, str]:
    wanted, chosen = drawings()[name].parameters, SAMPLES | OF.get(name, {})
    return {each.name: chosen[each.name] for each in wanted if each.name in chosen}


def drawable(store: GraphStore) -> None:
    """The small world, with a lonely post of dee's, and posts alike in a row."""
    world(store)
    ingest_tables(store, {"authored": edges(("d", "r"))})
    alike = [derived("p", "q"), derived("q", "p", "r")]
    store.replace("SIMILAR", {"Post": pd.concat(alike, ignore_index=True)})


def held_by(told: str) -> Any:
    """What a page gives the library to draw."""
    found = re.search(r'<script id="drawn" type="application/json">(.*?)</script>', told)
    assert found is not None
    return json.loads(found.group(1))


def test_every_drawing_holds_what_was_worked_out(any_filled: Filled) -> None:
    store = any_filled(drawable)
    found = {}
    for name in drawings():
        drawn = draw(store, name, texts(name))
        assert drawn.nodes.keys() == drawn.places.keys()
        found[name] = sorted(node.name for node in drawn.nodes.values()), len(drawn.edges)
    assert found == HELD
    assert all(held for held, _ in HELD.values()), "each draws something here"


def test_what_is_not_connected_stands_side_by_side() -> None:
    """Three rings and one alone: none lies in another's square, and together they fill theirs."""
    rows: list[Row] = []
    for ring, size in enumerate((8, 6, 3, 1)):
        ids = [{"table": ring, "offset": place} for place in range(size)]
        rows += [{"n": {"_ID": each, "_LABEL": "User", "id": str(each)}} for each in ids]
        ends = zip(ids, [*ids[1:], ids[0]], strict=True) if size > 1 else ()
        rows += [{"e": {"_SRC": a, "_DST": b, "_LABEL": "FRIEND"}} for a, b in ends]
    drawn = picture(rows)
    assert picture(rows).places == drawn.places and len(drawn.places) == 18
    for axis in (0, 1):
        values = [each[axis] for each in drawn.places.values()]
        assert (min(values), max(values)) == (-1.0, 1.0)
    boxes = []
    for ring in range(4):
        xs, ys = zip(*(at for key, at in drawn.places.items() if key[0] == str(ring)), strict=True)
        boxes.append((min(xs), max(xs), min(ys), max(ys)))
    for one, other in combinations(boxes, 2):
        beside = one[1] < other[0] or other[1] < one[0]
        assert beside or one[3] < other[2] or other[3] < one[2]
    assert picture([]).places == {}


def test_a_drawing_says_what_to_try() -> None:
    text = (CYPHER / "explore" / DRAWN).read_text(encoding="utf-8")
    for query in drawings().values():
        assert all(f"{each.name}=" in query.doc for each in query.parameters), query.name
    assert len(drawings()) >= 12 and text.count("// name: draw_") == len(drawings())


def test_a_label_has_a_size_a_caption_and_one_colour_in_neo4j_browser_and_in_the_page() -> None:
    style = (ROOT / "docs" / "browser-guide" / "style.grass").read_text(encoding="utf-8")
    sheet = (ROOT / "commands" / "picture.css").read_text(encoding="utf-8")
    coloured = dict(re.findall(r"^node\.(\w+) \{\n  color: (#\w+);", style, re.MULTILINE))
    assert coloured == dict(
        re.findall(r"^\.([A-Z]\w+) \{ background: (#\w+);", sheet, re.MULTILINE)
    )
    shown = {kind.label for kind in KINDS.values() if isinstance(kind, NodeKind)}
    assert coloured.keys() == shown - {"Word"}
    rules = dict(
        re.findall(r"^(?:node|relationship)\.(\w+) \{\n(.*?)^\}", style, re.MULTILINE | re.S)
    )
    for label in coloured:
        assert re.search(r'^  diameter: \d+px;\n  caption: "\{\w+\}";$', rules[label], re.MULTILINE)


def test_no_word_of_the_graph_is_more_than_text_in_the_page(any_filled: Filled) -> None:
    evil = "</title></script><script>alert(1)</script>"

    def named(store: GraphStore) -> None:
        posts = WORLD["posts"].assign(title=evil)
        ingest_tables(store, WORLD | {"posts": posts})

    drawn = draw(any_filled(named), "draw_mood_map", {})
    told = page("draw_mood_map", "What is drawn.", drawn, {"post_id": "p", "limit": 20})
    nodes = held_by(told)["nodes"]
    assert len(nodes) == 5 and [each["data"]["name"] for each in nodes].count(evil) == 2
    (asked,) = [each["data"] for each in nodes if each["classes"] == "asked"]
    assert asked["label"] == "Post" and asked["told"]["id"] == "p"
    assert told.count("<script") == told.count("</script>") == 3
    assert html.escape(evil, quote=False) in told
    library = (ROOT / "web" / "static" / "cytoscape.min.js").read_text(encoding="utf-8")
    assert told.count(library) == 1
    assert not re.search(r"(?:src|href)=|https?://|url\(", told.replace(library, ""))


def test_the_command_writes_a_page_or_says_why_not(tmp_path: Path) -> None:
    graph = f"ladybug:{tmp_path / 'graph'}"
    with open_store(graph) as store:
        world(store)
    asked = ["--store", graph, "explore", "draw_hubs"]
    out = tmp_path / "hubs.html"
    done = CliRunner().invoke(main, [*asked, "--html", str(out)])
    assert done.exit_code == 0 and "4 nodes, 4 edges" in done.output
    told = out.read_text(encoding="utf-8")
    assert len(held_by(told)["nodes"]) == len(held_by(told)["edges"]) == 4
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
