"""What a viewer steers by, and what it does to the numbers."""

import math
import struct
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feed.steering import LEVELS, MOST_TAGS, NEUTRAL, TAGS, Steering, merged
from feed.steering_weights import (
    DISCOVERY,
    FRESH_HALF_LIFE,
    FRESHNESS,
    LESS_TAGS,
    MORE_TAGS,
    SIDES,
    VARIETY,
    Weights,
    weights,
)
from graph.errors import SteeringRefused

NOW = 1_764_547_200
FRIENDLY = sorted(source for source, side in SIDES.items() if side < 0)
BEYOND = sorted(source for source, side in SIDES.items() if side > 0)

levels = st.floats(-1, 1)
tag_lists = st.lists(st.text(min_size=1, max_size=5), max_size=6)
sources = st.lists(st.sampled_from([*SIDES, "interests", "mood"]), max_size=6)


@st.composite
def steerings(draw: st.DrawFn) -> Steering:
    more = draw(tag_lists)
    less = [tag for tag in draw(tag_lists) if tag not in more]
    return Steering(draw(levels), draw(levels), draw(levels), tuple(more), tuple(less))


def gains(freshness: float, *ages: float) -> list[float]:
    created_at = np.asarray([NOW - age for age in ages], dtype=np.float64)
    return weights(Steering(freshness=freshness)).of_ages(created_at, NOW).tolist()


def bits(number: float) -> bytes:
    return struct.pack("d", number)


@given(steerings())
def test_what_is_written_as_json_is_read_again(steering: Steering) -> None:
    assert Steering.from_json(steering.as_json()) == steering
    assert "\n" not in steering.as_json()


def test_json_may_leave_fields_out_and_may_not_bring_others() -> None:
    assert Steering.from_json("{}") == NEUTRAL
    assert Steering.from_json('{"variety": 1}') == Steering(variety=1.0)
    for text, hint in (
        ("", "no JSON"),
        ("[]", "a JSON object"),
        ('{"speed": 1}', "no 'speed'; it has discovery, freshness"),
        ('{"variety": "1"}', "variety is '1'; give a number from -1 to 1"),
        ('{"variety": NaN}', "variety is nan"),
        ('{"more_tags": "jazz"}', "more_tags is 'jazz'; give a list of tags"),
    ):
        with pytest.raises(SteeringRefused, match=hint):
            Steering.from_json(text)


@pytest.mark.parametrize("name", LEVELS)
@pytest.mark.parametrize("value", [1.001, -2, math.nan, math.inf, True, None, "0"])
def test_a_level_is_a_number_from_minus_one_to_one(name: str, value: object) -> None:
    with pytest.raises(SteeringRefused, match=f"{name} is .*give a number from -1 to 1"):
        Steering(**{name: value})  # type: ignore[arg-type]


@pytest.mark.parametrize("name", TAGS)
def test_tags_are_ascending_each_once_and_not_too_many(name: str) -> None:
    made = Steering(**{name: ["b", "a", "b"]})  # type: ignore[arg-type]
    assert getattr(made, name) == ("a", "b")
    with pytest.raises(SteeringRefused, match=f"{name} has {MOST_TAGS + 1} tags; give 50 at most"):
        Steering(**{name: tuple(map(str, range(MOST_TAGS + 1)))})  # type: ignore[arg-type]
    for wrong in ("jazz", ("",), (7,), None):
        with pytest.raises(SteeringRefused, match="give a list of tags"):
            Steering(**{name: wrong})  # type: ignore[arg-type]


def test_a_tag_is_not_wanted_more_and_less() -> None:
    with pytest.raises(SteeringRefused, match="'jazz' is in more_tags and in less_tags"):
        Steering(more_tags=("jazz",), less_tags=("jazz", "late"))


def test_what_a_request_says_wins_field_by_field() -> None:
    saved = Steering(0.5, -1, 0.25, ("jazz",), ("politics",))
    assert merged(saved, {}) == saved
    assert merged(saved, {"discovery": 0}) == replace(saved, discovery=0.0)
    assert merged(saved, {"more_tags": []}) == replace(saved, more_tags=())
    assert merged(None, {"variety": 1}) == Steering(variety=1)
    assert merged(None, {}) == NEUTRAL


def test_a_tag_that_a_request_moves_leaves_the_other_side() -> None:
    saved = Steering(more_tags=("jazz", "bread"), less_tags=("politics",))
    assert merged(saved, {"less_tags": ["jazz"]}) == Steering(
        more_tags=("bread",), less_tags=("jazz",)
    )
    assert merged(saved, {"more_tags": ["politics"]}) == Steering(more_tags=("politics",))


def test_a_request_that_contradicts_itself_or_says_nonsense_is_refused() -> None:
    for asked in (
        {"more_tags": ["a"], "less_tags": ["a"]},
        {"speed": 1},
        {"variety": 2},
        {"less_tags": None},
    ):
        with pytest.raises(SteeringRefused):
            merged(NEUTRAL, asked)


@given(steerings(), steerings(), st.sets(st.sampled_from([*LEVELS, *TAGS])))
def test_merging_takes_what_is_asked_word_for_word(
    saved: Steering, other: Steering, names: set[str]
) -> None:
    asked = {name: getattr(other, name) for name in names}
    found = merged(saved, asked)
    for name in (*LEVELS, *TAGS):
        if name in names:
            assert getattr(found, name) == getattr(other, name)
        elif name in LEVELS:
            assert getattr(found, name) == getattr(saved, name)
        else:
            assert set(getattr(found, name)) <= set(getattr(saved, name))


