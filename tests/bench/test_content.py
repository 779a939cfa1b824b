import pandas as pd
import pytest

from bench.yardsticks.content import friendships, normalised, tagged_source
from gnn.source import Source
from graph.model import Tables

GIVEN = [
    ("ann", "p", "sea"),
    ("ann", "p", "sea"),
    ("ann", "q", "sea"),
    ("bob", "q", "sea"),
    ("bob", "elsewhere", "hills"),
    ("stranger", "p", "sky"),
    ("stranger", "elsewhere", "nothing"),
    ("ann", "p", ""),
    ("ann", "p", None),
]


@pytest.fixture
def given() -> Source:
    """Two users and two posts, and tags by them, by a stranger, and for a post elsewhere."""
    nodes = {
        "users": pd.DataFrame({"id": ["ann", "bob"]}),
        "posts": pd.DataFrame({"id": ["p", "q"]}),
    }
    return tagged_source(nodes, pd.DataFrame(GIVEN, columns=["user", "post", "tag"]))


def rows(tables: Tables, file: str) -> list[tuple[object, ...]]:
    return sorted(tables[file].itertuples(index=False, name=None))


def left(given: Source, *pairs: tuple[str, str]) -> Tables:
    assert given.without is not None
    return given.without(pd.DataFrame(pairs, columns=["user_id", "post_id"]))


def test_a_post_has_the_tags_of_all_and_a_user_the_interests_of_the_own(given: Source) -> None:
    assert rows(given.tables, "tagged") == [("p", "sea", 1.0), ("p", "sky", 1.0), ("q", "sea", 2.0)]
    assert rows(given.tables, "interested_in") == [("ann", "sea"), ("bob", "hills"), ("bob", "sea")]


def test_tags_that_nobody_and_nothing_here_has_are_no_nodes(given: Source) -> None:
    assert given.tables["tags"]["id"].tolist() == ["hills", "sea", "sky"]


def test_an_interest_goes_with_the_last_pair_that_told_it(given: Source) -> None:
    one, both = left(given, ("ann", "p")), left(given, ("ann", "p"), ("ann", "q"))
    assert rows(one, "tagged") == [("p", "sky", 1.0), ("q", "sea", 2.0)]
    assert ("ann", "sea") in rows(one, "interested_in")
    assert rows(both, "tagged") == [("p", "sky", 1.0), ("q", "sea", 1.0)]
    assert rows(both, "interested_in") == [("bob", "hills"), ("bob", "sea")]


def test_no_pair_takes_away_what_was_said_of_another(given: Source) -> None:
    # What a user said of a post that is not here belongs to no pair of the graph.
    aside = left(given, ("bob", "elsewhere"), ("stranger", "p"), ("stranger", "elsewhere"))
    assert rows(aside, "tagged") == rows(given.tables, "tagged")
    assert rows(aside, "interested_in") == rows(given.tables, "interested_in")
    assert ("bob", "hills") in rows(left(given, ("ann", "q")), "interested_in")
    assert ("p", "sky", 1.0) in rows(left(given, ("ann", "p")), "tagged")


def test_each_call_starts_from_the_whole_graph(given: Source) -> None:
    left(given, ("ann", "p"), ("ann", "q"), ("bob", "q"))
    assert rows(left(given), "tagged") == rows(given.tables, "tagged")
    assert rows(given.tables, "interested_in") == [("ann", "sea"), ("bob", "hills"), ("bob", "sea")]


def test_a_friendship_is_one_pair_whoever_named_whom() -> None:
    pairs = friendships(pd.Series(["b", "a", "c", "b"]), pd.Series(["a", "b", "b", "a"]))
    assert rows({"friend": pairs}, "friend") == [("a", "b"), ("b", "c")]


def test_a_tags_text_is_lower_case_with_single_spaces() -> None:
    assert normalised(pd.Series([" Synth \t Pop ", "sea"])).tolist() == ["synth pop", "sea"]
