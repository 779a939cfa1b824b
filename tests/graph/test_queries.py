"""Hand-worked answers of the serving queries, the same on both engines."""

from collections.abc import Mapping, Sequence

import pandas as pd
import pytest
from filled_graphs import Filled

from graph.errors import ParameterError
from graph.ingest import ingest_tables
from graph.model import Row
from graph.queries import around, candidates, people, posts, searched, whole
from graph.queries.candidates import Listed
from graph.queries.people import UserCard
from graph.queries.stats import MONTH, growth
from graph.queries.whole import written
from graph.store import Call, GraphStore

USERS = ("ana", "bo", "cy", "di", "ed", "flo")


def edges(*rows: Sequence[object], columns: Sequence[str] = ()) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["source", "target", *columns])


@pytest.fixture
def town(any_filled: Filled) -> GraphStore:
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

    def fill(store: GraphStore) -> None:
        ingest_tables(store, tables)

    return any_filled(fill)


def champions(store: GraphStore, **rows: Sequence[tuple[str, str, float]]) -> None:
    frames = {
        label.capitalize(): pd.DataFrame(
            [(source, post, score, rank) for rank, (source, post, score) in enumerate(given)],
            columns=["source", "target", "score", "rank"],
        )
        for label, given in rows.items()
    }
    store.replace("TOP", frames)


def named(store: GraphStore, username: str) -> list[str]:
    return [card.user_id for card in people.users_named(store, username)]


def test_a_name_finds_its_users_and_a_name_given_up_nobody(town: GraphStore) -> None:
    assert people.users_named(town, "Bo") == [UserCard("bo", "Bo", "friends", True)]
    assert (named(town, "Ana"), named(town, "ana")) == (["ana"], [])
    ingest_tables(town, {"users": pd.DataFrame({"id": ["ana"], "username": ["Anna"]})})
    assert (named(town, "Ana"), named(town, "Anna")) == ([], ["ana"])


def test_a_name_that_two_sources_share_finds_both(town: GraphStore) -> None:
    ingest_tables(town, {"users": pd.DataFrame({"id": ["dj:ana"], "username": ["Ana"]})})
    assert named(town, "Ana") == ["ana", "dj:ana"]


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
    assert ana.blocks == {"ed", "flo"}
    assert (ana.muted_people, ana.muted_tags) == ({"di"}, {"chess"})
    assert (ana.groups, ana.interests, ana.hidden) == ({"g1"}, {"jazz"}, {"p5"})
    assert ana.engaged == {"p3": 40}
    assert not ana.cold


def test_what_stands_around_a_user_is_told_by_its_edge(town: GraphStore) -> None:
    one = {"p3": 1.0}
    assert around.around_user(town, "ana") == (
        {"liked": one, "viewed": one, "authored": {"p7": 1.0}},
        None,
    )
    assert around.around_user(town, "flo") == ({}, None)
    ingest_tables(town, {"users": pd.DataFrame({"id": ["gus"], "joined_at": [77]})})
    assert around.around_user(town, "gus") == ({}, 77)


def test_what_stands_around_posts_is_told_by_its_edge(town: GraphStore) -> None:
    first, second, third = around.around_posts(town, ["p1", "nowhere", "p2", "p6"])
    assert first.ends == {
        "authored": {"bo": 1.0},
        "tagged": {"jazz": 1.0, "chess": 1.0},
        "in_category": {"c1": 1.0},
        "about": {"t1": 1.0},
    }
    assert (first.post_id, first.text, first.born_at) == ("p1", "title 1", 100)
    assert second.ends["evokes"] == {"calm": 1.0} and third.ends == {
        "viewed": {"bo": 1.0, "di": 1.0}
    }


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
    assert posts.group_cards(town, ["g1", "g2"])["g1"].name == "Band"


def test_friends_are_listed_for_many_users_at_once(town: GraphStore) -> None:
    assert candidates.friends_of(town, ["ana", "flo", "di"]) == [("bo", "cy"), (), ("bo", "cy")]
    assert candidates.friends_of(town, []) == []


def test_what_people_wrote_comes_newest_first(town: GraphStore) -> None:
    ingest_tables(town, {"authored": edges(("bo", "p5"), ("bo", "p3"))})
    assert candidates.written_by(town, ["bo", "flo"]) == [
        Listed(["p5", "p3", "p1"], [500.0, 300.0, 100.0]),
        Listed([], []),
    ]


