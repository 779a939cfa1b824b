"""What is hidden is answered as what is not there, byte by byte, and takes the same steps.

Every route with an id in its address is asked for things of which ana may not know, and for such as
nobody ever made: the answers are the same, and so are the queries that the graph was asked.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest
from authorisation import TABLE, Row
from flask.testing import FlaskClient

from graph import neo4j_store
from graph.ingest import ingest_tables
from graph.neo4j_rounds import Round
from graph.store import Call, GraphStore, open_store
from village.world import NOW
from web.app import create_app

PRIVACY = {"ana": "public", "ben": "public", "eve": "private", "gone": "public", "foe": "public"}
NOBODYS = "app:nothing:0"
IDS = ("post", "user", "group", "comment", "event")
Asked = tuple[int, bytes, list[str]]


@dataclass
class Hidden:
    """A server, what was asked of its graph, and ids of what ana may not know of, by noun."""

    client: FlaskClient
    steps: list[str]
    ids: dict[str, list[str]]
    choir: str
    """A group that she may know of."""

    def ask(self, row: Row, path: str) -> Asked:
        # Who ana is may come from memory, since that tells of nothing but her.
        assert self.client.get("/interests", query_string={"viewer": "ana"}).status_code == 200
        self.steps.clear()
        method, query = row.route.split(" ")[0], dict(row.query) | {"viewer": "ana"}
        answer = self.client.open(
            path, method=method, query_string=query, json=row.request.get("json")
        )
        return answer.status_code, answer.get_data(), list(self.steps)

    def path(self, row: Row, noun: str, id: str) -> str:
        """The route's address with that id; ben and the choir where another is wanted too."""
        path = row.route.split(" ")[1].replace(f"<{noun}>", id)
        return path.replace("<user>", "ben").replace("<group>", self.choir)


@pytest.fixture(scope="module", params=["ladybug", pytest.param("neo4j", marks=pytest.mark.neo4j)])
def hidden(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Hidden]:
    steps: list[str] = []
    with ExitStack() as stack, pytest.MonkeyPatch.context() as patch:
        if request.param == "neo4j":
            store: GraphStore = request.getfixturevalue("wiped_neo4j")()
            patch.setattr(neo4j_store, "Round", noting_rounds(steps))
        else:
            folder: Path = tmp_path_factory.mktemp("hidden")
            store = stack.enter_context(open_store(f"ladybug:{folder / 'graph'}"))
            patch.setattr(store, "run", noting(store.run, steps))
        client = create_app(store, clock=lambda: float(NOW)).test_client()
        fill(store)
        yield Hidden(client, steps, *made_in_secret(client))


def noting(run: Callable[..., object], steps: list[str]) -> Callable[..., object]:
    """What runs queries one by one, and notes their names."""

    def noted(name: str, /, **params: object) -> object:
        steps.append(name)
        return run(name, **params)

    return noted


def noting_rounds(steps: list[str]) -> type[Round]:
    """Statements of several queries, which note their names, and how many of each there are."""

    class Noting(Round):
        def __init__(self, calls: Sequence[Call]):
            steps.append(", ".join(name for name, _ in calls))
            super().__init__(calls)

    return Noting


def fill(store: GraphStore) -> None:
    users = pd.DataFrame({"id": [f"user:{name}" for name in PRIVACY], "username": list(PRIVACY)})
    users = users.assign(
        privacy=list(PRIVACY.values()), active=[name != "gone" for name in PRIVACY]
    )
    authors = {"post:secret": "user:ben", "post:eve": "user:eve", "post:foe": "user:foe"}
    posts = pd.DataFrame({"id": list(authors), "title": "Rye", "privacy": "public"})
    posts.loc[posts["id"] == "post:secret", "privacy"] = "private"
    authored = pd.DataFrame({"source": list(authors.values()), "target": list(authors)})
    blocks = pd.DataFrame({"source": ["user:foe"], "target": ["user:ana"]})
    tables = {"users": users, "posts": posts, "authored": authored, "blocks": blocks}
    ingest_tables(store, tables)


def made_in_secret(client: FlaskClient) -> tuple[dict[str, list[str]], str]:
    def make(who: str, path: str, noun: str, **body: object) -> str:
        answer = client.post(path, query_string={"viewer": f"user:{who}"}, json=body)
        assert answer.status_code == 201, answer.text
        return str(answer.get_json()[noun][{"happening": "event_id"}.get(noun, f"{noun}_id")])

    plot = make("eve", "/groups", "group", name="Plot", privacy="private", joining="invitation")
    ball = {"name": "Ball", "at": NOW + 60}
    ids = {
        "user": ["user:eve", "user:gone", "user:foe"],
        "group": [plot],
        "post": ["post:secret", "post:eve", "post:foe"],
        "comment": [
            make(who, f"/posts/{post}/comments", "comment", text="Hm")
            for who, post in (("ben", "post:secret"), ("foe", "post:foe"))
        ],
        "event": [
            make("eve", "/happenings", "happening", **ball, privacy="private"),
            make("eve", "/happenings", "happening", **ball, group=plot),
            make("foe", "/happenings", "happening", **ball),
        ],
    }
    ids["post"].append(make("eve", "/posts", "post", title="In the plot", group=plot))
    return ids, make("ben", "/groups", "group", name="Choir", joining="request")


@pytest.mark.parametrize("noun", IDS)
def test_what_is_hidden_is_answered_as_what_is_not_there(hidden: Hidden, noun: str) -> None:
    rows = [row for row in TABLE if f"<{noun}>" in row.route]
    assert len(rows) >= 5
    for row in rows:
        nobodys = hidden.ask(row, hidden.path(row, noun, NOBODYS))
        for id in hidden.ids[noun]:
            assert hidden.ask(row, hidden.path(row, noun, id)) == nobodys, (row.route, id)


@pytest.mark.parametrize(
    ("method", "path", "field"),
    [
        ("POST", "/posts", "group"),
        ("POST", "/happenings", "group"),
        ("POST", "/friendships/requests", "user"),
        ("PUT", "/groups/<group>/owner", "user"),
    ],
)
def test_likewise_where_a_body_names_it(hidden: Hidden, method: str, path: str, field: str) -> None:
    fields = {"/posts": {"title": "Me too"}, "/happenings": {"name": "Ball", "at": NOW + 60}}
    asked = []
    for id in (NOBODYS, *hidden.ids[field]):
        row = Row(f"{method} {path}", {}, request={"json": fields.get(path, {}) | {field: id}})
        asked.append(hidden.ask(row, hidden.path(row, "", "")))
    assert all(each == asked[0] for each in asked)
    assert asked[0][0] == 404
