"""The operator's endpoints: the graph, sources by themselves, times, trainings, an evaluation."""

import io
import json
import re
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from asking import Asking, bearing
from filled_graphs import Filled
from flask.testing import FlaskClient
from prometheus_client import CollectorRegistry, Histogram
from records import EVALUATION, ITSELF, LOAD, LOADS, Kept, kept

import web.desk
from feed.memory import ViewerMemory
from feed.score import ADDED
from feed.sources import COMMON, PERSONAL
from gnn.features import PARTS
from gnn.versions import Models
from graph.derive.rebuild import derive
from graph.ingest import ingest_tables
from graph.queries.export import read_tables
from graph.queries.stats import MONTH, stats
from graph.store import GraphStore
from village.world import NOW
from web.app import create_app
from web.callers import Callers
from web.counting import PATIENCE
from web.json_log import logged_to
from web.measured import measured

Get = Callable[..., Any]
POSTS = {
    "open": ("friend", "public"),
    "known": ("you", "public"),
    "between friends": ("friend", "friends"),
    "diary": ("friend", "private"),
    "mine alone": ("me", "private"),
    "muted": ("bore", "public"),
}


def circle(store: GraphStore) -> None:
    """Me, my friend who writes for whom they like, you, and a bore whom I mute."""
    ids = [f"app:post:{name.replace(' ', '-')}" for name in POSTS]
    authors, privacy = zip(*POSTS.values(), strict=True)
    ingest_tables(
        store,
        {
            "users": pd.DataFrame(
                {
                    "id": ["me", "friend", "you", "bore"],
                    "joined_at": [NOW, NOW, NOW - 2 * MONTH, None],
                }
            ),
            "posts": pd.DataFrame(
                {"id": ids, "title": list(POSTS), "privacy": privacy, "created_at": NOW - 100}
            ),
            "authored": pd.DataFrame({"source": authors, "target": ids}),
            "friend": pd.DataFrame({"source": ["friend"], "target": ["me"]}),
            "mutes": pd.DataFrame({"source": ["me"], "target": ["bore"]}),
            "liked": pd.DataFrame({"source": ["me", "friend"], "target": ids[1], "at": NOW}),
        },
    )
    derive(store)


@pytest.fixture
def graph(filled: Filled) -> GraphStore:
    return filled(circle)


@pytest.fixture
def beside(graph: GraphStore, tmp_path: Path) -> Kept:
    return kept(tmp_path, graph)


@pytest.fixture
def client(graph: GraphStore, beside: Kept, asking: Asking) -> FlaskClient:
    return asking.app(
        graph, clock=lambda: float(NOW), records=beside.records, model_name=beside.later
    ).test_client()


@pytest.fixture
def get(client: FlaskClient, asking: Asking) -> Get:
    def asked(path: str, status: int = 200, method: str = "GET", **query: str) -> Any:
        answer = client.open(path, method=method, query_string=query, headers=asking.operator)
        assert answer.status_code == status, answer.text
        return answer.get_json()

    return asked


