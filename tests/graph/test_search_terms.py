"""What search reads out of words, and how well one word answers another."""

import pytest

from graph.search.lucene import handles_of, query_of, quoted
from graph.search.matching import EXACT, NOT, PREFIX, TYPO, TYPOS, match
from graph.search.terms import LETTERS, TERMS, Term, asked, said, typos_of
from graph.search.vocabulary import Vocabulary


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Slow BREAD, slow-bread!", "slow bread slow bread"),
        ("Don't it\u2019s rock'n'roll 'quoted'", "dont its rocknroll quoted"),
        ("José Ångström Đặng Łódź Straße", "jose angstrom dang lodz strasse"),
        ("ΆΛΦΑ Ёлка", "αλφα елка"),
        ("amber_finch #IceCream @ana", "amber finch icecream ana"),
        ("東京タワー", "東 京 タワー"),
        ("がぎ", "が ぎ"),
        ("हिन्दी", "हिन्दी"),
        ("c++ a+b = $5 €5", "c a b 5 € 5"),
        ("ok \U0001f600\ufe0f", "ok \U0001f600"),
        ("\x00\x1f \u200b", ""),
    ],
)
def test_words_are_read_alike_whatever_their_case_accents_and_script(text: str, words: str) -> None:
    assert said(text) == words.split()


def test_what_stands_in_no_blanks_is_looked_for_side_by_side() -> None:
    assert asked("東京 tower").terms == (Term(("東", "京")), Term(("tower",)))
    assert asked("東京tower").terms == (Term(("東", "京")), Term(("tower",)))


@pytest.mark.parametrize(
    "text", ["", "   ", "*", '"', "\\", "()", "\x00\x07", "'", "+-&|!{}[]^~?:/"]
)
def test_what_has_no_word_looks_for_nothing(text: str) -> None:
    assert asked(text).terms == ()


def test_of_very_much_a_little_is_read() -> None:
    assert len(asked("a b c d e f g h i j k").terms) == TERMS
    assert len(asked("a-b-c-d-e-f-g-h-i-j-k").terms) == TERMS
    (term,) = asked("x" * 10_000).terms
    assert term.word == "x" * LETTERS
    assert asked("one one One").terms == (Term(("one",)),)


def test_a_word_of_four_letters_may_have_one_typo_and_of_eight_two() -> None:
    assert [typos_of(letters) for letters in range(1, 11)] == [0, 0, 0, 1, 1, 1, 1, 2, 2, 2]
    assert [Term(("2024",)).typos, Term(("東", "京", "都", "庁")).typos] == [0, 0]


@pytest.mark.parametrize(
    ("sought", "word", "fit"),
    [
        ("bread", "bread", EXACT),
        ("brea", "bread", PREFIX),
        ("b", "bread", PREFIX),
        ("braed", "bread", TYPO),
        ("bred", "bread", TYPO),
        ("breads", "bread", TYPO),
        ("bleed", "bread", NOT),
        ("jhon", "john", TYPO),
        ("cat", "car", NOT),
        ("fo", "of", NOT),
        ("sourdouhg", "sourdough", TYPO),
        ("sordouhg", "sourdough", TYPOS),
        ("sordohg", "sourdough", NOT),
        ("2023", "2024", NOT),
        ("read", "bread", TYPO),
        ("ead", "bread", NOT),
    ],
)
def test_how_well_a_word_answers(sought: str, word: str, fit: float) -> None:
    assert match(Term((sought,)), ["other", word]) == fit


def test_the_best_of_several_words_counts() -> None:
    assert match(Term(("bread",)), ["braed", "breads", "bread"]) == EXACT
    assert match(Term(("bread",)), ["braed", "breads"]) == PREFIX
    assert match(Term(("東", "京")), ["東", "都", "京"]) == NOT
    assert match(Term(("東", "京")), ["東", "東", "京"]) == EXACT


def test_a_vocabulary_knows_what_is_meant_and_learns() -> None:
    known = Vocabulary(["bread", "broad", "breads", "sourdough", "cat"])
    assert known.near(Term(("braed",))) == ["bread"]
    assert known.near(Term(("bread",))) == ["breads", "broad"]
    assert known.near(Term(("sordouhg",))) == ["sourdough"]
    assert known.near(Term(("car",))) == []
    known.add(["brawd"])
    assert known.near(Term(("braed",))) == ["brawd", "bread"]


@pytest.mark.parametrize(
    "text", ["AND", "NOT a", 'x" OR id:*', "a\\", "/.*/", "[a TO z]", "a~ b* c?"]
)
def test_no_text_is_syntax_to_lucene(text: str) -> None:
    told = asked(text)
    for query in (query_of(told), handles_of(told)):
        outside = "".join(query.replace("\\\\", "").replace('\\"', "").split('"')[::2])
        words = outside.replace(" AND ", " ").replace(" OR ", " ").replace("username:", "")
        assert not any(letter.isupper() for letter in words)
        assert ":" not in words and "TO" not in words


def test_a_phrase_ends_where_it_should() -> None:
    assert quoted('a" OR "b\\') == '"a\\" OR \\"b\\\\"'
