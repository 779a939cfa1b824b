import pandas as pd
import pytest

from gnn.matrices import ids_of, matrix
from gnn.vocabulary import Vocabulary
from graph.errors import ModelMismatch


def test_positions_do_not_depend_on_the_order_of_the_rows() -> None:
    assert Vocabulary(["b", "a", "b"]) == Vocabulary(["a", "b"])
    assert Vocabulary(["b", "a", "b"]).positions(["b", "a"]).tolist() == [1, 0]


def test_the_caller_chooses_what_an_unknown_id_is() -> None:
    known = Vocabulary(["a", "b"])
    assert known.positions(["x", "b"], unknown="drop").tolist() == [1]
    assert known.positions(["x", "b"], unknown="minus_one").tolist() == [-1, 1]
    with pytest.raises(ModelMismatch, match="first .'x'."):
        known.positions(["x", "b"])


def test_ids_and_positions_translate_both_ways() -> None:
    known = Vocabulary(["c", "a", "b"])
    assert known.ids_at(known.positions(["b", "c"])).tolist() == ["b", "c"]
    assert len(known) == 3 and "a" in known and "x" not in known


def test_an_edge_is_counted_once_and_one_with_an_unknown_end_not_at_all() -> None:
    frame = pd.DataFrame(
        {"source": ["a", "a", "a"], "target": ["p", "p", "x"], "weight": [1.0, 3.0, 9.0]}
    )
    users, posts = Vocabulary(["a"]), Vocabulary(["p", "q"])
    assert matrix(frame, users, posts).toarray().tolist() == [[1, 0]]
    assert matrix(frame, users, posts, weight="weight").toarray().tolist() == [[3, 0]]


def test_an_id_that_only_an_edge_names_is_known_too() -> None:
    tables = {
        "users": pd.DataFrame({"id": ["u1"]}),
        "liked": pd.DataFrame({"source": ["u2"], "target": ["p1"]}),
    }
    assert ids_of(tables, "User").ids == ["u1", "u2"]
    assert ids_of(tables, "Post").ids == ["p1"]
    assert ids_of(tables, "Tag").ids == []
