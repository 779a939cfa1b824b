"""Whatever anybody sends: no 5xx, no hang, no growing memory, and no text of it in a query.

One closed server is sent drawn requests of every route: its parameters, cursors, bodies and
credentials; and an event file and a graph folder are read that hold anything.
"""

import ast
import contextlib
import json
import re
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from mmap import PAGESIZE, mmap
from pathlib import Path
from urllib.parse import quote

import pytest
from apiflask import APIFlask
from asking import Asking, bearing
from filled_graphs import Prepared
from hypothesis import given, settings
from hypothesis import strategies as st
from run_texts import Texts
from werkzeug.routing import Rule

from feed.memory import ViewerMemory
from graph.cypher_files import queries_of
from graph.derive.rebuild import derive
from graph.errors import ResonanceError
from graph.events.intake import EventIntake
from graph.ingest import ingest_tables
from graph.ladybug_store import LadybugStore
from graph.loaders.folder import read_folder
from graph.store import GraphStore
from village.world import NOW, plant
from web.body_limit import DEEPEST, DIGITS, SHORT, UNREADABLE, readable

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 2.0
"""Of this process's own work for a request: the machine may be busy with another."""
GROWTH = 256 << 10
"""Kilobytes by which what the process uses may grow within a request."""
OURS = {"BEGIN TRANSACTION", "COMMIT", "ROLLBACK", "CHECKPOINT"}
OURS |= {"CALL force_checkpoint_on_close=false"}
"""What the engine is told besides queries."""
COMMON = {"username", "viewer", "cursor", "page_size"}
FIELDS = (
    *("user", "text", "title", "tags", "moods", "privacy", "group", "percent", "kind", "less"),
    *(
        "name",
        "at",
        "until",
        "bio",
        "mood",
        "role",
        "upto",
        "id",
        "discovery",
        "confirm",
        "joining",
    ),
)

