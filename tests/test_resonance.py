"""The front door: every command has help, does its one thing, and fails in one sentence."""

import json
import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import numpy as np
import pandas as pd
import pytest
import requests
from apiflask import APIFlask
from click.testing import CliRunner, Result
from random_encoder import RandomTraining, random_encoder

from gnn.embeddings import EmbeddingTable
from gnn.features import PARTS
from gnn.likelihood import Decoder
from gnn.versions import Models
from graph.errors import StoreUnavailable
from graph.ingest import ingest_tables
from graph.loaders.folder import read_folder, write_folder
from graph.store import GraphStore, open_store
from resonance import main
from social.leaving import Leaving
from village.server import serve_village
from village.world import World, plant
from web.app import create_app
from web.config import WebConfig
from web.serve import serving
from web.state import state_of
from web.viewer_tokens import ViewerTokens

LADYBUG = "ladybug:graph"
Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run `resonance ...` in an empty folder; the graph is in its file ``graph``."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RESONANCE_STORE", LADYBUG)
    return lambda *arguments: CliRunner().invoke(main, arguments)


def commands(group: click.Group, prefix: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    found = []
    for name, command in group.commands.items():
        inner = commands(command, (*prefix, name)) if isinstance(command, click.Group) else []
        found += inner or [(*prefix, name)]
    return found


def said(result: Result) -> str:
    assert result.exit_code == 1, result.output
    assert result.output.startswith("Error: ")
    assert len(result.output.splitlines()) == 1, result.output
    return str(result.output)


@pytest.mark.parametrize("command", commands(main))
def test_every_command_has_help(run: Run, command: tuple[str, ...]) -> None:
    result = run(*command, "--help")
    assert result.exit_code == 0
    assert result.output.splitlines()[2].strip(), result.output


def test_the_module_is_the_command_too() -> None:
    command = [sys.executable, "-m", "resonance", "--help"]
    root = Path(__file__).parents[1]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=60)
    assert "A feed recommender on a property graph." in done.stdout, done.stderr


def test_a_folder_is_loaded_counted_derived_explored_and_exported(
    run: Run, tmp_path: Path, village: World
) -> None:
    write_folder(village.tables, tmp_path / "in")
    for arguments, shown in (
        (("load", "folder", "in"), "1,028"),
        (("stats",), "users                    120"),
        (("derive",), "SIMILAR"),
        (("explore", "hubs", "--set", "limit=3"), "friends"),
        (("explore",), "people_you_may_know(user_id, limit)"),
        (("export", "out"), "rows"),
    ):
        result = run(*arguments)
        assert result.exit_code == 0, (arguments, result.output)
        assert shown in result.output, (arguments, result.output)
    planted, exported = read_folder(tmp_path / "in"), read_folder(tmp_path / "out")
    assert {file: len(frame) for file, frame in planted.items()} == {
        file: len(frame) for file, frame in exported.items()
    }


def test_socialverse_is_loaded_over_http_with_settings_from_the_environment(
    run: Run, monkeypatch: pytest.MonkeyPatch, village: World
) -> None:
    with serve_village(village, "right-token", "right-algorithm") as url:
        monkeypatch.setenv("SOCIALVERSE_URL", url)
        monkeypatch.setenv("SOCIALVERSE_TOKEN", "right-token")
        monkeypatch.setenv("SOCIALVERSE_ALGORITHM", "right-algorithm")
        result = run("load", "socialverse")
        assert result.exit_code == 0, result.output
        assert "liked" in result.output
        monkeypatch.setenv("SOCIALVERSE_TOKEN", "wrong-token")
        told = said(run("load", "socialverse"))
        assert "SOCIALVERSE_TOKEN" in told and "wrong-token" not in told
        monkeypatch.setenv("SOCIALVERSE_URL", "http://127.0.0.1:9")
        assert "127.0.0.1:9" in said(run("load", "socialverse"))


