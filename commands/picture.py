"""A picture of a part of the graph as one page that needs nothing else, and can be mailed."""

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from importlib.resources import files
from xml.etree import ElementTree as ET

from graph.drawing import Node, Picture

SHEET = "__________cytoscape_stylesheet"
"""Cytoscape adds no style of its own, which the page's policy would refuse, where this is there."""


def page(name: str, doc: str, drawn: Picture, asked: Mapping[str, object]) -> str:
    """HTML with all of it inside; every word of the graph is text, and nothing else.

    Args:
        name: of the query.
        doc: what it answers.
        drawn: its answer.
        asked: its parameters; the nodes whose ids these are stand out.
    """
    style, script = (_asset("commands", f"picture.{kind}") for kind in ("css", "js"))
    library = _asset("web", "static", "cytoscape.min.js")
    root = ET.Element("html", lang="en")
    head, body = ET.SubElement(root, "head"), ET.SubElement(root, "body")
    ET.SubElement(head, "meta", charset="utf-8")
    scripts = f"{_hash(library)} {_hash(script)}"
    allowed = f"default-src 'none'; style-src {_hash(style)}; script-src {scripts}"
    ET.SubElement(head, "meta", {"http-equiv": "Content-Security-Policy", "content": allowed})
    ET.SubElement(head, "meta", name="viewport", content="width=device-width")
    ET.SubElement(head, "title").text = name
    ET.SubElement(head, "style", id=SHEET).text = style
    _heading(ET.SubElement(body, "header"), name, doc, drawn)
    _places(ET.SubElement(body, "main"), name)
    _words(ET.SubElement(body, "details"), drawn)
    held = _elements(drawn, [each for each in asked.values() if isinstance(each, str)])
    ET.SubElement(body, "script", id="drawn", type="application/json").text = _as_data(held)
    for text in (library, script):
        ET.SubElement(body, "script").text = text
    return "<!doctype html>\n" + ET.tostring(root, encoding="unicode", method="html")


def _asset(package: str, *names: str) -> str:
    return files(package).joinpath(*names).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _as_data(value: object) -> str:
    """JSON that ends no script: a name with ``</script>`` in it is a name."""
    return json.dumps(value, default=str).replace("<", "\\u003c")


def _heading(header: ET.Element, name: str, doc: str, drawn: Picture) -> None:
    ET.SubElement(header, "h1").text = name
    ET.SubElement(header, "p").text = doc.partition(" Try ")[0]
    legend = ET.SubElement(header, "ul")
    for label in sorted({node.label for node in drawn.nodes.values()}):
        count = sum(node.label == label for node in drawn.nodes.values())
        item = ET.SubElement(legend, "li")
        swatch = {"class": f"swatch {label}", "data-label": label}
        ET.SubElement(item, "span", swatch).tail = f"{label} ({count})"
    if not drawn.nodes:
        ET.SubElement(header, "p").text = "The graph has nothing that answers this."


def _places(main: ET.Element, name: str) -> None:
    """Where it is drawn, where a node is told, and what comes nearer."""
    ET.SubElement(main, "div", {"id": "graph", "role": "img", "aria-label": name, "tabindex": "0"})
    told = ET.SubElement(main, "section", {"id": "told", "aria-live": "polite"})
    ET.SubElement(told, "p").text = "A node that is pressed tells all of itself."
    buttons = ET.SubElement(main, "div", {"id": "buttons"})
    for times, words, sign in (
        ("0.67", "Farther", "−"),
        ("1.5", "Nearer", "+"),
        ("", "All", "All"),
    ):
        press = {"type": "button", "data-times": times, "aria-label": words}
        ET.SubElement(buttons, "button", press).text = sign


def _words(details: ET.Element, drawn: Picture) -> None:
    """The same in words."""
    ET.SubElement(details, "summary").text = "In words"
    rows = ET.SubElement(details, "ul")
    for node in drawn.nodes.values():
        ET.SubElement(rows, "li").text = f"{node.label}: {node.name}"
    for edge in drawn.edges:
        source, target = (drawn.nodes[each].name for each in (edge.source, edge.target))
        ET.SubElement(rows, "li").text = f"{source} {edge.kind} {target}"


def _elements(drawn: Picture, asked: Sequence[str]) -> dict[str, object]:
    """What Cytoscape is given: nodes where they stand, from -1 to 1, and edges."""
    return {
        "nodes": [_node(drawn, key, node, asked) for key, node in drawn.nodes.items()],
        "edges": [
            {"data": {"source": each.source, "target": each.target, "kind": each.kind}}
            for each in drawn.edges
        ],
    }


def _node(drawn: Picture, key: str, node: Node, asked: Sequence[str]) -> dict[str, object]:
    x, y = drawn.places[key]
    told = {name: str(value) for name, value in node.told.items()}
    return {
        "data": {"id": key, "label": node.label, "name": node.name, "told": told},
        "position": {"x": round(x, 4), "y": round(y, 4)},
        "classes": "asked" if node.told.get("id") in asked else "",
    }
