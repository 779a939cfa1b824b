"""Several queries as one, and what is told of writes to those who keep what they read."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pandas as pd
import pytest

from graph.changes import LENGTH, MOST, Changes
from graph.errors import StoreError
from graph.model import Row
from graph.store import Call, GraphStore, Runs

ANA, BEN = "t:user:ana", "t:user:ben"


def person(user_id: str, **properties: object) -> Row:
    empty = dict.fromkeys(("username", "joined_at", "privacy", "active", "details"))
    return {"id": user_id, **empty, **properties}


@pytest.fixture
def two(any_store: GraphStore) -> GraphStore:
    any_store.run("load_users", rows=[person(ANA), person(BEN)])
    return any_store


def ask(runs: Runs, source: str, target: str) -> None:
    runs.run("load_asked", rows=[{"source": source, "target": target, "at": 1}])


def asked(store: GraphStore) -> set[tuple[str, str]]:
    return {(row["source"], row["target"]) for row in store.run("export_asked")}


def test_what_a_transaction_writes_is_seen_at_its_end_and_by_itself_before(two: GraphStore) -> None:
    begun, seen = threading.Event(), threading.Event()

    def work(graph: Runs) -> bool:
        ask(graph, ANA, BEN)
        begun.set()
        assert seen.wait(10)
        return bool(graph.run("export_asked"))

    with ThreadPoolExecutor(1) as other:
        done = other.submit(two.transact, work)
        assert begun.wait(10)
        assert asked(two) == set()
        seen.set()
        assert done.result()
    assert asked(two) == {(ANA, BEN)}


def test_a_transaction_that_raises_wrote_nothing(two: GraphStore) -> None:
    def work(graph: Runs) -> None:
        ask(graph, ANA, BEN)
        raise KeyError("enough")

    with pytest.raises(KeyError, match="enough"):
        two.transact(work)
    assert asked(two) == set()
    ask(two, BEN, ANA)
    assert asked(two) == {(BEN, ANA)}


def test_who_holds_the_same_people_decides_one_after_the_other(two: GraphStore) -> None:
    def unless_asked(source: str, target: str) -> None:
        def work(graph: Runs) -> None:
            graph.run("hold_people", user_ids=[ANA, BEN])
            if not graph.run("asked_people", user_id=target):
                ask(graph, source, target)

        two.transact(work)

    for _ in range(5):
        with ThreadPoolExecutor(8) as people:
            done = [
                people.submit(unless_asked, *pair)
                for _ in range(4)
                for pair in [(ANA, BEN), (BEN, ANA)]
            ]
            for each in done:
                each.result()
        assert len(asked(two)) == 1
        for source, target in asked(two):
            two.run("drop_asked", source=source, target=target)


def test_a_write_tells_the_ids_that_it_names_and_no_others(two: GraphStore) -> None:
    mark = two.changes.mark()
    two.run("load_users", rows=[person(ANA, username="ana")])
    assert not two.changes.holds(mark, ANA)
    assert two.changes.holds(mark, BEN)
    assert two.changes.holds(two.changes.mark(), ANA, BEN)


def test_a_look_up_changes_nothing(two: GraphStore) -> None:
    mark = two.changes.mark()
    two.run("user_cards", user_ids=[ANA])
    two.run_all([("user_cards", {"user_ids": [BEN]})])
    assert two.changes.holds(mark, ANA, BEN)


def test_a_load_tells_the_ids_of_its_rows(two: GraphStore) -> None:
    mark = two.changes.mark()
    two.load("users", pd.DataFrame({"id": [BEN], "username": ["ben"]}))
    assert two.changes.holds(mark, ANA)
    assert not two.changes.holds(mark, BEN)


def test_new_derived_edges_change_everything(two: GraphStore) -> None:
    mark = two.changes.mark()
    two.replace("NEAR", {})
    assert not two.changes.holds(mark, ANA)


def test_what_was_read_within_a_transaction_holds_no_more_after_it(two: GraphStore) -> None:
    """Who reads beside a write that is not made yet reads what was before it."""
    marks: list[int] = []

    def work(graph: Runs) -> None:
        ask(graph, ANA, BEN)
        marks.append(two.changes.mark())

    two.transact(work)
    assert not two.changes.holds(marks[0], ANA)
    assert not two.changes.holds(marks[0], BEN)


def test_a_transaction_that_raises_may_have_written(two: GraphStore) -> None:
    """Nobody knows of a commit whose answer was lost."""
    mark = two.changes.mark()

    def work(graph: Runs) -> None:
        ask(graph, ANA, BEN)
        raise KeyError("enough")

    with pytest.raises(KeyError):
        two.transact(work)
    assert not two.changes.holds(mark, ANA)


def test_only_the_embedded_engine_knows_every_write(any_store: GraphStore) -> None:
    assert any_store.changes.alone == (any_store.engine == "ladybug")


def test_the_ids_that_were_written_to_since_a_moment_are_told() -> None:
    changes = Changes(alone=True)
    changes.note(["before"])
    mark = changes.mark()
    assert changes.since(mark) == frozenset()
    changes.note(["one", "two"])
    changes.note(["two", "three"])
    assert changes.since(mark) == {"one", "two", "three"}
    changes.note_all()
    assert changes.since(mark) is None
    assert changes.since(changes.mark()) == frozenset()


def test_with_too_many_ids_everything_counts_as_changed() -> None:
    changes = Changes(alone=True)
    mark = changes.mark()
    changes.note(f"id {number}" for number in range(MOST))
    assert changes.holds(mark, "another")
    changes.note(["one more"])
    assert not changes.holds(mark, "another")
    assert changes.holds(changes.mark(), "another")


def test_a_text_that_is_too_long_for_an_id_is_not_kept(store: GraphStore) -> None:
    mark = store.changes.mark()
    store.run("load_users", rows=[person("x" * LENGTH), person("x" * (LENGTH + 1))])
    assert not store.changes.holds(mark, "x" * LENGTH)
    assert store.changes.holds(mark, "x" * (LENGTH + 1))


def test_a_transaction_reads_what_it_wrote_of_people_whose_tables_differ(two: GraphStore) -> None:
    """On Ladybug (0.22) a column that an edge's own table lacks is not null there, but anything."""

    def work(graph: Runs) -> list[Row]:
        graph.run("load_asked", rows=[{"source": ANA, "target": BEN, "at": 1_700_000_000}])
        return graph.run("between", user_id=ANA, other_id=BEN)

    (read,) = two.transact(work)
    assert (read["edge"], read["at"]) == ("ASKED", 1_700_000_000)