def test_every_source_and_part_of_a_score_is_explained_at_the_desk() -> None:
    script = Path(web.desk.__file__).with_name("static") / "desk_words.js"
    told = re.findall(r"^  (\w+): \"", script.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(told) == len(set(told))
    assert set(told) == {*PERSONAL, *COMMON, *PARTS, *ADDED}


def test_what_is_in_the_graph_is_counted_with_when_it_came_to_be(
    get: Get, graph: GraphStore
) -> None:
    told = get("/desk/graph")
    assert told["rows"] == stats(graph)
    began = [NOW // MONTH * MONTH, (NOW - 2 * MONTH) // MONTH * MONTH]
    assert told["growth"]["users"] == [
        {"from": began[1], "rows": 1},
        {"from": began[0], "rows": 2},
    ]
    assert sum(each["rows"] for each in told["growth"]["posts"]) == len(POSTS)
    assert "friend" not in told["growth"], "what bears no time"
    assert told["load"]["report"] == LOAD and told["load"]["written_at"] > 0
    assert told["loads"] == LOADS


def test_the_graph_is_counted_at_most_once_a_minute(graph: GraphStore, asking: Asking) -> None:
    now = [float(NOW)]
    client = asking.app(graph, clock=lambda: now[0]).test_client()

    def posts() -> int:
        told = client.get("/desk/graph", headers=asking.operator).get_json()
        assert told["counted_at"] <= now[0] and told["load"] is None
        assert told["loads"] == []
        return int(told["rows"]["posts"])

    before = posts()
    ingest_tables(graph, {"posts": pd.DataFrame({"id": ["app:post:new"]})})
    assert posts() == before
    now[0] += PATIENCE
    assert posts() == before + 1
    ingest_tables(graph, {"posts": pd.DataFrame({"id": ["app:post:newer"]})})
    now[0] -= 3_600  # the clock was set back
    assert posts() == before + 2


def test_each_source_is_seen_beside_the_feed_that_the_viewer_would_get(
    client: FlaskClient, get: Get, asking: Asking
) -> None:
    told = get("/desk/previews", username="me")
    feed = client.get("/feed", query_string={"username": "me"}, headers=asking.operator).get_json()
    assert [each["title"] or "between friends" for each in told["feed"]] == [
        each["title"] for each in feed["post"]
    ]
    assert [each["rank"] for each in told["feed"]] == [1, 2, 3]
    sources = {each["source"]: each for each in told["sources"]}
    friends = {each["post_id"]: each for each in sources["friends"]["posts"]}
    assert sources["friends"]["found"] == 2 and sources["friends"]["ms"] >= 0
    assert "app:post:diary" not in friends, "it is private, and takes nobody's place"
    assert friends["app:post:open"]["left_out"] == []
    popular = {each["post_id"]: each for each in sources["popular"]["posts"]}
    assert popular["app:post:muted"]["left_out"] == ["you mute its author"]
    scores = [each["score"] for each in sources["popular"]["posts"]]
    assert scores == sorted(scores, reverse=True)
    assert told["viewer"] == {"user_id": "me", "cold": False} and not told["learnt"]
    stranger = get("/desk/previews", username="nobody", mood="happy", page_size="1")
    assert stranger["viewer"] == {"user_id": None, "cold": True}
    assert len(stranger["feed"]) == 1
    assert get("/desk/previews", 400, username="me", category_id="7")["errors"]["category_id"]


def test_no_word_is_told_of_what_not_everybody_may_see(client: FlaskClient, asking: Asking) -> None:
    for who in ("me", "friend", "you", "nobody"):
        asked = {"username": who, "page_size": "100"}
        answer = client.get("/desk/previews", query_string=asked, headers=asking.operator)
        for name, (_, privacy) in POSTS.items():
            assert privacy == "public" or f'"{name}"' not in answer.text, (who, name)
    titles = {each["title"] for each in answer.get_json()["feed"]}
    assert titles == {"open", "known", "muted"}


def test_of_a_post_that_not_everybody_may_see_no_tag_is_told(graph: GraphStore) -> None:
    tagged = {"source": ["app:post:between-friends"], "target": ["sourdough"]}
    ingest_tables(
        graph,
        {
            "tags": pd.DataFrame({"id": ["sourdough"]}),
            "tagged": pd.DataFrame(tagged),
            "interested_in": pd.DataFrame({"source": ["me"], "target": ["sourdough"]}),
        },
    )
    callers = Callers(graph, desk_key="mine")
    client = create_app(graph, clock=lambda: float(NOW), callers=callers).test_client()
    answer = client.get("/desk/previews?username=me", headers=bearing("mine"))
    post = next(each for each in answer.get_json()["feed"] if each["title"] is None)
    assert post["post_id"] == "app:post:between-friends"
    assert "interests" in {each["source"] for each in post["reasons"]}
    assert "sourdough" not in answer.text


def test_a_look_leaves_nothing_behind(graph: GraphStore, asking: Asking) -> None:
    with ExitStack() as stack:
        memory = stack.enter_context(ViewerMemory(None))
        app = asking.app(graph, memory=memory, clock=lambda: float(NOW))
        client, before = app.test_client(), read_tables(graph)
        for path in ("/desk/previews?username=me", "/desk/graph", "/desk/times"):
            assert client.get(path, headers=asking.operator).status_code == 200
        assert memory.served("user me", NOW) == {}
        told = client.get("/desk/times", headers=asking.operator).get_json()
        assert told["sources"] == [], "nor does it count for the times of feeds"
        for kind, frame in read_tables(graph).items():
            pd.testing.assert_frame_equal(before[kind], frame)


def test_every_look_is_logged_by_the_name_of_the_key_and_names_nobody_looked_at(
    client: FlaskClient, asking: Asking
) -> None:
    stream = io.StringIO()
    with logged_to(stream):
        for path in (
            "/desk/previews?username=friend",
            "/explain?username=friend&post=app:post:open",
        ):
            assert client.get(path, headers=asking.operator).status_code == 200
    told = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [(each["rule"], each["caller"], each["key"]) for each in told] == [
        ("/desk/previews", "operator", "ops"),
        ("/explain", "operator", "ops"),
    ]
    assert "friend" not in stream.getvalue() and "open" not in stream.getvalue()


def test_times_are_told_by_source_and_route(client: FlaskClient, get: Get, asking: Asking) -> None:
    for _ in range(3):
        client.get("/feed", query_string={"username": "me"}, headers=asking.service)
    told = get("/desk/times")
    sources = {each["source"]: each for each in told["sources"]}
    assert sources["popular"]["asked"] == 3 and sources["popular"]["left_out"] == 0
    assert 0 <= sources["popular"]["p50_ms"] <= sources["popular"]["p95_ms"]
    route = next(each for each in told["routes"] if each["rule"] == "/feed")
    assert (route["method"], route["asked"], route["failed"]) == ("GET", 3, 0)
    assert told["streams"] == 0


def test_quantiles_are_read_off_the_buckets() -> None:
    registry = CollectorRegistry()
    source = Histogram(
        "resonance_source_seconds", "x", ("source",), registry=registry, buckets=(1, 2, 4)
    )
    for seconds in (0.5, 0.5, 1.5, 1.5, 3, 3, 3, 3, 9, 9):
        source.labels("near").observe(seconds)
    source.labels("never")
    found = measured(registry.collect()).sources
    near, never = found["near"], found["never"]
    assert (near.count, near.mean) == (10, 3.4)
    assert near.quantile(0.2) == 1 and near.quantile(0.3) == 1.5
    assert near.quantile(0.6) == 3 and near.quantile(1.0) == 4
    assert (never.count, never.mean, never.quantile(0.5)) == (0, None, None)


def test_a_training_is_promoted_and_taken_back_from_the_next_start_on(
    client: FlaskClient, get: Get, beside: Kept
) -> None:
    def served(told: Any) -> list[str]:
        return [each["name"] for each in told["models"] if each["served"]]

    told = get("/desk/models")
    assert [each["name"] for each in told["models"]] == [
        beside.earlier,
        beside.later,
        beside.foreign,
    ]
    assert (told["ranks"], told["before"]) == (beside.later, beside.earlier)
    assert [each["ranks"] for each in told["models"]] == [False, True, False]
    assert told["models"][1]["valid"] == {"ndcg@10": 0.31}
    assert [len(each["losses"]) for each in told["models"]] == [6, 6, 0]
    assert [each["best_epoch"] for each in told["models"]] == [5, 5, None]
    assert [each["evaluation"] for each in told["models"]] == [None, ITSELF, None]
    get(f"/desk/models/served/{beside.foreign}", 409, "PUT")
    get("/desk/models/served/nothing", 404, "PUT")
    get("/desk/models/served/..", 404, "PUT")
    assert served(get("/desk/models")) == [beside.later]
    told = get(f"/desk/models/served/{beside.earlier}", method="PUT")
    assert served(told) == [beside.earlier] and told["ranks"] == beside.later
    assert beside.records.models is not None
    assert Models(beside.records.models).load().name == beside.earlier
    back = f"/desk/models/served/{beside.earlier}"
    assert served(get(back, method="DELETE")) == [beside.later]
    get(back, 409, "DELETE")  # sent twice, it is one step
    get(f"/desk/models/served/{beside.later}", 409, "DELETE")  # nothing was before


def test_a_damaged_training_is_told_without_the_folder_that_it_lies_in(
    get: Get, beside: Kept
) -> None:
    assert beside.records.models is not None
    (beside.records.models / beside.earlier / "embeddings.npz").write_bytes(b"no table")
    told = get(f"/desk/models/served/{beside.earlier}", 409, "PUT")
    assert str(beside.records.models) not in str(told)


def test_a_training_of_another_version_is_named_unusable_and_the_others_stay_as_they_are(
    get: Get, beside: Kept
) -> None:
    assert beside.records.models is not None
    metadata = beside.records.models / beside.earlier / "metadata.json"
    metadata.write_text(json.dumps(json.loads(metadata.read_text()) | {"format": 1}))
    metadata.with_name("metadata.sha256").unlink()
    told = get("/desk/models")
    assert {each["name"]: each["usable"] for each in told["models"]} == {
        beside.earlier: False,
        beside.later: True,
        beside.foreign: True,
    }
    assert told["before"] is None, "nothing that could be served was served before"
    assert told["models"][1]["valid"] == {"ndcg@10": 0.31} and not told["models"][0]["valid"]
    get(f"/desk/models/served/{beside.earlier}", 409, "PUT")
    get(f"/desk/models/served/{beside.later}", 409, "DELETE")


def test_a_training_whose_evaluation_is_damaged_is_unusable_and_the_folder_is_not_told(
    get: Get, beside: Kept
) -> None:
    assert beside.records.models is not None
    (beside.records.models / beside.later / "evaluation.json").write_text("half a repo")
    answer = get("/desk/models")
    told = {each["name"]: each for each in answer["models"]}
    assert not told[beside.later]["usable"] and told[beside.later]["evaluation"] is None
    assert told[beside.earlier]["usable"] and str(beside.records.models) not in str(answer)


def test_the_evaluation_is_told_as_it_was_written(get: Get, beside: Kept) -> None:
    told = get("/desk/evaluation")["evaluation"]["report"]
    assert told["models"] == EVALUATION["models"] and told["lists"] == EVALUATION["lists"]
    assert told["reliability"][2] == [0.4, None, 12], "what is no JSON"
    assert "choices" not in told
    assert beside.records.evaluation is not None
    (beside.records.evaluation / "report.json").write_text("half a repo")
    assert get("/desk/evaluation")["evaluation"] is None


def test_a_server_that_keeps_nothing_says_so(graph: GraphStore, asking: Asking) -> None:
    client = asking.app(graph).test_client()
    told = client.get("/desk/models", headers=asking.operator).get_json()
    assert told == {"status": "success", "models": [], "ranks": None, "before": None}
    told = client.get("/desk/evaluation", headers=asking.operator).get_json()
    assert told == {"status": "success", "evaluation": None}
    answer = client.put("/desk/models/served/x", headers=asking.operator)
    assert answer.status_code == 404


def test_an_open_server_has_the_operator_who_started_it_and_no_other(graph: GraphStore) -> None:
    client = create_app(graph, callers=Callers(graph, desk_key="told at the start")).test_client()
    for given in ({}, bearing("told at the star"), bearing(""), {"Authorization": "Basic x"}):
        answer = client.get("/desk/times", headers=given)
        assert answer.status_code == 403, given
        assert ("the key is not known here" in answer.get_data(as_text=True)) is bool(given)
        assert client.get("/search?viewer=me&q=open", headers=given).status_code == 200
    mine = bearing("told at the start")
    assert client.get("/desk/times", headers=mine).status_code == 200
    foreign = mine | {"Origin": "https://elsewhere.example"}
    assert client.get("/desk/times", headers=foreign).status_code == 403
    unkeyed = create_app(graph).test_client()
    assert unkeyed.get("/desk/times", headers=bearing("")).status_code == 403


def test_a_closed_server_takes_no_notice_of_that_key(graph: GraphStore, asking: Asking) -> None:
    callers = Callers(graph, asking.keys, asking.tokens, "told at the start")
    client = create_app(graph, callers=callers).test_client()
    assert client.get("/desk/times", headers=bearing("told at the start")).status_code == 401
