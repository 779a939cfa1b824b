"""Tags and text out of whatever a post and its film's summary say."""

import json
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from graph.loaders.keywords import ENOUGH, MAX_TAGS, MAX_TEXT, post_tags, summary_text
from graph.loaders.words import MAX_CHARS, is_private, says_something, stop_words, tag_name
from village.summaries import Film

PRIVATE = (
    "@somebody",
    "somebody@mail.example",
    "https://video.example/somebody_1.mp4",
    "www.example.org",
    "example.org",
    "clip_7.mp4",
    "/srv/films/clip",
    "C:\\films\\clip",
    "films/clip",
    "0a1b2c3d4e5f60718293",
)
"""Addresses, handles, files and codes; none of anybody."""


@pytest.mark.parametrize(
    ("told", "tag"),
    [
        ("  #Street   Food! ", "street food"),
        ("Cafe\u0301", "caf\xe9"),
        ("STRASSE", "strasse"),
        ("street_food", "street food"),
        ("\u0939\u093f\u0928\u094d\u0926\u0940", "\u0939\u093f\u0928\u094d\u0926\u0940"),
        ("\U0001f525 fire \U0001f525", "fire"),
        ("2024", "2024"),
        ("90s", "90s"),
        *[(told, "") for told in ("1234", "3 000", "7", "x", "", "#", "...", "\U0001f525")],
        *[("a" * 41, ""), ("one two three four five", ""), (None, ""), (7, ""), (["jazz"], "")],
        *[(told, "") for told in PRIVATE],
    ],
)
def test_a_tag_has_one_plain_form_or_is_none(told: object, tag: str) -> None:
    assert tag_name(told) == tag


def test_whoever_says_a_tag_decides_what_it_weighs_and_whether_it_comes_first() -> None:
    found = post_tags(
        tags=["#Jazz#open mic#"],
        keywords=[{"keyword": "Morning", "weight": 8}, {"keyword": "jazz", "weight": 3}, "rain"],
        topics={"theme": "City life"},
        title="A quiet morning",
    )
    assert found == {"jazz": 1.0, "open mic": 1.0, "morning": 0.8, "rain": 0.5, "city life": 0.3}
    assert list(found) == ["jazz", "open mic", "morning", "rain", "city life"]


@pytest.mark.parametrize(
    "keywords",
    [
        [{"keyword": "rain", "weight": 8}, {"keyword": "tram", "weight": "3"}],
        [{"weight": 0.8, "name": "rain"}, {"score": 3, "word": "tram"}],
        {"keywords": [{"keyword": "RAIN", "weight": 8}], "more": {"tram": 3}},
        {"rain": 8, "tram": 3},
        [["rain", {"rain": 8}], {"tram": 3}],
    ],
)
def test_keywords_are_read_in_any_shape_with_their_weights(keywords: object) -> None:
    assert post_tags(keywords=keywords) == {"rain": 0.8, "tram": 0.3}


@pytest.mark.parametrize(
    "topics",
    [
        "City life, street food",
        ["City life", "street food"],
        {"theme": "city life", "visual_storytelling": ["Street food"], "emotional_conflicts": []},
        {"main_topic": ["City life"], "sub_topics": {"first": "street food"}},
        ["city life", "street food", "A long sentence about what happens in this film"],
    ],
)
def test_topics_are_read_in_any_shape(topics: object) -> None:
    assert post_tags(topics=topics) == {"city life": 0.3, "street food": 0.3}


@pytest.mark.parametrize("dialect", ["earlier", "later"])
def test_both_dialects_of_a_summary_tell_their_tags_and_text(dialect: str) -> None:
    film = Film(place=1, text="Ramen by the canal.", tags=[("ramen", 0.8)], terms=["joy"])
    told = film.earlier(None) if dialect == "earlier" else film.later()
    topics = told.get("topics_of_video", told.get("topics"))
    assert post_tags(keywords=told["keywords"], topics=topics) == {"ramen": 0.8, "life": 0.3}
    assert summary_text(description=told["description"]) == "Ramen by the canal. It ends."


def test_words_of_nearly_every_film_are_no_tags() -> None:
    assert post_tags(keywords=["video", "the speaker", "audience"], title="The best of it") == {}
    assert post_tags(tags=["video"]) == {"video": 1.0}  # an author may say so


def test_hashtags_are_the_authors_own_tags() -> None:
    found = post_tags(title="Rain again #TramLife", description="### Theme\n#blues and ##none #7")
    assert dict(list(found.items())[:2]) == {"tramlife": 1.0, "blues": 1.0}


