"""Copies of one thing: shares of a post and posts of one film come once, and hide nothing."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import pytest

from feed.explain import COPY, Explanation
from feed.recommend import Recommender
from feed.request import FeedRequest
from graph.derive.rebuild import derive
from graph.ingest import ingest, ingest_tables
from graph.ladybug_store import LadybugStore
from graph.model import KINDS, Batch
from graph.queries.posts import post_cards
from graph.store import GraphStore

NOW = 1_700_000_000
Posts = Mapping[str, Mapping[str, object]]


def town(
    store: GraphStore, posts: Posts, shares: Mapping[str, str], **files: list[tuple[str, str]]
) -> Recommender:
    """`me`, a friend who hides from strangers, and a writer of each post."""
    ids = list(posts)
    authors = [str(posts[each].get("author", f"writer of {each}")) for each in ids]
    edges = files | {
        "authored": list(zip(authors, ids, strict=True)),
        "shares": list(shares.items()),
    }
    tables = {
        "users": pd.DataFrame({"id": sorted({"me", "friend", *authors})}),
        "posts": pd.DataFrame(
            {
                "id": ids,
                "url": [posts[each].get("url") for each in ids],
                "privacy": [posts[each].get("privacy", "public") for each in ids],
                "created_at": [NOW - age for age in range(len(ids))],
            }
        ),
    }
    tables |= {
        file: pd.DataFrame(rows, columns=["source", "target"]) for file, rows in edges.items()
    }
    ingest_tables(store, tables)
    derive(store)
    return Recommender(store, patience=0)


def feed(recommender: Recommender, size: int = 20, **asked: object) -> list[str]:
    """The ids of all pages."""
    found: list[str] = []
    cursor: str | None = None
    while True:
        request = FeedRequest("me", page_size=size, cursor=cursor, **asked)  # type: ignore[arg-type]
        page = recommender.feed(request, NOW)
        found += [each.post.card.post_id for each in page.posts]
        cursor = page.next_cursor
        if cursor is None:
            return found


def explained(recommender: Recommender, post_id: str, whole: bool) -> Explanation:
    told = recommender.explain(FeedRequest("me"), post_id, NOW, whole)
    assert told is not None
    return told


@pytest.mark.parametrize("size", [1, 20])
def test_a_share_its_original_and_another_share_come_once(any_store: GraphStore, size: int) -> None:
    posts = {"original": {"url": "https://film.example/1"}, "share": {}, "other share": {}}
    made = town(any_store, posts | {"else": {}}, {"share": "original", "other share": "original"})
    found = feed(made, size)
    assert len(found) == 2
    assert "else" in found


def test_posts_of_one_film_come_once_and_posts_without_media_are_no_copies(
    any_store: GraphStore,
) -> None:
    film = {"url": "https://film.example/1"}
    posts = {
        "a": film,
        "b": {"url": " https://film.example/1 "},
        "c": {"url": ""},
        "d": {"url": ""},
    }
    found = feed(town(any_store, posts, {}))
    assert len({"a", "b"} & set(found)) == 1
    assert {"c", "d"} <= set(found)


def test_the_first_in_order_stays_in_the_news_feed(store: GraphStore) -> None:
    posts = {
        "newest": {"author": "friend"},
        "share": {"author": "friend"},
        "original": {"author": "friend"},
    }
    made = town(store, posts, {"share": "original"}, friend=[("me", "friend")])
    assert feed(made, kind="friends") == ["newest", "share"]
    assert feed(made, kind="catch_up") == ["newest", "share"]
    assert feed(made, 1, kind="friends") == ["newest", "share"]


def test_a_hidden_original_takes_nobodys_place(any_store: GraphStore) -> None:
    posts = {"original": {"privacy": "private"}, "share": {}, "else": {}}
    assert set(feed(town(any_store, posts, {"share": "original"}))) == {"share", "else"}


def test_a_post_that_was_pinned_and_then_hidden_takes_nobodys_place(store: GraphStore) -> None:
    """The share is out of the first ranking; when the original goes it comes with the next."""
    posts: dict[str, dict[str, object]] = {f"p{number:03}": {} for number in range(130)}
    posts |= {"original": {"url": "u"}, "share": {}}
    made = town(store, posts, {"share": "original"}, friend=[("me", "writer of original")])
    first = made.feed(FeedRequest("me", page_size=50), NOW)
    assert first.next_cursor is not None
    assert first.posts[0].post.card.post_id == "original"
    private = pd.DataFrame({"id": ["original"], "privacy": "private"})
    ingest(store, [Batch(KINDS["posts"], private)])
    shown, cursor = list[str](), first.next_cursor
    while cursor is not None:
        page = made.feed(FeedRequest("me", page_size=50, cursor=cursor), NOW)
        shown += [each.post.card.post_id for each in page.posts]
        cursor = page.next_cursor
    assert "share" in shown
    assert len(shown) == len(set(shown))


def test_who_knows_one_copy_knows_the_other(any_store: GraphStore) -> None:
    posts = {"share": {}, "original": {}, "old": {}, "older": {}}
    made = town(any_store, posts, {"share": "original"}, liked=[("me", "original")])
    assert feed(made)[-1] in ("share", "original")
    assert feed(made)[:2] == ["old", "older"]


def test_a_copy_of_what_was_asked_about_is_nothing_similar(store: GraphStore) -> None:
    posts = {"asked": {}, "share": {}, "like it": {}}
    fans = [(f"writer of {post}", each) for post in posts for each in posts]
    made = town(store, posts, {"share": "asked"}, liked=fans)
    assert feed(made, kind="similar", similar_to="asked") == ["like it"]


def test_explain_names_the_copy_that_is_shown(store: GraphStore) -> None:
    made = town(store, {"share": {}, "original": {}}, {"share": "original"})
    (shown,) = feed(made)
    (other,) = {"share", "original"} - {shown}
    assert explained(made, other, whole=True).left_out == (COPY,)
    assert explained(made, shown, whole=True).left_out == ()
    assert explained(made, other, whole=False).left_out == (COPY,)


def test_shares_of_a_hidden_post_are_two_and_of_a_seen_one_are_one(store: GraphStore) -> None:
    """Else the one that is missing would tell that both share one post that is hidden."""
    posts = {"original": {"author": "friend", "privacy": "private"}, "one": {}, "two": {}}
    made = town(store, posts, {"one": "original", "two": "original"}, friend=[("friend", "me")])
    assert set(feed(made)) == {"one", "two"}
    for whole in (True, False):
        assert {explained(made, each, whole).left_out for each in ("one", "two")} == {()}
    ingest_tables(store, {"liked": pd.DataFrame({"source": ["me"], "target": ["one"]})})
    assert feed(made)[0] == "two", "nor is it known, since its twin is"
    ingest_tables(store, {"posts": pd.DataFrame({"id": ["original"], "privacy": ["friends"]})})
    (shown,) = feed(made, include_seen=True)
    others = {"original", "one", "two"} - {shown}
    assert {explained(made, each, whole=False).left_out[0] for each in others} == {COPY}


@pytest.mark.parametrize("hides", [True, False])
def test_media_of_what_one_knew_and_may_not_see_now_makes_nothing_known(
    store: GraphStore, hides: bool
) -> None:
    """Else its author's new address could be guessed by who liked it once."""
    film, others = {"url": "https://films/new"}, [f"else {number}" for number in range(5)]
    known = film | {"privacy": "private" if hides else "public"}
    posts = {"known": known, "guess": film} | {each: {} for each in others}
    made = town(store, posts, {}, liked=[("me", "known")])
    with_film = feed(made)
    ingest_tables(store, {"posts": pd.DataFrame({"id": ["known"], "url": ["https://films/old"]})})
    assert (with_film == feed(made)) == hides


