"""Posts as their authors make, change and delete them, on both engines."""

import json

import pandas as pd
import pytest

from graph.actions import posts
from graph.actions.posts import Told, Where
from graph.errors import NotThere
from graph.events.intake import EventIntake
from graph.ingest import ingest_tables
from graph.model import Row
from graph.queries.friendships import entries_after
from graph.queries.posts import PostCard, categories_after, post_cards, post_contents
from graph.queries.responses import did
from graph.store import GraphStore

NOW = 1_760_000_000
ANA, BEN = "app:user:ana", "app:user:ben"
ONE, TWO = "app:post:1", "app:post:2"
BREAD = Told(
    title="Slow bread",
    text="Two days",
    url="https://example.org/a.mp4",
    privacy="friends",
    tags={"bread": 1.0, "slow": 0.2},
    moods={"happy": 1.0},
    category_id="c:food",
)


@pytest.fixture
def town(any_store: GraphStore) -> GraphStore:
    empty = dict.fromkeys(("username", "joined_at", "privacy", "active", "details"))
    any_store.run("load_users", rows=[{"id": user_id, **empty} for user_id in (ANA, BEN)])
    categories = [{"id": f"c:{name}", "name": name, "details": None} for name in ("food", "art")]
    any_store.run("load_categories", rows=categories)
    ingest_tables(any_store, {"groups": pd.DataFrame({"id": ["g:1"], "name": ["Bakers"]})})
    return any_store


def edges(store: GraphStore, *files: str) -> dict[str, set[tuple[object, ...]]]:
    names = ("source", "target", "weight")
    told: dict[str, list[Row]] = {file: store.run(f"export_{file}") for file in files}
    return {
        file: {tuple(row[name] for name in names if name in row) for row in rows}
        for file, rows in told.items()
    }


def card(store: GraphStore, post_id: str) -> PostCard:
    return post_cards(store, [post_id])[post_id]


def test_a_post_is_made_once_with_its_edges_and_its_card(town: GraphStore) -> None:
    assert posts.create(town, ONE, ANA, BREAD, Where(group_id="g:1"), NOW)
    assert not posts.create(town, ONE, ANA, Told(title="Other"), Where(), NOW + 1)
    assert edges(town, "authored", "tagged", "evokes", "in_category", "posted_in", "shares") == {
        "authored": {(ANA, ONE)},
        "tagged": {(ONE, "bread", 1.0), (ONE, "slow", 0.2)},
        "evokes": {(ONE, "happy", 1.0)},
        "in_category": {(ONE, "c:food")},
        "posted_in": {(ONE, "g:1")},
        "shares": set(),
    }
    found = card(town, ONE)
    assert (found.author_id, found.created_at, found.privacy) == (ANA, NOW, "friends")
    assert (found.category_id, found.group_id) == ("c:food", "g:1")
    assert (set(found.tags), found.url) == ({"bread", "slow"}, BREAD.url)
    content = post_contents(town, [ONE])[ONE]
    assert (content.title, content.text) == ("Slow bread", "Two days")


def test_a_post_without_tags_category_and_words_is_one(town: GraphStore) -> None:
    assert posts.create(town, ONE, ANA, Told(text="Hm"), Where(), NOW)
    found = card(town, ONE)
    assert (found.tags, found.category_id, found.privacy) == ((), None, None)


def test_an_edit_changes_what_is_told_and_leaves_the_rest(town: GraphStore) -> None:
    posts.create(town, ONE, ANA, BREAD, Where(group_id="g:1"), NOW)
    posts.edit(town, ONE, ANA, Told(text="Three days", privacy="public"), NOW + 1)
    assert card(town, ONE).tags == ("bread", "slow")
    posts.edit(town, ONE, ANA, Told(tags={"rye": 1.0, "slow": 1.0}, category_id="c:art"), NOW + 2)
    assert edges(town, "tagged", "in_category", "evokes") == {
        "tagged": {(ONE, "rye", 1.0), (ONE, "slow", 1.0)},
        "in_category": {(ONE, "c:art")},
        "evokes": {(ONE, "happy", 1.0)},
    }
    posts.edit(town, ONE, ANA, Told(tags={}, moods={}, category_id="", url=""), NOW + 3)
    assert not any(edges(town, "tagged", "in_category", "evokes").values())
    found, content = card(town, ONE), post_contents(town, [ONE])[ONE]
    assert (found.tags, found.category_id, found.url) == ((), None, "")
    assert (found.author_id, found.group_id, found.privacy) == (ANA, "g:1", "public")
    assert (content.title, content.text) == ("Slow bread", "Three days")


def test_a_deleted_post_has_no_words_left_and_is_deleted_once(town: GraphStore) -> None:
    posts.create(town, ONE, ANA, BREAD, Where(), NOW)
    assert posts.delete(town, ONE, ANA, NOW + 1)
    assert not posts.delete(town, ONE, ANA, NOW + 2)
    content = post_contents(town, [ONE])[ONE]
    assert (content.title, content.text, content.url) == ("", "", "")
    assert card(town, ONE).deleted
    with pytest.raises(NotThere):
        posts.edit(town, ONE, ANA, Told(text="Back"), NOW + 3)