def test_what_is_missing_or_malformed_is_one_sentence(run: Run, tmp_path: Path) -> None:
    assert "nowhere is not a folder" in said(run("load", "folder", "nowhere"))
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "posts.csv").write_text("id:ID(Post),created_at:long\np,soon\n")
    assert "posts.csv: record 2" in said(run("load", "folder", "bad"))
    assert "posts.csv: record 2" in said(run("evaluate", "bad"))
    (tmp_path / "bad" / "posts.csv").write_text("id:ID(Post),created_at:long\np,9000000000\n")
    for command in (("load", "folder", "bad"), ("prepare", "bad", "out")):
        assert "a day ahead of this machine's clock" in said(run(*command))
    assert not (tmp_path / "out").exists()
    assert "SOCIALVERSE_URL" in said(run("load", "socialverse"))
    assert run("migrate").exit_code == 0
    assert "'hub'" in said(run("explore", "hub"))
    assert "is neither ladybug:PATH" in said(run("--store", "mysql://x", "stats"))
    for scheme in ("bolt", "neo4j", "bolt+s", "neo4j+ssc"):
        told = said(run("--store", f"{scheme}://127.0.0.1:9", "stats"))
        assert "does not answer (Connection refused); start Neo4j there" in told
    assert "the store '' is neither" in said(run("--store", "", "stats"))
    assert "its bolt port, 7687," in said(run("--store", "http://127.0.0.1:7474", "stats"))


def test_a_malformed_folder_leaves_the_graph_as_it_was_and_the_mended_one_loads(
    run: Run, tmp_path: Path, village: World
) -> None:
    write_folder(village.tables, tmp_path / "in")
    liked = tmp_path / "in" / "liked.csv"
    text = liked.read_text(encoding="utf-8")
    liked.write_text(text + "only-one-field\n", encoding="utf-8")
    assert "liked.csv: record 207" in said(run("load", "folder", "in"))
    assert "there is no graph at graph" in said(run("stats"))
    liked.write_text(text, encoding="utf-8")
    assert run("load", "folder", "in").exit_code == 0
    assert "liked                    205" in run("stats").output


@dataclass(frozen=True)
class Elsewhere:
    """A training on some other graph, good so far."""

    ndcg: float
    embeddings = EmbeddingTable(
        np.array(["their:user"]),
        np.ones((1, 2), np.float32),
        np.array(["their:post"]),
        np.ones((1, 2), np.float32),
    )
    decoder = Decoder(PARTS, (1.0,) * len(PARTS), bias=-1.0)
    encoder = random_encoder(embeddings)
    evaluation = None

    @property
    def metadata(self) -> dict[str, object]:
        return {"valid": {"ndcg@10": self.ndcg}}


def test_trainings_are_listed_compared_promoted_and_rolled_back(run: Run, tmp_path: Path) -> None:
    assert run("models", "list").output == "no training in .data/model\n"
    models = Models(tmp_path / ".data" / "model")
    first, second = models.add(Elsewhere(0.1)), models.add(Elsewhere(0.2))
    listed = run("models", "list").output.splitlines()
    assert [line[:2].strip() for line in listed] == ["", "*"] and "0.2000" in listed[1]
    compared = run("models", "compare", first, second).output.split()
    assert compared == [first, second, "valid.ndcg@10", "0.1", "0.2"]
    assert run("models", "rollback").output.startswith(f"{first}: served")
    assert "before" in said(run("models", "rollback"))
    assert run("models", "promote", second).output.startswith(f"{second}: served")
    assert "no training" in said(run("models", "promote", "nothing"))


@dataclass(frozen=True)
class Looked(Elsewhere):
    """A training that looked at itself."""

    evaluation = {"ndcg@10": {"resonance": 0.2, "popularity": 0.125}}  # type: ignore[assignment]


