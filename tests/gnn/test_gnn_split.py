import numpy as np
import pandas as pd
import pytest

from gnn.split import as_of, engagements, hold_out, present, split_links, until
from graph.errors import NotEnoughData
from graph.model import Tables


def edge(rows: list[tuple[object, ...]], *columns: str) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["source", "target", *columns])


def pairs(frame: pd.DataFrame) -> set[tuple[str, str]]:
    return set(zip(frame["user_id"], frame["post_id"], strict=True))


def test_a_pair_of_many_signals_is_one_link_at_its_earliest() -> None:
    tables = {
        "liked": edge([("u", "p", 30), ("u", "q", None)], "at"),
        "viewed": edge([("u", "p", 10), ("u", "p", 20)], "at"),
        "hid": edge([("u", "r", 5)], "at"),
    }
    links = engagements(tables, upto=100)
    assert links[["user_id", "post_id"]].to_numpy().tolist() == [["u", "p"], ["u", "q"]]
    assert links["at"][0] == 10 and links["at"].isna()[1]


def test_what_is_later_than_upto_is_hidden_and_by_default_what_is_later_than_now() -> None:
    soon = present() + 10_000
    tables = {"liked": edge([("u", "p", 30), ("u", "q", 40), ("u", "r", soon)], "at")}
    assert pairs(engagements(tables, upto=30)) == {("u", "p")}
    assert pairs(engagements(tables)) == {("u", "p"), ("u", "q")}
    assert as_of(tables) == 40 and as_of(tables, upto=35) == 30 and as_of({}) == 0


def test_the_most_held_out_signal_of_a_pair_decides() -> None:
    tables = {
        "liked": edge([("u", "p", "test"), ("u", "q", "train"), ("v", "p", "valid")], "split"),
        "viewed": edge([("u", "p"), ("u", "r")]),
    }
    split = split_links(engagements(tables), seed=0)
    assert split.rule == "column" and split.cut is None
    assert pairs(split.test) == {("u", "p")}
    assert pairs(split.train) == {("u", "q"), ("u", "r")}


def test_a_split_by_time_leaves_nothing_later_than_the_cut_in_train() -> None:
    rng = np.random.default_rng(0)
    rows = [(f"u{n % 7}", f"p{n}", int(rng.integers(1_000_000))) for n in range(200)]
    tables = {"liked": edge(list(rows), "at")}
    split = split_links(engagements(tables), seed=0)
    assert split.rule == "time" and split.cut is not None
    assert split.train["at"].max() == split.cut < split.valid["at"].min()
    assert split.valid["at"].max() < split.test["at"].min()
    assert [len(each) for each in (split.train, split.valid, split.test)] == [160, 20, 20]


def test_without_times_each_user_gives_a_tenth_to_valid_and_to_test() -> None:
    links = engagements({"liked": edge([(f"u{n % 3}", f"p{n}") for n in range(60)])})
    split = split_links(links, seed=1)
    assert split.rule == "random"
    assert split.test["user_id"].value_counts().tolist() == [2, 2, 2]
    assert split.valid["user_id"].value_counts().tolist() == [2, 2, 2]
    assert pairs(split.train) | pairs(split.valid) | pairs(split.test) == pairs(links)
    assert pairs(split_links(links, seed=1).test) == pairs(split.test)
    assert pairs(split_links(links, seed=2).test) != pairs(split.test)


def test_too_few_links_say_so() -> None:
    with pytest.raises(NotEnoughData, match="valid part|test part"):
        split_links(engagements({"liked": edge([("u", "p")])}), seed=0)
    with pytest.raises(NotEnoughData, match="train part"):
        split_links(engagements({}), seed=0)


def test_held_out_pairs_leave_every_signal_and_their_hides(planted: Tables) -> None:
    links = engagements(planted)
    kept, held = links.iloc[::2], links.iloc[1::2]
    tables = dict(planted) | {
        "viewed": planted["liked"].assign(times=2),
        "rated": planted["liked"].assign(percent=50),
        "hid": planted["liked"].iloc[:10],
    }
    known = hold_out(tables, kept)
    assert pairs(engagements(known)) == pairs(kept)
    for file in ("liked", "viewed", "rated", "hid"):
        named = known[file].set_axis(["user_id", "post_id", *known[file].columns[2:]], axis=1)
        assert not pairs(named) & pairs(held)
    assert len(known["posts"]) == len(planted["posts"])


def test_the_graph_at_a_moment_has_no_later_edge_of_any_kind() -> None:
    tables = {
        "posts": pd.DataFrame({"id": ["p"], "created_at": [99]}),
        "friend": edge([("u", "v", 10), ("u", "w", 90), ("v", "w", None)], "since"),
        "viewed": edge([("u", "p", 20), ("u", "q", 80)], "at"),
        "tagged": edge([("p", "t")]),
    }
    seen = until(tables, 50)
    assert len(seen["friend"]) == 2 and len(seen["viewed"]) == 1
    assert len(seen["posts"]) == 1 and len(seen["tagged"]) == 1
    kept = engagements(tables)
    assert len(hold_out(tables, kept, upto=50)["viewed"]) == 1
