"""Somebody takes along what is theirs and leaves, over HTTP; then every store is searched."""

import io
import json
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from asking import Asking
from flask.testing import FlaskClient
from random_encoder import RandomTraining
from traces import traces_in, traces_under
from werkzeug.test import TestResponse

from feed.cursors import Cursors
from feed.memory import ViewerMemory
from gnn.versions import Models
from graph.derive.rebuild import derive
from graph.errors import StoreUnavailable
from graph.frames import as_batches
from graph.ingest import ingest, ingest_tables
from graph.loaders.folder import read_folder, write_folder
from graph.queries.export import read_tables
from graph.search.opening import open_index
from graph.store import GraphStore, open_store
from web.answers import Answers
from web.records import Records
from web.state import state_of

Body = dict[str, Any]
NOW = 1_760_000_000
LEA, BEN, CAT, EVE, NEXT = (f"app:user:{name}" for name in ("7lea", "ben", "cat", "eve", "7lea2"))
NAME = "leavername"
PEOPLE = {LEA: NAME, BEN: "ben", CAT: "cat", EVE: "eve", NEXT: "nextone"}
FOUND: dict[str, object] = {"judged_users": 3, "ndcg@10": {"resonance": 0.4, "popularity": 0.1}}
"""What the training found of itself."""


class Place:
    """A closed server over a graph and everything that is kept beside it, in one folder."""

    def __init__(self, folder: Path, stack: ExitStack, asking: Asking | None = None):
        self.folder = folder
        self.asking = asking or Asking(folder / "keys")
        self.store: GraphStore = stack.enter_context(open_store(f"ladybug:{folder / 'graph'}"))
        memory = stack.enter_context(ViewerMemory(folder / "memory.db"))
        answers = stack.enter_context(closing(Answers(folder / "memory-answers.db")))
        index = open_index(self.store, folder / "graph-search.db")
        stack.enter_context(closing(index))
        self.app = self.asking.app(
            self.store,
            model=Models(folder / "model").load(),
            memory=memory,
            answers=answers,
            index=index,
            clock=lambda: float(NOW),
            cursors=Cursors("a key of this test alone, long enough"),
        )
        self.client: FlaskClient = self.app.test_client()

    def ask(self, who: str, path: str, body: object = None, key: str = "") -> TestResponse:
        """Ask as that user, by their token: ``PUT /blocks/ben``."""
        method, address = path.split(" ")
        headers = self.asking.viewer(who) | ({"Idempotency-Key": key} if key else {})
        answer = self.client.open(address, method=method, json=body, headers=headers)
        assert answer.status_code < 500, answer.get_data(as_text=True)
        return answer

    def told(self, who: str, path: str, body: object = None, key: str = "") -> Body:
        """The same, where it succeeds."""
        answer = self.ask(who, path, body, key)
        assert answer.status_code < 300, (path, answer.get_data(as_text=True))
        found: Body = answer.get_json()
        return found


def fill(folder: Path) -> None:
    """People, a few old posts of ben's, and a model that was trained on them."""
    privacy = ["public", "public", "public", "private", "public"]
    users = {"id": list(PEOPLE), "username": list(PEOPLE.values()), "privacy": privacy}
    old = [f"app:post:old{number}" for number in range(30)]
    hers = "app:post:hers"
    tables = {
        "users": pd.DataFrame(users),
        "posts": pd.DataFrame({"id": [*old, hers], "title": "Bread", "created_at": NOW - 100}),
        "authored": pd.DataFrame({"source": [BEN, CAT] * 15 + [LEA], "target": [*old, hers]}),
    }
    with open_store(f"ladybug:{folder / 'graph'}") as store:
        ingest_tables(store, tables)
        derive(store)
    Models(folder / "model").add(RandomTraining(list(PEOPLE), [*old, hers], FOUND))


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("filled")
    fill(folder)
    return folder


@pytest.fixture
def folder(filled: Path, tmp_path: Path) -> Path:
    """A folder of the test's own."""
    return shutil.copytree(filled, tmp_path / "place")


