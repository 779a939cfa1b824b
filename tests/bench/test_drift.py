"""What bench.drift tells of lists that nobody rebuilt."""

import pandas as pd
import pytest
from click.testing import CliRunner

from bench.drift import FIRST, before, main, right, touched


def ranked(**lists: str) -> pd.DataFrame:
    rows = [(node, each, rank) for node, many in lists.items() for rank, each in enumerate(many)]
    return pd.DataFrame(rows, columns=["source", "target", "rank"])


def test_a_list_is_as_right_as_the_part_of_its_first_that_was_there() -> None:
    then = ranked(a="xy", b="xyz" + "0123456789")
    kept = right(then, ranked(a="xz", b="yx", c="x"))
    assert kept.to_dict() == pytest.approx({"a": 0.5, "b": 1.0, "c": 0.0})
    late = right(ranked(a="0123456789x"), ranked(a="x"))
    assert (late["a"], FIRST) == (0.0, 10)


def test_only_engagements_that_are_later_are_left_out() -> None:
    liked = pd.DataFrame({"source": list("uuu"), "target": list("pqr")})
    tables = {"liked": liked.assign(at=pd.array([1, 2, None], dtype="Int64"))}
    assert before(tables, 1)["liked"]["target"].tolist() == ["p", "r"]


def test_an_engagement_touches_its_post_who_made_it_and_what_the_post_bears() -> None:
    tagged = pd.DataFrame({"source": ["p", "q"], "target": ["t", "s"]})
    pairs = pd.DataFrame({"user_id": ["u"], "post_id": ["p"]})
    assert touched({"tagged": tagged}, pairs) == {"TOP": {"t"}, "SIMILAR": {"p"}, "NEAR": {"u"}}


def test_it_tells_of_each_kind_of_edge() -> None:
    told = CliRunner().invoke(main, ["--users", "400", "--posts", "800"], catch_exceptions=False)
    assert told.output.count("SIMILAR") == told.output.count("NEAR") == 3
