from pathlib import Path

import pytest
from written_files import write

from bench.yardsticks.delicious import convert, source
from graph.model import Tables

PAIR = ("userID", "itemID")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three users and five bookmarks; original ids are ten times the new ones, and one more."""
    for name, count in (("users", 3), ("items", 5), ("tags", 3)):
        numbers = [(10 * each + 1, each) for each in range(count)]
        write(tmp_path / f"{name}.txt", [("org_id", "remap_id"), *numbers])
    names = [(1, "Lesson_Plan"), (11, "caf\xe9"), (21, "LESSON_plan"), (31, "unused")]
    write(tmp_path / "tags.dat", [("id", "value"), *names], encoding="latin-1")
    train = [(0, 0, 0), (0, 0, 2), (0, 1, 1), (1, 0, 0), (1, 2, 1), (2, 0, 1)]
    write(tmp_path / "train.txt", [(*PAIR, "tagID"), *train])
    write(tmp_path / "val.txt", [PAIR, (0, 2)])
    write(tmp_path / "test.txt", [PAIR, (1, 3), (2, 4)])
    contacts = [(1, 21, 5000), (21, 1, 5000), (11, 99, 5000), (11, 21, 5000)]
    write(
        tmp_path / "user_contacts-timestamps.dat",
        [("userID", "contactID", "timestamp"), *contacts],
    )
    return tmp_path


def rows(tables: Tables, file: str) -> set[tuple[object, ...]]:
    """The rows of a table, each end by its number."""
    frame = tables[file].map(
        lambda value: value.removeprefix("delicious:") if isinstance(value, str) else value
    )
    return set(frame.itertuples(index=False, name=None))


def test_the_split_is_that_of_the_files_whatever_the_seed(folder: Path) -> None:
    tables = convert(folder, seed=0)
    assert rows(tables, "liked") == {
        ("user:0", "post:0", "train"),
        ("user:0", "post:1", "train"),
        ("user:1", "post:0", "train"),
        ("user:1", "post:2", "train"),
        ("user:2", "post:0", "train"),
        ("user:0", "post:2", "valid"),
        ("user:1", "post:3", "test"),
        ("user:2", "post:4", "test"),
    }
    assert tables["liked"].equals(convert(folder, seed=1)["liked"])
    assert "split" not in convert(folder)["liked"]


def test_every_bookmark_is_a_post_even_one_that_is_not_in_train(folder: Path) -> None:
    assert rows(convert(folder, seed=0), "posts") == {(f"post:{each}",) for each in range(5)}


def test_a_tag_weighs_as_many_people_as_gave_it_in_train(folder: Path) -> None:
    # User 0 gave post 0 two tags of one text: they count once.
    assert rows(convert(folder, seed=0), "tagged") == {
        ("post:0", "lesson_plan", 2.0),
        ("post:0", "café", 1.0),
        ("post:1", "café", 1.0),
        ("post:2", "café", 1.0),
    }


def test_interests_are_a_users_own_tags(folder: Path) -> None:
    tables = convert(folder, seed=0)
    assert rows(tables, "interested_in") == {
        ("user:0", "lesson_plan"),
        ("user:0", "café"),
        ("user:1", "lesson_plan"),
        ("user:1", "café"),
        ("user:2", "café"),
    }
    assert tables["tags"]["id"].tolist() == ["café", "lesson_plan"]


def test_contacts_are_friends_once_where_both_are_known(folder: Path) -> None:
    friend = convert(folder, seed=0)["friend"]
    assert len(friend) == 2
    assert rows({"friend": friend}, "friend") == {("user:0", "user:2"), ("user:1", "user:2")}


def test_tags_of_pairs_that_are_held_out_once_more_can_be_left_out(folder: Path) -> None:
    given = source(folder, seed=0)
    assert given.without is not None
    liked = given.tables["liked"].rename(columns={"source": "user_id", "target": "post_id"})
    inner = liked[liked["user_id"].str.endswith("0") & liked["post_id"].str.endswith("0")]
    fewer = given.without(inner)
    assert rows(given.tables, "tagged") - rows(fewer, "tagged") == {("post:0", "lesson_plan", 2.0)}
    assert rows(fewer, "tagged") - rows(given.tables, "tagged") == {("post:0", "lesson_plan", 1.0)}
    gone = rows(given.tables, "interested_in") - rows(fewer, "interested_in")
    assert gone == {("user:0", "lesson_plan")}
    assert fewer["tags"] is given.tables["tags"] and fewer["liked"] is given.tables["liked"]
