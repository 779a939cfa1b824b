"""``GET /``: the feed page for people, the index for programs; and the files that pages are of.

The page holds nothing of anybody: its scripts ask the endpoints that everybody asks, as whoever
looks. So it needs no session, and no cookie that a foreign page could make use of.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from pathlib import Path

from apiflask import APIBlueprint, APIFlask
from flask import Response, abort, current_app, make_response, render_template, request

from graph.moods import mood_terms
from web.access import PUBLIC, may_ask
from web.openapi import INDEX_RESPONSES
from web.state import state_of

STATIC = Path(__file__).with_name("static")
TYPES: Mapping[str, str] = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml; charset=utf-8",
}
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    )
)
"""No foreign host, also for pictures, which would tell it who looks at what; nothing inline."""
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
}
_IMPORT = re.compile(r"from \"\./([\w.]+)\"")
FOREVER = "public, max-age=31536000, immutable"

blueprint = APIBlueprint("front", __name__, template_folder="templates")


@dataclass(frozen=True, slots=True)
class Files:
    """What pages are made of, as it lay there when the process first looked."""

    contents: Mapping[str, bytes]
    """By name."""
    version: str
    """Another one whenever any of them is; it is in their address, so a browser may keep them."""


@cache
def files() -> Files:
    """The files under ``static/``."""
    found = [file for file in sorted(STATIC.iterdir()) if file.suffix in TYPES]
    contents = {file.name: file.read_bytes() for file in found}
    told = blake2b(digest_size=8)
    for name, content in contents.items():
        told.update(f"{name} {len(content)} ".encode() + content)
    return Files(contents, told.hexdigest())


def serve_files(app: APIFlask) -> None:
    """Have the application serve `files`; Flask's own ``static`` would know no version."""

    @may_ask(PUBLIC)
    def static(version: str, filename: str) -> Response:
        kept = files()
        if version != kept.version or filename not in kept.contents:
            abort(404)
        answer = Response(kept.contents[filename], content_type=TYPES[Path(filename).suffix])
        answer.headers["Cache-Control"] = FOREVER
        return answer

    app.add_url_rule("/static/<version>/<filename>", "static", static)


@blueprint.get("/")
@may_ask(PUBLIC)
@blueprint.doc(summary="What there is to ask here", responses=INDEX_RESPONSES)
def index() -> Response:
    """The addresses of this service, and what each takes; /openapi.json says what they mean.

    Who would rather have `text/html` than JSON, as browsers would, gets the feed page.
    """
    answer = _page() if _is_looked_at() else make_response(_addresses())
    answer.vary.add("Accept")
    return answer


def _is_looked_at() -> bool:
    kinds = request.accept_mimetypes
    return kinds["text/html"] > kinds["application/json"]


def _page() -> Response:
    is_open = state_of(current_app).callers.open
    return page("feed.html", "main.js", open=is_open, moods=list(mood_terms()))


def page(template: str, script: str, **told: object) -> Response:
    """A page that runs one of the scripts, and loads beforehand all that this one imports."""
    kept = files()
    text = render_template(template, version=kept.version, scripts=imported(script), **told)
    return Response(text, headers=dict(HEADERS), content_type="text/html; charset=utf-8")


@cache
def imported(script: str) -> list[str]:
    """The script and every one that it imports, or that those do, by name."""
    found, left = set[str](), [script]
    while left:
        name = left.pop()
        if name not in found:
            found.add(name)
            left += _IMPORT.findall(files().contents[name].decode())
    return sorted(found)


def _addresses() -> dict[str, object]:
    taken: dict[str, set[str]] = {}
    for rule in current_app.url_map.iter_rules():
        if rule.endpoint not in ("static", request.endpoint):
            methods = (rule.methods or set()) - {"HEAD", "OPTIONS"}
            taken.setdefault(rule.rule, set()).update(methods)
    return {
        "name": "Resonance",
        "endpoints": {rule: f"{', '.join(sorted(taken[rule]))} {rule}" for rule in sorted(taken)},
    }
