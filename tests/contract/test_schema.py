"""A graph's schema: its version is kept, what it lacks is applied, a later one is refused."""

import re
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import ladybug
import neo4j
import pytest

from graph import schema
from graph.cypher_files import ENGINES, queries_of
from graph.errors import QueryFileError, SchemaNewer, StatementFailed
from graph.ladybug_store import LadybugStore
from graph.model import Row
from graph.queries.indexes import unusable
from graph.schema import Schema, bring_up, latest, migrations, names
from graph.store import GraphStore, StoreConfig, open_store

REFERENCE = Path(__file__).parents[2] / "docs" / "reference.md"
TAG = {"id": "rye", "name": "Rye"}


def test_both_engines_have_the_same_versions_and_they_are_documented() -> None:
    told = REFERENCE.read_text(encoding="utf-8").split("## Schema\n")[1].split("\n## ")[0]
    documented = [int(each) for each in re.findall(r"^\| (\d+) \|", told, re.MULTILINE)]
    for engine in ENGINES:
        assert [each.number for each in migrations(engine)] == documented
    assert names("neo4j") >= {"user_id", "schema_id", "search_posts", "event_at"}
    assert names("ladybug") >= {"User", "Group", "ON", "NEAR", "Schema"}


def test_every_statement_can_be_said_again() -> None:
    """A process may die between two of them, and the next one begins anew."""
    for engine in ENGINES:
        for text in (text for each in migrations(engine) for text in each.statements):
            assert "IF NOT EXISTS" in text, text


FIRST = """
CREATE NODE TABLE User(id STRING PRIMARY KEY, username STRING, joined_at INT64, privacy STRING,
    active BOOL, details STRING);
CREATE NODE TABLE Tag(id STRING PRIMARY KEY, name STRING);
CREATE NODE TABLE `Group`(id STRING PRIMARY KEY, name STRING, privacy STRING);
CREATE REL TABLE MUTES(FROM User TO User, FROM User TO Tag, at INT64);
CREATE (u:User {id: 'ann', username: 'ann'}) CREATE (g:`Group` {id: 'bakers', name: 'Bakers'})
    CREATE (t:Tag {id: 'rye', name: 'Rye'}) CREATE (u)-[:MUTES {at: 5}]->(t);
"""
"""Some of what the very first graphs had, which nobody numbered."""


def rows(connection: Any, text: str) -> list[list[Any]]:
    """What the engine itself answers, without a store of ours."""
    result = connection.execute(text)
    found: list[list[Any]] = result.get_all()
    result.close()
    return found


def test_a_graph_that_was_opened_has_the_latest_version_and_all_it_should(
    any_store: GraphStore,
) -> None:
    any_store.migrate()
    assert any_store.run("schema_version") == [{"version": latest(any_store.engine)}]
    if any_store.engine == "neo4j":
        any_store.run("await_search")
    assert unusable(any_store) == {}


def test_a_graph_of_the_first_days_is_brought_up_and_keeps_what_it_has(tmp_path: Path) -> None:
    database = ladybug.Database(str(tmp_path / "graph"))
    connection = ladybug.Connection(database)
    for statement in filter(str.strip, FIRST.split(";")):
        connection.execute(statement)
    connection.close()
    database.close()
    with LadybugStore(tmp_path / "graph") as store:
        assert store.schema == Schema(1, 4, 4)
        assert unusable(store) == {}
        assert store.run("export_tags") == [TAG]
        (group,) = store.run("export_groups")
        assert group["id"] == "bakers" and group["created_at"] is None
    with LadybugStore(tmp_path / "graph") as store:
        assert store.schema == Schema(4, 4, 4)


def test_migrating_makes_what_was_dropped_and_keeps_the_rest(tmp_path: Path) -> None:
    with LadybugStore(tmp_path / "graph") as store:
        assert store.schema == Schema(0, 4, 4)
        store.run("load_tags", rows=[TAG])
        store._execute("DROP TABLE NEAR", {}, "dropped")
        assert unusable(store) == {"NEAR": "MISSING"}
        assert store.migrate() == Schema(4, 4, 4)
        assert store.run("near_people", user_id="ann") == []
        assert store.run("export_tags") == [TAG]


def test_a_graph_that_is_opened_as_it_is_stays_so(tmp_path: Path) -> None:
    with LadybugStore(tmp_path / "graph") as store:
        store._execute("DROP TABLE Schema", {}, "as it was before")
        store._execute("DROP TABLE NEAR", {}, "as it was before")
    for _ in range(2):
        with open_store(f"ladybug:{tmp_path / 'graph'}", as_it_is=True) as store:
            assert store.schema == Schema(1, 1, 4)
            assert unusable(store) == {"NEAR": "MISSING", "Schema": "MISSING"}


def test_a_graph_of_a_later_version_is_refused_and_left_alone(tmp_path: Path) -> None:
    with LadybugStore(tmp_path / "graph") as store:
        store.run("load_tags", rows=[TAG])
        store.run("put_schema_version", version=99)
        store._execute("DROP TABLE NEAR", {}, "a later version has none")
    for as_it_is in (False, True, False):  # and a refused opening let go of the file
        with pytest.raises(SchemaNewer, match=r"graph has a schema of version 99.* up to 4"):
            LadybugStore(tmp_path / "graph", as_it_is)
    database = ladybug.Database(str(tmp_path / "graph"))
    connection = ladybug.Connection(database)
    there = {name for name, *_ in rows(connection, "CALL show_tables() RETURN name")}
    assert there == names("ladybug") - {"NEAR"}
    assert rows(connection, "MATCH (s:Schema) RETURN s.version") == [[99]]
    assert rows(connection, "MATCH (t:Tag) RETURN t.id") == [["rye"]]
    connection.close()
    database.close()


