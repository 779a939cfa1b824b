"""Show less: a hidden post lowers its author, its tags and the friends behind it, and fades."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pytest
from filled_graphs import Filled

from feed import fatigue, less
from feed.fatigue import DAY, HIDE_HALF_LIFE, Reluctance
from feed.less import against_friends, against_posts, less_wanted
from feed.pool import pool
from feed.recommend import Recommender
from feed.remembered import Remembered
from feed.request import FeedRequest
from feed.viewer import viewer_named
from graph.derive.rebuild import derive
from graph.errors import StatementFailed
from graph.ingest import ingest, ingest_tables
from graph.model import KINDS, Batch
from graph.queries.people import ViewerContext
from graph.store import GraphStore

NOW = 1_700_000_000
POSTS = ("hidden", "hidden too", "same author", "same tag", "both", "brought", "brought by two")
POSTS += ("else",)


@pytest.fixture
def town(any_filled: Filled) -> GraphStore:
    """`me` hid nothing yet; ann brought what is hidden, ann and ben one of the others."""
    brought = ["hidden", "brought", "brought by two"]
    tables = {
        "users": pd.DataFrame({"id": ["me", "ann", "ben", "writer", "others"]}),
        "posts": pd.DataFrame({"id": POSTS, "created_at": NOW - DAY}),
        "authored": pd.DataFrame(
            {
                "source": [
                    "writer"
                    if post in ("hidden", "hidden too", "same author", "both")
                    else "others"
                    for post in POSTS
                ],
                "target": POSTS,
            }
        ),
        "tags": pd.DataFrame({"id": ["rye"]}),
        "tagged": pd.DataFrame({"source": ["hidden", "same tag", "both"], "target": "rye"}),
        "friend": pd.DataFrame({"source": ["ann", "ben"], "target": ["me", "me"]}),
        "viewed": pd.DataFrame({"source": "ann", "target": brought, "at": NOW}),
        "liked": pd.DataFrame({"source": ["ben"], "target": ["brought by two"], "at": NOW}),
    }

    def fill(store: GraphStore) -> None:
        ingest_tables(store, tables)
        derive(store)

    return any_filled(fill)


def hide(store: GraphStore, at: int | None, *posts: str) -> None:
    rows = pd.DataFrame({"source": "me", "target": posts, "at": at})
    ingest(store, [Batch(KINDS["hid"], rows)])


def gains(store: GraphStore, now: int = NOW) -> Mapping[str, Mapping[str, float]]:
    """What `less` and `less_friends` add to each post's log-odds, where they add something."""
    made = Recommender(store, patience=0)
    found = {}
    for post_id in POSTS:
        told = made.explain(FeedRequest("me"), post_id, now, whole=True)
        assert told is not None and told.gains is not None
        found[post_id] = {part: gain for part, gain in told.gains.items() if part in PARTS}
    return {post_id: some for post_id, some in found.items() if some}


PARTS = ("less", "less_friends")


def test_hiding_a_post_lowers_its_author_its_tags_and_its_friend(town: GraphStore) -> None:
    assert gains(town) == {}
    hide(town, NOW, "hidden")
    found = gains(town)
    assert found["same author"] == {"less": -fatigue.AUTHOR_PER_HIDE}
    assert found["same tag"] == {"less": -fatigue.TAG_PER_HIDE}
    assert found["both"] == {"less": -fatigue.AUTHOR_PER_HIDE - fatigue.TAG_PER_HIDE}
    assert found["brought"] == {"less_friends": -fatigue.FRIEND_PER_HIDE}
    assert "else" not in found
    assert "brought by two" not in found


def test_a_hide_counts_half_after_a_half_life(town: GraphStore) -> None:
    hide(town, NOW - HIDE_HALF_LIFE, "hidden")
    assert gains(town)["same author"]["less"] == pytest.approx(-fatigue.AUTHOR_PER_HIDE / 2)
    later = gains(town, NOW + 20 * HIDE_HALF_LIFE)
    assert later["same author"]["less"] == pytest.approx(0.0, abs=1e-5)


def test_a_hide_of_unknown_time_was_long_ago(town: GraphStore) -> None:
    hide(town, None, "hidden")
    assert all(abs(gain) < 1e-9 for some in gains(town).values() for gain in some.values())


