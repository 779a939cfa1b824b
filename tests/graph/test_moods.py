"""One word a mood: what people type, and what posts say in whichever shape."""

import json
from collections import Counter

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from graph.loaders.moods import mood_weights, read_emotions
from graph.moods import canonical_mood, mood_terms
from village.emotions import PROSE, SHAPES

FREQUENT = (
    "determination 200, confidence 156, enthusiasm 140, contemplation 131, urgency 124, hope 108, "
    "passion 93, serenity 82, engagement 80, warmth 80, seriousness 80, curiosity 76, "
    "reverence 73, joy 69, excitement 68, sincerity 66, calmness 65, introspection 64, "
    "concern 63, empathy 57, inspiration 55, compassion 54, frustration 51, reflection 46, "
    "hopefulness 46, vulnerability 45, intensity 41, reflective 41, empowerment 40, "
    "conviction 39, encouragement 36, optimism 36, contemplative 35, strength 34, "
    "earnestness 29, reassurance 28, solemnity 27, authority 26, motivation 25, "
    "thoughtfulness 24, devotion 21, passionate 20, resilience 20, tranquility 19, calm 19, "
    "confident 19, motivational 18, sorrow 18, hopeful 16, awe 16, fear 16, neutral 15, "
    "reflectiveness 14, resolve 14, courage 14, tension 14, defiance 14, approachability 14, "
    "confusion 13, positivity 13, determined 13, humor 13, wisdom 13, comfort 13, "
    "anticipation 13, anxiety 12, playfulness 12, sadness 12, longing 12, despair 12, "
    "gratitude 11, nostalgia 9, disappointment 9, peace 9, pride 8, triumph 8, trust 8"
)
"""The commonest terms of 1,000 posts with their counts: three quarters of all 4,215."""


def test_nearly_all_that_posts_say_is_a_mood_that_people_say() -> None:
    counts = Counter(
        {term: int(count) for term, count in (each.rsplit(" ", 1) for each in FREQUENT.split(", "))}
    )
    known = sum(count for term, count in counts.items() if canonical_mood(term))
    assert known / counts.total() > 0.95
    assert known / 4215 > 0.7


@pytest.mark.parametrize(
    "word",
    "happy sad angry anxious lonely bored stressed romantic excited motivated inspired curious "
    "hopeful calm confident thoughtful grateful nostalgic surprised funny playful".split(),
)
def test_what_people_type_stands_for_a_mood(word: str) -> None:
    assert canonical_mood(word) in mood_terms()


def test_a_typed_word_is_read_in_any_case_and_spacing() -> None:
    assert canonical_mood("  HAPPY ") == canonical_mood("Joy") == "happy"
    assert canonical_mood("inner_peace") == "calm"


def test_an_unknown_word_stands_for_no_mood() -> None:
    assert canonical_mood("teapot") is None
    assert canonical_mood("") is None


def test_a_term_belongs_to_one_mood_and_is_written_plainly() -> None:
    terms = [term for listed in mood_terms().values() for term in listed]
    assert len(terms) == len(set(terms))
    assert all(term == term.lower().strip() and len(term.split()) <= 3 for term in terms)
    assert all(listed[0] == mood and len(listed) >= 4 for mood, listed in mood_terms().items())


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
def test_every_measured_shape_gives_its_terms(shape) -> None:
    terms = ["Hope", "calmness", "Joy", "inner peace"]
    expected = [] if shape.__name__ == "_null" else ["hope", "calmness", "joy", "inner peace"]
    told = json.loads(json.dumps(shape(terms)))
    assert read_emotions(told) == expected


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"initial_emotion": "Calm", "final_emotion": "Joy and relief"}, ["calm", "joy", "relief"]),
        ({"expressed": [{"emotion": "joy", "intensity": "high"}]}, ["joy"]),
        ([{"emotion": "joy", "intensity": 7, "confidence": "medium", "speaker": "host"}], ["joy"]),
        ({"motivational": True, "confident": False}, ["motivational"]),
        ({"determination": PROSE, "scene": PROSE}, ["determination"]),
        ({"initial": "worry", "reflection": "hope", "final": PROSE}, ["worry", "hope"]),
        ({"emotion": "joy", "secondary_emotions": ["warmth"]}, ["joy", "warmth"]),
        ({"mood": "calm", "intensity": "high", "description": "kind words"}, ["calm"]),
        ({"transition": {"from": "fear", "to": "hope"}}, ["fear", "hope"]),
        (["Hope.", "hope", " HOPE "], ["hope"]),
        (["high", "Medium", "joy"], ["joy"]),
        (["A strong sense of purpose and clarity"], []),
        ("joy", ["joy"]),
        ([None, 3, 4.5, True, [], {}, ""], []),
        (None, []),
        (7, []),
    ],
)
def test_what_is_an_emotion_and_what_is_a_note_about_it(told: object, expected: list) -> None:
    assert read_emotions(told) == expected


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text() | st.sampled_from(["emotion", "intensity"]), inner, max_size=4)
    ),
    max_leaves=20,
)


@settings(deadline=None)
@example({"": True, "high": True, "a b c d": True})
@given(JSON)
def test_anything_at_all_reads_as_short_lower_case_terms(told: object) -> None:
    terms = read_emotions(told)
    assert len(terms) == len(set(terms))
    for term in terms:
        assert term == term.lower() and term not in {"high", "medium", ""}
        assert len(term.split()) <= 3


def test_something_nested_without_end_is_left_at_some_depth() -> None:
    told: object = "joy"
    for _ in range(900):
        told = [told]
    assert read_emotions(told) == []


def test_a_moods_weight_is_its_share_of_the_terms_that_name_a_mood() -> None:
    assert mood_weights(["joy", "cheerful", "serenity", "analytical"]) == {
        "happy": pytest.approx(2 / 3),
        "calm": pytest.approx(1 / 3),
    }
    assert mood_weights([]) == {}