def test_what_is_foreseen_is_as_of_then_and_given_once(two: GraphStore) -> None:
    question: Call = "asked_people", {"user_id": BEN}

    def work(graph: Runs) -> list[int]:
        people: Call = "hold_people", {"user_ids": [ANA, BEN]}
        graph.foresee([people, question])
        held = graph.run("hold_people", user_ids=[ANA, BEN])
        before = graph.run("asked_people", user_id=BEN)
        ask(graph, ANA, BEN)
        return [len(held), len(before), len(graph.run("asked_people", user_id=BEN))]

    assert two.transact(work) == [2, 0, 1]
    two.foresee([question])
    assert two.run("asked_people", user_id=BEN) == [{"user_id": ANA}]


def test_what_is_written_one_after_the_other_is_written_in_that_order(two: GraphStore) -> None:
    def work(graph: Runs) -> None:
        for name in ("ana", "anna"):
            graph.run("load_users", rows=[person(ANA, username=name)])
            ask(graph, ANA, BEN)
            graph.run("drop_asked", source=ANA, target=BEN)
        ask(graph, BEN, ANA)

    two.transact(work)
    assert two.run("user_cards", user_ids=[ANA])[0]["username"] == "anna"
    assert asked(two) == {(BEN, ANA)}


def test_what_cannot_be_written_fails_its_transaction_whenever_it_is_sent(two: GraphStore) -> None:
    def work(graph: Runs) -> None:
        ask(graph, ANA, BEN)
        nobody = {"id": None, "name": None}
        graph.run("load_tags", rows=[nobody])

    with pytest.raises(StoreError):
        two.transact(work)
    assert asked(two) == set()