def test_a_training_ends_with_its_line_of_the_list_its_place_and_what_comes_next(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gnn.train.train", lambda *settings: Looked(0.2))
    assert run("migrate").exit_code == 0
    line, place, memory = run("train").output.splitlines()
    assert "valid NDCG@10 0.2000" in line and "popularity 0.125" in line
    assert [line] == run("models", "list").output.splitlines()
    name = line.split()[1]
    assert place == f".data/model/{name}: served from the next start on"
    assert "resident" in memory
    line, place, _ = run("train", "--aside").output.splitlines()
    aside = line.split()[0]
    assert place.startswith(f".data/model/{aside}: kept beside the one served; resonance models")
    assert f"promote {aside} serves it" in place


def test_a_model_of_another_graph_is_named_and_not_served(
    run: Run, tmp_path: Path, village: World
) -> None:
    write_folder(village.tables, tmp_path / "in")
    assert run("load", "folder", "in").exit_code == 0
    Models(tmp_path / ".data" / "model").add(Elsewhere(0.1))
    for command in (("feed", "anyone"), ("serve", "--port", "0")):
        assert "of 1 of its users, 0 are here" in said(run(*command))


@pytest.mark.parametrize("when", ["while it was made", "while it was written"])
def test_who_leaves_while_a_training_is_under_way_is_not_in_it(
    run: Run, tmp_path: Path, village: World, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    write_folder(village.tables, tmp_path / "in")
    assert run("load", "folder", "in").exit_code == 0
    people, posts = (village.tables[each]["id"].tolist() for each in ("users", "posts"))
    models, written, add = Models(tmp_path / ".data" / "model"), list[bool](), Models.add

    def one_leaves() -> None:
        with open_store(LADYBUG) as store:
            Leaving(store).leave(people[3], 1_800_000_000)

    def trained(*_: object) -> RandomTraining:
        if when == "while it was made":
            one_leaves()
        return RandomTraining(people, posts)

    def noted(*told: Any, **how: Any) -> str:
        name = add(*told, **how)
        written.append(people[3] in models.load(name).embeddings.user_ids)
        if when == "while it was written":
            one_leaves()
        return name

    monkeypatch.setattr("gnn.train.train", trained)
    monkeypatch.setattr(Models, "add", noted)
    told = run("train")
    assert told.exit_code == 0, told.output
    (kept,) = models.versions()
    assert f"model/{kept.name}: " in told.output
    model = models.load()
    assert model.encoder is not None
    left = {*people} - {people[3]}
    assert left == {*model.embeddings.user_ids} == {*model.encoder.known["User"].ids}
    assert written == [when == "while it was written"]


def test_a_training_is_kept_also_where_nobody_can_look_who_left(
    run: Run, tmp_path: Path, village: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_folder({each: village.tables[each] for each in ("users", "posts")}, tmp_path / "in")
    assert run("load", "folder", "in").exit_code == 0
    people, posts = (village.tables[each]["id"].tolist() for each in ("users", "posts"))

    def away(_: object) -> GraphStore:
        raise StoreUnavailable("a server holds it")

    def trained(*_: object) -> RandomTraining:
        monkeypatch.setattr("commands.learning.opened", away)
        return RandomTraining(people, posts)

    monkeypatch.setattr("gnn.train.train", trained)
    told = run("train")
    assert told.exit_code == 0 and "is still in it" in told.stderr and "holds it" in told.stderr
    assert {*Models(tmp_path / ".data" / "model").load().embeddings.user_ids} == {*people}


def test_a_server_says_at_its_start_which_graph_and_model_it_has(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.serve.serve", lambda app, host, port, ready: ready())
    first, again = run("serve").output, run("serve", "--port", "9").output
    assert "http://127.0.0.1:8000/ (ladybug:graph, no model in .data/model)" in first
    assert "the graph is new and empty: load one" in first and "new and empty" not in again
    assert "http://127.0.0.1:9/" in again
    assert "there is no training in elsewhere" in said(run("serve", "--model", "elsewhere"))


@pytest.mark.parametrize("command", [("train",), ("evaluate", "in")])
def test_where_there_is_no_torch_a_sentence_says_so(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    write_folder({"users": pd.DataFrame({"id": ["u:1"]})}, tmp_path / "in")
    assert run("load", "folder", "in").exit_code == 0
    for module in ("gnn.train", "gnn.evaluate", "gnn.fitting", "gnn.model"):
        monkeypatch.delitem(sys.modules, module, raising=False)
    monkeypatch.setitem(sys.modules, "torch", None)
    told = said(run(*command))
    assert "this needs torch, which is not installed here" in told and ".[model]" in told


def test_a_feed_in_the_terminal_says_what_it_rests_on(run: Run, tmp_path: Path) -> None:
    words = "Night trains\nthrough the Alps, and what one sees of them out of the window at four"
    posts = {"id": ["p:1", "p:2", "p:3"], "title": ["Bread", None, None], "text": [None, words, ""]}
    users = pd.DataFrame({"id": ["u:1"], "username": ["ana"]})
    told = pd.DataFrame(posts).assign(created_at=range(1_760_000_000, 1_760_000_003))
    write_folder({"users": users, "posts": told}, tmp_path / "in")
    assert run("load", "folder", "in").exit_code == 0
    assert run("derive").exit_code == 0
    shown = run("feed", "ana").output
    assert "Bread" in shown and ". p:3" in shown and "nobody" not in shown
    assert ". Night trains through the Alps, and" in shown and "at four" not in shown
    assert "nobody is named 'Ana' (names are exact)" in run("feed", "Ana").output
    assert "there is no training in elsewhere" in said(run("feed", "ana", "--model", "elsewhere"))
    for number in ("0", "-1", "101"):
        assert run("feed", "ana", "--posts", number).exit_code == 2
    assert "  2. " not in run("feed", "ana", "--posts", "1").output


def test_the_settings_of_a_training_are_shown(run: Run) -> None:
    assert json.loads(run("train", "--show-config").output)["hidden"] == 64


def test_training_on_an_empty_graph_says_what_to_do(run: Run) -> None:
    assert run("migrate").exit_code == 0
    assert "load more engagements" in said(run("train"))


@pytest.mark.parametrize(
    "arguments",
    [
        ("feed", "ana"),
        ("derive",),
        ("train",),
        ("stats",),
        ("export", "out"),
        ("backup", "out"),
        ("reindex",),
        ("explore", "hubs"),
        ("explore", "draw_hubs", "--html", "hubs.html"),
        ("token", "ana"),
    ],
    ids=" ".join,
)
def test_what_only_reads_makes_no_graph_where_none_is(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    monkeypatch.setenv("RESONANCE_TOKEN_SECRET", "only for tests " * 3)
    told = said(run("--store", "ladybug:forgotten", *arguments))
    assert "there is no graph at forgotten: load one" in told and "--store" in told
    assert list(tmp_path.iterdir()) == []


def test_seeds_that_are_no_numbers_are_a_usage_error(run: Run, tmp_path: Path) -> None:
    result = run("evaluate", str(tmp_path), "--seeds", "one")
    assert result.exit_code == 2
    assert "is not a list of numbers" in result.output


def test_an_unknown_model_is_one_sentence_that_names_the_known(run: Run, tmp_path: Path) -> None:
    told = said(run("evaluate", str(tmp_path), "--models", "ease,eese"))
    assert "models are eese" in told and "popularity, popularity_recent, itemknn" in told


def test_only_the_models_that_are_asked_for_are_evaluated(run: Run, tmp_path: Path) -> None:
    write_folder(plant(users=60, posts=90, communities=3).tables, tmp_path / "town")
    result = run("evaluate", str(tmp_path / "town"), "--seeds", "0", "--models", "ease, popularity")
    lines = [line.split()[0] for line in result.output.splitlines() if line]
    assert result.exit_code == 0, result.output
    assert "ease" in lines and "popularity" in lines and "itemknn" not in lines


def test_a_key_is_printed_once_listed_without_itself_and_revoked(run: Run) -> None:
    key = run("keys", "add", "backend").output.strip()
    assert key.startswith("rsk_") and " " not in key
    assert run("keys", "add", "ops", "--role", "operator").exit_code == 0
    listed = run("keys", "list").output
    assert re.search(r"^backend +service +made 20..-..-.., never used$", listed, re.MULTILINE)
    assert re.search(r"^ops +operator ", listed, re.MULTILINE)
    assert "already; revoke it first" in said(run("keys", "add", "backend"))
    assert run("keys", "revoke", "backend").output == "backend: revoked\n"
    assert "resonance keys list" in said(run("keys", "revoke", "backend"))
    listed = run("keys", "list").output
    assert re.search(r"^backend .*, revoked 20..-..-..$", listed, re.MULTILINE)
    assert key not in listed and key[-43:] not in listed
    assert run("keys", "add", "x", "--role", "viewer").exit_code == 2


def test_a_file_that_holds_no_keys_is_one_sentence(run: Run, tmp_path: Path) -> None:
    assert "no keys; resonance keys add NAME" in run("keys", "list").output
    (tmp_path / ".data").mkdir()
    (tmp_path / ".data" / "keys.db").write_bytes(b"no database " * 1000)
    for arguments in (("keys", "list"), ("keys", "add", "x"), ("keys", "revoke", "x"), ("serve",)):
        assert "set RESONANCE_KEYS" in said(run(*arguments))


def test_a_token_is_minted_for_one_user_and_says_whom_it_cannot_be_for(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    users = {"id": ["a:1", "b:1", "a:2"], "username": ["ana", "ana", "ben"]}
    write_folder({"users": pd.DataFrame(users)}, tmp_path / "in")
    assert run("load", "folder", "in").exit_code == 0
    assert "RESONANCE_TOKEN_SECRET" in said(run("token", "ben"))
    monkeypatch.setenv("RESONANCE_TOKEN_SECRET", "short")
    assert "has 5 bytes" in said(run("token", "ben"))
    monkeypatch.setenv("RESONANCE_TOKEN_SECRET", secret := "only for tests " * 3)
    tokens = ViewerTokens(WebConfig(token_secret=secret))
    for name, user_id in (("ben", "a:2"), ("a:2", "a:2"), ("b:1", "b:1")):
        assert tokens.user_id(run("token", name).output.strip()) == user_id
    assert "a:1, b:1" in said(run("token", "ana"))
    assert "no active user is named 'cy'" in said(run("token", "cy"))
    assert "1,440 minutes" in said(run("token", "ben", "--minutes", "1441"))
    monkeypatch.setenv("RESONANCE_STORE", "bolt://127.0.0.1:9")
    assert tokens.user_id(run("token", "--user-id", "app:7").output.strip()) == "app:7"
    assert "does not answer" in said(run("token", "ben"))


def test_a_server_says_at_start_whether_it_is_open(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    served: list[tuple[bool, str]] = []

    def serve(app: APIFlask, host: str, port: int, listening: Callable[[], object]) -> None:
        served.append((state_of(app).callers.open, host))
        listening()

    monkeypatch.setattr("web.serve.serve", serve)
    lines = run("serve").output.splitlines()
    assert sum("open: no key" in line for line in lines) == 1
    assert sum("/desk#key=" in line for line in lines) == 1
    for host in ("0.0.0.0", "::", "some.name.example"):
        assert "resonance keys add NAME" in said(run("serve", "--host", host))
    run("keys", "add", "backend")
    closed = run("serve", "--host", "0.0.0.0").output
    assert "open: no key" not in closed and "#key=" not in closed
    run("keys", "revoke", "backend")
    assert "open: no key" not in run("serve").output, "revoking opens nothing"
    assert served == [(True, "127.0.0.1"), (False, "0.0.0.0"), (False, "127.0.0.1")]


@pytest.fixture
def taken() -> Iterator[int]:
    """A port on which somebody listens."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield other.getsockname()[1]


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_server_whose_port_is_taken_tells_that_and_no_address(
    run: Run, monkeypatch: pytest.MonkeyPatch, taken: int, workers: str
) -> None:
    monkeypatch.setenv("RESONANCE_MEMORY", "memory.db")
    told = said(run("serve", "--port", str(taken), "--workers", workers))
    assert f"127.0.0.1:{taken} cannot be listened on" in told and "--port" in told


def test_a_demo_whose_port_is_taken_leaves_the_one_before_as_it_was(
    run: Run, tmp_path: Path, taken: int
) -> None:
    before = tmp_path / ".data" / "demo" / "graph"
    before.parent.mkdir(parents=True)
    before.write_text("of the demo before")
    assert "cannot be listened on" in said(run("demo", "--port", str(taken)))
    assert before.read_text() == "of the demo before"


def test_a_token_secret_or_a_public_key_closes_a_server_too(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.serve.serve", lambda app, host, port, listening: listening())
    monkeypatch.setenv("RESONANCE_TOKEN_SECRET", "only for tests " * 3)
    assert "open: no key" not in run("serve", "--host", "0.0.0.0").output
    monkeypatch.delenv("RESONANCE_TOKEN_SECRET")
    monkeypatch.setenv("RESONANCE_TOKEN_PUBLIC_KEY", "nowhere.pem")
    assert "RESONANCE_TOKEN_ISSUER" in said(run("serve"))
    monkeypatch.setenv("RESONANCE_TOKEN_ISSUER", "https://id.app.example/")
    monkeypatch.setenv("RESONANCE_TOKEN_AUDIENCE", "app")
    assert "is no public key (FileNotFoundError)" in said(run("serve"))


def test_a_backup_beside_a_server_has_what_it_answered_and_is_put_back(run: Run) -> None:
    people, posts = pd.DataFrame({"id": ["a", "b"]}), pd.DataFrame({"id": ["p1", "p2"]})
    with open_store(LADYBUG) as store:
        ingest_tables(store, {"users": people, "posts": posts})
        with serving(create_app(store)) as url:
            liking = [f"{url}/posts/{post}/likes/me?viewer=a" for post in posts["id"]]
            assert requests.put(liking[0], timeout=30).status_code == 200
            assert run("backup", "aside").output.startswith("aside: ")
            assert requests.put(liking[1], timeout=30).status_code == 200
    assert run("--store", "ladybug:again", "restore", "aside").exit_code == 0
    with open_store("ladybug:again") as restored:
        assert restored.frame("export_liked")[["source", "target"]].values.tolist() == [["a", "p1"]]
    assert "again" in said(run("--store", "ladybug:again", "restore", "aside"))
