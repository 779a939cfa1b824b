"""The guide of Neo4j Browser: made of the drawings in ``cypher/explore/``, and served to it.

``python3 tools/neo4j/guide.py`` serves ``docs/browser-guide`` and prints what to paste into Neo4j
Browser; with ``--write`` it makes ``guide.html`` anew. Browser plays a guide from another address
only where that answers with CORS headers, to OPTIONS too.
"""

import argparse
import re
from functools import partial
from html import escape
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DRAWINGS = ROOT / "cypher" / "explore" / "drawings.cypher"
FOLDER = ROOT / "docs" / "browser-guide"
PORT = 8001
_HEADER = re.compile(r"^// name: (?P<name>\w+)\((?P<parameters>.*)\)$")
_TRY = re.compile(r"(?P<name>\w+)=(?P<value>[^\s,]+?)(?=[,.\s]|$)")

_PAGE = """<article class="guide">
  <title>Resonance</title>
  <carousel class="deck container-fluid">
{slides}
  </carousel>
</article>
"""
_FIRST = """    <slide class="row-fluid">
      <div class="col-sm-12">
        <h3>Resonance</h3>
        <p>Users, posts, tags, categories, moods, friendships and reactions, and what was derived of
        them: TOP, SIMILAR and NEAR. Click a text, run it with Control+Enter, and look. Begin with
        the colours, and say whom the rest is about:</p>
        <pre class="code runnable">:style http://localhost:{port}/style.grass</pre>
{params}
      </div>
    </slide>"""
_PARAM = """        <pre class="code runnable">:param {name} =&gt; {value}</pre>"""
_SLIDE = """    <slide class="row-fluid">
      <div class="col-sm-12">
        <h3>{title}</h3>
        <p>{doc}</p>
        <pre class="code runnable">{text}</pre>
      </div>
    </slide>"""


def guide() -> str:
    """The whole guide, a slide a drawing."""
    slides, tried = list[str](), dict[str, str]()
    for block in DRAWINGS.read_text(encoding="utf-8").split("\n\n"):
        lines = block.strip().splitlines()
        header = _HEADER.match(lines[0])
        if header is None:
            continue
        comments = [line[3:] for line in lines[1:] if line.startswith("// ")]
        doc, _, examples = " ".join(comments).partition(" Try ")
        for found in _TRY.finditer(examples):
            is_list = f"{found['name']}: strings" in header["parameters"]
            tried.setdefault(found["name"], _literal(found["value"], is_list))
        title = header["name"].removeprefix("draw_").replace("_", " ")
        text = "\n".join(line for line in lines if not line.startswith("//"))
        slides.append(_SLIDE.format(title=title, doc=escape(doc), text=escape(text, quote=False)))
    params = "\n".join(_PARAM.format(name=name, value=value) for name, value in tried.items())
    first = _FIRST.format(port=PORT, params=params)
    return _PAGE.format(slides="\n".join([first, *slides]))


def _literal(value: str, is_list: bool) -> str:
    """As Cypher writes it."""
    if is_list:
        return repr([value])
    return value if value.isdecimal() else repr(value)


class Handler(SimpleHTTPRequestHandler):
    """Files that a page of another address may read."""

    def end_headers(self) -> None:
        """Add what CORS asks for; the files are no secret."""
        self.send_header("Access-Control-Allow-Origin", "*")
        self.send_header("Access-Control-Allow-Headers", "*")
        super().end_headers()

    def do_OPTIONS(self) -> None:
        """Say yes to whoever asks before they ask."""
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing of single files."""


def server(port: int = PORT) -> ThreadingHTTPServer:
    """A server of the folder, for this machine alone; 0: at any free port."""
    return ThreadingHTTPServer(("127.0.0.1", port), partial(Handler, directory=str(FOLDER)))


def main() -> None:
    """Write the guide, or serve it until interrupted."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--write", action="store_true", help="make guide.html anew, and end")
    if parser.parse_args().write:
        (FOLDER / "guide.html").write_text(guide(), encoding="utf-8")
        return
    with server() as serving:
        print("in Neo4j Browser, while this runs:")
        print(f"  :play http://localhost:{PORT}/guide.html")
        print(f"  :style http://localhost:{PORT}/style.grass")
        try:
            serving.serve_forever()
        except KeyboardInterrupt:
            pass


if __name__ == "__main__":
    main()
