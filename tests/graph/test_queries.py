"""Hand-worked answers of the serving queries, the same on both engines."""

from collections.abc import Mapping, Sequence

import pandas as pd
import pytest

from graph.ingest import ingest_tables
from graph.queries import candidates, people, posts
from graph.queries.candidates import Found
from graph.queries.people import UserCard
from graph.store import GraphStore

USERS = ("ana", "bo", "cy", "di", "ed", "flo")


def edges(*rows: Sequence[object], columns: Sequence[str] = ()) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["source", "target", *columns])


@pytest.fixture
def town(any_store: GraphStore) -> GraphStore:
    """Ana knows Bo and Cy; Bo and Cy know Di, Cy knows Ed; Flo knows nobody."""
    tables: Mapping[str, pd.DataFrame] = {
        "users": pd.DataFrame(
            {
                "id": USERS,
                "username": [name.title() for name in USERS],
                "privacy": ["public", "friends", None, "public", "private", "public"],
                "active": [True, True, None, False, True, True],
                "details": ['{"bio": "hi"}', None, None, None, None, None],
            }
        ),
        "posts": pd.DataFrame(
            {
                "id": [f"p{n}" for n in range(1, 8)],
                "title": [f"title {n}" for n in range(1, 8)],
                "created_at": pd.array([100, 200, 300, 400, 500, 600, None], dtype="Int64"),
            }
        ),
        "tags": pd.DataFrame({"id": ["jazz", "chess"], "name": ["jazz", "chess"]}),
        "categories": pd.DataFrame({"id": ["c1"], "name": ["Music"], "details": ['{"count": 2}']}),
        "topics": pd.DataFrame({"id": ["t1"], "name": ["Weekly"], "project_code": ["flic"]}),
        "moods": pd.DataFrame({"id": ["calm"], "name": ["calm"]}),
        "groups": pd.DataFrame({"id": ["g1"], "name": ["Band"], "privacy": ["private"]}),
        "authored": edges(("bo", "p1"), ("cy", "p2"), ("di", "p3"), ("ed", "p4"), ("ana", "p7")),
        "tagged": edges(("p1", "jazz"), ("p1", "chess"), ("p2", "jazz")),
        "in_category": edges(("p1", "c1"), ("p2", "c1")),
        "about": edges(("p1", "t1")),
        "evokes": edges(("p2", "calm")),
        "posted_in": edges(("p6", "g1")),
        "friend": edges(("ana", "bo"), ("ana", "cy"), ("bo", "di"), ("cy", "di"), ("cy", "ed")),
        "blocks": edges(("ana", "ed"), ("flo", "ana")),
        "mutes": edges(("ana", "di")),
        "mutes_tags": edges(("ana", "chess")),
        "member_of": edges(("ana", "g1")),
        "interested_in": edges(("ana", "jazz")),
        "hid": edges(("ana", "p5")),
        "liked": edges(("ana", "p3", 10), ("bo", "p5", 20), ("cy", "p5", 30), columns=["at"]),
        "viewed": edges(
            ("ana", "p3", 40), ("bo", "p6", 50), ("di", "p6", 5), ("di", "p4", 6), columns=["at"]
        ),
        "commented": edges(("di", "p4", 7), columns=["at"]),
    }
    ingest_tables(any_store, tables)
    return any_store


def champions(store: GraphStore, **rows: Sequence[tuple[str, str, float]]) -> None:
    frames = {
        label.capitalize(): pd.DataFrame(
            [(source, post, score, rank) for rank, (source, post, score) in enumerate(given)],
            columns=["source", "target", "score", "rank"],
        )
        for label, given in rows.items()
    }
    store.replace("TOP", frames)


def test_a_name_finds_its_users_and_a_name_given_up_nobody(town: GraphStore) -> None:
    assert people.user_ids_named(town, "Ana") == ["ana"]
    assert people.user_ids_named(town, "ana") == []
    ingest_tables(town, {"users": pd.DataFrame({"id": ["ana"], "username": ["Anna"]})})
    assert people.user_ids_named(town, "Ana") == []
    assert people.user_ids_named(town, "Anna") == ["ana"]


def test_a_name_that_two_sources_share_finds_both(town: GraphStore) -> None:
    ingest_tables(town, {"users": pd.DataFrame({"id": ["dj:ana"], "username": ["Ana"]})})
    assert people.user_ids_named(town, "Ana") == ["ana", "dj:ana"]


def test_user_cards_tell_privacy_and_state_and_leave_strangers_out(town: GraphStore) -> None:
    assert people.user_cards(town, ["ed", "di", "nobody"]) == {
        "di": UserCard("di", "Di", "public", False),
        "ed": UserCard("ed", "Ed", "private", True),
    }
    assert people.user_cards(town, []) == {}
    assert people.user_details(town, ["ana", "bo"]) == {"ana": '{"bio": "hi"}', "bo": None}


def test_the_viewer_context_holds_each_relation_in_its_own_place(town: GraphStore) -> None:
    ana = people.viewer_context(town, "ana", "Ana")
    assert ana.friends == {"bo", "cy"}
    assert (ana.blocks, ana.blocked_by) == ({"ed"}, {"flo"})
    assert (ana.muted_people, ana.muted_tags) == ({"di"}, {"chess"})
    assert (ana.groups, ana.interests, ana.hidden) == ({"g1"}, {"jazz"}, {"p5"})
    assert ana.engaged == {"p3": 40}
    assert not ana.cold


