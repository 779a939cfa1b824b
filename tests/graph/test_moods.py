"""One word a mood: what people type, and what posts say in whichever shape."""

import json
import unicodedata
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from graph.loaders.moods import MAX_CHARS, MAX_TERMS, mood_weights, read_emotions
from graph.moods import (
    LONGEST_TERM,
    MOODS_FILE,
    canonical_mood,
    mood_terms,
    moodless_words,
    phrase_mood,
    plain,
    typed_words,
    understand,
)
from village.emotions import PROSE, SHAPES
from village.summaries import Film

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


def listed(name: str) -> list[str]:
    """The lines of a file beside this one, without its comments."""
    text = Path(__file__).with_name(name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if not line.startswith("#")]


def mood_words() -> dict[str, set[str]]:
    """What people type, and the moods that are sensible answers."""
    parted = [line.split(": ") for line in listed("mood_words.txt")]
    return {word: set(moods.split()) for word, moods in parted}


def test_each_of_the_two_hundred_commonest_words_gets_a_sensible_mood() -> None:
    words = mood_words()
    assert len(words) == 200
    assert set().union(*words.values()) <= set(mood_terms())
    answers = {word: understand(word).mood for word in words}
    assert {word: mood for word, mood in answers.items() if mood not in words[word]} == {}
    shouted = {word: understand(f" {word.upper()}! ").mood for word in words}
    assert shouted == answers


def test_no_everyday_word_is_taken_for_a_mood() -> None:
    words = " ".join(listed("everyday_words.txt")).split()
    assert len(words) > 100
    assert [word for word in words if understand(word).mood is not None] == []


@pytest.mark.parametrize(
    ("typed", "mood"),
    [
        *[("hapy", "happy"), ("stresed", "anxious"), ("romantick", "loving")],
        *[("anxios", "anxious"), ("lonley", "lonely"), ("exited", "excited"), ("angy", "angry")],
        *[("dissapointed", "sad"), ("overwelmed", "anxious"), ("nostaljic", "nostalgic")],
        *[("curius", "curious"), ("motavated", "motivated"), ("borred", "curious")],
        ("feeling stresed today", "anxious"),
    ],
)
def test_a_misspelt_word_is_the_mood_that_was_meant(typed: str, mood: str) -> None:
    assert (understand(typed).mood, understand(typed).how) == (mood, "fuzzy")
    assert canonical_mood(typed) is None  # what a source says is not guessed at


@pytest.mark.parametrize(
    ("typed", "mood"),
    [("happily", "happy"), ("worries", "anxious"), ("Calmly", "calm"), ("depressing", "sad")],
)
def test_a_form_of_a_word_is_read_by_its_stem(typed: str, mood: str) -> None:
    assert (understand(typed).mood, understand(typed).how) == (mood, "stem")


@pytest.mark.parametrize(
    ("typed", "mood"),
    [
        *[("feeling a bit down", "sad"), ("soooo saaad", "sad"), ("burnt_out", "calm")],
        *[("I am fed up!", "angry"), ("make me laugh please", "playful"), ("so in love", "loving")],
        *[("need something to calm me down", "calm"), ("I\u2019m not happy", "sad")],
        *[("\U0001f62d\U0001f62d", "sad"), ("\u2764\ufe0f", "loving"), (":)", "happy")],
        *[("\U0001f4aa\U0001f3fd", "motivated"), ("monday \U0001f971", "calm")],
        ("\uff28\uff21\uff30\uff30\uff39", "happy"),
    ],
)
def test_phrases_and_emoji_are_read(typed: str, mood: str) -> None:
    assert understand(typed).mood == mood


@pytest.mark.parametrize("typed", ["not sad", "I don't feel very lonely", "no fear", "never angry"])
def test_a_mood_that_is_denied_is_not_meant(typed: str) -> None:
    read = understand(typed)
    assert read.mood is None and read.nearest


def test_an_unknown_word_is_said_to_be_unknown_and_the_nearest_moods_are_offered() -> None:
    read = understand("sadd")
    assert (read.mood, read.how, read.nearest) == (None, None, ("sad",))
    assert read.advice.startswith("did you mean sad? The moods are: happy, calm, ")
    nothing_like_it = understand("qwxzk")
    assert (nothing_like_it.mood, nothing_like_it.nearest) == (None, ())
    assert nothing_like_it.advice.startswith("the moods are: happy, ")


