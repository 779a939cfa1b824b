"""Muted words: what counts as saying one, and that feeds leave such posts out."""

import json

import pandas as pd
import pytest
from filled_graphs import Filled

from feed.explain import Explanation
from feed.recommend import Recommender
from feed.request import FeedRequest
from feed.words import phrases
from graph.derive.rebuild import derive
from graph.events.intake import EventIntake
from graph.ingest import ingest, ingest_tables
from graph.model import KINDS, Batch, word_id
from graph.store import GraphStore

NOW = 1_700_000_000


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("rye", "Rye!"),
        ("RYE", "a loaf of (rye)"),
        ("straße", "STRASSE"),
        ("full", "\uff26\uff35\uff2c\uff2c width"),
        ("caf\u00e9", "a cafe\u0301 nearby"),
        ("ice cream", "Ice-Cream, please"),
        ("ice  cream", "ice\ncream"),
        ("ice cream", "we had #IceCream"),
        ("ice cream", "we had #ice_cream"),
        ("#rye", "all about rye"),
        ("dog", "the dog's bowl"),
        ("hidden", "hid\u00adden, hid\u200bden"),
        (
            "\u0939\u093f\u0928\u094d\u0926\u0940",
            "\u0939\u093f\u0928\u094d\u0926\u0940 \u092e\u0947",
        ),
        ("\u6771\u4eac", "\u6771\u4eac\u306b\u884c\u304f"),
        ("\u30e9\u30fc\u30e1\u30f3", "\u30e9\u30fc\u30e1\u30f3\u5c4b\u3055\u3093"),
        ("\u0e44\u0e17\u0e22", "\u0e20\u0e32\u0e29\u0e32\u0e44\u0e17\u0e22\u0e14\u0e35"),
        ("\u043c\u0438\u0440", "\u041c\u0418\u0420 \u0438 \u0442\u0440\u0443\u0434"),
        ("\U0001f40d", "so\U0001f40dso"),
        ("\U0001f44d", "\U0001f44d\U0001f3fd"),
        ("c++", "I like C++."),
    ],
)
def test_a_word_is_found_whatever_its_case_form_and_neighbours(word: str, text: str) -> None:
    assert phrases([word]).said_in([text])


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("art", "a party of artists"),
        ("rye", "#ryebread"),
        ("ice cream", "cream on ice"),
        ("ice cream", "icecream without a hashtag"),
        ("ice cream", "ice, then snow, then cream"),
        ("covid", "covid19"),
        ("\u0939\u093f\u0928", "\u0939\u093f\u0928\u094d\u0926\u0940"),
        ("\u30d1\u30f3", "\u30d1\u30f3\u30c0"),
        ("\u0e01", "\u0e01\u0e35"),
        ("...", "well ..."),
        ("", "anything"),
    ],
)
def test_a_part_of_a_word_is_no_word(word: str, text: str) -> None:
    assert not phrases([word]).said_in([text])


def test_a_tag_says_its_words_run_together_too() -> None:
    assert phrases(["ice cream"]).said_in([], ["icecream"])
    assert phrases(["rye"]).said_in([], ["rye bread"])
    assert not phrases(["rye"]).said_in([], ["ryebread"])


def test_no_word_is_in_nothing() -> None:
    assert not phrases([]).said_in(["anything at all"], ["any tag"])


@pytest.fixture
def town(any_filled: Filled) -> Recommender:
    """Posts that say rye in each place; `me` mutes nothing yet."""
    posts = {
        "plain": ("A quiet morning", "of wheat"),
        "title": ("Rye today", None),
        "text": (None, "bread of RYE, mostly"),
        "tagged": ("Loaves", None),
        "named": ("Loaves", None),
        "part": ("Hairyeared", "pryer"),
    }
    tables = {
        "users": pd.DataFrame({"id": ["app:user:me", "writer"], "username": ["me", "writer"]}),
        "posts": pd.DataFrame(
            {
                "id": list(posts),
                "title": [title for title, _ in posts.values()],
                "text": [text for _, text in posts.values()],
                "created_at": NOW,
            }
        ),
        "authored": pd.DataFrame({"source": "writer", "target": list(posts)}),
        "tags": pd.DataFrame({"id": ["rye", "sv:tag:7"], "name": ["rye", "Rye bread"]}),
        "tagged": pd.DataFrame({"source": ["tagged", "named"], "target": ["rye", "sv:tag:7"]}),
    }

    def fill(store: GraphStore) -> None:
        ingest_tables(store, tables)
        derive(store)

    return Recommender(any_filled(fill), patience=0)