@pytest.mark.parametrize("lives", [0, 1, 40, -3, -2, -1])
def test_an_embedded_graph_whose_making_was_cut_off_is_made_to_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lives: int
) -> None:
    said: list[str] = []
    lives %= sum(len(each.statements) for each in migrations("ladybug")) + 1  # and the number
    execute = LadybugStore._execute

    def dying(self: LadybugStore, text: str, *told: Any) -> list[Row]:
        if text.startswith(("CREATE", "ALTER", "MERGE")):
            if len(said) == lives:
                raise StatementFailed("killed")
            said.append(text)
        return execute(self, text, *told)

    with monkeypatch.context() as patched, pytest.raises(StatementFailed, match="killed"):
        patched.setattr(LadybugStore, "_execute", dying)
        LadybugStore(tmp_path / "graph")
    with LadybugStore(tmp_path / "graph") as store:
        assert unusable(store) == {}
        assert store.run("schema_version") == [{"version": 4}]


def test_a_number_is_never_lowered(any_store: GraphStore) -> None:
    """A process of an earlier version may have begun before one of a later version ended."""
    any_store.migrate()
    any_store.run("put_schema_version", version=1)
    assert any_store.run("schema_version") == [{"version": 4}]


@pytest.mark.neo4j
def test_a_server_of_a_later_version_is_refused_and_of_an_earlier_brought_up(
    neo4j_store: GraphStore, neo4j_config: StoreConfig, test_graph: neo4j.Driver
) -> None:
    neo4j_store.migrate()
    try:
        for version in (99, 1):
            test_graph.execute_query("MATCH (s:Schema) SET s.version = $version", version=version)
            if version == 99:
                with pytest.raises(SchemaNewer, match="version 99"):
                    open_store(neo4j_config)
        with open_store(neo4j_config, as_it_is=True) as again:
            assert again.schema == Schema(1, 1, 4)
        with open_store(neo4j_config) as again:
            assert again.schema == Schema(1, 4, 4)
            assert again.run("schema_version") == [{"version": 4}]
    finally:
        test_graph.execute_query("MATCH (s:Schema) DELETE s")


@pytest.mark.neo4j
def test_processes_that_bring_one_server_up_at_once_all_open(
    neo4j_store: GraphStore, neo4j_config: StoreConfig, test_graph: neo4j.Driver
) -> None:
    """Who comes second to an index that is being made is told that it exists, and goes on."""
    test_graph.execute_query("DROP INDEX event_at IF EXISTS")
    for name in ("search_people", "search_handles", "search_posts", "search_groups", "search_tags"):
        test_graph.execute_query(f"DROP INDEX {name} IF EXISTS")
    with ThreadPoolExecutor(4) as threads:
        opened = list(threads.map(open_store, [neo4j_config] * 4))
    for each in opened:
        assert each.schema.version == 4
        each.close()
    neo4j_store.run("await_search")
    assert unusable(neo4j_store) == {}
    found = test_graph.execute_query("MATCH (s:Schema) RETURN s.version AS version").records
    assert [each["version"] for each in found] == [4]


class Engine:
    """Keeps what it is told, up to where it dies."""

    def __init__(self, lives: int, version: int | None):
        self.lives, self.version = lives, version
        self.said: list[str] = []

    def run(self, text: str, params: Mapping[str, object]) -> list[Row]:
        queries = queries_of("ladybug")
        if text == queries["schema_parts"].text:
            return [{"name": "User", "state": "ONLINE"}, {"name": "Schema", "state": "ONLINE"}]
        if text == queries["schema_version"].text:
            return [] if self.version is None else [{"version": self.version}]
        if len(self.said) == self.lives:
            raise StatementFailed("died")
        if text == queries["put_schema_version"].text:
            (self.version,) = params.values()  # type: ignore[assignment]
        self.said.append(text)
        return []


@pytest.fixture
def three(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Migrations of one statement, then one, then two; the last is shared by both engines."""
    (tmp_path / "ladybug").mkdir()
    (tmp_path / "ladybug" / "001_a.cypher").write_text("// Why.\nA;\n")
    (tmp_path / "ladybug" / "002_b.cypher").write_text("B;")
    (tmp_path / "003_c.cypher").write_text("C;\nD;")
    monkeypatch.setattr(schema, "SCHEMA", tmp_path)
    migrations.cache_clear()
    yield
    migrations.cache_clear()


@pytest.mark.parametrize(
    ("version", "said"),
    [(None, ["A", "B", "", "C", "D", ""]), (2, ["C", "D", ""]), (3, [])],
)
def test_what_a_graph_lacks_is_said_in_order_and_its_number_follows(
    three: None, version: int | None, said: list[str]
) -> None:
    engine = Engine(99, version)
    assert bring_up("ladybug", "graph", engine.run) == Schema(version or 0, 3, 3)
    keep = queries_of("ladybug")["put_schema_version"].text
    assert [text.replace(keep, "") for text in engine.said] == said
    assert engine.version == 3


@pytest.mark.parametrize("lives", range(6))
def test_whoever_dies_in_between_leaves_the_number_of_what_is_whole(
    three: None, lives: int
) -> None:
    engine = Engine(lives, None)
    with pytest.raises(StatementFailed):
        bring_up("ladybug", "graph", engine.run)
    assert engine.version == (2 if lives >= 3 else None)
    engine.lives = 99
    bring_up("ladybug", "graph", engine.run)
    assert engine.version == 3 and engine.said[-3:-1] == ["C", "D"]


def test_a_number_that_is_missing_or_given_twice_is_refused(three: None, tmp_path: Path) -> None:
    (tmp_path / "ladybug" / "003_too.cypher").write_text("E;")
    with pytest.raises(QueryFileError, match="003_too"):
        migrations("ladybug")
