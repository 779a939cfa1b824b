from collections import defaultdict
from pathlib import Path

import pandas as pd
import pytest
from written_files import write

from bench.yardsticks.ciao import convert, ratings, source
from gnn.split import engagements
from graph.errors import MalformedSource

DAY = 86_400
HEADER = ("user", "item", "category", "rating", "helpfulness", "timestamp")
CORE = [
    (user, item, 1, 4 + item % 2, 3, DAY * (100 * user + item))
    for user in range(1, 7)
    for item in range(1, 7)
]
OUTSIDE = [
    # User 7 has five likes and product 7 five fans, but only by one another's help.
    *((7, item, 1, 5, 3, DAY * item) for item in (1, 2, 3, 4, 7)),
    *((user, 7, 2, 5, 3, DAY) for user in (8, 9, 10, 11)),
]
# Liked by nobody: three stars are no like, however many gave them.
MIDDLING = [(user, 8, 2, 3, 3, DAY * 100 * user) for user in range(1, 7)]
FURTHER = [
    # Of user 1, whose valid like is at day 105 and whose test like is at day 106.
    (1, 20, 2, 1, 3, DAY * 104),
    (1, 21, 2, 3, 3, DAY * 105),
    (1, 22, 2, 2, 3, DAY * 106),
    (1, 23, 2, 2, 3, DAY * 999),
    # A product of the core that was rated low, rated again, and liked again later.
    (12, 1, 3, 3, 3, DAY),
    (2, 2, 1, 5, 3, DAY * 5000),
    (2, 3, 1, 1, 3, DAY * 6000),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Six users who like the same six products, one a day, and some around them."""
    return written(tmp_path, [*CORE, *OUTSIDE, *MIDDLING, *FURTHER])


def written(folder: Path, rows: list[tuple[int, ...]]) -> Path:
    write(folder / "ratings.tsv", [HEADER, *rows])
    trust = [("truster", "trustee"), (2, 1), (1, 2), (3, 1), (1, 7), (8, 9)]
    write(folder / "trust.tsv", trust)
    names = ["1 DVDs", "2 Food & Drink", "3 Books", ""]
    (folder / "categories.txt").write_bytes("\r\n".join(names).encode())
    return folder


def short(text: str) -> int:
    return int(text.rsplit(":", 1)[1])


def parts(frame: pd.DataFrame, user: str, post: str) -> dict[int, dict[str, list[int]]]:
    """A user -> part -> products."""
    found: dict[int, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for each, item, split in zip(frame[user], frame[post], frame["split"], strict=True):
        found[short(each)][split].append(short(item))
    return {each: {name: sorted(of) for name, of in by.items()} for each, by in found.items()}


def test_likes_are_the_five_core_of_ratings_of_four_and_five(folder: Path) -> None:
    tables = convert(folder, 0)
    assert sorted(map(short, tables["users"]["id"])) == [1, 2, 3, 4, 5, 6]
    assert sorted(map(short, tables["posts"]["id"])) == [1, 2, 3, 4, 5, 6]
    assert len(tables["liked"]) == 36 and "rated" not in tables


def test_a_like_has_its_time_and_counts_once_from_the_first(folder: Path) -> None:
    liked = convert(folder, 0)["liked"]
    at = {(short(a), short(b)): t for a, b, t in liked[["source", "target", "at"]].to_numpy()}
    assert at == {(user, item): when for user, item, *_, when in CORE}


def test_each_users_latest_tenth_is_test_and_the_tenth_before_valid(folder: Path) -> None:
    tables = convert(folder, 0)
    expected = {"train": [1, 2, 3, 4], "valid": [5], "test": [6]}
    assert parts(tables["liked"], "source", "target") == {user: expected for user in range(1, 7)}
    assert tables["liked"].equals(convert(folder, 1)["liked"])
    assert engagements(tables)["split"].value_counts().to_dict() == {
        "train": 24,
        "valid": 6,
        "test": 6,
    }
    assert "split" not in convert(folder)["liked"]


def test_of_likes_of_one_moment_the_greater_id_is_the_later_in_any_order(tmp_path: Path) -> None:
    same = [(user, item, 1, 5, 3, DAY) for user in range(1, 6) for item in range(1, 6)]
    for rows in (same, same[::-1]):
        liked = convert(written(tmp_path, rows), 0)["liked"]
        expected = {"train": [1, 2, 3], "valid": [4], "test": [5]}
        assert parts(liked, "source", "target") == {user: expected for user in range(1, 6)}


def test_tenths_are_rounded_with_halves_upwards(tmp_path: Path) -> None:
    rows = [(user, item, 1, 5, 3, DAY * item) for user in range(1, 7) for item in range(1, 16)]
    rows = [row for row in rows if row[:2] != (1, 15)]
    found = parts(convert(written(tmp_path, rows), 0)["liked"], "source", "target")
    assert found[1]["test"] == [14] and found[1]["valid"] == [13]
    assert found[2]["test"] == [14, 15] and found[2]["valid"] == [12, 13]


def test_products_are_in_their_categories(folder: Path) -> None:
    tables = convert(folder, 0)
    within = {(short(a), short(b)) for a, b in tables["in_category"].to_numpy()}
    assert within == {(1, 1), (1, 3), (2, 1), (3, 1), (4, 1), (5, 1), (6, 1)}
    assert tables["categories"]["name"].tolist() == ["DVDs", "Food & Drink", "Books"]


def test_trust_is_a_friendship_once_among_the_users_of_the_core(folder: Path) -> None:
    friend = convert(folder, 0)["friend"].to_numpy().tolist()
    assert friend == [["ciao:user:1", "ciao:user:2"], ["ciao:user:1", "ciao:user:3"]]


def test_no_content_comes_from_likes(folder: Path) -> None:
    given = source(folder, 0)
    assert given.without is None and given.tables["liked"].equals(convert(folder, 0)["liked"])


def test_every_pair_is_rated_once_in_percent_by_its_first_rating(folder: Path) -> None:
    rated = ratings(folder, 0)
    assert len(rated) == len(CORE) + len(OUTSIDE) + len(MIDDLING) + 5
    percent = {
        (short(a), short(b)): p for a, b, p in rated[["user_id", "post_id", "percent"]].to_numpy()
    }
    assert percent[1, 1] == 100 and percent[1, 2] == 80 and percent[1, 20] == 20
    assert percent[2, 3] == 100 and percent[12, 1] == 60
    assert list(rated) == ["user_id", "post_id", "percent", "at", "split"]
    assert "split" not in ratings(folder)


def test_ratings_of_likes_keep_their_part_and_others_go_by_the_users_cut(folder: Path) -> None:
    rated = parts(ratings(folder, 0), "user_id", "post_id")
    assert rated[1] == {"train": [1, 2, 3, 4, 8, 20], "valid": [5, 21], "test": [6, 22, 23]}
    assert rated[2] == {"train": [1, 2, 3, 4, 8], "valid": [5], "test": [6]}


def test_ratings_of_users_outside_the_core_are_split_alike(folder: Path) -> None:
    rated = parts(ratings(folder, 0), "user_id", "post_id")
    assert rated[7] == {"train": [1, 2, 3], "valid": [4], "test": [7]}
    assert rated[12] == {"train": [1]} and rated[8] == {"train": [7]}


def test_what_is_no_number_or_no_category_is_named(folder: Path) -> None:
    (folder / "categories.txt").write_text("1 DVDs\n2\n", encoding="utf-8")
    with pytest.raises(MalformedSource, match="categories.txt"):
        convert(folder, 0)
    write(folder / "ratings.tsv", [HEADER, (1, 1, 1, "many", 3, DAY)])
    with pytest.raises(MalformedSource, match="ratings.tsv"):
        ratings(folder, 0)