def tell(recommender: Recommender, **fields: object) -> None:
    event = {"id": json.dumps(fields), "user": "me", **fields}
    taken = EventIntake(recommender.store, clock=lambda: NOW).take(
        [(1, json.dumps(event).encode())]
    )
    assert not taken.refused


def feed(recommender: Recommender, **asked: object) -> set[str]:
    page = recommender.feed(FeedRequest("me", page_size=20, **asked), NOW)  # type: ignore[arg-type]
    return {each.post.card.post_id for each in page.posts}


def explained(recommender: Recommender, post_id: str) -> Explanation:
    told = recommender.explain(FeedRequest("me"), post_id, NOW)
    assert told is not None
    return told


def test_a_muted_word_leaves_out_whatever_says_it_until_it_is_unmuted(town: Recommender) -> None:
    everything = {"plain", "title", "text", "tagged", "named", "part"}
    assert feed(town) == everything
    tell(town, type="mute", word="RYE", at=NOW - 10)
    assert feed(town) == {"plain", "part"}
    for post_id in ("title", "text", "tagged", "named"):
        assert explained(town, post_id).left_out == ("you mute a word in it",)
    assert explained(town, "part").left_out == ()
    tell(town, type="unmute", word="Rye", at=NOW - 5)
    assert feed(town) == everything


def test_a_muted_phrase_of_a_folder_counts_however_it_is_written(town: Recommender) -> None:
    tables = {
        "words": pd.DataFrame({"id": ["Quiet  MORNING"]}),
        "mutes_words": pd.DataFrame({"source": ["app:user:me"], "target": ["Quiet  MORNING"]}),
    }
    ingest_tables(town.store, tables)
    assert "plain" not in feed(town)
    assert "title" in feed(town)


def test_a_word_muted_between_pages_holds_for_the_next_page(town: Recommender) -> None:
    first = town.feed(FeedRequest("me", page_size=1), NOW)
    shown = first.posts[0].post.card.post_id
    tell(town, type="mute", word="rye", at=NOW - 10)
    cursor, rest = first.next_cursor, set[str]()
    while cursor is not None:
        page = town.feed(FeedRequest("me", page_size=1, cursor=cursor), NOW)
        rest |= {each.post.card.post_id for each in page.posts}
        cursor = page.next_cursor
    assert rest == {"plain", "part"} - {shown}


def test_newer_posts_that_say_a_muted_word_are_not_counted(town: Recommender) -> None:
    befriended = pd.DataFrame({"source": ["app:user:me"], "target": ["writer"]})
    ingest(town.store, [Batch(KINDS["friend"], befriended)])
    first = town.feed(FeedRequest("me", page_size=1), NOW)
    new = {
        "posts": pd.DataFrame(
            {"id": ["n1", "n2"], "title": ["rye", "oats"], "created_at": NOW + 5}
        ),
        "authored": pd.DataFrame({"source": "writer", "target": ["n1", "n2"]}),
    }
    ingest_tables(town.store, new)
    page = FeedRequest("me", page_size=1, cursor=first.next_cursor)
    assert town.feed(page, NOW + 10).newer_count == 2
    tell(town, type="mute", word="rye", at=NOW - 10)
    assert town.feed(page, NOW + 10).newer_count == 1


def test_what_friends_post_is_muted_too(town: Recommender) -> None:
    befriended = pd.DataFrame({"source": ["app:user:me"], "target": ["writer"]})
    ingest(town.store, [Batch(KINDS["friend"], befriended)])
    tell(town, type="mute", word="rye", at=NOW - 10)
    assert feed(town, kind="friends") == {"plain", "part"}
    assert feed(town, kind="catch_up") == {"plain", "part"}


def test_the_id_of_a_word_is_one_whatever_its_case_and_blanks() -> None:
    assert word_id(" Ice \u3000 CREAM ") == word_id("ice cream") == "ice cream"