@pytest.fixture
def place(folder: Path) -> Iterator[Place]:
    with ExitStack() as stack:
        yield Place(folder, stack)


def live(place: Place) -> Body:
    """Everything there is to do; what came of it."""
    told = place.told
    made: Body = {}
    for number, who in enumerate((LEA, BEN)):
        told(who, "PATCH /profiles/me", {"bio": f"Bio of {PEOPLE[who]}"}, key=f"p{number}")
        told(who, "PUT /profiles/me/mood", {"mood": "happy"}, key="m")
        told(who, "PUT /interests/bread", key="i")
        told(who, "PUT /mutes/words/war")
        told(who, "PUT /mutes/tags/cars")
        told(who, "PUT /steering", {"discovery": 0.5})
        body = {"title": f"Post by {who[9:]}", "tags": ["bread"], "moods": ["happy"]}
        made[who] = told(who, "POST /posts", body, key="post")["post"]["post_id"]
        told(who, "PUT /notifications/preferences", {"mention": True})
        group = told(who, "POST /groups", {"name": f"Group {number}", "joining": "open"}, key="g")
        made[f"group {who}"] = group["group"]["group_id"]
        event = {"name": "Ball", "at": NOW + 1_000, "place": PEOPLE[who]}
        made[f"event {who}"] = told(who, "POST /happenings", event, key="h")["happening"][
            "event_id"
        ]
    told(LEA, "POST /friendships/requests", {"user": "ben"}, key="f")
    told(BEN, f"PUT /friendships/{LEA}", key="f")
    told(CAT, "POST /friendships/requests", {"user": LEA}, key="f")
    told(LEA, "POST /friendships/requests", {"user": EVE[:9] + "7lea2"}, key="f2")
    told(LEA, "PUT /mutes/people/cat")
    told(EVE, f"PUT /blocks/{LEA}", key="b")
    for who, post in ((LEA, made[BEN]), (BEN, made[LEA]), (CAT, made[LEA]), (CAT, made[BEN])):
        for path, body in (
            ("PUT /posts/{}/likes/me", None),
            ("POST /posts/{}/views", None),
            ("POST /posts/{}/inspirations", None),
            ("PUT /posts/{}/ratings/me", {"percent": 90}),
            ("PUT /posts/{}/reactions/me", {"kind": "love"}),
        ):
            told(who, path.format(post), body, key=path + post)
        comment = told(
            who, f"POST /posts/{post}/comments", {"text": f"By {who[9:]}"}, key="c" + post
        )
        made[who, post] = comment["comment"]["comment_id"]
        told(who, f"POST /posts/{post}/shares", {}, key="s" + post)
    made["answer"] = told(
        CAT, f"POST /comments/{made[LEA, made[BEN]]}/answers", {"text": "Indeed"}, key="a"
    )["comment"]["comment_id"]
    told(LEA, "PUT /posts/app:post:old1/hides/me")
    told(BEN, f"PUT /groups/{made[f'group {LEA}']}/members/me", key="j")
    told(LEA, f"PUT /groups/{made[f'group {BEN}']}/members/me", key="j")
    told(LEA, f"PUT /happenings/{made[f'event {BEN}']}/answers/me", {"answer": "maybe"}, key="w")
    told(BEN, f"PUT /happenings/{made[f'event {LEA}']}/answers/me", {"answer": "going"}, key="w")
    for who in PEOPLE:
        made["feed", who] = told(who, "GET /feed?page_size=3")["next_cursor"]
        told(who, "GET /feed?page_size=3&page=2")
        told(who, f"GET /search?q={NAME}")
        told(who, "GET /notifications")
    return made


def confirmed(place: Place, word: str = NAME, who: str = LEA) -> TestResponse:
    return place.ask(who, "DELETE /profiles/me", {"confirm": word})


def named(found: list[str]) -> list[str]:
    """Without what names only whose id begins as the leaver's."""
    return [each for each in found if LEA in each.replace(NEXT, "") or NAME in each]