def test_what_somebody_may_not_see_takes_no_place_among_what_a_person_wrote(
    town: GraphStore,
) -> None:
    """Of each kind 60 newer posts than Bo's 60 for everybody; the 60 for friends are in between."""
    told: Mapping[str, Row] = {
        "all": {},
        "friends": {"privacy": "friends"},
        "own": {"privacy": "private"},
        "odd": {"privacy": "secret"},
        "gone": {"deleted": True},
        "away": {"available": False},
        "group": {},
    }
    made = pd.DataFrame(
        {"id": f"{kind}-{n:02}", "created_at": 1_000 * (place + 1) + n, **fields}
        for place, (kind, fields) in enumerate(told.items())
        for n in range(60)
    )
    grouped = made["id"][made["id"].str.startswith("group")]
    ingest_tables(
        town,
        {
            "posts": made,
            "authored": pd.DataFrame({"source": "bo", "target": made["id"]}),
            "posted_in": pd.DataFrame({"source": grouped, "target": "g1"}),
        },
    )
    (found,) = candidates.written_by(town, ["bo"])
    assert found.ids == [f"{kind}-{n:02}" for kind in ("friends", "all") for n in range(59, 9, -1)]
    whole = written(town)
    start, end = whole.starts[whole.keys.index("bo") :][:2]
    assert [whole.targets[code] for code in whole.codes[start:end]] == found.ids
    assert whole.scores[start:end].tolist() == found.scores


def test_engagements_are_the_latest_of_each_post_by_any_signal(town: GraphStore) -> None:
    assert candidates.engaged_by(town, ["bo", "ana", "di"]) == [
        Listed(["p6", "p5"], [50.0, 20.0]),
        Listed(["p3"], [40.0]),
        Listed(["p4", "p6"], [7.0, 5.0]),
    ]