def test_friends_are_friends_from_either_side_and_strangers_are_cold(town: GraphStore) -> None:
    assert people.viewer_context(town, "di", "Di").friends == {"bo", "cy"}
    flo = people.viewer_context(town, "flo", "Flo")
    assert flo.blocks == {"ana"}
    assert flo.cold


def test_a_card_carries_the_copies_of_its_edges(town: GraphStore) -> None:
    cards = posts.post_cards(town, ["p1", "p6", "p7", "gone"])
    assert set(cards) == {"p1", "p6", "p7"}
    first = cards["p1"]
    assert (first.author_id, set(first.tags)) == ("bo", {"jazz", "chess"})
    assert (first.category_id, first.topic_id, first.project_code) == ("c1", "t1", "flic")
    assert (first.group_id, cards["p6"].group_id) == (None, "g1")
    assert (cards["p6"].author_id, cards["p6"].tags) == (None, ())
    assert (cards["p7"].created_at, first.created_at, first.popularity) == (None, 100, 0.0)


def test_contents_categories_and_topics_are_point_look_ups(town: GraphStore) -> None:
    assert posts.post_contents(town, ["p1"])["p1"].title == "title 1"
    assert posts.category_cards(town, ["c1", "c2"])["c1"].details == '{"count": 2}'
    assert posts.topic_cards(town, ["t1"])["t1"].project_code == "flic"
    assert posts.topic_cards(town, []) == {}


def test_interests_bring_champions_of_the_tags_up_to_a_rank(town: GraphStore) -> None:
    champions(town, tag=[("jazz", "p2", 3.0), ("jazz", "p1", 2.0), ("chess", "p4", 9.0)])
    assert candidates.by_interests(town, "ana") == [
        Found("p2", "jazz", 3.0),
        Found("p1", "jazz", 2.0),
    ]
    first = town.run("by_interests", user_id="ana", per_tag=1, limit=10)
    assert [row["post_id"] for row in first] == ["p2"]
    assert [found.post_id for found in candidates.by_tag(town, "chess")] == ["p4"]


def test_friends_posts_come_newest_first_with_the_friend(town: GraphStore) -> None:
    assert candidates.by_friends(town, "ana") == [
        Found("p2", "cy", 200.0),
        Found("p1", "bo", 100.0),
    ]


def test_what_friends_engaged_with_counts_each_friend_once(town: GraphStore) -> None:
    assert candidates.by_friends_engaged(town, "ana") == [
        Found("p6", None, 1.0),
        Found("p5", None, 2.0),
    ]


def test_open_gestures_name_the_friend_and_a_view_names_nobody(town: GraphStore) -> None:
    assert candidates.friends_openly(town, "ana") == [
        Found("p5", "cy", 30.0),
        Found("p5", "bo", 20.0),
    ]


def test_the_second_circle_excludes_the_viewer_and_their_friends(town: GraphStore) -> None:
    found = town.run("friends_of_friends", user_id="ana", known_ids=["ana", "bo", "cy"], limit=10)
    assert found == [{"user_id": "di", "mutual": 2}, {"user_id": "ed", "mutual": 1}]


def test_the_second_circle_brings_what_it_wrote_or_engaged_with(town: GraphStore) -> None:
    friends = frozenset({"bo", "cy"})
    assert candidates.by_friends_of_friends(town, "ana", friends) == [
        Found("p4", None, 2.0),
        Found("p3", None, 1.0),
        Found("p6", None, 1.0),
    ]
    assert candidates.friends_of_friends_openly(town, "ana", friends) == [
        Found("p3", "di", 2.0, "bo"),
        Found("p4", "di", 2.0, "bo"),
        Found("p4", "ed", 1.0, "cy"),
    ]


def test_similar_posts_start_from_the_latest_history(town: GraphStore) -> None:
    similar = [("p3", "p1", 0.5, 0), ("p3", "p2", 0.25, 1), ("p6", "p4", 0.9, 0)]
    columns = ["source", "target", "score", "rank"]
    town.replace("SIMILAR", {"Post": pd.DataFrame(similar, columns=columns)})
    assert candidates.by_similar(town, "ana") == [Found("p1", "p3", 0.5), Found("p2", "p3", 0.25)]
    ingest_tables(town, {"liked": edges(("ana", "p6", 90), columns=["at"])})
    latest = town.run("by_similar", user_id="ana", history=1, limit=10)
    assert [row["post_id"] for row in latest] == ["p4"]


def test_equal_scores_go_to_the_lower_id(town: GraphStore) -> None:
    town.run("load_charts", rows=[{"id": "popular"}])
    champions(
        town,
        chart=[("popular", "p4", 1.0), ("popular", "p3", 1.0), ("popular", "p1", 1.0)],
        category=[("c1", "p2", 2.0), ("c1", "p1", 2.0)],
        mood=[("calm", "p2", 1.0)],
    )
    assert [found.post_id for found in candidates.by_chart(town, "popular")] == ["p1", "p3", "p4"]
    assert [found.post_id for found in candidates.by_category(town, "c1")] == ["p1", "p2"]
    assert candidates.by_mood(town, "calm") == [Found("p2", "calm", 1.0)]


def test_a_limit_keeps_the_best_and_unknown_starts_find_nothing(town: GraphStore) -> None:
    best = town.run("by_friends", user_id="ana", limit=1)
    assert [row["post_id"] for row in best] == ["p2"]
    assert candidates.by_friends(town, "nobody") == []
    assert candidates.by_chart(town, "project:none") == []
    assert people.viewer_context(town, "nobody", "?").cold