@settings(deadline=None)
@example("a" * 100_000)
@example("\ud800")
@given(st.text() | st.lists(st.sampled_from(["not", "sad", "so", "joy", "a"])).map(" ".join))
def test_whatever_is_typed_is_a_mood_or_up_to_three_near_ones(typed: str) -> None:
    read = understand(typed)
    assert read.mood in {None, *mood_terms()} and (read.mood is None) == (read.how is None)
    assert len(set(read.nearest)) == len(read.nearest) <= 3
    assert not (read.mood and read.nearest)


def test_threads_that_read_at_the_same_time_read_the_same() -> None:
    words = ["happily", "worries", "depressing", "gratefully", "romantically"] * 40
    alone = [understand(word) for word in words]
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(understand, words)) == alone


def test_a_sources_term_is_read_in_any_case_spacing_and_form() -> None:
    assert canonical_mood("  HAPPY ") == canonical_mood("Joy") == canonical_mood("joys") == "happy"
    assert canonical_mood("inner_peace") == "calm"
    assert canonical_mood("open") is None  # openness is another word


def test_a_sources_phrase_is_what_its_last_mood_says() -> None:
    assert phrase_mood("quiet determination") == "motivated"
    assert phrase_mood("spiritual connection") == "reverent"
    assert phrase_mood("lack of hope") is None
    assert phrase_mood("a film") is None


def test_an_unknown_term_stands_for_no_mood() -> None:
    assert [canonical_mood(term) for term in ("teapot", "", "authority", "\ud800")] == [None] * 4


def test_what_people_type_in_a_mood_is_not_what_posts_are_described_with() -> None:
    assert understand("bored").mood == "curious" and canonical_mood("bored") is None


def test_there_are_twelve_to_twenty_one_moods_and_each_has_words() -> None:
    assert 12 <= len(mood_terms()) <= 21
    assert set(typed_words()) <= set(mood_terms())
    assert all(terms[0] == mood and len(terms) >= 4 for mood, terms in mood_terms().items())


def test_every_word_of_the_file_stands_once_and_is_written_plainly() -> None:
    lists = [*mood_terms().values(), *typed_words().values(), tuple(moodless_words())]
    words = [word for each in lists for word in each]
    assert [word for word, count in Counter(words).items() if count > 1 or not word] == []
    for word in words:
        assert word == plain(word) == unicodedata.normalize("NFC", word)
        assert len(word.split()) <= LONGEST_TERM
    lines = MOODS_FILE.read_text(encoding="utf-8").splitlines()
    moodless = [line.count(",") + 1 for line in lines if line.startswith("no mood:")]
    assert sum(moodless) == len(moodless_words())


def test_every_word_of_the_file_is_understood_as_it_stands_there() -> None:
    for lists in (mood_terms(), typed_words()):
        for mood, words in lists.items():
            assert {understand(word).mood for word in words} == {mood}
    assert {understand(word).mood for word in moodless_words()} == {None}


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
def test_every_measured_shape_gives_its_terms(shape) -> None:
    terms = ["Hope", "calmness", "Joy", "inner peace"]
    expected = [] if shape.__name__ == "_null" else ["hope", "calmness", "joy", "inner peace"]
    told = json.loads(json.dumps(shape(terms)))
    assert read_emotions(told) == expected


JOY_AND_PEACE = ["joy", "inner peace"]


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
        ({"joy": 0.8, "anger": 0, "Inner_peace": 3, "intensity": 7, "frames": 2}, JOY_AND_PEACE),
        ({"joy": "clear", "count": 3}, ["clear"]),
        (["x" * 61, "joy " * 400, "joy" + " " * 600], []),
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
@example({"joy": float("nan"), "fear": float("inf")})
@example([f"term {place}" for place in range(1000)])
@given(JSON)
def test_anything_at_all_reads_as_short_lower_case_terms(told: object) -> None:
    terms = read_emotions(told)
    assert len(terms) == len(set(terms)) <= MAX_TERMS
    for term in terms:
        assert term == term.lower() and term not in {"high", "medium", ""}
        assert len(term.split()) <= 3 and len(term) <= MAX_CHARS
    weights = mood_weights(told)
    assert set(weights) <= set(mood_terms())
    assert not weights or sum(weights.values()) == pytest.approx(1)


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
    assert mood_weights(["quiet determination", "no fear"]) == {"motivated": 1.0}
    assert mood_weights([]) == {}


@pytest.mark.parametrize("dialect", ["earlier", "later"])
def test_both_dialects_of_a_summary_tell_their_moods(dialect: str) -> None:
    film = Film(place=0, text="", tags=(), terms=["Joy", "delight", "serenity"])
    told = film.earlier({"moods": film.terms}) if dialect == "earlier" else film.later()
    shares = mood_weights(told["emotions"])
    assert shares == {"happy": pytest.approx(2 / 3), "calm": pytest.approx(1 / 3)}