def test_no_number_of_hides_lowers_anybody_below_the_bound(store: GraphStore) -> None:
    posts = [f"p{number:02}" for number in range(30)]
    tables = {
        "users": pd.DataFrame({"id": ["me", "writer"]}),
        "posts": pd.DataFrame({"id": [*posts, "next"]}),
        "authored": pd.DataFrame({"source": "writer", "target": [*posts, "next"]}),
        "tags": pd.DataFrame({"id": ["rye"]}),
        "tagged": pd.DataFrame({"source": [*posts, "next"], "target": "rye"}),
    }
    ingest_tables(store, tables)
    hide(store, NOW, *posts)
    told = Recommender(store).explain(FeedRequest("me"), "next", NOW)
    assert told is not None and told.gains is not None
    assert told.gains["less"] == -fatigue.AUTHOR_BOUND - fatigue.TAG_BOUND


def test_only_the_latest_hundred_hides_are_read(store: GraphStore) -> None:
    posts = [f"p{number:03}" for number in range(120)]
    ingest_tables(
        store, {"users": pd.DataFrame({"id": ["me"]}), "posts": pd.DataFrame({"id": posts})}
    )
    rows = pd.DataFrame({"source": "me", "target": posts, "at": range(NOW, NOW + 120)})
    ingest(store, [Batch(KINDS["hid"], rows)])
    viewer = viewer_named(store, "me")
    assert len(viewer.hidden) == 120
    assert viewer.hidden_at == {f"p{number:03}": NOW + number for number in range(20, 120)}


def test_what_is_hidden_from_the_viewer_now_speaks_against_nobody(town: GraphStore) -> None:
    """Else its author and its tags, which may be new, could be read off the scores."""
    hide(town, NOW, "hidden")
    ingest(town, [Batch(KINDS["posts"], pd.DataFrame({"id": ["hidden"], "privacy": "private"}))])
    viewer = viewer_named(town, "me")
    assert not less_wanted(town, Remembered(town), viewer, NOW)


def test_the_friends_part_is_an_operators_to_know(town: GraphStore) -> None:
    """Ann only viewed the posts: nobody is told."""
    hide(town, NOW, "hidden")
    operator, viewer = (
        Recommender(town).explain(FeedRequest("me"), "brought", NOW, whole)
        for whole in (True, False)
    )
    assert operator is not None and operator.gains is not None
    assert viewer is not None and viewer.gains is not None
    assert "less_friends" in operator.gains
    assert "less_friends" not in viewer.gains


def test_what_was_hidden_lowers_the_scores_of_a_feed(town: GraphStore) -> None:
    def scores() -> dict[str, float]:
        page = Recommender(town).feed(FeedRequest("me", page_size=20), NOW)
        return {each.post.card.post_id: each.score for each in page.posts}

    before = scores()
    hide(town, NOW, "hidden", "hidden too")
    after = scores()
    assert before.keys() - after.keys() == {"hidden", "hidden too"}
    assert after["both"] < after["same author"] < before["same author"]
    assert after["same tag"] < before["same tag"]
    assert after["brought"] < before["brought"]
    assert after["else"] == before["else"]


def test_the_columns_say_what_the_rule_says(town: GraphStore) -> None:
    hide(town, NOW, "hidden", "hidden too")
    remembered, viewer = Remembered(town), viewer_named(town, "me")
    held = less_wanted(town, remembered, viewer, NOW)
    posts = pool(remembered, remembered.places(POSTS))
    found = against_posts(held, remembered, posts.cards)
    found += against_friends(held, remembered, viewer, posts.places)
    by_hand = {
        "hidden": held.against("writer", ["rye"], ["ann"]),
        "hidden too": held.against("writer", []),
        "same author": held.against("writer", []),
        "same tag": held.against("others", ["rye"]),
        "both": held.against("writer", ["rye"]),
        "brought": held.against("others", [], ["ann"]),
        "brought by two": held.against("others", [], ["ann", "ben"]),
        "else": 0.0,
    }
    assert dict(zip(posts.ids, found.tolist(), strict=True)) == pytest.approx(by_hand)


def test_a_viewer_who_hid_nothing_costs_no_look_up() -> None:
    viewer = ViewerContext("me", "me", friends=frozenset({"ann"}))
    assert less_wanted(None, None, viewer, NOW) == Reluctance()  # type: ignore[arg-type]


def test_nothing_speaks_against_no_posts(town: GraphStore) -> None:
    hide(town, NOW, "hidden")
    remembered, viewer = Remembered(town), viewer_named(town, "me")
    held = less_wanted(town, remembered, viewer, NOW)
    assert len(against_friends(held, remembered, viewer, np.empty(0, np.int64))) == 0


def test_the_feed_comes_without_it_and_says_so(
    town: GraphStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    hide(town, NOW, "hidden")

    def fails(*_: object) -> list[object]:
        raise StatementFailed("the cards of hidden posts")

    monkeypatch.setattr(less, "visible_posts", fails)
    page = Recommender(town).feed(FeedRequest("me"), NOW)
    assert "less" in page.degraded
    assert page.posts
