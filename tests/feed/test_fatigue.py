"""What tires, on hand-worked and on random pasts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feed.fatigue import (
    AUTHOR_BOUND,
    AUTHOR_PER_HIDE,
    DAY,
    FRIEND_BOUND,
    FRIEND_PER_HIDE,
    HIDE_HALF_LIFE,
    HOUR,
    JUST_SERVED,
    MOST_DOUBLINGS,
    SERVED,
    SERVED_HALF_LIFE,
    TAG_BOUND,
    TAG_PER_HIDE,
    Hidden,
    Reluctance,
    Served,
    just_served,
    penalty,
    reluctance,
)

NOW = 1_764_547_200

ages = st.integers(-HOUR, 400 * DAY)
hides = st.builds(
    Hidden,
    st.none() | st.sampled_from("ab"),
    st.lists(st.sampled_from("xyz"), max_size=4),
    st.lists(st.sampled_from("fg"), max_size=2),
    ages.map(lambda age: NOW - age),
)


def cost(age: float, times: int = 1) -> float:
    return penalty({"p": Served(NOW - int(age), times)}, NOW)["p"]


def test_a_post_is_kept_out_for_half_a_day_after_it_was_served() -> None:
    served = {
        "now": Served(NOW, 1),
        "hour": Served(NOW - HOUR, 1),
        "last": Served(NOW - JUST_SERVED + 1, 9),
        "half": Served(NOW - JUST_SERVED, 1),
        "old": Served(NOW - DAY, 5),
    }
    assert just_served(served, NOW) == {"now", "hour", "last"}
    assert just_served({}, NOW) == frozenset()


def test_a_serving_costs_its_log_odds_and_half_of_them_three_days_later() -> None:
    assert cost(0) == -SERVED
    assert cost(SERVED_HALF_LIFE) == -SERVED / 2
    assert cost(2 * SERVED_HALF_LIFE) == -SERVED / 4
    assert SERVED_HALF_LIFE == 3 * DAY


def test_a_third_serving_costs_as_much_again_and_no_number_costs_without_bound() -> None:
    assert cost(0, times=3) == -2 * SERVED
    assert cost(0, times=10**9) == -MOST_DOUBLINGS * SERVED


def test_what_lies_ahead_of_the_clock_counts_as_just_now() -> None:
    assert cost(-5) == cost(0)
    assert just_served({"p": Served(NOW + 5, 1)}, NOW) == {"p"}


@given(ages, ages, st.integers(1, 50), st.integers(1, 50))
def test_a_later_or_commoner_serving_never_costs_less(
    age: int, other: int, times: int, more: int
) -> None:
    assert cost(min(age, other), max(times, more)) <= cost(max(age, other), min(times, more)) <= 0


def test_one_hide_speaks_against_author_tags_and_friends() -> None:
    told = reluctance([Hidden("ada", ("jazz", "late"), ("ben", "cleo"), NOW)], NOW)
    assert told == Reluctance(
        {"ada": -AUTHOR_PER_HIDE},
        {"jazz": -TAG_PER_HIDE / 2, "late": -TAG_PER_HIDE / 2},
        {"ben": -FRIEND_PER_HIDE / 2, "cleo": -FRIEND_PER_HIDE / 2},
    )


def test_it_fades_by_half_in_thirty_days() -> None:
    told = reluctance([Hidden("ada", ("jazz",), ("ben",), NOW - HIDE_HALF_LIFE)], NOW)
    assert HIDE_HALF_LIFE == 30 * DAY
    assert told.authors == {"ada": -AUTHOR_PER_HIDE / 2}
    assert told.tags == {"jazz": -TAG_PER_HIDE / 2}
    assert told.friends == {"ben": -FRIEND_PER_HIDE / 2}


def test_a_hide_of_no_known_time_weighs_nothing_to_speak_of() -> None:
    assert reluctance([Hidden("ada", (), (), 0)], NOW).authors["ada"] > -1e-9


def test_many_hides_are_bounded() -> None:
    told = reluctance([Hidden("ada", ("jazz",), ("ben",), NOW)] * 1_000, NOW)
    assert (told.authors, told.tags) == ({"ada": -AUTHOR_BOUND}, {"jazz": -TAG_BOUND})
    assert told.friends == {"ben": -FRIEND_BOUND}


def test_a_tag_written_twice_is_one_tag() -> None:
    assert reluctance([Hidden(None, ("jazz", "jazz"), (), NOW)], NOW).tags == {
        "jazz": -TAG_PER_HIDE
    }


@given(st.lists(hides, max_size=8), st.randoms())
def test_the_order_of_hides_does_not_matter(hidden: list[Hidden], random: object) -> None:
    shuffled = sorted(hidden, key=lambda _: random.random())  # type: ignore[attr-defined]
    assert reluctance(shuffled, NOW) == reluctance(hidden, NOW)


@given(st.lists(hides, max_size=8), hides)
def test_one_more_hide_never_speaks_for_anything(hidden: list[Hidden], more: Hidden) -> None:
    before, after = reluctance(hidden, NOW), reluctance([*hidden, more], NOW)
    for now, then in (
        (after.authors, before.authors),
        (after.tags, before.tags),
        (after.friends, before.friends),
    ):
        assert all(now[name] <= value <= 0 for name, value in then.items())


@given(st.lists(hides, max_size=8), st.integers(0, 400 * DAY))
def test_later_nothing_is_held_against_more(hidden: list[Hidden], pause: int) -> None:
    before, after = reluctance(hidden, NOW), reluctance(hidden, NOW + pause)
    assert all(after.authors[name] >= value for name, value in before.authors.items())
    assert all(after.tags[name] >= value for name, value in before.tags.items())


def test_against_a_post_speak_its_author_its_worst_tag_and_its_best_friend() -> None:
    told = Reluctance({"ada": -1.0}, {"jazz": -0.5, "late": -0.25}, {"ben": -2.0})
    assert told.against("ada", ("jazz", "late", "new"), ("ben",)) == -3.5
    assert told.against("ada", (), ("ben", "cleo")) == -1.0
    assert told.against(None, ("late",)) == -0.25
    assert told.against("eve", ("new",), ()) == 0.0


def test_nothing_hidden_is_held_against_nobody() -> None:
    assert reluctance([], NOW) == Reluctance()
    assert Reluctance().against("ada", ("jazz",), ("ben",)) == pytest.approx(0)
    assert penalty({}, NOW) == {}
