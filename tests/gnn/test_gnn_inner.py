"""What is held out inside train, for the decoder."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from gnn import fitting
from gnn.case import Case, make_case
from gnn.config import TrainConfig
from gnn.data import Inputs, Nodes, nodes_of
from gnn.inner import SHARE, held_inside
from gnn.source import Source
from graph.model import Tables

USERS, EACH = 12, 20


def tables(timed: bool, split: bool) -> Tables:
    users = np.repeat([f"u{each:02d}" for each in range(USERS)], EACH)
    rng = np.random.default_rng(0)
    posts = np.concatenate([rng.permutation(60)[:EACH] for _ in range(USERS)])
    liked = pd.DataFrame({"source": users, "target": [f"p{each}" for each in posts]})
    if timed:
        liked["at"] = rng.permutation(len(liked)) + 1
    if split:
        liked["split"] = np.tile(["train"] * 16 + ["valid"] * 2 + ["test"] * 2, USERS)
    said = liked.rename(columns={"target": "post"})
    return {"liked": liked, "tagged": pd.DataFrame({"source": said["post"], "target": "t"})}


def pairs(frame: pd.DataFrame) -> set[tuple[str, str]]:
    return set(zip(frame["user_id"], frame["post_id"], strict=True))


def known(case: Case) -> set[tuple[str, str]]:
    return set(zip(case.tables["liked"]["source"], case.tables["liked"]["target"], strict=True))


@pytest.mark.parametrize("timed,split", [(False, False), (True, False), (True, True)])
def test_an_eighth_of_train_is_found_anew_and_nothing_of_it_is_known(
    timed: bool, split: bool
) -> None:
    case = make_case(tables(timed, split), seed=3)
    inner = held_inside(case)
    held, kept = pairs(inner.split.valid), pairs(inner.split.train)
    assert held | kept == pairs(case.split.train) and not held & kept
    assert len(held) == pytest.approx(len(held | kept) / SHARE, rel=0.4)
    assert known(inner) == kept
    assert inner.train.nnz == len(kept) and inner.valid.nnz == len(held) and not inner.test.nnz


def test_by_one_cut_the_inner_hold_out_is_the_latest() -> None:
    inner = held_inside(make_case(tables(timed=True, split=False), seed=0))
    assert inner.split.rule == "time" and inner.split.cut is not None
    assert inner.split.train["at"].max() <= inner.split.cut < inner.split.valid["at"].min()


def test_by_user_each_loses_their_latest_and_keeps_one_at_least() -> None:
    given = tables(timed=True, split=True)
    lonely = pd.DataFrame([{"source": "one", "target": "p0", "at": 1, "split": "train"}])
    given["liked"] = pd.concat([given["liked"], lonely], ignore_index=True)
    inner = held_inside(make_case(given, seed=0))
    first = inner.split.valid.groupby("user_id")["at"].min()
    last = inner.split.train.groupby("user_id")["at"].max()
    assert "one" in last.index and (last.loc[first.index] < first).all() and len(first) > 6


def test_content_is_asked_for_without_what_was_held_out() -> None:
    asked: list[set[tuple[str, str]]] = []
    given = tables(timed=False, split=False)

    def without(taken: pd.DataFrame) -> Tables:
        asked.append(pairs(taken))
        return given | {"tagged": given["tagged"].iloc[:0]}

    inner = held_inside(make_case(Source(given, without), seed=0))
    assert asked == [pairs(inner.split.valid)]
    assert inner.tables["tagged"].empty


def test_nodes_too_are_told_nothing_that_was_said_of_what_is_held_out(
    quick: TrainConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each like gives its post, and its user's interests, a tag of its own."""
    given = tables(timed=False, split=False)
    said = make_case(given, seed=0).split.train[["user_id", "post_id"]]
    said = said.assign(tag="of " + said["user_id"] + said["post_id"])

    def telling(rows: pd.DataFrame) -> Tables:
        ends = {"tagged": "post_id", "interested_in": "user_id"}
        named = {
            file: pd.DataFrame({"source": rows[end], "target": rows["tag"]})
            for file, end in ends.items()
        }
        return dict(given) | {"tags": pd.DataFrame({"id": said["tag"]})} | named

    def without(taken: pd.DataFrame) -> Tables:
        gone = pd.MultiIndex.from_frame(taken[["user_id", "post_id"]])
        return telling(said[~pd.MultiIndex.from_frame(said[["user_id", "post_id"]]).isin(gone)])

    looked: list[int] = []
    honest = fitting.inputs_of

    def looks(nodes: Nodes, known: Tables, *others: Any) -> Inputs:
        again = nodes_of(known, nodes.ids["User"], nodes.ids["Post"], quick.hash_width)
        for label in ("User", "Post"):
            np.testing.assert_array_equal(nodes.content[label], again.content[label])
        looked.append(len(known["tagged"]))
        return honest(nodes, known, *others)

    monkeypatch.setattr(fitting, "inputs_of", looks)
    fitting.fit(make_case(Source(telling(said), without), seed=0), quick)
    outer, *folds, inner = looked
    assert len(folds) == quick.folds and max(folds) < inner < outer


def test_valid_is_known_at_test_only_where_the_protocol_has_it() -> None:
    given = tables(timed=False, split=True)
    plain = make_case(given, seed=0)
    assert plain.at_test() is plain
    case = make_case(Source(given, valid_is_known_at_test=True), seed=0)
    final = case.at_test()
    assert known(final) == pairs(case.split.train) | pairs(case.split.valid)
    assert not known(final) & pairs(case.split.test)
    assert final.train.nnz == case.train.nnz + case.valid.nnz and not final.valid.nnz


def test_known_at_test_is_valid_too_where_one_cut_parts_them() -> None:
    given = tables(timed=True, split=False)
    final = make_case(Source(given, valid_is_known_at_test=True), seed=0).at_test()
    case = make_case(given, seed=0)
    assert known(final) == pairs(case.split.train) | pairs(case.split.valid)
    assert final.split.cut == case.split.valid["at"].max() < case.split.test["at"].min()
