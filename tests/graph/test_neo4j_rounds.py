"""Many queries in one statement: what the server is asked, and whose each of its rows is."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

import neo4j
import pytest

from graph.cypher_files import queries_of
from graph.neo4j_rounds import Round
from graph.queries.stats import stats
from graph.store import Call, GraphStore

CARDS: Call = ("user_cards", {"user_ids": ["ana", "ben"]})
ALL = "all of them"
FRIENDS: tuple[Call, ...] = tuple(("friends_of", {"user_id": who}) for who in ("ana", "ben"))


def test_calls_of_one_query_are_one_part_and_each_gets_its_own_rows() -> None:
    asked = Round([*FRIENDS, CARDS])
    assert asked.parameters == {
        "calls": {
            "part_0": [{"user_id": "ana"}, {"user_id": "ben"}],
            "part_1": [{"user_ids": ["ana", "ben"]}],
        }
    }
    record = [[[["ben"], ["cy"]], []], [[["ana", "Ana", None, True]]]]
    assert asked.rows(record) == [
        [{"user_id": "ben"}, {"user_id": "cy"}],
        [],
        [{"user_id": "ana", "username": "Ana", "privacy": None, "active": True}],
    ]


def test_how_often_a_query_is_called_changes_no_text() -> None:
    """The server knows a text by its letters, and plans each that it does not know."""
    assert Round(FRIENDS).text == Round(FRIENDS[:1]).text


def test_queries_run_in_the_order_in_which_they_are_asked() -> None:
    hear: Call = ("hear", {"rows": []})
    asked = Round([CARDS, hear, CARDS])
    assert list(asked.parameters["calls"]) == ["part_0", "part_1", "part_2"]
    assert asked.text.index("$calls.part_0") < asked.text.index("MERGE (h:Heard")
    assert asked.text.index("MERGE (h:Heard") < asked.text.index("$calls.part_2")
    ben = ["ben", "Ben", "private", True]
    before, between, after = asked.rows([[[]], [[ben]]])
    assert (before, between, [row["user_id"] for row in after]) == ([], [], ["ben"])


def test_no_parameter_of_a_part_is_one_of_the_whole() -> None:
    for query in queries_of("neo4j"):
        if query.columns is not None:
            text = Round([(query.name, {})]).text
            assert set(re.findall(r"\$\w+", text)) == {"$calls"}, query.name


@pytest.mark.parametrize("name", ["stats", "leavers", "whole_cards", "list_near", "await_search"])
def test_what_reads_a_whole_kind_or_returns_nothing_is_no_part(name: str) -> None:
    assert queries_of("neo4j")[name].columns is None


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("did", ("edge", "at", "times", "percent", "kind")),
        ("viewer_context", ("edge", "label", "id")),
        ("likers_after", ("id", "at", "word")),
        ("hold_people", ("id",)),
        ("hear", ()),
    ],
)
def test_the_columns_are_those_that_the_text_returns(name: str, columns: tuple[str, ...]) -> None:
    assert queries_of("neo4j")[name].columns == columns


def test_a_part_says_of_each_key_that_it_starts_there() -> None:
    of_two, of_none = (Round([(name, {})]).text for name in ("did", "hear"))
    assert "]->(p:Post {id: this_call.post_id}) USING INDEX SEEK u:User(id) USING" in of_two
    assert "USING" not in of_none
    for query in queries_of("neo4j"):
        if query.columns is not None:
            text = Round([(query.name, {})]).text
            sought = Counter(re.findall(r"SEEK (\w+:`?\w+`?)\(id\)", text))
            found = re.sub(r"\b(?:MERGE|CREATE) \(.*", "", query.text)
            assert sought == Counter(re.findall(r"(\w+:`?\w+`?) \{id: ", found)), query.name


@pytest.mark.neo4j
@pytest.mark.forgets_plans
def test_every_part_starts_at_keys_whatever_the_server_counts(
    neo4j_store: GraphStore, test_graph: neo4j.Driver
) -> None:
    """By that its plan may be kept: here it is made while the server takes some index for empty.

    It looks at them seconds after they grew, so that they are made to grow again and again. A part
    that did not say where to start would scan one. One that comes to nodes of some label by edges,
    and says something of their ids, may scan that label's, the more so the better the server knows
    the others: so for these that one alone is taken for empty.
    """
    assert not any(stats(neo4j_store).values())
    parts = {each.name: each.text for each in queries_of("neo4j") if each.columns is not None}
    labels = set(re.findall(r"\(\w+:`?(\w+)`? \{id: ", " ".join(parts.values())))
    with test_graph.session() as session:
        for empty, names in sorted(by_what_is_empty(parts, labels).items()):
            grown = labels if empty == ALL else {empty}
            for first in range(0, len(names), 25):
                session.run("MATCH (n) WHERE n.id STARTS WITH 'young' DELETE n").consume()
                grow(session, labels - grown)
                session.run("CALL db.prepareForReplanning()").consume()  # no plan is left, either
                grow(session, grown)
                for name in names[first : first + 25]:
                    asked = Round([(name, {})])
                    plan = session.run(f"EXPLAIN {asked.text}", calls={}).consume().plan
                    assert plan is not None
                    scans = [each for each in operators(plan) if "Scan" in each]
                    assert not scans, (name, empty, scans)
    assert len(parts) > 200


@pytest.mark.neo4j
def test_rows_are_counted_without_a_look_at_any(test_graph: neo4j.Driver) -> None:
    counting = {each.name: each.text for each in queries_of("neo4j")}["stats"]
    with test_graph.session() as session:
        plan = session.run(f"EXPLAIN {counting}").consume().plan
    assert plan is not None
    found = Counter(each.partition("@")[0] for each in operators(plan))
    assert not [each for each in found if "Scan" in each or "Expand" in each]
    assert found["NodeCountFromCountStore"] > 5 < found["RelationshipCountFromCountStore"]


def by_what_is_empty(parts: Mapping[str, str], labels: set[str]) -> dict[str, list[str]]:
    """The parts by the label whose nodes they reach by no key; `ALL`: they have a key of each."""
    found = defaultdict(list)
    for name, text in parts.items():
        reached = {*re.findall(r"\(\w*:`?(\w+)`?\)", text)} & labels
        for label in reached or {ALL}:
            found[label].append(name)
    return found


def grow(session: neo4j.Session, labels: set[str]) -> None:
    if labels:
        young = ", ".join(f"(:`{label}` {{id: 'young' + n}})" for label in sorted(labels))
        session.run(f"UNWIND range(1, 100) AS n CREATE {young}").consume()


def operators(plan: dict[str, Any]) -> Iterator[str]:
    yield plan["operatorType"]
    for child in plan.get("children", ()):
        yield from operators(child)
