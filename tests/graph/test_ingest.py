"""Loading: nothing is lost in silence, nothing is there twice."""

import pandas as pd
import pytest

from graph.cypher_files import queries_of
from graph.errors import SourceUnavailable
from graph.ingest import ingest, ingest_tables
from graph.model import KINDS, Batch, Tables
from graph.queries.export import read_tables
from graph.queries.people import users_named
from graph.queries.stats import stats
from graph.store import GraphStore, open_store
from village.world import World


def edges(*pairs: tuple[str, str]) -> pd.DataFrame:
    return pd.DataFrame(pairs, columns=["source", "target"])


def small() -> dict[str, pd.DataFrame]:
    return {
        "users": pd.DataFrame({"id": ["a", "b"], "username": ["ann", "ben"]}),
        "posts": pd.DataFrame({"id": ["p", "q"], "privacy": ["friends", None]}),
        "tags": pd.DataFrame({"id": ["jazz", "folk"]}),
        "groups": pd.DataFrame({"id": ["g"]}),
        "topics": pd.DataFrame({"id": ["t"], "project_code": ["flic"]}),
        "categories": pd.DataFrame({"id": ["c"]}),
        "authored": edges(("a", "p")),
        "tagged": edges(("p", "jazz"), ("p", "folk")),
        "in_category": edges(("p", "c")),
        "about": edges(("p", "t")),
        "posted_in": edges(("p", "g")),
    }


def card(store: GraphStore, post_id: str) -> dict[str, object]:
    return store.run("post_cards", post_ids=[post_id])[0]


def test_a_village_comes_back_as_it_was_planted(any_store: GraphStore, village: World) -> None:
    report = ingest_tables(any_store, village.tables)
    exported = read_tables(any_store)
    for file, planted in village.tables.items():
        keys = ["id"] if "id" in planted else ["source", "target"]
        assert len(exported[file]) == len(planted) == report.new[file], file
        found = exported[file].sort_values(keys).reset_index(drop=True)
        wanted = planted.sort_values(keys).reset_index(drop=True)
        for column in set(wanted.columns) & set(found.columns):
            same = found[column].astype(object).where(found[column].notna(), None)
            there = wanted[column].astype(object).where(wanted[column].notna(), None)
            assert same.tolist() == there.tolist(), (file, column)
    assert not report.refused


def test_loading_twice_changes_nothing(store: GraphStore, village: World) -> None:
    ingest_tables(store, village.tables)
    before = stats(store)
    ingest_tables(store, village.tables)
    assert stats(store) == before


def test_a_post_arrives_with_all_that_decides_who_may_see_it(any_store: GraphStore) -> None:
    ingest_tables(any_store, small())
    found = card(any_store, "p")
    assert (found["author_id"], found["group_id"], found["privacy"]) == ("a", "g", "friends")
    assert (found["tags"], found["category_id"]) == (["folk", "jazz"], "c")
    assert (found["topic_id"], found["project_code"]) == ("t", "flic")
    assert card(any_store, "q")["author_id"] is None


def test_the_card_is_whole_even_if_the_edges_never_arrive(store: GraphStore) -> None:
    """A load that dies between nodes and edges leaves no post without its author."""

    with pytest.raises(KeyboardInterrupt):
        ingest_tables(DiesAt(store, "authored"), small())  # type: ignore[arg-type]
    assert card(store, "p")["author_id"] == "a"
    assert store.run("export_authored") == []


def test_edges_that_come_later_complete_the_card_and_keep_its_tags(store: GraphStore) -> None:
    ingest_tables(store, small())
    ingest_tables(
        store, {"tagged": edges(("p", "jazz"), ("q", "jazz")), "authored": edges(("b", "q"))}
    )
    assert card(store, "p")["tags"] == ["folk", "jazz"]
    assert card(store, "p")["privacy"] == "friends"
    assert (card(store, "q")["author_id"], card(store, "q")["tags"]) == ("b", ["jazz"])


def test_an_edge_to_nowhere_is_refused_and_counted(store: GraphStore) -> None:
    tables = small() | {"liked": edges(("a", "p"), ("a", "nowhere"), ("nobody", "p"))}
    report = ingest_tables(store, tables)
    assert dict(report.refused) == {("liked", "unknown user"): 1, ("liked", "unknown post"): 1}
    assert (report.read["liked"], report.new["liked"]) == (3, 1)
    assert report.examples == {
        ("liked", "unknown user"): ["nobody (nobody -> p)"],
        ("liked", "unknown post"): ["nowhere (a -> nowhere)"],
    }