def test_title_and_description_fill_up_only_where_tags_are_few() -> None:
    title, told = "Lanterns over harbours, slowly", "Tides rise. The tides fall. Ropes."
    assert post_tags(title=title, description=told) == {
        "lanterns": 0.2,
        "harbours": 0.2,
        "slowly": 0.2,
        "tides": 0.1,
    }
    many = [f"word{letter}" for letter in "abcdefg"]
    assert set(post_tags(keywords=many, title=title, description=told)) == set(many)


def test_a_post_keeps_its_heaviest_keywords() -> None:
    keywords = [{"keyword": f"word{place}", "weight": place} for place in range(1, 11)]
    found = post_tags(keywords=keywords, topics=[f"field{each}" for each in "abcdefg"])
    assert len(found) == MAX_TAGS
    assert list(found)[:8] == [f"word{place}" for place in range(10, 2, -1)]
    assert found["word10"] == 1.0 and found["word3"] == 0.3


def test_no_address_handle_file_or_persons_name_gets_through() -> None:
    said = " ".join(PRIVATE)
    told = {
        "keywords": [{"keyword": each, "weight": 9} for each in (*PRIVATE, "Some_Body.7")],
        "topics": list(PRIVATE),
        "description": f"Rain and rain {said} Some_Body.7 twice {said}",
    }
    tags = post_tags(**told, title=f"Some_Body.7 {said}", without=["some_body.7"])
    assert tags == {"rain": 0.1}
    assert summary_text(**told, without=["some_body.7"]) == "Rain and rain twice"


def test_a_post_without_a_title_still_says_what_its_summary_says() -> None:
    description = "### Theme and Message\n**Rain** falls.\n\n### Narrative Flow\nIt `ends`."
    assert summary_text(description=description) == "Rain falls. It ends."
    keywords = [{"keyword": "Rain", "weight": 3}, {"keyword": "tram", "weight": 8}]
    assert summary_text(keywords=keywords, topics=["city", "rain"]) == "tram, rain, city"
    assert summary_text(description=["Rain.", {"more": "Wind."}]) == "Rain. Wind."
    assert summary_text(slug="a-quiet-morning") == "a quiet morning"
    assert summary_text(slug="0a" * 20) == summary_text() == ""


def test_text_is_cut_at_a_words_end_or_where_there_is_none_anywhere() -> None:
    cut = summary_text(description="harbour " * 1000)
    assert len(cut) <= MAX_TEXT and cut.endswith(" harbour")
    assert summary_text(description="\u6e2f" * 5000) == "\u6e2f" * MAX_TEXT


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text() | st.sampled_from(["keyword", "weight"]), inner, max_size=4)
    ),
    max_leaves=20,
)


@settings(deadline=None)
@example([{"keyword": "rain", "weight": 10**400}], "\ud800", {"": float("nan")})
@example("# " * 30_000, "/" * 30_000, [["a"] * 5000])
@given(JSON, JSON, JSON)
def test_anything_at_all_makes_few_plain_tags_and_short_text(
    first: object, second: object, third: object
) -> None:
    parts = {"keywords": first, "topics": second, "description": third}
    found = post_tags(**parts, tags=third, title=second)
    assert found == post_tags(**parts, tags=third, title=second)
    assert len(found) <= MAX_TAGS and all(0 < weight <= 1 for weight in found.values())
    for tag in found:
        assert tag == tag_name(tag) == unicodedata.normalize("NFC", tag)
        assert 2 <= len(tag) <= MAX_CHARS and "#" not in (tag[0], tag[-1])
        assert not is_private(tag)
    told = summary_text(**parts, slug=second)
    assert len(told) <= MAX_TEXT and told == " ".join(told.split())
    json.dumps([found, told], ensure_ascii=False).encode("utf-8")


@given(st.text(max_size=60))
def test_a_tags_name_is_its_own_name(told: str) -> None:
    assert tag_name(tag_name(told)) == tag_name(told)


def test_the_stop_list_is_lower_case_and_names_the_words_of_every_film() -> None:
    assert len(stop_words()) > 300
    assert all(word == word.casefold() for word in stop_words())
    assert {"the", "video", "speaker", "viewers"} <= stop_words()
    assert not says_something("the video") and says_something("the harbour")
    assert 0 < ENOUGH <= MAX_TAGS