def without_graph(found: list[str]) -> list[str]:
    """Without the embedded graph's own files, which keep old pages until these are used again."""
    return [each for each in found if each not in ("graph", "graph.wal")]


def test_after_a_life_and_a_leaving_no_store_has_a_trace_of_the_id(folder: Path) -> None:
    words = (LEA, NAME, 'by 7lea"', 'By 7lea"', "bio of leavername")
    with ExitStack() as stack:
        place = Place(folder, stack)
        made = live(place)
        with place.ask(LEA, "GET /profiles/me/export") as answer:
            assert answer.mimetype == "application/zip"
            exported = answer.data
        before = {each.removesuffix("-wal") for each in traces_under(folder, *words, but=NEXT)}
        (training,) = Models(folder / "model").versions()
        table, encoder = (f"model/{training.name}/{file}.npz" for file in ("embeddings", "encoder"))
        assert before >= {"memory.db", "memory-answers.db", "graph-search.db", table}
        assert encoder not in before, "who its rows are of is in the table alone"
        assert confirmed(place, "ben").status_code == 400
        assert confirmed(place).get_json() == {"status": "success", "left": True}
        # While it runs: nothing beside the graph holds a letter, logs neither.
        assert without_graph(traces_under(folder, *words, but=NEXT)) == []
        assert named(traces_in(place.store, LEA, NAME)) == []
        others_are_told_nothing(place, made)
        write_folder(read_tables(place.store), folder / "exported")
    assert without_graph(traces_under(folder, *words, but=NEXT)) == []
    model = Models(folder / "model").load()
    assert model.evaluation == FOUND, "sums over people stay"
    assert LEA not in model.embeddings.user_ids and BEN in model.embeddings.user_ids
    assert list(model.embeddings.post_ids).count("app:post:hers") == 0
    with ExitStack() as stack:
        again = Place(folder, stack, place.asking)
        assert named(traces_in(again.store, LEA, NAME)) == []
        assert again.told(BEN, f"GET /search?q={NAME}")["people"] == []
        what_was_exported_is_theirs_and_loads(again, exported, made)


def test_who_leaves_is_forgotten_by_a_training_that_ended_after_the_server_was_started(
    folder: Path,
) -> None:
    with ExitStack() as stack:
        store = stack.enter_context(open_store(f"ladybug:{folder / 'graph'}"))
        asking = Asking(folder / "keys")
        app = asking.app(store, records=Records(folder / "model"), clock=lambda: float(NOW))
        answer = app.test_client().delete(
            "/profiles/me", json={"confirm": NAME}, headers=asking.viewer(LEA)
        )
        assert answer.status_code == 200
    model = Models(folder / "model").load()
    assert LEA not in model.embeddings.user_ids and BEN in model.embeddings.user_ids
    assert "app:post:hers" not in model.embeddings.post_ids
    assert traces_under(folder / "model", LEA, but=NEXT) == []


def test_the_desk_knows_which_training_ranks_also_after_somebody_left_it(folder: Path) -> None:
    with ExitStack() as stack:
        store = stack.enter_context(open_store(f"ladybug:{folder / 'graph'}"))
        asking, kept = Asking(folder / "keys"), Models(folder / "model")
        model, records = kept.load(), Records(folder / "model")
        app = asking.app(store, model=model, records=records, model_name=model.name)
        client = app.test_client()

        def ranks() -> tuple[str, list[bool]]:
            told = client.get("/desk/models", headers=asking.operator).get_json()
            return told["ranks"], [each["ranks"] for each in told["models"]]

        assert ranks() == (model.name, [True])
        left = client.delete("/profiles/me", json={"confirm": NAME}, headers=asking.viewer(LEA))
        assert left.status_code == 200
        (version,) = kept.versions()
        assert version.name != model.name and ranks() == (version.name, [True])


