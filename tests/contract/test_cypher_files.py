"""Query files: what they declare is what the engine gets, or nobody gets anything."""

import re
from collections import Counter
from pathlib import Path

import pytest

from graph.cypher_files import (
    CYPHER,
    ENGINES,
    CypherFiles,
    queries_of,
    read_queries,
)
from graph.errors import ParameterError, QueryFileError, UnknownQuery
from graph.model import KINDS
from graph.schema import migrations

HEAD = "// name: posts_of(user_id: string, limit: int)\n// The latest first.\nMATCH (n) RETURN n\n"


def queries(tmp_path: Path, **files: str) -> CypherFiles:
    for name, text in files.items():
        path = tmp_path / (name.replace("__", "/") + ".cypher")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return CypherFiles("ladybug", tmp_path)


def test_a_query_carries_its_parameters_documentation_text_and_place(tmp_path: Path) -> None:
    query = queries(tmp_path, read__feed=HEAD)["posts_of"]
    assert [(each.name, each.type) for each in query.parameters] == [
        ("user_id", "string"),
        ("limit", "int"),
    ]
    assert query.doc == "The latest first."
    assert query.text == "MATCH (n) RETURN n"
    assert query.where == "read/feed.cypher:1"
    assert not query.writes


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({"user_id": "a", "lmit": 1}, "missing ['limit'], unknown ['lmit']"),
        ({"user_id": 1, "limit": 1}, "user_id is int, not string"),
        ({"user_id": "a", "limit": True}, "limit is bool, not int"),
        ({"user_id": "a", "limit": 1.0}, "limit is float, not int"),
    ],
)
def test_a_wrong_parameter_is_named_with_the_file_and_line(
    tmp_path: Path, params: dict[str, object], said: str
) -> None:
    query = queries(tmp_path, read__feed=HEAD)["posts_of"]
    with pytest.raises(ParameterError, match=r"posts_of \(read/feed.cypher:1\)") as caught:
        query.check(params)
    assert said in str(caught.value)


def test_rows_have_the_declared_columns_and_types_and_may_hold_nulls(tmp_path: Path) -> None:
    text = "// name: put(rows: [id: string, at: int])\nUNWIND $rows AS row MERGE (n {id: row.id})\n"
    query = queries(tmp_path, load__put=text)["put"]
    query.check({"rows": [{"id": "a", "at": None}, {"at": 1, "id": "b"}]})
    assert query.writes and query.unwinds == "rows"
    for wrong in ([{"id": "a"}], [{"id": "a", "at": 1.5}], [{"id": 1, "at": 1}], {"id": "a"}):
        with pytest.raises(ParameterError):
            query.check({"rows": wrong})


def test_an_engines_folder_overrides_the_shared_text_for_that_engine_alone(tmp_path: Path) -> None:
    other = HEAD.replace("MATCH (n) RETURN n", "MATCH (m) RETURN m")
    ladybug = queries(tmp_path, read__feed=HEAD, read__ladybug__feed=other)
    assert ladybug["posts_of"].text == "MATCH (m) RETURN m"
    assert CypherFiles("neo4j", tmp_path)["posts_of"].text == "MATCH (n) RETURN n"


def test_an_unknown_name_is_an_error_that_names_near_ones(tmp_path: Path) -> None:
    with pytest.raises(UnknownQuery, match="posts_of"):
        queries(tmp_path, read__feed=HEAD)["posts_off"]


@pytest.mark.parametrize(
    "text",
    [
        "MATCH (n) RETURN n\n",
        "// name: broken\nRETURN 1\n",
        "// name: broken(a: number)\nRETURN 1\n",
        "// name: empty()\n",
        HEAD + HEAD,
    ],
)
def test_a_file_that_is_not_queries_is_refused_with_its_line(tmp_path: Path, text: str) -> None:
    with pytest.raises(QueryFileError, match="feed.cypher:"):
        queries(tmp_path, read__feed=text)


@pytest.mark.parametrize("engine", ENGINES)
def test_every_query_file_of_the_house_is_read(engine: str) -> None:
    names = {query.name for query in CypherFiles(engine)}
    assert {f"load_{file}" for file in KINDS} <= names
    assert {f"export_{file}" for file in KINDS} <= names


def test_every_query_explains_itself_unless_its_name_says_all() -> None:
    for path in sorted((CYPHER / "explore").glob("*.cypher")):
        for query in read_queries(path):
            assert query.doc.endswith("."), query.where


def test_a_schema_file_is_its_statements() -> None:
    found = [text for each in migrations("neo4j") for text in each.statements]
    made = Counter(statement.split()[1] for statement in found)
    assert made == {"CONSTRAINT": 18, "INDEX": 3, "FULLTEXT": 5}


def test_no_step_over_several_tables_reads_a_text_that_some_of_them_lack_on_ladybug() -> None:
    # It ends the process where the same transaction has written to one of them (Ladybug 0.22).
    schema = "\n".join(text for each in migrations("ladybug") for text in each.statements)
    tables = re.findall(r"REL TABLE IF NOT EXISTS (\w+)\(([^)]*)\)", schema)
    texts = {name: set(re.findall(r"(\w+) STRING", columns)) for name, columns in tables}
    assert texts["REACTED"] == {"kind"}
    for query in queries_of("ladybug"):
        for part in query.text.split("UNION"):
            for variable, types in re.findall(r"\[(\w+):(\w+(?:\|\w+)+)", part):
                read = set(re.findall(rf"\b{variable}\.(\w+)", part))
                lacking = [
                    read & set.union(*texts.values()) - texts[each] for each in types.split("|")
                ]
                assert not any(lacking), f"{query.where} reads {lacking}"