NASTY = st.sampled_from(
    [
        *(
            "' OR 1=1 //",
            "'}) DETACH DELETE n //",
            "x\u0000y",
            "\ud800",
            "\u202e",
            "%00",
            "../../etc",
        ),
        *("a" * 5_000, "9" * 400, "-1", "1e999", "NaN", "sv:post:11", "sv:user:1", "\U0001f35e"),
        *("{{7*7}}", "$id", "`", "\\", "*", '"', "(a|b)*" * 40, "null", "İ", "\ufdfa" * 100),
    ]
)
TEXTS = NASTY | st.text(max_size=30)
VALUES = st.recursive(
    TEXTS | st.integers() | st.floats() | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
BODIES = (
    st.dictionaries(st.sampled_from(FIELDS), VALUES, max_size=3).map(json.dumps)
    | VALUES.map(json.dumps)
    | TEXTS
    | st.sampled_from(
        ["[" * 90_000, '{"text":' * 5_000, '{"percent": ' + "9" * 5_000 + "}", "\ufeff{}"]
    )
)


@dataclass
class Town:
    """A closed server, its graph, and what the engine was told while it was asked."""

    app: APIFlask
    store: GraphStore
    headers: dict[str, str]
    token: str
    cursor: str
    names: list[str]
    parameters: dict[str, list[str]]
    """What the application says that a query may hold, by the rule of the path."""
    said: set[str] = field(default_factory=set)


@pytest.fixture(scope="module")
def town(prepared: Prepared, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    folder, told = tmp_path_factory.mktemp("hostile"), set[str]()
    as_it_is = LadybugStore._execute

    def heard(store: LadybugStore, text: str, *rest: object) -> object:
        told.add(text)
        return as_it_is(store, text, *rest)  # type: ignore[arg-type]

    with ExitStack() as stack, pytest.MonkeyPatch.context() as patched:
        store = prepared.open_copy(small, folder / "graph", stack)
        patched.setattr(LadybugStore, "_execute", heard)
        asking = Asking(folder / "asking")
        memory = stack.enter_context(ViewerMemory(None))
        app = asking.app(store, memory=memory, clock=lambda: float(NOW))
        names = store.frame("export_users")["username"].tolist()[:3]
        told_page = app.test_client().get(
            "/feed", query_string={"username": names[0], "page_size": 3}, headers=asking.service
        )
        token = asking.viewer("sv:user:1")["Authorization"].removeprefix("Bearer ")
        cursor = str(told_page.get_json()["next_cursor"])
        yield Town(app, store, asking.service, token, cursor, names, queried(app), told)


def queried(app: APIFlask) -> dict[str, list[str]]:
    """The names in a query that the application tells of, by the rule of the path."""
    paths = app.test_client().get("/openapi.json").get_json()["paths"]
    told: dict[str, list[str]] = {}
    for rule in app.url_map.iter_rules():
        does = paths.get(re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), {}).values()
        given = [each for operation in does for each in operation.get("parameters", ())]
        told[rule.rule] = sorted({each["name"] for each in given if each["in"] == "query"})
    return told


def small(store: GraphStore) -> None:
    ingest_tables(store, plant(seed=0, users=20, posts=40, communities=1).tables)
    derive(store)


def spoilt(whole: str) -> st.SearchStrategy[str]:
    """The text as it is, half written, or with a letter changed."""
    place = st.integers(0, len(whole) - 1)
    other = st.builds(
        lambda at, by: whole[:at] + by + whole[at + 1 :], place, st.sampled_from("A_.~")
    )
    return st.just(whole) | place.map(lambda end: whole[:end]) | other


def sent(text: str) -> str:
    return quote(text.encode("utf-8", "surrogatepass"), safe="")


@settings(max_examples=3 * settings().max_examples)
@given(data=st.data())
def test_no_request_brings_the_server_down_or_gets_into_a_query(
    town: Town, data: st.DataObject
) -> None:
    ask(town, data, list(town.app.url_map.iter_rules()))


@given(data=st.data())
def test_no_query_of_the_routes_that_take_most_does_either(town: Town, data: st.DataObject) -> None:
    own = {rule for rule, names in town.parameters.items() if {*names} - COMMON}
    assert own >= {"/feed", "/explain", "/search", "/notifications/stream"}
    ask(town, data, [each for each in town.app.url_map.iter_rules() if each.rule in own])


def ask(town: Town, data: st.DataObject, rules: list[Rule]) -> None:
    """Send one of them a request, and see what becomes of it."""
    rule = data.draw(st.sampled_from(rules))
    method = data.draw(st.sampled_from(sorted((rule.methods or set()) - {"OPTIONS", "HEAD"})))
    path = re.sub(r"<[^>]+>", lambda _: sent(data.draw(TEXTS)) or "x", rule.rule)
    names = sorted(set().union(*town.parameters.values()))
    query = data.draw(st.dictionaries(st.sampled_from(names), TEXTS, max_size=4))
    query |= {
        name: data.draw(st.sampled_from(town.names) | TEXTS) for name in ("username", "viewer")
    }
    if data.draw(st.booleans()):
        query["cursor"] = data.draw(spoilt(town.cursor))
    if "stream" in rule.rule:  # it lasts no longer than it is asked to
        query["seconds"] = data.draw(st.just("0") | NASTY)
    credential = None
    if not data.draw(st.integers(0, 3)):
        credential = data.draw(spoilt(town.token) | st.text("az.=~", max_size=40))
    asked = "&".join(f"{name}={sent(value)}" for name, value in query.items())
    body = data.draw(BODIES).encode("utf-8", "surrogatepass")
    town.said.clear()
    began, used = time.process_time(), memory_used_from_now_on()
    answer = town.app.test_client().open(
        f"{path}?{asked}",
        method=method,
        data=None if method == "GET" else body,
        content_type=data.draw(st.sampled_from(["application/json", "application/x-ndjson"])),
        headers=town.headers if credential is None else bearing(credential),
    )
    assert answer.status_code < 500, answer.text
    assert answer.data is not None  # a stream begins when it is read
    answer.close()  # an export is a file
    assert time.process_time() - began < SECONDS
    assert memory("VmHWM") - used < GROWTH
    assert {with_columns(text) for text in town.said} <= KNOWN


@pytest.mark.parametrize("body", ['{"text":' * 5_000, '{"text": ' + "9" * 5_000 + "}"])
def test_json_that_pythons_parser_cannot_take_is_a_400(town: Town, body: str) -> None:
    client, asked = town.app.test_client(), f"/posts?viewer={quote(town.names[0])}"
    answer = client.post(asked, data=body, content_type="application/json", headers=town.headers)
    assert answer.status_code == 400 and answer.get_json()["message"] == UNREADABLE


@given(data=st.data())
def test_an_event_file_may_hold_anything(town: Town, data: st.DataObject) -> None:
    event = {"id": "e", "type": "post", "post": "p", "author": "u", "at": NOW, "title": "x"}
    line = st.dictionaries(st.sampled_from(sorted(event)), VALUES, max_size=3).map(
        lambda wrong: json.dumps(event | wrong).encode()
    )
    lines = data.draw(
        st.lists(
            line
            | BODIES.map(lambda text: text.encode("utf-8", "replace"))
            | st.binary(max_size=40),
            max_size=4,
        )
    )
    town.said.clear()
    report = EventIntake(town.store, clock=lambda: NOW).take(enumerate(lines))
    assert report.read >= len(report.refused)
    assert {with_columns(text) for text in town.said} <= KNOWN


@given(data=st.data())
def test_a_graph_folder_may_hold_anything(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("folder")
    head = data.draw(
        st.sampled_from([b"id:ID(User),username,joined_at:long,active:boolean\n", b""])
    )
    fields = st.lists(TEXTS, min_size=1, max_size=5).map(",".join)
    rows = data.draw(
        st.lists(fields, max_size=4).map("\n".join) | st.text('",\n\r;\0', max_size=20)
    )
    (folder / "users.csv").write_bytes(head + rows.encode("utf-8", "surrogatepass"))
    with contextlib.suppress(ResonanceError):
        frame = read_folder(folder)["users"]
        assert frame["id"].notna().all()


@given(depth=st.integers(0, 3 * DEEPEST), inside=TEXTS, digits=st.integers(1, 2 * DIGITS))
def test_whatever_pythons_parser_cannot_take_is_not_given_to_it(
    depth: int, inside: str, digits: int
) -> None:
    text = json.dumps({"text": "[" * 2_000 + inside, "n": 1})
    assert readable(text.encode())
    nested = "[" * depth + " " * SHORT + text + "]" * depth
    assert readable(nested.encode()) is (depth < DEEPEST)
    assert readable((" " * SHORT + "1" * digits).encode()) is (digits < DIGITS)


def test_what_is_used_in_between_is_told_after_an_earlier_peak_too() -> None:
    grown = []
    for megabytes in (64, 32, 0):
        used = memory_used_from_now_on()
        with mmap(-1, (megabytes << 20) + PAGESIZE) as some:
            for page in range(0, len(some), PAGESIZE):
                some[page] = 1
        grown.append((memory("VmHWM") - used) >> 10)
    assert grown[0] >= 60 > grown[1] >= 30 > grown[2]


def memory_used_from_now_on() -> int:
    """What the process has in memory, in kilobytes; the most that it has is counted from here."""
    Path("/proc/self/clear_refs").write_text("5")
    return memory("VmRSS")


def memory(kind: str) -> int:
    """What the process has in memory, or had at most (`VmHWM`), in kilobytes."""
    told = Path("/proc/self/status").read_text()
    return int(re.findall(rf"^{kind}:\s+(\d+) kB$", told, re.MULTILINE)[0])


def test_no_text_is_formatted_into_a_query() -> None:
    """Whatever an engine is given to run is text as it is, but for what `PUT_IN` lists."""
    put_in, drivers = dict[str, set[str]](), []
    for path in (ROOT / "graph").rglob("*.py"):
        texts = Texts(code := path.read_text(encoding="utf-8"))
        if "import sqlalchemy as sa" in code:  # which makes its queries itself
            assert not re.search(r"\bsa\.(?:text|literal_column)\b", code), path
        elif told := {what for text in texts.run() for what in texts.put_in(text)}:
            put_in[str(path.relative_to(ROOT))] = told
        if texts.drives:
            drivers.append(path.stem)
            constants = [each for each in texts.run() if isinstance(each, ast.Constant)]
            assert texts.run() and {each.value for each in constants} <= OURS, path
    assert put_in == PUT_IN
    expected = ["ladybug_file", "ladybug_store", "neo4j_store", "py2neo_explore", "schema"]
    assert sorted(drivers) == expected


@pytest.mark.parametrize(
    "code",
    [
        "session.run(f'MATCH {name}')",
        "text = f'MATCH {name}'; session.run(text)",
        "text = 'MATCH %s' % name; same = text; session.run(same)",
        "session.run('MATCH {}'.format(name) if name else 'MATCH')",
        "text = 'MATCH'; text += name; session.run(text)",
        "session.run(query=''.join(['MATCH', name]))",
        "(text := 'MATCH ' + name); transaction.run(text)",
        "[session.run(text) for text in [f'MATCH {name}']]",
        "connection.executescript('DROP ' + name)",
        "self._ask(f'MATCH {name}')",
        "session.run(MADE)",
        "session.run(name.said)",
        "session.run(unheard_of)",
    ],
)
def test_a_text_that_is_made_is_found_however_it_is_run(code: str) -> None:
    texts = Texts(
        "import neo4j; MADE = 'MATCH ' + neo4j.name\n"
        "class Store:\n"
        "    def _ask(self, text): return self._session.run(text)\n"
        f"    def found(self, name, session, transaction, connection): {code}\n"
    )
    assert [what for text in texts.run() for what in texts.put_in(text)]


def with_columns(text: str) -> str:
    """A query's text without what the store may put NULL in the place of."""
    return re.sub(r"\brow\.\w+\b|\bNULL\b", "?", text)


KNOWN = {with_columns(query.text) for query in queries_of("ladybug")} | OURS
PUT_IN = {
    "graph/ladybug_store.py": {"_with_typed_nulls(query, params)"},  # NULL alone
    "graph/sqlite_file.py": {"kind.mark", "kind.version", "int(kind.patience * 1000)"},
    "graph/search/words_file.py": {
        *("kind", "_COLUMNS[kind]", "_CLOSED", "marks", "values"),
        "', '.join((f's.{n}' for n in _COLUMNS[kind].split(', ')))",
        "', '.join('?' * len(part))",
    },
}
"""What is put into a text, by the module: NULL, the program's own names, numbers and question
marks."""