def sided(steered: Weights, found: Sequence[str]) -> float:
    """What one post gains that these sources found."""
    masks = {source: np.array([source in found]) for source in {*SIDES, *found}}
    return float(steered.of_sources(masks)[0])


def tagged(steered: Weights, tags: Sequence[str]) -> float:
    """What one post of these tags gains."""
    more, less = (
        np.array([not names.isdisjoint(tags)]) for names in (steered.more_tags, steered.less_tags)
    )
    return float(steered.of_tags(more, less)[0])


@given(sources, tag_lists, st.lists(st.floats(-1e12, 1e12) | st.just(math.nan), max_size=5))
def test_neutral_adds_exactly_nothing(
    found: list[str], tags: list[str], created: list[float]
) -> None:
    neutral = weights(NEUTRAL)
    added = [sided(neutral, found), tagged(neutral, tags)]
    added += neutral.of_ages(np.asarray(created, dtype=np.float64), NOW).tolist()
    assert {bits(number) for number in added} == {bits(0.0)}


@given(st.floats(0, 1))
def test_neutral_leaves_every_decay_bit_by_bit(decay: float) -> None:
    assert bits(weights(NEUTRAL).decay(decay)) == bits(decay)


def test_minus_zero_is_zero() -> None:
    assert Steering(-0.0, -0.0, -0.0).as_json() == NEUTRAL.as_json()


@pytest.mark.parametrize(
    ("found", "side"),
    [
        (("friends",), -1.0),
        (("friends_engaged",), -0.5),
        (("friends", "friends_engaged", "popular", "similar"), -1.0),
        (("friends_engaged", "nearest"), -0.5),
        (("popular",), 1.0),
        (("similar", "nearest", "interests"), 1.0),
        (("interests", "mood", "recent", "friends_of_friends"), 0.0),
        ((), 0.0),
    ],
)
def test_a_post_stands_on_the_side_of_its_sources(found: tuple[str, ...], side: float) -> None:
    assert sided(weights(Steering(discovery=1)), found) == DISCOVERY * side
    assert sided(weights(Steering(discovery=-0.5)), found) == -0.5 * DISCOVERY * side


@given(
    levels,
    levels,
    st.lists(st.sampled_from(FRIENDLY), min_size=1),
    st.lists(st.sampled_from(BEYOND), min_size=1),
    sources,
)
def test_more_discovery_never_raises_a_friends_post_against_another(
    one: float, other: float, friendly: list[str], beyond: list[str], also: list[str]
) -> None:
    def lead(discovery: float) -> float:
        steered = weights(Steering(discovery=discovery))
        return sided(steered, [*friendly, *also]) - sided(steered, beyond)

    assert lead(max(one, other)) <= lead(min(one, other))


def test_a_new_post_gains_what_an_old_one_loses_and_a_weeks_gains_nothing() -> None:
    new, week, old = gains(1, 0, FRESH_HALF_LIFE, 1e12)
    assert (new, week, old) == (FRESHNESS, 0.0, -FRESHNESS)
    assert gains(-1, 0, 1e12) == [-FRESHNESS, FRESHNESS]
    assert FRESH_HALF_LIFE == 7 * 86_400


def test_a_post_without_a_time_gains_nothing_and_one_from_ahead_is_new() -> None:
    unknown, ahead = gains(0.5, math.nan, -1e6)
    assert (unknown, ahead) == (0.0, FRESHNESS / 2)
    assert weights(Steering(freshness=1)).of_ages(np.empty(0), NOW).shape == (0,)


@given(levels, levels, st.floats(0, 1e10), st.floats(0, 1e10))
def test_more_freshness_never_raises_the_older_against_the_newer(
    one: float, other: float, age: float, older: float
) -> None:
    def lead(freshness: float) -> float:
        new, old = gains(freshness, min(age, older), max(age, older))
        return old - new

    assert lead(max(one, other)) <= lead(min(one, other)) + 1e-12


@pytest.mark.parametrize(
    ("tags", "gain"),
    [
        (("jazz",), MORE_TAGS),
        (("jazz", "bread", "other"), MORE_TAGS),
        (("politics",), LESS_TAGS),
        (("jazz", "politics"), MORE_TAGS + LESS_TAGS),
        (("other",), 0.0),
        ((), 0.0),
    ],
)
def test_tags_are_wanted_more_or_less(tags: Sequence[str], gain: float) -> None:
    steered = weights(Steering(more_tags=("jazz", "bread"), less_tags=("politics",)))
    assert tagged(steered, tags) == gain


def test_less_outweighs_more() -> None:
    assert MORE_TAGS > 0 > MORE_TAGS + LESS_TAGS


def test_variety_sharpens_the_decays_and_familiarity_softens_them() -> None:
    for decay in (0.0, 0.5, 0.7, 0.98):
        assert weights(Steering(variety=1)).decay(decay) == pytest.approx(decay**VARIETY)
        assert weights(Steering(variety=-1)).decay(decay) == pytest.approx(decay ** (1 / VARIETY))
    assert weights(Steering(variety=1)).decay(1.0) == 1.0


@given(levels, levels, st.floats(0, 1))
def test_more_variety_never_softens_a_decay(one: float, other: float, decay: float) -> None:
    sharp = weights(Steering(variety=max(one, other))).decay(decay)
    assert 0 <= sharp <= weights(Steering(variety=min(one, other))).decay(decay) <= 1
