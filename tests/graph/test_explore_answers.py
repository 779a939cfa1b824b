"""Every exploration's answer on a graph small enough to work out by hand, on both engines."""

import pandas as pd
import pytest
from filled_graphs import Filled

from graph.explore import explorations, explore
from graph.ingest import ingest_tables
from graph.store import GraphStore


def edges(*pairs: tuple[str, str]) -> pd.DataFrame:
    return pd.DataFrame(pairs, columns=["source", "target"])


def derived(source: str, *targets: str) -> pd.DataFrame:
    scores = [1.0 - 0.25 * place for place in range(len(targets))]
    frame = pd.DataFrame({"source": source, "target": targets, "score": scores})
    return frame.assign(rank=range(len(targets)))


WORLD = {
    "users": pd.DataFrame({"id": list("abcd"), "username": ["ann", "ben", "cy", "dee"]}),
    "posts": pd.DataFrame(
        {"id": ["p", "q", "r"], "title": ["P", "Q", "R"], "created_at": [10, 20, 30]}
    ),
    "tags": pd.DataFrame({"id": ["folk", "jazz"]}),
    "categories": pd.DataFrame({"id": ["c"], "name": ["Music"]}),
    "moods": pd.DataFrame({"id": ["calm", "happy"]}),
    "friend": edges(("a", "b"), ("b", "c"), ("a", "d"), ("c", "d")),
    "authored": edges(("b", "p")),
    "tagged": edges(("p", "jazz"), ("q", "jazz"), ("q", "folk")),
    "in_category": edges(("p", "c"), ("q", "c")),
    "evokes": edges(("p", "happy"), ("q", "happy"), ("q", "calm")),
    "interested_in": edges(("a", "jazz"), ("b", "jazz"), ("b", "folk")),
    "liked": edges(("b", "p"), ("d", "p"), ("d", "q"), ("a", "q")),
}

ANSWERS: dict[str, tuple[dict[str, str], list[list[object]]]] = {
    "communities": ({}, [["jazz", 2, 1]]),
    "neighbourhood": ({"user_id": "a"}, [["d", "dee", 2], ["b", "ben", 1]]),
    "hubs": ({"limit": "2"}, [["a", "ann", 2], ["b", "ben", 2]]),
    "people_you_may_know": ({"user_id": "a"}, [["c", "cy", 2]]),
    "like_you": ({"user_id": "a"}, [[0, "c", "cy", 1.0], [1, "b", "ben", 0.75]]),
    "tags": ({}, [["jazz", 2, 2], ["folk", 1, 1]]),
    "mood_map": ({}, [["Music", "happy", 2], ["Music", "calm", 1]]),
    "lonely_posts": ({}, [["r", "R", 30]]),
    "champions": ({"tag_id": "jazz"}, [[0, "q", "Q", 1.0], [1, "p", "P", 0.75]]),
    "similar_to": ({"post_id": "q"}, [[0, "p", "P", 1.0]]),
    "why": (
        {"user_id": "a", "post_id": "p"},
        [
            ["friend liked it", "b"],
            ["friend liked it", "d"],
            ["friend wrote it", "b"],
            ["interest", "jazz"],
            ["similar to a post of yours", "q"],
            ["somebody like you liked it", "b"],
        ],
    ),
}


def world(store: GraphStore) -> None:
    ingest_tables(store, WORLD)
    store.replace("TOP", {"Tag": derived("jazz", "q", "p")})
    store.replace("SIMILAR", {"Post": derived("q", "p")})
    store.replace("NEAR", {"User": derived("a", "c", "b")})


def test_every_exploration_has_an_answer_here() -> None:
    assert ANSWERS.keys() == explorations().keys()


@pytest.mark.parametrize("name", sorted(ANSWERS))
def test_an_exploration_answers_what_was_worked_out(any_filled: Filled, name: str) -> None:
    texts, rows = ANSWERS[name]
    found = explore(any_filled(world), name, texts).values.tolist()
    assert (sorted(found) if name == "why" else found) == rows