def test_newer_posts_are_counted_once_a_thing(store: GraphStore) -> None:
    made = town(store, {"shown": {}, "else": {}}, {}, friend=[("friend", "me")])
    first = made.feed(FeedRequest("me", page_size=1), NOW)
    tables = {
        "posts": pd.DataFrame({"id": ["one", "two", "share"], "created_at": NOW + 5}),
        "authored": pd.DataFrame({"source": "friend", "target": ["one", "two", "share"]}),
        "shares": pd.DataFrame({"source": ["two", "share"], "target": ["one", "shown"]}),
    }
    ingest_tables(store, tables)
    next_page = FeedRequest("me", page_size=1, cursor=first.next_cursor)
    assert made.feed(next_page, NOW + 10).newer_count == 1


def test_a_card_knows_what_its_post_shares_until_that_is_taken_back(any_store: GraphStore) -> None:
    town(any_store, {"one": {}, "two": {}, "share": {"url": "u"}}, {"share": "two"})
    card = post_cards(any_store, ["share"])["share"]
    assert card.same_as == ("share", "two", "url u")
    edge = pd.DataFrame({"source": ["share"], "target": ["two"]})
    ingest(any_store, [Batch(KINDS["shares"], edge, removed=True)])
    assert post_cards(any_store, ["share"])["share"].shares_id is None


def test_a_graph_of_before_copies_opens_and_learns_of_them(tmp_path: Path) -> None:
    """The column is added when it is opened, and filled when all is derived anew."""
    with LadybugStore(tmp_path / "graph") as store:
        town(store, {"share": {}, "original": {}}, {"share": "original"})
        store._execute("ALTER TABLE Post DROP shares_id", {}, "as it was before")
        store._execute("ALTER TABLE MUTES DROP FROM User TO Word", {}, "as it was before")
        for table in ("Word", "Schema"):
            store._execute(f"DROP TABLE {table}", {}, "as it was before")
    with LadybugStore(tmp_path / "graph") as store:
        assert post_cards(store, ["share"])["share"].shares_id is None
        derive(store)
        assert post_cards(store, ["share"])["share"].shares_id == "original"
        assert len(feed(Recommender(store))) == 1
        store.run("load_words", rows=[{"id": "rye"}])
        store.run("load_mutes_words", rows=[{"source": "me", "target": "rye", "at": None}])
        assert [row["target"] for row in store.run("export_mutes_words")] == ["rye"]
