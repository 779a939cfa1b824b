"""The authorisation table, walked: every route is asked as every caller, over HTTP."""

from collections.abc import Iterator
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from pathlib import Path

import pandas as pd
import pytest
import requests
from asking import Asking
from authorisation import CALLERS, TABLE, Row, credentials

from feed.memory import ViewerMemory
from graph.ingest import ingest_tables
from graph.queries.export import read_tables
from graph.store import GraphStore, open_store
from web.app import create_app
from web.serve import serving

Query = dict[str, str]


@dataclass
class Servers:
    """A closed server and an open one over one graph, and who may come to them."""

    store: GraphStore
    closed: str
    opened: str
    routes: set[str]
    headers: dict[str, dict[str, str]]
    connected: requests.Session
    """Thousands are asked: they share connections, and nothing else."""


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    folder: Path = tmp_path_factory.mktemp("authorisation")
    asking = Asking(folder)
    with open_store(f"ladybug:{folder / 'graph'}") as store, ViewerMemory(None) as memory:
        users = {"id": ["user:ana", "user:ben", "user:gone"], "username": ["ana", "ben", "di"]}
        ingest_tables(
            store,
            {
                "users": pd.DataFrame(users | {"active": [True, True, False]}),
                "posts": pd.DataFrame({"id": ["post:1"], "title": ["Rye"]}),
                "authored": pd.DataFrame({"source": ["user:ben"], "target": ["post:1"]}),
            },
        )
        app = asking.app(store, memory=memory)
        routes = {
            f"{method} {rule.rule}"
            for rule in app.url_map.iter_rules()
            for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        }
        with (
            serving(app) as closed,
            serving(create_app(store, memory=memory)) as opened,
            requests.Session() as connected,
        ):
            connected.trust_env = False
            connected.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
            yield Servers(store, closed, opened, routes, credentials(asking), connected)


def namings(row: Row, who: str) -> list[Query]:
    """The ways in which the caller may name the viewer."""
    own = [{row.names: "ana"}, {row.names: "user:ana"}]
    if who == "viewer":
        return [*own, {}]
    if who == "viewer for another":
        others = ("ben", "user:ben", "nobody of that name")
        return [{named: name} for named in ("viewer", "username") for name in others]
    return [{}] if who == "service for nobody" else own


def answered(servers: Servers, row: Row, who: str) -> list[requests.Response]:
    address = servers.opened if who == "open server" else servers.closed
    method, rule = row.route.split(" ")
    sent = dict(row.request)
    headers = sent.pop("headers", {}) | servers.headers[who]
    answers = []
    for naming in namings(row, who):
        if row.outcomes[who] == 200:
            row.prepare(servers.store)
        asked = dict(row.query) | naming
        path = f"{address}{row.path or rule}"
        answers.append(
            servers.connected.request(
                method, path, params=asked, headers=headers, timeout=60, **sent
            )
        )
    row.undo(servers.store)
    return answers


def test_every_route_has_a_row_and_every_row_a_cell_for_every_caller(servers: Servers) -> None:
    assert sorted(row.route for row in TABLE) == sorted(servers.routes)
    assert [row.route for row in TABLE if set(row.outcomes) != set(CALLERS)] == []
    assert set(servers.headers) == set(CALLERS)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.route)
def test_each_caller_gets_what_the_table_says(servers: Servers, row: Row) -> None:
    for who, status in row.outcomes.items():
        answers = answered(servers, row, who)
        if status in (401, 403):  # whoever is named, and whether or not there is such a user
            assert len({(each.status_code, each.content) for each in answers}) == 1, who
        for answer in answers:
            told = answer.status_code
            let_in = status == 200 and 200 <= told < 300
            assert let_in or told == status, (who, answer.url, told, answer.text)
            challenge = answer.headers.get("WWW-Authenticate", "")
            assert challenge.startswith("Bearer") == (told == 401), who
            if told >= 400:
                assert set(answer.json()) == {"status", "message", "errors", "post", "request_id"}
            for headers in servers.headers.values():
                secret = headers.get("Authorization", "Bearer -----").split(" ")[1]
                assert secret not in answer.text


def test_whoever_is_refused_changes_nothing(servers: Servers) -> None:
    for row in TABLE:
        row.prepare(servers.store)
    before = read_tables(servers.store)
    for row in TABLE:
        for who, status in row.outcomes.items():
            if status >= 400:
                answered(servers, row, who)
    after = read_tables(servers.store)
    for kind, frame in before.items():
        pd.testing.assert_frame_equal(frame, after[kind], obj=kind)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.route)
def test_naming_oneself_and_another_is_naming_another(servers: Servers, row: Row) -> None:
    """Whichever of two names a parser takes, and however the parameter is called."""
    if row.outcomes["viewer"] != 200 or row.outcomes["viewer for another"] != 403:
        return
    method, rule = row.route.split(" ")
    sent = dict(row.request)
    headers = sent.pop("headers", {}) | servers.headers["viewer"]
    for names in (["viewer", "viewer"], ["username", "username"], ["viewer", "username"]):
        for given in (["ana", "ben"], ["ben", "ana"]):
            query = [*row.query.items(), *zip(names, given, strict=True)]
            answer = servers.connected.request(
                method,
                f"{servers.closed}{row.path or rule}",
                params=query,
                headers=headers,
                timeout=60,
                **sent,
            )
            assert answer.status_code == 403, (names, given)


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS"])
def test_methods_that_the_framework_answers_are_guarded_too(servers: Servers, method: str) -> None:
    for row in TABLE:
        path = row.path or row.route.split(" ")[1]
        answer = servers.connected.request(method, f"{servers.closed}{path}", timeout=60)
        assert answer.status_code in (401, 405) or row.outcomes["nobody"] == 200, path
