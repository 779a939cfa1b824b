import numpy as np
import pandas as pd
import pytest

from gnn.embeddings import EmbeddingTable
from gnn.features import DAY, FEW, PARTS, parts_block, structure
from gnn.vocabulary import Vocabulary
from graph.derive.popularity import HALF_LIFE
from graph.derive.similar import similar_posts

USERS, POSTS = Vocabulary(["a", "b", "c", "d"]), Vocabulary(["p", "q", "r"])
TABLE = EmbeddingTable(
    np.array(USERS.ids),
    np.arange(8, dtype=np.float32).reshape(4, 2),
    np.array(POSTS.ids),
    np.ones((3, 2), dtype=np.float32),
    user_factors=np.arange(4, dtype=np.float32)[:, None] + 2,
    post_factors=np.array([[0.5], [0.0], [-1.0]], dtype=np.float32),
)


def edge(*rows: tuple[object, ...], columns: tuple[str, ...] = ()) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=["source", "target", *columns])


def parts_of(tables: dict[str, pd.DataFrame], user: str) -> dict[str, list[float]]:
    known = structure(tables, USERS, POSTS)
    (block,) = parts_block(known, TABLE, USERS.positions([user]))
    return {part: block[:, place].tolist() for place, part in enumerate(PARTS)}


def test_every_part_by_hand() -> None:
    tables = {
        "friend": edge(("a", "b"), ("b", "c"), ("c", "d")),
        "liked": edge(("b", "p"), ("c", "p"), ("c", "q"), ("a", "q")),
        "viewed": edge(("b", "p")),
        "authored": edge(("b", "r"), ("c", "r"), ("d", "q")),
        "tagged": edge(("p", "x"), ("p", "y"), ("q", "x")),
        "interested_in": edge(("a", "x"), ("a", "y"), ("b", "z")),
    }
    found = parts_of(tables, "a")
    assert found["network"] == [1, 1, 1]
    assert found["factors"] == [1, 0, -2]
    assert found["interests"] == [2, 1, 0]
    # all that a engaged with, which is q, is tagged x alone: half of the tags of p
    assert found["tags"] == pytest.approx([0.5, 1, 0])
    assert found["friends"] == [0, 0, 1]
    assert found["friends_engaged"] == pytest.approx([np.log(2), 0, 0])
    # c, two steps away, engaged with p and q and wrote r; d is three steps away
    assert found["friends_of_friends"] == pytest.approx([np.log(2)] * 3)
    assert found["popular"] == pytest.approx(np.log1p([2, 2, 0]))
    known = structure(tables, USERS, POSTS)
    like_c = known.near.toarray()[0, 2]  # a and c have q in common; c engaged with p too
    assert like_c > 0 and found["near"] == pytest.approx([like_c, like_c, 0])
    similar = similar_posts(structure(tables, USERS, POSTS).links, keep=50).toarray()
    assert found["similar"] == pytest.approx((FEW * similar[1]).tolist())  # to one post: as if to 5


def test_an_old_engagement_counts_less_towards_popular() -> None:
    liked = edge(("a", "p", 0), ("b", "q", HALF_LIFE), columns=("at",))
    found = parts_of({"liked": liked}, "c")
    assert found["popular"] == pytest.approx(np.log1p([0.5, 1.0, 0.0]))


def test_a_post_is_the_less_recent_the_older_it_is_and_none_that_is_young_stands_out() -> None:
    now = 1_000 * DAY
    posts = pd.DataFrame({"id": ["p", "q", "r"], "created_at": [now + DAY, now - 99 * DAY, None]})
    tables = {"posts": posts, "liked": edge(("a", "p", now), columns=("at",))}
    # 21 days at least, and a year where nobody knows
    expected = [0.0, np.log(22 / 100), np.log(22 / 366)]
    assert parts_of(tables, "c")["recent"] == pytest.approx(expected)
    young = posts.assign(created_at=[now, now - 20 * DAY, now + 40 * DAY])
    assert parts_of({**tables, "posts": young}, "c")["recent"] == [0, 0, 0]
    assert parts_of({**tables, "posts": posts[["id"]]}, "c")["recent"] == [0, 0, 0]
    undated = {"posts": posts, "liked": edge(("a", "p"))}  # then the latest post says when it is
    assert parts_of(undated, "c")["recent"][1] == pytest.approx(np.log(22 / 101))


def test_missing_tables_are_zeros() -> None:
    found = parts_of({}, "d")
    assert {part: values for part, values in found.items() if any(values)} == {
        "network": [13, 13, 13],
        "factors": [2.5, 0, -5],
    }


def test_a_friend_of_a_friend_who_is_a_friend_is_near_and_nobody_is_their_own() -> None:
    triangle = {
        "friend": edge(("a", "b"), ("b", "c"), ("a", "c"), ("d", "d")),
        "liked": edge(("a", "p"), ("b", "q"), ("c", "r")),
    }
    assert parts_of(triangle, "a")["friends_of_friends"] == [0, 0, 0]
    assert parts_of(triangle, "d")["friends_engaged"] == [0, 0, 0]
