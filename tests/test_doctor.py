"""`resonance doctor`: it says what is wrong and what to do, and makes and changes nothing."""

import json
from collections import namedtuple
from contextlib import ExitStack
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner
from filled_graphs import Fill, Prepared
from random_encoder import RandomTraining

from commands import checks
from commands.checks import Check, Place
from gnn.versions import Models
from graph.ingest import ingest_tables
from graph.schema import names
from graph.search.embedded import EmbeddedIndex
from graph.store import GraphStore, StoreConfig, open_store
from resonance import main
from web.keys import Keys

Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def place(prepared: Prepared, derived_village: Fill, tmp_path: Path) -> Place:
    """A service as it should be: a derived graph, its words, its model and a key."""
    with ExitStack() as stack:
        store = prepared.open_copy(derived_village, tmp_path / "copy", stack)
        people = [row["id"] for row in store.run("export_users")]
        posts = [row["id"] for row in store.run("export_posts")]
    Models(tmp_path / "model").add(RandomTraining(people, posts))
    url = f"ladybug:{tmp_path / 'copy' / 'graph'}"
    environ = {
        "RESONANCE_MEMORY": str(tmp_path / "memory.db"),
        "RESONANCE_KEYS": str(tmp_path / "keys.db"),
        "RESONANCE_CURSOR_KEY": "k" * 40,
    }
    Keys(tmp_path / "keys.db").add("backend")
    config = StoreConfig(url)
    with open_store(config) as store:
        index = EmbeddedIndex(store, config.search_path)
        index.catch_up()
        index.close()
    return Place(config, environ, tmp_path / "model")


def looked(place: Place) -> dict[str, Check]:
    return {each.name: each for each in checks.checks(place)}


def test_a_service_as_it_should_be_is_well_again_and_again(place: Place) -> None:
    for _ in range(2):
        found = looked(place)
        assert [each for each in found.values() if each.level != "ok"] == []
        assert len(found) == 10


def test_words_that_are_behind_the_graph_are_told(place: Place) -> None:
    with open_store(place.graph) as store:
        ingest_tables(store, {"users": pd.DataFrame({"id": ["u"], "username": ["newcomer"]})})
    found = looked(place)["search"]
    assert found.level == "warn" and "resonance reindex" in found.said


def test_a_model_of_another_graph_fails_and_none_is_a_warning(place: Place, tmp_path: Path) -> None:
    other = Place(place.graph, place.environ, tmp_path / "other")
    assert looked(other)["model"].level == "warn"
    Models(tmp_path / "other").add(RandomTraining(["x", "y"], ["p", "q"]))
    found = looked(other)["model"]
    assert found.level == "fail" and "another graph" in found.said


def test_a_clock_that_went_back_and_a_full_disk_fail(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    early = Place(place.graph, place.environ, place.model, clock=lambda: 1_000_000.0)
    assert looked(early)["clock"].level == "fail"
    for free, level in ((100 << 20, "fail"), (1 << 30, "warn")):
        monkeypatch.setattr("shutil.disk_usage", lambda path, free=free: Usage(0, 0, free))
        assert looked(place)["disk"].level == level


def test_a_graph_that_is_not_there_fails_and_is_not_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    told = CliRunner().invoke(main, ["--store", "ladybug:nowhere/graph", "doctor"])
    assert told.exit_code == 1
    (line,) = [each for each in told.output.splitlines() if each.startswith("fail")]
    assert "there is no graph at nowhere/graph" in line and "resonance load" in line
    assert list(tmp_path.iterdir()) == []


def test_a_setting_that_cannot_be_used_fails_in_one_line(place: Place) -> None:
    broken = Place(place.graph, dict(place.environ) | {"RESONANCE_LOG": "xml"}, place.model)
    found = looked(broken)
    assert found["settings"].level == "fail" and "RESONANCE_LOG" in found["settings"].said


def test_an_empty_graph_is_a_warning(tmp_path: Path, ladybug_url: str) -> None:
    open_store(ladybug_url).close()
    found = looked(Place(StoreConfig(ladybug_url), {}, tmp_path / "model"))
    assert found["graph"].level == "ok" and found["contents"].level == "warn"


def test_a_graph_of_before_is_told_of_and_not_brought_up(place: Place) -> None:
    with open_store(place.graph) as store:
        store._execute("DROP TABLE Schema", {}, "as it was before")  # type: ignore[attr-defined]
    for _ in range(2):
        found = looked(place)
        assert found["schema"].level == "warn" and "resonance migrate" in found["schema"].said
        assert "version 1, and this Resonance has 4" in found["schema"].said
    told = CliRunner().invoke(main, ["--store", place.graph.url, "migrate"])
    assert told.output == "schema: version 4, before 1\n"
    assert looked(place)["schema"] == Check("schema", "ok", "version 4, as this Resonance has it")
    assert looked(place)["contents"].level == "ok"


def test_a_graph_of_a_later_version_fails_by_name(place: Place) -> None:
    with open_store(place.graph) as store:
        store.run("put_schema_version", version=99)
    found = looked(place)
    assert found["graph"].level == "fail" and "a schema of version 99" in found["graph"].said


def test_a_table_that_is_missing_fails(place: Place) -> None:
    with open_store(place.graph) as store:
        store._execute("DROP TABLE NEAR", {}, "dropped")  # type: ignore[attr-defined]
    found = looked(place)["indexes"]
    assert found.level == "fail" and "NEAR is MISSING" in found.said
    assert "resonance migrate" in found.said


def test_an_index_that_is_not_filled_fails() -> None:
    class Filling:
        engine = "neo4j"

        def run(self, name: str, /, **params: object) -> list[dict[str, str]]:
            assert name == "schema_parts"
            there = dict.fromkeys(names("neo4j"), "ONLINE") | {"tag_id": "FAILED"}
            return [{"name": each, "state": state} for each, state in there.items()]

    store: GraphStore = Filling()  # type: ignore[assignment]
    found = checks.indexes(store)
    assert (
        found.level == "fail" and "tag_id is FAILED" in found.said and "post_id" not in found.said
    )


def test_json_says_the_same_and_the_exit_code_is_0_without_a_failure(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in place.environ.items():
        monkeypatch.setenv(name, value)
    arguments = ["--store", place.graph.url, "doctor", "--json", "--model", str(place.model)]
    told = CliRunner().invoke(main, arguments)
    assert told.exit_code == 0, told.output
    body = json.loads(told.output)
    assert body["status"] == "ok"
    assert {each["name"] for each in body["checks"]} == set(looked(place))
