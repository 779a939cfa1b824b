"""A walk through a town's answers over HTTP, with acts between the pages."""

import csv
import io
import json
import re
import zipfile
from collections.abc import Mapping
from functools import partial

from answers import Findings, Json, Reading, as_json
from flask.testing import FlaskClient
from people_answers import suggestions
from town import Town
from werkzeug.test import TestResponse

from bench.paging import Watched
from feed.memory import ViewerMemory
from graph.store import GraphStore
from web.app import create_app

KEY = "a key of this test alone, long enough"
PAGES, ACTS = 4, 2
"""Of a session; and what happens between two of them, to what the next one has."""
MISSING = "app:post:nowhere"
STRANGER = "a stranger"
KINDS = ("for_you", "for_you", "for_you", "friends", "friends", "catch_up", "similar")
FILTERS = ("category_id", "topic_id", "group_id", "tag", "project_code")
WANDERED = 4
"""Addresses of the social side that somebody asks one after the other."""
ASKED = 0.25
"""How often it is asked why a post is there or not."""
PATIENCE = (0.0, 1.0, 1.0, 1.0)
"""Of the two applications: one reads everything anew, one uses again what it read."""


NOT_OF_A_VIEWER = {"/", "/desk", "/health", "/openapi.json", "/notifications/stream"}
"""Addresses that tell nothing of people; and the stream of what `/notifications` lists."""
_OTHERWISE = {"/feed", "/explain", "/steering", "/people", "/search"}
"""Those that are asked with care."""


OWN = {"/mutes/people", "/friendships", "/friendships/requests/outgoing"}
"""Lists of whom the viewer has to do with."""
SHOWN = {"/blocks", "/friendships/requests/incoming"}
"""Lists of people who are named by rules of their own (tests/social)."""


EXPORT = "/profiles/me/export"
"""What is one's own, zipped: of others it has ids."""


