"""The order of a page, on hand-made scores."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feed.card_columns import AUTHOR, CATEGORY, GROUP, NONE, SAME, TAGS, Cards
from feed.diversify import EXPLORE_EVERY, LOOKED_AT, PER_AUTHOR, WINDOW, Decays, diversify


class Post(NamedTuple):
    post_id: str
    score: float
    author: int = NONE
    tag: int = NONE
    category: int = NONE


def cards(posts: Sequence[Post]) -> Cards:
    codes = np.full((len(posts), GROUP + 1 + TAGS + SAME), NONE, np.int64)
    codes[:, AUTHOR] = [post.author for post in posts]
    codes[:, CATEGORY] = [post.category for post in posts]
    codes[:, GROUP + 1] = [post.tag for post in posts]
    return Cards(
        there=np.ones(len(posts), np.bool_),
        popularity=np.zeros(len(posts)),
        created_at=np.zeros(len(posts), np.int64),
        codes=codes,
    )


def order(
    given: Sequence[Post],
    upto: int,
    fresh: Sequence[str] = (),
    after: Sequence[Post] = (),
    debuts: Sequence[str] = (),
) -> list[str]:
    posts = sorted(given)
    found = diversify(
        np.array([post.score for post in posts]),
        cards(posts),
        upto,
        np.array([post.post_id in fresh for post in posts], np.bool_),
        cards(after),
        len(after),
        debuts=np.array([post.post_id in debuts for post in posts], np.bool_),
    )
    return [posts[at].post_id for at in found]


def test_the_likeliest_come_first_and_ties_go_to_the_lower_id() -> None:
    assert order([Post("c", 0.5), Post("b", 0.9), Post("a", 0.5)], 10) == ["b", "a", "c"]


def test_an_author_has_two_of_any_ten_in_a_row_where_there_are_others() -> None:
    hub = [Post(f"h{n:02}", 0.9, author=99) for n in range(20)]
    others = [Post(f"o{n:02}", 0.01, author=n) for n in range(40)]
    found = order(hub + others, 40)
    for start in range(31):
        by_hub = [post_id for post_id in found[start : start + WINDOW] if post_id[0] == "h"]
        assert len(by_hub) <= PER_AUTHOR
    assert found[:2] == ["h00", "h01"]


def test_where_there_is_one_author_only_the_page_is_full_all_the_same() -> None:
    hub = [Post(f"h{n:02}", 0.9 - n / 100, author=99) for n in range(12)]
    assert order(hub, 10) == [f"h{n:02}" for n in range(10)]


def test_posts_without_an_author_are_not_one_author() -> None:
    given = [Post(f"p{n}", 0.9 - n / 100) for n in range(5)]
    assert order(given, 5) == ["p0", "p1", "p2", "p3", "p4"]


def test_a_repeated_tag_or_category_gives_way_to_a_near_rival() -> None:
    for field in ({"tag": 5}, {"category": 5}):
        same = [Post(f"s{n}", 0.5, **field) for n in range(2)]
        assert order([*same, Post("t", 0.499)], 3) == ["s0", "t", "s1"]


def test_every_tenth_place_is_a_fresh_posts() -> None:
    usual = [Post(f"u{n:02}", 0.9) for n in range(30)]
    fresh = [Post(f"f{n}", 0.001 * n) for n in range(3)]
    found = order(usual + fresh, 30, ["f0", "f1", "f2"])
    places = [found.index(name) + 1 for name in ("f2", "f1", "f0")]
    assert places == [EXPLORE_EVERY, 2 * EXPLORE_EVERY, 3 * EXPLORE_EVERY]


def test_every_other_of_these_is_an_authors_without_an_audience_as_long_as_there_is_one() -> None:
    usual = [Post(f"u{n:02}", 0.9) for n in range(60)]
    fresh = [Post(f"f{n}", 0.01 * (n + 1)) for n in range(4)]
    found = order(usual + fresh, 60, ["f0", "f1", "f2", "f3"], debuts=["f0", "f1"])
    places = {name: found.index(name) + 1 for name in ("f0", "f1", "f2", "f3")}
    assert places == {"f1": 10, "f3": 20, "f0": 30, "f2": 40}


def test_a_longer_order_begins_with_the_shorter_one_and_has_every_post() -> None:
    number = 2 * LOOKED_AT
    given = [Post(f"p{n:04}", (n * 7 % 11) / 11, author=n % 300, tag=n % 40) for n in range(number)]
    whole = order(given, number, ["p0003", "p0004"])
    assert sorted(whole) == [post.post_id for post in given]
    for upto in (0, 1, 7, 10, 39, LOOKED_AT + 1):
        assert order(given[::-1], upto, ["p0003", "p0004"]) == whole[:upto]


def test_what_stands_before_counts() -> None:
    before = [Post("x", 1.0, author=99), Post("y", 1.0, author=99)]
    given = [Post("a", 0.9, author=99), Post("b", 0.1, author=1)]
    assert order(given, 2, after=before) == ["b", "a"]


few = st.integers(NONE, 4)
posts = st.lists(
    st.builds(
        Post,
        st.uuids().map(str),
        st.one_of(st.sampled_from([0.0, 0.5, 0.5001, 1.0]), st.floats(0.0, 1.0)),
        few,
        few,
        few,
    ),
    min_size=1,
    max_size=40,
)


@given(posts, posts, st.floats(0.5, 1.5), st.integers(1, 5))
def test_who_looks_at_the_likeliest_first_finds_the_same_order(
    some: list[Post], before: list[Post], decay: float, first: int
) -> None:
    """Also where a repetition is an advantage, which nobody asks for."""
    chances = np.array([post.score for post in some])
    marked = np.arange(len(some)) % 3 == 0, np.arange(len(some)) % 7 == 0

    def found(looked_at: int) -> list[int]:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("feed.diversify.FIRST", looked_at)
            fresh, debuts = marked
            decays = Decays(author=decay, tag=0.9, category=decay)
            after = cards(before)
            return diversify(chances, cards(some), 40, fresh, after, 3, decays, debuts)

    assert found(first) == found(1_000)