def others_are_told_nothing(place: Place, made: Body) -> None:
    """Every answer to the others, and every refusal to the leaver."""
    for path in ("GET /feed", "GET /notifications", "GET /profiles/me/export"):
        assert place.ask(LEA, path).status_code == 401
    assert confirmed(place).status_code == 401
    service = place.asking.service
    for query in ({"viewer": NAME}, {"viewer": LEA}):
        answer = place.client.get("/notifications", query_string=query, headers=service)
        assert answer.status_code == 404
    cursor = {"username": NAME, "cursor": made["feed", LEA], "page_size": 3}
    answer = place.client.get("/feed", query_string=cursor, headers=service)
    assert answer.status_code == 400 and "another viewer" in answer.get_json()["message"]
    for path in (
        f"GET /posts/{made[LEA]}",
        f"GET /profiles/{LEA}",
        f"GET /profiles/{NAME}",
        f"GET /happenings/{made[f'event {LEA}']}",
        f"GET /comments/{made[BEN, made[LEA]]}",
    ):
        assert place.ask(BEN, path).status_code == 404, path
    for who in (BEN, CAT, EVE, NEXT):
        for path in (
            "GET /feed?page_size=50",
            f"GET /feed?page_size=3&cursor={made['feed', who]}",
            "GET /people",
            "GET /friendships",
            "GET /friendships/requests/incoming",
            "GET /friendships/requests/outgoing",
            "GET /blocks",
            "GET /mutes/people",
            "GET /notifications",
            f"GET /posts/{made[BEN]}",
            f"GET /posts/{made[BEN]}/likes",
            f"GET /posts/{made[BEN]}/reactions",
            f"GET /posts/{made[BEN]}/comments",
            f"GET /comments/{made[LEA, made[BEN]]}",
            f"GET /comments/{made['answer']}",
            f"GET /happenings/{made[f'event {BEN}']}/answers",
            f"GET /search?q={NAME}",
        ):
            text = json.dumps(place.told(who, path)).replace(NEXT, "")
            assert LEA not in text and NAME not in text, (who, path)
    counts = place.told(CAT, f"GET /posts/{made[BEN]}")["post"]["counts"]
    reacted = {"reactions": {"love": 1}, "comments": 2, "shares": 1}
    assert counts == {"likes": 1, "inspired": 1, **reacted}
    deleted = place.told(BEN, f"GET /comments/{made[LEA, made[BEN]]}")["comment"]
    assert (deleted["deleted"], deleted["text"], deleted["user"]) == (True, "", None)
    group = place.told(BEN, f"GET /groups/{made[f'group {LEA}']}")["group"]
    assert group["mine"]["role"] == "owner"
    model = state_of(place.app).model
    assert model is not None and model.embedding_of(LEA) is None and model.embedding_of(BEN)


def what_was_exported_is_theirs_and_loads(place: Place, exported: bytes, made: Body) -> None:
    folder = place.folder / "unzipped"
    zipfile.ZipFile(io.BytesIO(exported)).extractall(folder)
    kept = json.loads((folder / "kept.json").read_text())
    assert kept["steering"]["discovery"] == 0.5 and len(kept["embedding"]) == 4
    assert kept["notification_preferences"]["mention"] is True
    assert {each["kind"] for each in kept["notifications"]} >= {"friend_accepted", "comment"}
    assert len(kept["served"]) >= 3
    tables = read_folder(folder)
    users = tables["users"].set_index("id")
    assert "Bio of leavername" in users.loc[LEA, "details"]
    # Others are ends of edges alone, and who blocks is not there at all.
    assert set(users.index) == {LEA, BEN, CAT, NEXT}
    assert users.drop(index=LEA).isna().all(axis=None)
    hers = tables["posts"].dropna(subset=["created_at"])
    assert set(hers["id"]) > {made[LEA], "app:post:hers"} and "Post by ben" not in str(tables)
    assert set(tables["comments"]["text"].dropna()) == {"By 7lea"}
    wanted = {"liked", "viewed", "rated", "reacted", "hid", "mutes", "mutes_words", "feels"}
    assert wanted | {"friend", "asked", "member_of", "attends", "tagged", "shares"} <= set(tables)
    assert set(tables["asked"]["source"]) == {LEA, CAT} and "blocks" not in tables
    report = ingest(place.store, as_batches(tables))
    assert report.refused == {} or not any(report.refused.values())