def test_of_many_refused_rows_the_first_three_are_named(store: GraphStore) -> None:
    lost = edges(*(("a", f"q{place}") for place in range(5)))
    nameless = pd.DataFrame({"id": ["a", None, ""]})
    itself = edges(("a", "a"))
    report = ingest_tables(store, {"users": nameless, "liked": lost, "friend": itself})
    assert report.refused["liked", "unknown post"] == 5
    assert report.examples == {
        ("liked", "unknown post"): [f"q{place} (a -> q{place})" for place in range(3)],
        ("users", "no id"): ["row 2", "row 3"],
        ("friend", "from a node to itself"): ["a -> a"],
    }


def test_a_friendship_is_stored_once_and_never_with_oneself(any_store: GraphStore) -> None:
    tables = small() | {"friend": edges(("b", "a"), ("a", "b"), ("a", "a"))}
    report = ingest_tables(any_store, tables)
    assert any_store.run("export_friend") == [{"source": "a", "target": "b", "since": None}]
    assert dict(report.refused) == {("friend", "from a node to itself"): 1}


def test_every_table_is_read_whole_and_alike_by_rows_and_as_a_frame(any_store: GraphStore) -> None:
    """An engine may give a frame in its own quick way: it has the same rows and columns."""
    ingest_tables(any_store, small() | {"liked": edges(("a", "p"))})
    names = [query.name for query in queries_of(any_store.engine)]
    tables = [name for name in names if name.startswith("export_")]
    assert {"export_names", "export_naming", "export_liked"} <= set(tables)
    for name in tables:
        rows, frame = any_store.run(name), any_store.frame(name)
        assert len(frame) == len(rows), name
        for row in rows[:1]:
            assert set(frame.columns) == set(row), name


def test_a_renamed_user_is_found_by_the_new_name_alone(any_store: GraphStore) -> None:
    ingest_tables(any_store, small())
    ingest_tables(any_store, {"users": pd.DataFrame({"id": ["a"], "username": ["anna"]})})
    assert [card.user_id for card in users_named(any_store, "anna")] == ["a"]
    assert users_named(any_store, "ann") == []


def test_a_source_that_breaks_off_writes_nothing(store: GraphStore) -> None:
    def source() -> object:
        yield Batch(KINDS["users"], small()["users"])
        raise SourceUnavailable("the source went away")

    with pytest.raises(SourceUnavailable):
        ingest(store, source())  # type: ignore[arg-type]
    assert sum(stats(store).values()) == 0


def test_of_rows_with_one_key_the_last_wins(store: GraphStore) -> None:
    tables: Tables = {"users": pd.DataFrame({"id": ["a", "a"], "username": ["old", "new"]})}
    ingest_tables(store, tables)
    assert [row["username"] for row in store.run("export_users")] == ["new"]


class DiesAt:
    """A store whose process is killed when it comes to load one file, half of it written."""

    def __init__(self, store: GraphStore, file: str) -> None:
        self.engine, self._store, self._file = store.engine, store, file

    def run(self, name: str, /, **params: object) -> list[dict[str, object]]:
        return self._store.run(name, **params)

    def frame(self, name: str, /, **params: object) -> pd.DataFrame:
        return self._store.frame(name, **params)

    def load(self, file: str, frame: pd.DataFrame, *, new: bool = False) -> None:
        if file == self._file:
            self._store.load(file, frame.head(len(frame) // 2))
            raise KeyboardInterrupt
        self._store.load(file, frame)


@pytest.fixture(scope="module")
def undisturbed(village: World, tmp_path_factory: pytest.TempPathFactory) -> Tables:
    """What a load that nobody killed makes of the village."""
    with open_store(f"ladybug:{tmp_path_factory.mktemp('undisturbed') / 'graph'}") as store:
        ingest_tables(store, village.tables)
        return read_tables(store)


@pytest.mark.parametrize("file", ["users", "posts", "names", "naming", "tagged", "viewed"])
def test_a_load_that_was_killed_is_put_right_by_a_second_run(
    store: GraphStore, undisturbed: Tables, village: World, file: str
) -> None:
    with pytest.raises(KeyboardInterrupt):
        ingest_tables(DiesAt(store, file), village.tables)  # type: ignore[arg-type]
    ingest_tables(store, village.tables)
    for file, frame in read_tables(store).items():
        pd.testing.assert_frame_equal(frame, undisturbed[file])
