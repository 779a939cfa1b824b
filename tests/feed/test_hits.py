"""Arrays of posts, held against numpy's own functions on any input."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from feed.hits import CLOSE, Hits, Joined, among, looked_up, looked_up_many, told_apart

FAR = 10**9
"""So far apart that no table is made of them."""

numbers = st.lists(st.one_of(st.integers(-5, 40), st.integers(-FAR, FAR)), min_size=1, max_size=60)


@given(numbers)
def test_numbers_are_told_apart_as_numpy_does_close_ones_by_a_table_too(some: list[int]) -> None:
    told = np.array(some)
    for each in (told, told % CLOSE):
        found, which = told_apart(each)
        expected, inverse = np.unique(each, return_inverse=True)
        assert found.tolist() == expected.tolist()
        assert which.tolist() == inverse.tolist()


@given(st.lists(st.lists(st.integers(0, 9), max_size=5, unique=True), max_size=6))
def test_lists_tell_which_of_them_have_some_places(lists: list[list[int]]) -> None:
    flat = [place for each in lists for place in each]
    starts = np.cumsum([0, *map(len, lists)])
    joined = Joined(np.array(flat, np.int64), np.arange(len(flat)) / 2, starts)
    which, places, scores = joined.having(np.array([2, 3, 7]))
    expected = [
        (number, place, (starts[number] + at) / 2)
        for number, each in enumerate(lists)
        for at, place in enumerate(each)
        if place in (2, 3, 7)
    ]
    assert list(zip(which.tolist(), places.tolist(), scores.tolist(), strict=True)) == expected


@given(st.lists(st.integers(-5, 40), max_size=8, unique=True), numbers)
def test_numbers_are_looked_up_one_by_one_and_many_at_once(
    had: list[int], asked: list[int]
) -> None:
    """Those far away are among none, and have nothing."""
    hits = Hits(np.array(had, np.int64), 1.0 + np.arange(len(had)))
    places = np.array(asked, np.int64)
    expected = [1.0 + had.index(each) if each in had else 0.0 for each in asked]
    assert looked_up(hits, places).tolist() == expected
    assert among(places, hits.places).tolist() == [each in had for each in asked]
    twice = np.vstack([places, places])
    assert looked_up_many(hits, twice).tolist() == [expected, expected]
    wide = Hits(np.append(hits.places, FAR), np.append(hits.scores, 7.0))
    found = [7.0 if each == FAR else score for each, score in zip(asked, expected, strict=True)]
    assert looked_up_many(wide, twice).tolist() == [found, found]
