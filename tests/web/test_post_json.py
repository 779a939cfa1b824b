"""The source's own fields, whatever came."""

import json
from dataclasses import replace

import pytest

from feed.gate import admit
from feed.request import FeedPost
from graph.queries.people import UserCard, ViewerContext
from graph.queries.posts import NodeCard, PostCard, PostContent
from web.openapi import FEED_EXAMPLE, POST_EXAMPLE
from web.post_json import post_json, source_id

CARD = PostCard("sv:post:7", 5, None, None, None, "u", ("b", "a"), None, None, None, None, 0.0)
(VISIBLE,) = admit(ViewerContext(None, "?"), [CARD], {"u": UserCard("u", "ana", None, None)})


def shown(details: str | None = None, author_details: str | None = None) -> FeedPost:
    content = PostContent("sv:post:7", None, None, "https://v.example/7.mp4", details)
    return FeedPost(VISIBLE, content, author_details, None, None, 0.5, {}, 0.5, {}, False, ())


def test_without_details_every_key_has_its_empty_value() -> None:
    post = post_json(shown())
    assert (post["id"], post["title"], post["video_link"]) == (7, "", "https://v.example/7.mp4")
    assert (post["created_at"], post["tags"], post["view_count"]) == (5000, ["a", "b"], 0)
    assert post["category"] == {
        "id": None,
        "name": "",
        "count": 0,
        "description": "",
        "image_url": "",
    }
    topic = post["topic"]
    assert isinstance(topic, dict) and topic["id"] is None and topic["is_public"] is True
    owner = post["owner"]
    assert isinstance(owner, dict) and owner["username"] == "ana" and "id" not in owner


def test_the_sources_own_fields_are_shown_as_they_came() -> None:
    details = {
        "slug": "s",
        "view_count": 3,
        "average_rating": -85.5,
        "is_locked": True,
        "baseToken": {"symbol": "T"},
        "created_at": 5123,
        "tags": ["Own"],
    }
    post = post_json(shown(json.dumps(details), '{"picture_url": "p", "user_type": "hirer"}'))
    assert {name: post[name] for name in details if name != "baseToken"} == {
        name: value for name, value in details.items() if name != "baseToken"
    }
    assert post["baseToken"] == {"address": "", "name": "", "symbol": "T", "image_url": ""}
    owner = post["owner"]
    assert isinstance(owner, dict) and (owner["picture_url"], owner["user_type"]) == ("p", "hirer")


def test_another_viewers_state_and_values_of_another_type_are_not_copied() -> None:
    details = (
        '{"upvoted": true, "bookmarked": true, "following": true, "is_viewed": true, "slug": 5,'
        ' "view_count": "12", "average_rating": NaN, "share_count": 1e999, "is_locked": "no",'
        ' "comment_count": true, "created_at": 1, "tags": [1], "baseToken": [], "email": "a@b.c"}'
    )
    assert post_json(shown(details)) == post_json(shown())


@pytest.mark.parametrize("details", ["", "[]", "null", "{broken", "5", "[" * 100_000])
def test_details_that_are_no_object_are_as_none(details: str) -> None:
    assert post_json(shown(details, details)) == post_json(shown())


def test_category_and_topic_show_their_nodes() -> None:
    category = NodeCard("sv:category:2", "Vible", '{"count": 532, "name": "old"}')
    topic = NodeCard("sv:topic:4", "T", '{"owner": {"username": "o"}, "language": "en"}', "flic")
    post = post_json(replace(shown(), category=category, topic=topic))
    assert post["category"] == {
        "id": 2,
        "name": "Vible",
        "count": 532,
        "description": "",
        "image_url": "",
    }
    told = post["topic"]
    assert isinstance(told, dict)
    assert (told["id"], told["project_code"], told["language"]) == (4, "flic", "en")
    assert told["owner"]["username"] == "o"


def test_an_id_is_the_sources_integer_or_the_whole_id() -> None:
    ids = {"sv:post:12": 12, "lastfm:artist:0": 0, "x:post:007": "x:post:007", "x:a1": "x:a1"}
    ids |= {"x:\u0661": "x:\u0661", "12": 12, "x:": "x:"}
    assert {node: source_id(node) for node in ids} == ids


def test_the_documented_example_has_the_keys_of_the_real_answer() -> None:
    real = post_json(shown())
    assert set(POST_EXAMPLE) == set(real)
    for nested in ("owner", "category", "topic", "baseToken"):
        told, made = POST_EXAMPLE[nested], real[nested]
        assert isinstance(made, dict) and set(told) == set(made)
    assert FEED_EXAMPLE["post"] == [POST_EXAMPLE]