def test_only_its_author_has_a_post(town: GraphStore) -> None:
    posts.create(town, ONE, ANA, BREAD, Where(), NOW)
    with pytest.raises(NotThere):
        posts.edit(town, ONE, BEN, Told(text="Mine"), NOW)
    with pytest.raises(NotThere):
        posts.delete(town, ONE, BEN, NOW)
    with pytest.raises(NotThere):
        posts.create(town, TWO, "app:user:nobody", BREAD, Where(), NOW)


def test_a_share_tells_of_itself_until_the_last_one_goes(town: GraphStore) -> None:
    posts.create(town, ONE, ANA, BREAD, Where(), NOW)
    for post_id in (TWO, "app:post:3"):
        posts.create(town, post_id, BEN, Told(text="See"), Where(shares_id=ONE), NOW + 1)
    assert card(town, TWO).shares_id == ONE
    assert did(town, BEN, ONE).shared == NOW + 1
    posts.delete(town, TWO, BEN, NOW + 2)
    assert did(town, BEN, ONE).shared is not None
    posts.delete(town, "app:post:3", BEN, NOW + 3)
    assert did(town, BEN, ONE).shared is None
    posts.delete(town, ONE, ANA, NOW + 4)
    with pytest.raises(NotThere):
        posts.create(town, "app:post:4", BEN, Told(), Where(shares_id=ONE), NOW + 5)


def test_a_share_that_is_not_for_everybody_is_no_signal_to_others(town: GraphStore) -> None:
    posts.create(town, ONE, ANA, BREAD, Where(), NOW)
    posts.create(town, TWO, BEN, Told(text="Psst", privacy="friends"), Where(shares_id=ONE), NOW)
    assert did(town, BEN, ONE).shared is None
    posts.edit(town, TWO, BEN, Told(text="Psst!"), NOW + 1)
    assert did(town, BEN, ONE).shared is None
    posts.edit(town, TWO, BEN, Told(privacy="public"), NOW + 2)
    assert did(town, BEN, ONE).shared == NOW + 2
    posts.edit(town, TWO, BEN, Told(privacy="private"), NOW + 3)
    assert did(town, BEN, ONE).shared is None


def tell(store: GraphStore, **event: object) -> None:
    intake = EventIntake(store, clock=lambda: float(NOW))
    line = json.dumps({"post": "1", "type": "post", **event}).encode()
    assert intake.take([(1, line)]).refused == []


def test_an_event_of_an_earlier_time_does_not_undo_an_edit(town: GraphStore) -> None:
    posts.create(town, ONE, ANA, BREAD, Where(), NOW - 50)
    posts.edit(town, ONE, ANA, Told(text="Three days", privacy="private", tags={}), NOW)
    told = {"text": "Old", "privacy": "public", "tags": ["old"], "title": "Old"}
    tell(town, id="early", at=NOW - 9, **told)
    content = post_contents(town, [ONE])[ONE]
    # The title was told at the creation and not since: there the event is the later word.
    assert (content.text, content.title) == ("Three days", "Old")
    assert (card(town, ONE).privacy, card(town, ONE).tags) == ("private", ())
    tell(town, id="late", at=NOW + 9, **told)
    assert (card(town, ONE).privacy, card(town, ONE).tags) == ("public", ("old",))
    posts.edit(town, ONE, ANA, Told(privacy="friends"), NOW + 1)
    tell(town, id="late", at=NOW + 9, **told)
    assert card(town, ONE).privacy == "friends"


def test_no_event_brings_a_deleted_post_back(town: GraphStore) -> None:
    posts.create(town, ONE, ANA, BREAD, Where(), NOW - 50)
    posts.delete(town, ONE, ANA, NOW)
    tell(town, id="late", at=NOW + 60, text="Back", available=True)
    assert card(town, ONE).deleted


def test_what_somebody_wrote_is_listed_from_a_place_on_and_so_are_categories(
    town: GraphStore,
) -> None:
    for post_id, at in ((ONE, NOW), (TWO, NOW + 1), ("app:post:3", NOW + 1)):
        posts.create(town, post_id, ANA, BREAD, Where(), at)
    assert entries_after(town, "written", BEN, NOW + 9, "") == []
    latest = entries_after(town, "written", ANA, NOW + 9, "")
    assert [(each.id, each.at) for each in latest] == [
        (TWO, NOW + 1),
        ("app:post:3", NOW + 1),
        (ONE, NOW),
    ]
    assert entries_after(town, "written", ANA, NOW + 1, TWO) == latest[1:]
    assert [card.name for card in categories_after(town, "")] == ["art", "food"]
    assert [card.id for card in categories_after(town, "c:art")] == ["c:food"]