def unzipped(data: bytes, viewer: str) -> Json:
    """What an export tells, row by row, without ids; and whether the row is the viewer's own."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        texts = {name: archive.read(name).decode() for name in archive.namelist()}
    mine = {viewer}
    for file in ("authored.csv", "wrote.csv"):
        mine |= {row[1] for row in csv.reader(io.StringIO(texts.get(file, "")))}
    told: list[object] = [(False, json.loads(texts["kept.json"])["notifications"])]
    for name, text in texts.items():
        if name.endswith(".csv"):
            header, *rows = csv.reader(io.StringIO(text))
            shown = [place for place, title in enumerate(header) if "ID(" not in title]
            told += [(row[0] in mine, [row[place] for place in shown]) for row in rows]
    return {"told": told}


def told_beside_ids(rule: str, answer: Json) -> object:
    """What an answer tells, but for what is told by design.

    What one did to others stays one's own to undo: by their ids, without a name. Who asks to be
    friends shows themself; whom the viewer blocks is named as if the viewer did not.
    """
    if rule == EXPORT:
        return [told for own, told in answer["told"] if not own]
    if rule in OWN:
        return [each["user"] for each in answer["people"]]
    if rule == "/friendships/<user>":
        told = answer["friendship"]
        return None if told["state"] in ("asks_you", "blocked") else told["user"]
    return [] if rule in SHOWN else answer


def there(client: FlaskClient) -> set[str]:
    """Every address that answers a viewer."""
    rules = client.application.url_map.iter_rules()
    return {rule.rule for rule in rules if "GET" in (rule.methods or ())} - NOT_OF_A_VIEWER


def wandered(client: FlaskClient) -> list[str]:
    """Those of them that are asked about anything."""
    return sorted(there(client) - _OTHERWISE)


class Walk:
    """People's sessions, one after the other; what they are told goes to `found`."""

    def __init__(self, town: Town, store: GraphStore):
        """Walk in `town`; `store` is what the applications see of the town's."""
        self.town, self.found = town, Findings()
        self.cursors, self.memory = Watched(KEY), ViewerMemory(None)
        self.clients = {patience: self._client(store, patience) for patience in set(PATIENCE)}
        self.steering: dict[str, dict[str, object]] = {}
        self.client = self.clients[0.0]
        self.later, self.asked = 0, set[str]()

    def until(self, checks: int) -> Findings:
        """Walk until so much was checked, or something leaked."""
        while self.found.checked < checks and not self.found.leaks:
            self.session()
        return self.found

    def session(self) -> None:
        """One person's pages, steering and questions."""
        town = self.town
        user = town.one_of(town.regulars if town.rng.random() < 0.6 else town.users)
        viewer = None if town.rng.random() < 0.05 else user
        name = STRANGER if viewer is None else str(town.oracle.users[user]["username"])
        self.client = self.clients[PATIENCE[town.rng.integers(len(PATIENCE))]]
        asked = {"username": name, "page_size": town.one_of(["10", "25"]), "scores": "1"}
        asked |= self.drawn(user)
        if viewer is not None and town.rng.random() < 0.3:
            self.steers(viewer, name)
        if town.rng.random() < 0.2:
            self.meets(viewer, name)
        if viewer is not None and town.rng.random() < 0.3:
            self.looks(viewer)
        if viewer is not None and town.rng.random() < 0.3:
            self.wanders(viewer)
        self.pages(viewer, asked)

    def drawn(self, user: str) -> dict[str, str]:
        """What else is asked for."""
        town, asked = self.town, dict[str, str]()
        asked["kind"] = town.one_of(KINDS)
        if asked["kind"] == "similar":
            seen = town.oracle.engaged.of(user)
            asked["similar_to"] = town.one_of(seen or list(town.oracle.posts))
        if town.rng.random() < 0.2:
            asked["mood"] = town.one_of(["happy", "calm"])
        if town.rng.random() < 0.3:
            name = town.one_of(FILTERS)
            asked[name] = town.one_of(self.choices(name))
        return asked

    def choices(self, name: str) -> list[str]:
        """What a filter can be."""
        tables, groups = self.town.oracle.tables, list(self.town.oracle.groups)
        if name == "project_code":
            return sorted(set(tables["topics"]["project_code"]))
        files = {"category_id": "categories", "topic_id": "topics", "tag": "tags"}
        return groups if name == "group_id" else sorted(tables[files[name]]["id"])

    def pages(self, viewer: str | None, asked: Mapping[str, str]) -> None:
        """Some pages, by cursor or by number, and acts between them."""
        by_number = self.town.rng.random() < 0.3
        cursor: str | None = None
        for page in range(1, PAGES + 1):
            turn = {"page": str(page)} if by_number else {"cursor": cursor} if cursor else {}
            answer = self.page(viewer, {**asked, **turn})
            self.later += page > 1
            shown = [post["id"] for post in answer["post"]]
            if self.town.rng.random() < ASKED:
                self.question(viewer, asked, shown)
            cursor = answer["next_cursor"]
            if cursor is None:
                break
            slate, offset = self.cursors.sealed.pop(cursor)
            self.reading(viewer).cursor(cursor, slate)
            self.reading(viewer).newer(answer["newer_count"], slate, self.exactly(asked, turn))
            upcoming = slate.post_ids[offset : offset + int(asked["page_size"])]
            for _ in range(ACTS):
                self.town.act(viewer or self.town.one_of(self.town.users), upcoming or shown)

    def exactly(self, asked: Mapping[str, str], turn: Mapping[str, str]) -> bool:
        """Whether the count of newer posts can be foretold: nothing old is used, nor filtered."""
        filtered = any(name in asked for name in FILTERS)
        return bool(turn) and self.client is self.clients[0.0] and not filtered

    def page(self, viewer: str | None, asked: Mapping[str, str]) -> Json:
        """A page, checked."""
        response = self.get("/feed", asked)
        answer = as_json(response.data)
        reading = self.reading(viewer)
        if self.outside(viewer, asked):
            none = self.get("/feed", {**asked, "group_id": MISSING})
            same = (response.status_code, response.data) == (404, none.data)
            reading.found.check(same, "group", asked)
            return {"post": [], "next_cursor": None}
        if response.status_code != 200:
            reading.found.check(False, asked, answer)
            return {"post": [], "next_cursor": None}
        reading.page(answer)
        about = asked.get("similar_to")
        first = "cursor" not in asked and asked.get("page", "1") == "1"
        if about is not None and first and not self.town.oracle.sees(viewer, about):
            same = self.get("/feed", {**asked, "similar_to": MISSING}).data
            reading.found.check(same == response.data, "similar to", about)
        return answer

    def outside(self, viewer: str | None, asked: Mapping[str, str]) -> bool:
        """Whether the feed of a group is asked for that the viewer is not in."""
        group = asked.get("group_id")
        return group is not None and (viewer, group) not in self.town.oracle.members

    def question(self, viewer: str | None, asked: Mapping[str, str], shown: list[str]) -> None:
        """Why a post is there or not: one that is hidden is answered as one that is missing."""
        town, reading = self.town, self.reading(viewer)
        oracle, every = town.oracle, list(town.oracle.posts)
        left_out = [p for p in every if oracle.sees(viewer, p) and not oracle.brings(viewer, p)]
        post = town.one_of((shown, left_out, every)[town.rng.integers(3)] or every)
        response = self.get("/explain", {**asked, "post": post})
        if self.outside(viewer, asked):
            none = self.get("/explain", {**asked, "post": post, "group_id": MISSING})
            same = (response.status_code, response.data) == (404, none.data)
            reading.found.check(same, "explain in a group", asked)
        elif town.oracle.sees(viewer, post):
            reading.explanation(post, response.status_code, as_json(response.data))
        else:
            missing = self.get("/explain", {**asked, "post": MISSING})
            same = (response.status, response.data) == (missing.status, missing.data)
            reading.found.check(same and missing.status_code == 404, "explain", post)

    def steers(self, viewer: str, name: str) -> None:
        """What somebody saved is theirs, and nobody else's."""
        query = {"username": name}
        if self.town.rng.random() < 0.5:
            self.steering[viewer] = {"variety": float(self.town.rng.integers(-1, 2))}
            self.client.put("/steering", query_string=query, json=self.steering[viewer])
        answer = as_json(self.get("/steering", query).data)
        reading = self.reading(viewer)
        reading.names(answer, "steering")
        variety = self.steering.get(viewer, {}).get("variety", 0.0)
        reading.found.check(answer["steering"]["variety"] == variety, "steering", answer)
        self.asked.add("/steering/preview")
        preview = self.client.post(
            "/steering/preview", query_string=query, json={"discovery": 1.0 - 2.0 * variety**2}
        )
        reading.preview(as_json(preview.data))

    def meets(self, viewer: str | None, name: str) -> None:
        """Whom somebody may know."""
        answer = as_json(self.get("/people", {"username": name}).data)
        suggestions(self.reading(viewer), answer)

    def looks(self, viewer: str) -> None:
        """Somebody searches for what some post or person, hidden or not, is called."""
        oracle = self.town.oracle
        told = (
            oracle.posts[self.town.one_of(list(oracle.posts))].get("title"),
            oracle.users[self.town.one_of(list(oracle.users))].get("username"),
        )
        for words in (str(each) for each in told if each):
            answer = as_json(self.get("/search", {"viewer": viewer, "q": words}).data)
            # Of a public group everybody may know; of its posts its members alone, as ever.
            self.reading(viewer).names({n: v for n, v in answer.items() if n != "groups"}, "search")

    def wanders(self, viewer: str) -> None:
        """Somebody asks some of the addresses of the social side, about anybody and anything."""
        oracle, rules = self.town.oracle, wandered(self.client)
        about = {"post": list(oracle.posts), "user": list(oracle.users)}
        about |= {"group": list(oracle.groups)}
        for _ in range(WANDERED):
            rule = self.town.one_of(rules)
            path = re.sub(
                r"<(\w+)>", lambda found: self.town.one_of(about.get(found[1], [MISSING])), rule
            )
            self.asked.add(rule)
            query = {"viewer": viewer}
            if rule == "/posts" and self.town.rng.random() < 0.8:
                query["of"] = self.town.one_of(about["user"])
            with self.client.get(path, query_string=query) as response:
                response.get_data()
            good = response.status_code in (200, 403, 404)
            # Of a public group everybody may know.
            self.found.check(good, rule, response.status_code)
            if response.status_code == 200:
                read = partial(unzipped, viewer=viewer) if rule == EXPORT else as_json
                answer = read(response.data)
                groups = rule.startswith("/groups") or rule == EXPORT
                self.reading(viewer).names(told_beside_ids(rule, answer), (rule, path), groups)

    def reading(self, viewer: str | None) -> Reading:
        """What the viewer may be told now."""
        return Reading(self.town.oracle, viewer, self.found)

    def get(self, path: str, query: Mapping[str, str]) -> TestResponse:
        """An answer of the application that this session asks."""
        self.asked.add(path)
        return self.client.get(path, query_string=dict(query))

    def _client(self, store: GraphStore, patience: float) -> FlaskClient:
        app = create_app(
            store,
            clock=lambda: float(self.town.now),
            memory=self.memory,
            cursors=self.cursors,
            patience=patience,
        )
        client = app.test_client()
        # Errors bear their request's id: one that asks under the same may compare byte by byte.
        client.environ_base["HTTP_X_REQUEST_ID"] = "0" * 32
        return client