def test_who_has_more_engagements_than_are_read_is_asked_for_the_latest(
    town: GraphStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(candidates, "SIGNALS", 1)
    asked: list[str] = []

    class Watched:
        def run_all(self, calls: Sequence[Call]) -> list[list[Row]]:
            asked.extend(name for name, _ in calls)
            return town.run_all(calls)

    found = candidates.engaged_by(Watched(), ["di", "cy", "flo"])  # type: ignore[arg-type]
    assert asked == ["engaged_by"] * 3 + ["engaged_lately"]
    assert found == [Listed(["p4", "p6"], [7.0, 5.0]), Listed(["p5"], [30.0]), Listed([], [])]


def test_open_responses_are_told_and_views_and_comments_are_not(town: GraphStore) -> None:
    """Di commented."""
    asked = ["bo", "di", "flo"]
    told = [{"p5"}, frozenset(), frozenset()]
    assert candidates.responded_to(town, asked) == told
    every = whole.responded(whole.signals(town), whole.people(town))
    places = map(every.keys.index, asked)
    lists = [every.codes[every.starts[at] : every.starts[at + 1]].tolist() for at in places]
    assert [{every.targets[code] for code in codes} for codes in lists] == told


def test_a_groups_posts_come_newest_first(town: GraphStore) -> None:
    ingest_tables(town, {"posted_in": edges(("p2", "g1"))})
    assert candidates.posted_in(town, ["g1", "g2"]) == [
        Listed(["p6", "p2"], [600.0, 200.0]),
        Listed([], []),
    ]


def test_what_few_may_see_takes_nobodys_place_among_a_groups_posts(town: GraphStore) -> None:
    # Ed is private, Bo friends' alone, Di inactive; of Flo the posts themselves are hidden.
    told = {"ed": {}, "bo": {}, "di": {}, "flo": {"privacy": "private"}}
    hidden = [
        {"id": f"{who}-{n:03}", "created_at": 1_000 + n, **fields}
        for who, fields in told.items()
        for n in range(110)
    ]
    hidden[-1] = hidden[-1] | {"privacy": None, "deleted": True}
    hidden[-2] = hidden[-2] | {"privacy": None, "available": False}
    made = pd.DataFrame(hidden)
    ingest_tables(
        town,
        {
            "posts": made,
            "authored": pd.DataFrame({"source": made["id"].str[:-4], "target": made["id"]}),
            "posted_in": pd.DataFrame({"source": [*made["id"], "p2"], "target": "g1"}),
        },
    )
    (found,) = candidates.posted_in(town, ["g1"])
    newest = sorted(hidden, key=lambda post: (-post["created_at"], post["id"]))[:98]
    assert found.ids == [*(post["id"] for post in newest), "p6", "p2"]
    every = whole.posted(town)
    assert [every.targets[code] for code in every.codes] == found.ids
    assert every.scores.tolist() == found.scores


def test_what_few_may_see_takes_no_champions_place_among_a_tags_posts(town: GraphStore) -> None:
    ids = pd.Series([f"q{n}" for n in range(300)])
    made = pd.DataFrame({"id": ids, "privacy": "private"})
    ingest_tables(town, {"posts": made, "tagged": pd.DataFrame({"source": ids, "target": "jazz"})})
    champions(town, tag=[("jazz", "p1", 2.0), ("jazz", "p2", 1.0), ("chess", "p1", 1.0)])
    jazz, chess = searched.tagged_with(town, ["jazz", "chess"])
    assert {"p1", "p2"} <= set(jazz)
    assert set(chess) == {"p1"}


def test_similar_posts_come_with_their_scores(town: GraphStore) -> None:
    similar = [("p3", "p1", 0.25, 1), ("p3", "p2", 0.5, 0), ("p6", "p4", 0.9, 0)]
    columns = ["source", "target", "score", "rank"]
    town.replace("SIMILAR", {"Post": pd.DataFrame(similar, columns=columns)})
    assert candidates.similar_to(town, ["p3", "p1", "p6"]) == [
        Listed(["p2", "p1"], [0.5, 0.25]),
        Listed([], []),
        Listed(["p4"], [0.9]),
    ]


def test_champions_come_best_first_and_equal_scores_go_to_the_lower_id(town: GraphStore) -> None:
    town.run("load_charts", rows=[{"id": "popular"}])
    champions(
        town,
        chart=[("popular", "p4", 1.0), ("popular", "p3", 1.0), ("popular", "p1", 1.0)],
        category=[("c1", "p2", 2.0), ("c1", "p1", 2.0)],
        mood=[("calm", "p2", 1.0)],
        tag=[("jazz", "p1", 2.0), ("jazz", "p2", 3.0), ("chess", "p4", 9.0)],
        topic=[("t1", "p1", 4.0)],
    )
    (chart,) = candidates.by_chart(town, ["popular"])
    assert chart.ids == ["p1", "p3", "p4"]
    assert candidates.by_category(town, ["c1"]) == [Listed(["p1", "p2"], [2.0, 2.0])]
    assert candidates.by_mood(town, ["calm"]) == [Listed(["p2"], [1.0])]
    assert candidates.by_topic(town, ["t1"]) == [Listed(["p1"], [4.0])]
    assert candidates.by_tag(town, ["jazz", "chess"]) == [
        Listed(["p2", "p1"], [3.0, 2.0]),
        Listed(["p4"], [9.0]),
    ]


def test_unknown_starts_find_nothing(town: GraphStore) -> None:
    assert candidates.by_chart(town, ["project:none"]) == [Listed([], [])]
    assert candidates.written_by(town, ["nobody"]) == [Listed([], [])]
    assert people.viewer_context(town, "nobody", "?").cold


def test_many_reads_come_in_the_order_of_the_calls_and_none_may_write(town: GraphStore) -> None:
    calls = [("friends_of", {"user_id": user}) for user in ("flo", "ed", "flo")]
    assert town.run_all(calls) == [[], [{"user_id": "cy"}], []]
    assert town.run_all([]) == []
    with pytest.raises(ParameterError, match="writes"):
        town.run_all([*calls, ("load_charts", {"rows": [{"id": "c"}]})])
    with pytest.raises(ParameterError, match="missing"):
        town.run_all([("friends_of", {"user": "flo"})])


def test_growth_is_told_of_every_kind_that_bears_times(any_store: GraphStore) -> None:
    assert growth(any_store) == {}
    pair = {"source": ["u"], "target": ["p"], "at": [3 * MONTH + 1]}
    ingest_tables(
        any_store,
        {
            "users": pd.DataFrame({"id": ["u", "v"], "joined_at": [0, MONTH - 1]}),
            "posts": pd.DataFrame({"id": ["p"], "created_at": [MONTH]}),
            "friend": pd.DataFrame({"source": ["u"], "target": ["v"], "since": [2 * MONTH]}),
            "viewed": pd.DataFrame(pair | {"times": [5]}),
            "liked": pd.DataFrame(pair),
        },
    )
    assert growth(any_store) == {
        "users": {0: 2},
        "posts": {MONTH: 1},
        "friend": {2 * MONTH: 1},
        "viewed": {3 * MONTH: 1},
        "liked": {3 * MONTH: 1},
    }
