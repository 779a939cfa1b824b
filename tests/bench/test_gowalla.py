from pathlib import Path

import pytest

from bench.yardsticks.gowalla import convert, source
from graph.errors import MalformedSource

TRAIN = {0: range(14), 1: range(15), 2: range(10, 14), 3: range(5, 10)}
TEST = {0: [18, 19], 1: [19], 2: [0, 1], 3: [0]}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Four users with 14, 15, 4 and 5 places in train; twenty places and one that nobody met."""
    for name, lists in (("train", TRAIN), ("test", TEST)):
        lines = [" ".join(map(str, (user, *items))) for user, items in lists.items()]
        (tmp_path / f"{name}.txt").write_text("\n".join(lines) + "\n", encoding="ascii")
    for name, count in (("user", 4), ("item", 21)):
        rows = ["org_id remap_id", *(f"{900 - each} {each}" for each in range(count))]
        (tmp_path / f"{name}_list.txt").write_text("\n".join(rows) + "\n", encoding="ascii")
    return tmp_path


def pairs(lists: dict[int, range] | dict[int, list[int]]) -> set[tuple[str, str]]:
    return {
        (f"gowalla:user:{user}", f"gowalla:post:{item}")
        for user, items in lists.items()
        for item in items
    }


def part(folder: Path, seed: int, *names: str) -> set[tuple[str, str]]:
    liked = convert(folder, seed)["liked"]
    held = liked.loc[liked["split"].isin(names), ["source", "target"]]
    return set(held.itertuples(index=False, name=None))


def test_test_is_the_files_and_valid_is_drawn_from_their_train(folder: Path) -> None:
    assert part(folder, 0, "test") == pairs(TEST)
    assert part(folder, 0, "train", "valid") == pairs(TRAIN)
    assert len(convert(folder, 0)["liked"]) == 38 + 6


def test_a_tenth_of_each_users_train_is_valid(folder: Path) -> None:
    liked = convert(folder, 0)["liked"]
    drawn = liked[liked["split"] == "valid"].groupby("source").size()
    # 14 are one tenth and 15 are two, for halves are rounded upwards; 4 are none.
    assert drawn.to_dict() == {"gowalla:user:0": 1, "gowalla:user:1": 2, "gowalla:user:3": 1}


def test_the_seed_draws_valid_and_nothing_else(folder: Path) -> None:
    assert convert(folder, 0)["liked"].equals(convert(folder, 0)["liked"])
    assert len({frozenset(part(folder, seed, "valid")) for seed in range(5)}) > 1
    assert part(folder, 1, "test") == pairs(TEST)


def test_every_place_of_the_list_is_a_post_and_there_is_no_content(folder: Path) -> None:
    given = source(folder, 0)
    assert given.without is None and set(given.tables) == {"users", "posts", "liked"}
    assert given.tables["posts"]["id"].tolist() == [f"gowalla:post:{each}" for each in range(21)]
    assert len(given.tables["users"]) == 4
    assert "split" not in convert(folder)["liked"]


def test_a_line_that_is_no_list_of_numbers_is_named(folder: Path) -> None:
    with (folder / "train.txt").open("a", encoding="ascii") as file:
        file.write("3 x\n")
    with pytest.raises(MalformedSource, match="train.txt, line 5"):
        convert(folder, 0)
