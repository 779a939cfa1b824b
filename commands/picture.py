"""A picture of a part of the graph as one page that needs nothing else, and can be mailed."""

import base64
import hashlib
import math
from collections.abc import Mapping, Sequence
from importlib.resources import files
from xml.etree import ElementTree as ET

from graph.drawing import Picture

SIZE, RADIUS, HEAD, LETTERS = 900.0, 14, 9, 22
"""Of the drawing, of a node, of an arrow's head, and of the words beside a node."""


def page(name: str, doc: str, drawn: Picture, asked: Mapping[str, object]) -> str:
    """HTML with all of it inside; every word of the graph is text, and nothing else.

    Args:
        name: of the query.
        doc: what it answers.
        drawn: its answer.
        asked: its parameters; the nodes whose ids these are stand out.
    """
    style, script = (_asset(f"picture.{kind}") for kind in ("css", "js"))
    root = ET.Element("html", lang="en")
    head, body = ET.SubElement(root, "head"), ET.SubElement(root, "body")
    ET.SubElement(head, "meta", charset="utf-8")
    allowed = f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}"
    ET.SubElement(head, "meta", {"http-equiv": "Content-Security-Policy", "content": allowed})
    ET.SubElement(head, "meta", name="viewport", content="width=device-width")
    ET.SubElement(head, "title").text = name
    ET.SubElement(head, "style").text = style
    _heading(ET.SubElement(body, "header"), name, doc, drawn)
    _svg(body, name, drawn, [each for each in asked.values() if isinstance(each, str)])
    ET.SubElement(body, "script").text = script
    return "<!doctype html>\n" + ET.tostring(root, encoding="unicode", method="html")


def _asset(name: str) -> str:
    return files("commands").joinpath(name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _heading(header: ET.Element, name: str, doc: str, drawn: Picture) -> None:
    ET.SubElement(header, "h1").text = name
    ET.SubElement(header, "p").text = doc.partition(" Try ")[0]
    legend = ET.SubElement(header, "ul")
    for label in sorted({node.label for node in drawn.nodes.values()}):
        count = sum(node.label == label for node in drawn.nodes.values())
        item = ET.SubElement(legend, "li")
        ET.SubElement(item, "span", {"class": f"swatch {label}"}).tail = f"{label} ({count})"
    if not drawn.nodes:
        ET.SubElement(header, "p").text = "The graph has nothing that answers this."


def _svg(body: ET.Element, name: str, drawn: Picture, asked: Sequence[str]) -> None:
    margin = SIZE / 2 + 60
    box = f"{-margin:g} {-margin:g} {2 * margin:g} {2 * margin:g}"
    svg = ET.SubElement(body, "svg", {"viewBox": box, "role": "img", "aria-label": name})
    at = {key: (x * SIZE / 2, y * SIZE / 2) for key, (x, y) in drawn.places.items()}
    for edge in drawn.edges:
        (x1, y1), (x2, y2) = at[edge.source], at[edge.target]
        ends = {"x1": f"{x1:.1f}", "y1": f"{y1:.1f}", "x2": f"{x2:.1f}", "y2": f"{y2:.1f}"}
        ET.SubElement(svg, "line", ends)
        ET.SubElement(svg, "polygon", points=_head((x1, y1), (x2, y2)))
        _text(svg, edge.kind, (x1 + x2) / 2, (y1 + y2) / 2, "kind")
    for key, node in drawn.nodes.items():
        x, y = at[key]
        kind = f"{node.label} asked" if node.told.get("id") in asked else node.label
        place = {"cx": f"{x:.1f}", "cy": f"{y:.1f}", "r": str(RADIUS), "class": kind}
        circle = ET.SubElement(svg, "circle", place)
        told = "\n".join(f"{each}: {value}" for each, value in node.told.items())
        ET.SubElement(circle, "title").text = f"{node.label}\n{told}"
        short = node.name if len(node.name) <= LETTERS else f"{node.name[: LETTERS - 1]}…"
        _text(svg, short, x, y + RADIUS + 12, "name")


def _head(source: tuple[float, float], target: tuple[float, float]) -> str:
    """The points of an arrow's head that touches the target's circle."""
    x, y = target[0] - source[0], target[1] - source[1]
    length = math.hypot(x, y) or 1.0
    x, y = x / length, y / length
    back, half = RADIUS + HEAD, HEAD / 2
    points = [
        (target[0] - RADIUS * x, target[1] - RADIUS * y),
        *(
            (target[0] - back * x - side * y, target[1] - back * y + side * x)
            for side in (half, -half)
        ),
    ]
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)


def _text(svg: ET.Element, words: str, x: float, y: float, kind: str) -> None:
    ET.SubElement(svg, "text", {"x": f"{x:.1f}", "y": f"{y:.1f}", "class": kind}).text = words
