#!/usr/bin/env python3
"""Coverage-guided fuzzing (atheris, libFuzzer) of what reads text from outside.

``python tools/fuzz/fuzz.py TARGET[,TARGET] [-runs=N] [-timeout=2] [FILE] ...``: what follows the
targets is libFuzzer's; each target has a process of its own, one after the other. It ends at the
first input that raises what no caller expects, takes longer than the timeout or more memory than
``-rss_limit_mb``, and keeps it in a file here, which the same command tries again when it is named.
Hypothesis (`tests/web/test_hostile.py`) sends whole requests that are nearly right; this looks for
the branches that nobody thought of.
"""

import io
import json
import os
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

import atheris

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
with atheris.instrument_imports(include=["feed", "graph", "social", "web"]):
    from feed.cursors import Cursors
    from graph.derive.rebuild import derive
    from graph.errors import CredentialRefused, CursorRefused, ResonanceError
    from graph.events.intake import EventIntake
    from graph.ingest import ingest_tables
    from graph.loaders.folder import read_folder
    from graph.report import LoadReport
    from graph.store import open_store
    from village.world import NOW, plant
    from web.app import create_app
    from web.config import WebConfig
    from web.viewer_tokens import ViewerTokens

One = Callable[[bytes], None]
"""Takes one input, and raises what is a fault."""
SECRET = "only-for-fuzzing " * 3
TABLES = ("users.csv", "posts.csv", "liked.csv", "friend.csv", "tagged.csv")
EVENT = {"id": "e", "type": "post", "post": "p", "author": "u", "at": NOW, "title": "x"}


def cursor(scratch: Path) -> One:
    """A feed's cursor, and that of a list."""
    cursors = Cursors(SECRET)

    def one(data: bytes) -> None:
        text = data.decode("utf-8", "replace")
        for opened in (cursors.open, cursors.open_place):
            with suppress(CursorRefused):
                opened(text, "viewer", "asked", NOW)

    return one


def token(scratch: Path) -> One:
    """A viewer's token."""
    tokens = ViewerTokens(WebConfig(token_secret=SECRET))

    def one(data: bytes) -> None:
        with suppress(CredentialRefused):
            tokens.user_id(data.decode("utf-8", "replace"))

    return one


def events(scratch: Path) -> One:
    """A file of events: whatever is no event is refused by its line."""
    intake = EventIntake(open_store(f"ladybug:{scratch / 'graph'}"), clock=lambda: NOW)

    def one(data: bytes) -> None:
        report = LoadReport()
        refused = list(intake.load(io.BytesIO(data), report))
        assert len(refused) == sum(report.refused.values()), data

    return one


def folder(scratch: Path) -> One:
    """A graph folder, each of whose files begins with a byte that chooses its name."""

    def one(data: bytes) -> None:
        for path in scratch.iterdir():
            path.unlink()
        for part in data.split(b"\x00\x00"):
            place = scratch / TABLES[(part[0] if part else 0) % len(TABLES)]
            place.write_bytes(part[1:])
        with suppress(ResonanceError):
            for name, frame in read_folder(scratch).items():
                assert frame.iloc[:, 0].notna().all(), name

    return one


def request(scratch: Path) -> One:
    """An open server's request: what asks is the first line, the rest is the body."""
    store = open_store(f"ladybug:{scratch / 'graph'}")
    ingest_tables(store, plant(seed=0, users=20, posts=40, communities=1).tables)
    derive(store)
    app = create_app(store, clock=lambda: float(NOW))
    rules = [each for each in app.url_map.iter_rules() if "stream" not in each.rule]
    asked = [(rule, each) for rule in rules for each in sorted(rule.methods or ())]

    def one(data: bytes) -> None:
        given = atheris.FuzzedDataProvider(data)
        rule, method = given.PickValueInList(asked)
        values = {name: given.ConsumeUnicodeNoSurrogates(20) or "x" for name in rule.arguments}
        query = {
            name: given.ConsumeUnicodeNoSurrogates(20)
            for name in ("viewer", "username", "cursor", "page_size", "q")
            if given.ConsumeBool()
        }
        with app.test_request_context():
            path = app.url_map.bind("").build(rule.endpoint, values, method)
        body = given.ConsumeBytes(given.remaining_bytes())
        answer = app.test_client().open(
            path, method=method, query_string=query, data=body, content_type="application/json"
        )
        assert answer.status_code < 500, (method, path, query, body, answer.text)
        answer.close()

    return one


TARGETS = {each.__name__: each for each in (cursor, token, events, folder, request)}
SEEDS: dict[str, tuple[bytes, ...]] = {
    "cursor": (Cursors(SECRET).seal_place("viewer", "asked", ["1", "p"], NOW).encode(),),
    "token": (ViewerTokens(WebConfig(token_secret=SECRET)).mint("sv:user:1").token.encode(),),
    "events": (json.dumps(EVENT).encode(), b'{"id": "f", "type": "like", "user": "u"}'),
    "folder": (
        b"\x00id:ID(User),username,joined_at:long,active:boolean\nu,U,1,true\n"
        b"\x00\x00\x02:START_ID(User),:END_ID(Post),at:long\nu,p,1\n",
    ),
    "request": (b'{"text": "x", "tags": ["a"], "privacy": "public"}',),
}
"""Inputs to begin with: right ones, from which wrong ones grow."""


def kept(name: str, one: One) -> One:
    """The same; an input that raises is in ``fault-NAME`` afterwards, as libFuzzer keeps others."""

    def keeping(data: bytes) -> None:
        try:
            one(data)
        except BaseException:  # whatever it is, it goes on
            Path(f"fault-{name}").write_bytes(data)
            raise

    return keeping


def main() -> None:
    """Fuzz some targets, until one has a fault."""
    names = sys.argv.pop(1).split(",") if len(sys.argv) > 1 else []
    if not names or not set(names) <= set(TARGETS):
        raise SystemExit(f"fuzz.py TARGET [libFuzzer's options]; targets: {', '.join(TARGETS)}")
    for name in names:
        # The packages are instrumented once, and a process's greatest memory, which libFuzzer
        # bounds, begins anew.
        child = os.fork()
        if not child:
            fuzz(name)
        _, status = os.waitpid(child, 0)
        if code := os.waitstatus_to_exitcode(status):
            raise SystemExit(f"{name}: ended with {code}")


def fuzz(name: str) -> NoReturn:
    """Fuzz one target; libFuzzer ends the process."""
    scratch = Path(tempfile.mkdtemp(prefix="resonance-fuzz-"))
    seeds = scratch / "seeds"
    seeds.mkdir()
    for number, seed in enumerate(SEEDS[name]):
        (seeds / str(number)).write_bytes(seed)
    given = scratch / "given"
    given.mkdir()
    # libFuzzer ends the process without Python's way out, so the folder is the system's to clear.
    whole = any(Path(each).is_file() for each in sys.argv[1:])
    atheris.Setup([*sys.argv, *([] if whole else [str(seeds)])], kept(name, TARGETS[name](given)))
    atheris.Fuzz()
    raise SystemExit("libFuzzer came back: nothing is known of how it ended")


if __name__ == "__main__":
    main()
