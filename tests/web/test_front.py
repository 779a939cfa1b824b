"""``GET /``: the feed page for browsers, and what it is made of; the index for programs."""

import hashlib
import re
from pathlib import Path

import pytest
from apiflask import APIFlask
from asking import Asking
from flask.testing import FlaskClient
from werkzeug.exceptions import MethodNotAllowed
from werkzeug.routing import RequestRedirect

from graph.store import GraphStore
from web.front import STATIC, TYPES, files

ROOT = Path(__file__).parents[2]
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
PAGES = ("/", "/desk")
LIBRARY = "cytoscape.min.js"
"""Loaded when the first reason is drawn, and not before."""
SCRIPTS = sorted(STATIC.glob("*.js"))


def page(client: FlaskClient, path: str = "/") -> str:
    return client.get(path, headers=BROWSER).get_data(as_text=True)


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        (BROWSER["Accept"], "text/html"),
        ("text/html", "text/html"),
        ("*/*", "application/json"),
        ("application/json", "application/json"),
        ("application/json, text/html;q=0.5", "application/json"),
        (None, "application/json"),
    ],
)
def test_browsers_get_the_page_and_programs_the_index(
    client: FlaskClient, accept: str | None, kind: str
) -> None:
    answer = client.get("/", headers={} if accept is None else {"Accept": accept})
    assert answer.mimetype == kind
    assert answer.headers["Vary"] == "Accept"
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", PAGES)
def test_a_page_loads_nothing_foreign_and_nothing_inline(client: FlaskClient, path: str) -> None:
    answer = client.get(path, headers=BROWSER)
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "unsafe" not in policy and "http" not in policy
    assert "trusted-types 'none'" in policy and "data:" not in policy
    assert "frame-ancestors 'none'" in policy and "form-action 'none'" in policy
    text = answer.get_data(as_text=True)
    assert not re.search(r"<style|\son\w+=|\sstyle=|<script(?![^>]*\ssrc=)", text)
    assert not re.search(r"(?:src|href)=\"(?!/|#)", text)
    assert "Set-Cookie" not in answer.headers


def test_every_file_of_a_page_is_there_to_be_kept(client: FlaskClient) -> None:
    text = "".join(page(client, path) for path in PAGES)
    named = re.findall(r"(?:src|href)=\"(/static/[^\"]+)\"", text)
    assert {Path(each).name for each in named} == set(files().contents) - {LIBRARY}
    version = f"/static/{files().version}"
    for address in {*named, f"{version}/{LIBRARY}"}:
        answer = client.get(address)
        assert answer.content_type == TYPES[Path(address).suffix], address
        assert "immutable" in answer.headers["Cache-Control"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "name", ["0000/main.js", "{version}/nothing.js", "{version}/..%2Ffront.py"]
)
def test_no_other_version_and_no_other_file_is_served(client: FlaskClient, name: str) -> None:
    answer = client.get(f"/static/{name.format(version=files().version)}")
    assert answer.status_code == 404
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_page_is_the_same_for_everybody_but_for_how_one_says_who_one_is(
    client: FlaskClient, asking: Asking, village_store: GraphStore
) -> None:
    closed = asking.app(village_store).test_client()
    told = [page(closed), closed.get("/", headers=BROWSER | asking.viewer("sv:user:1")).text]
    assert told[0] == told[1] == page(client).replace('data-open="yes"', 'data-open="no"')


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_a_script_imports_what_is_there_and_makes_no_markup(script: Path) -> None:
    text = script.read_text(encoding="utf-8")
    imported = re.findall(r"from \"\./([\w.]+)\"", text)
    for name in imported:
        assert name in files().contents, name
    for wanted, name in re.findall(r"import \{ ([^}]+) \} from \"\./([\w.]+)\"", text):
        exported = (STATIC / name).read_text(encoding="utf-8")
        for each in wanted.replace("\n", " ").split(","):
            told = each.split(" as ")[0].strip()
            assert re.search(rf"export (?:async )?(?:function\*?|const|class) {told}\b", exported)
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(", text)
    assert len(text.splitlines()) <= 210


def test_the_scripts_ask_only_what_there_is_to_ask(app: APIFlask) -> None:
    rules = app.url_map.bind("localhost")
    asked: set[str] = set()
    for script in SCRIPTS:
        text = script.read_text(encoding="utf-8")
        asked |= {
            re.sub(r"\$\{[^}]+\}", "x", path)
            for path in re.findall(r"[\"`](/[a-z]+(?:/[\w${}.]+)*)[\"`]", text)
        }
    assert len(asked) > 20
    for path in asked - {"/answers"}:  # the end of a comment's own path
        try:
            assert rules.match(path)
        except (MethodNotAllowed, RequestRedirect):
            continue


def test_the_one_library_is_the_file_that_npm_ships_with_its_licence() -> None:
    """Of the package cytoscape, `npm pack cytoscape@3.35.0`: dist/cytoscape.min.js and LICENSE."""
    library = (STATIC / LIBRARY).read_bytes()
    assert hashlib.sha256(library).hexdigest() == (
        "71fa9ebec21a7ca2c40cff6aacc30d1f6464e363662ad4b2c197e1adc770cd94"
    )
    told, licence = (STATIC / "cytoscape.txt").read_text(encoding="utf-8").split("\n\n", 1)
    version = re.findall(rb'\.version="([\d.]+)"', library)
    assert told.split()[1].rstrip(",").encode() in version
    assert hashlib.sha256(library).hexdigest() in told
    assert hashlib.sha256(licence.removesuffix("\n").encode()).hexdigest() == (
        "eb319c6e6f233607f71e8e2f450391751883cfc0eeb3ca7ef574c13d1d9c2203"
    )


def test_the_feed_page_names_the_sheet_that_spares_the_library_an_inline_style(
    client: FlaskClient,
) -> None:
    name = "__________cytoscape_stylesheet"
    library = files().contents[LIBRARY].decode()
    assert name in library and "__________cytoscape_container" in library
    assert re.search(rf'id="{name}" href="/static/\w+/card.css"', page(client))
    rule = ".__________cytoscape_container { position: relative; }"
    assert rule in files().contents["card.css"].decode()
    assert 'import("./cytoscape.min.js")' in files().contents["paths.js"].decode()