def test_nobody_leaves_by_accident(place: Place) -> None:
    for body in ({}, {"confirm": ""}, {"confirm": "ben"}, {"confirm": None}, {"confrim": NAME}, 7):
        assert place.ask(LEA, "DELETE /profiles/me", body).status_code == 400
    assert place.told(LEA, "GET /profiles/me")["profile"]["name"] == NAME


def test_a_page_and_an_answer_that_are_under_way_are_not_kept_of_who_leaves(place: Place) -> None:
    state = state_of(place.app)
    memory = state.recommender._memory
    assert memory is not None
    remember, once = memory.remember, state.answers.once
    with pytest.MonkeyPatch.context() as patched:

        def late(viewer: str, post_ids: list[str], now: int) -> None:
            state.leaving.leave(LEA, NOW)
            remember(viewer, post_ids, now)

        patched.setattr(memory, "remember", late)
        place.told(LEA, "GET /feed")
    assert memory.served(f"user {LEA}", NOW) == {}
    assert len(state.recommender._slates) == 0
    with pytest.MonkeyPatch.context() as patched:

        def leaves_meanwhile(asked: Any, now: int, act: Any, aside: Any) -> Any:
            def acts() -> Any:
                answer = act()
                state.leaving.leave(CAT, NOW)
                return answer

            return once(asked, now, acts, aside)

        patched.setattr(state.answers, "once", leaves_meanwhile)
        place.told(CAT, "PUT /interests/bread", key="k")
    steered = place.ask(BEN, "PUT /steering", {"variety": 1.0})
    assert steered.status_code == 200
    assert traces_under(place.folder / "keys", LEA, CAT, but=NEXT) == []
    found = traces_under(place.folder, LEA, CAT, but=NEXT)
    assert without_graph(found) == []


def test_what_failed_on_the_way_is_finished_when_the_next_one_leaves(place: Place) -> None:
    live(place)
    with pytest.MonkeyPatch.context() as patched:

        def fails(*told: object) -> None:
            raise StoreUnavailable("the graph is away")

        patched.setattr("graph.actions.leaving.erase_posts", fails)
        with pytest.raises(AssertionError, match="does not answer"):
            confirmed(place)
    # Nobody sees half of them, nor can they come back.
    assert place.ask(BEN, f"GET /profiles/{LEA}").status_code == 404
    assert place.ask(LEA, "GET /feed").status_code == 401
    assert named(traces_in(place.store, LEA, NAME)) != []
    assert confirmed(place, "cat", CAT).status_code == 200
    assert named(traces_in(place.store, LEA, NAME)) == []
    assert without_graph(traces_under(place.folder, LEA, CAT, NAME, but=NEXT)) == []


def test_an_export_tells_of_secret_groups_by_their_id_alone_to_who_is_not_in_them(
    place: Place,
) -> None:
    secret = place.told(BEN, "POST /groups", {"name": "Cellar", "privacy": "private"})["group"]
    group = secret["group_id"]
    place.told(BEN, f"PUT /groups/{group}/invitations/{LEA}")
    place.told(LEA, f"PUT /groups/{group}/members/me")
    place.told(LEA, "POST /posts", {"text": "Down here", "group": group})
    assert exported(place)["groups"].to_dict("records")[0]["name"] == "Cellar"
    place.told(LEA, f"DELETE /groups/{group}/members/me")
    left = exported(place)
    assert list(left["groups"]["id"]) == [group] and "Cellar" not in str(left["groups"].values)
    assert list(left["posted_in"]["target"]) == [group]


def exported(place: Place) -> dict[str, pd.DataFrame]:
    """The tables of the leaver's export."""
    with place.ask(LEA, "GET /profiles/me/export") as answer:
        archive = zipfile.ZipFile(io.BytesIO(answer.data))
    folder = place.folder / f"unzipped{len(list(place.folder.iterdir()))}"
    archive.extractall(folder)
    return read_folder(folder)
