"""People who are suggested: planted ties with a known answer; what may not be told is not."""

from collections.abc import Iterator, Mapping, Sequence

import pandas as pd
import pytest
from feed_oracle import Oracle
from filled_graphs import Filled

from feed.people import Suggestion, Suggestions, suggest
from feed.people_reasons import PersonReason
from feed.recommend import Recommender
from feed.request import FeedRequest
from graph.derive.rebuild import derive
from graph.errors import StatementFailed
from graph.ingest import ingest_tables
from graph.model import Row
from graph.queries.ties import CROWD
from graph.store import Call, GraphStore
from village.world import NOW

Tables = Mapping[str, pd.DataFrame]


def edges(*pairs: Sequence[str], **columns: object) -> pd.DataFrame:
    return pd.DataFrame(pairs, columns=["source", "target"]).assign(**columns)


def users(*ids: str, **columns: object) -> pd.DataFrame:
    names = [user.title() for user in ids]
    return pd.DataFrame({"id": ids, "username": names}).assign(**columns)


def friends(*pairs: str) -> pd.DataFrame:
    return edges(*(sorted(pair.split()) for pair in pairs))


CIRCLE: Tables = {
    "users": users("me", "bo", "hub", "cy", "dee", "eve", "far"),
    "friend": friends("me bo", "me hub", "bo cy", "hub dee", "hub eve", "hub cy", "cy far"),
}
"""I know Bo, who knows Cy, and Hub, who knows Cy, Dee and Eve; Far is three steps away."""


def suggestions(store: GraphStore, most: int = 10, name: str = "Me") -> Suggestions:
    ask, _ = Recommender(store).asking(FeedRequest(name), NOW)
    return suggest(ask, most)


def ids(found: Suggestions) -> list[str]:
    return [each.person.card.user_id for each in found.people]


def told(found: Suggestions) -> dict[str, dict[str, PersonReason]]:
    return {
        each.person.card.user_id: {reason.source: reason for reason in each.reasons}
        for each in found.people
    }


def sentences(found: Suggestions) -> dict[str, list[str]]:
    return {
        person: [each.sentence for each in reasons.values()]
        for person, reasons in told(found).items()
    }


def named(each: Suggestion) -> set[str]:
    return {node.id for reason in each.reasons for node in reason.path}


def test_friends_of_friends_come_those_of_friends_who_know_few_first(any_store: GraphStore) -> None:
    ingest_tables(any_store, CIRCLE)
    found = suggestions(any_store)
    assert sentences(found) == {
        "cy": ["You both know Bo and one other."],
        "dee": ["You both know Hub."],
        "eve": ["You both know Hub."],
    }
    assert ids(found) == ["cy", "dee", "eve"]
    assert (found.known, found.tied, found.degraded) == (True, True, ())
    assert ids(suggestions(any_store, most=1)) == ["cy"]


def test_a_rare_friend_outweighs_a_hub(any_store: GraphStore) -> None:
    ingest_tables(any_store, CIRCLE)
    any_store.run("drop_friend", source="cy", target="hub")
    ingest_tables(any_store, {"users": users("ada"), "friend": friends("hub ada")})
    assert ids(suggestions(any_store)) == ["cy", "ada", "dee", "eve"]


def test_a_reason_brings_its_path_and_the_cypher_that_draws_it(any_store: GraphStore) -> None:
    ingest_tables(any_store, CIRCLE)
    reason = told(suggestions(any_store))["dee"]["mutual_friends"]
    assert [(node.kind, node.name) for node in reason.path] == [
        ("user", "Me"),
        ("user", "Hub"),
        ("user", "Dee"),
    ]
    assert reason.query is not None
    assert reason.query.parameters == {"user_id": "me", "friend_id": "hub", "person_id": "dee"}
    assert len(any_store.run(reason.query.name, **reason.query.parameters)) == 1


HIDING: Mapping[str, Tables] = {
    "a private profile": {"users": users("cy", privacy="private")},
    "a profile for friends": {"users": users("cy", privacy="friends")},
    "a privacy that nobody knows": {"users": users("cy", privacy="hm")},
    "an inactive person": {"users": users("cy", active=False)},
    "who blocks me": {"blocks": edges(("cy", "me"))},
    "whom I block": {"blocks": edges(("me", "cy"))},
    "whom I mute": {"mutes": edges(("me", "cy"))},
    "whom I asked": {"asked": edges(("me", "cy"))},
    "who asked me": {"asked": edges(("cy", "me"))},
    "a friend already": {"friend": friends("me cy")},
}


def circle_of_jazz(store: GraphStore) -> None:
    tags = {"tags": pd.DataFrame({"id": ["jazz"]})}
    ingest_tables(store, {**CIRCLE, **tags})
    ingest_tables(store, {"interested_in": edges(("me", "jazz"), ("cy", "jazz"))})


@pytest.mark.parametrize("tables", HIDING.values(), ids=HIDING.keys())
def test_who_is_never_suggested(any_filled: Filled, tables: Tables) -> None:
    store = any_filled(circle_of_jazz)
    assert "cy" in ids(suggestions(store))
    ingest_tables(store, tables)
    found = suggestions(store)
    assert {"dee", "eve"} <= set(ids(found)) and "cy" not in ids(found)
    # A friend is named, for they lead to others.
    assert ("cy" in set().union(*map(named, found.people))) == ("friend" in tables)


def test_a_single_friend_who_hides_leads_to_nobody(store: GraphStore) -> None:
    """Whoever has one friend would read that friend's friends off the suggestions."""
    ingest_tables(store, CIRCLE)
    ingest_tables(store, {"users": users("hub", privacy="private")})
    found = suggestions(store)
    assert sentences(found) == {"cy": ["You both know Bo."]}


def test_friends_who_hide_are_counted_from_two_and_never_named(store: GraphStore) -> None:
    ingest_tables(store, CIRCLE)
    ingest_tables(
        store,
        {
            "users": users("hub", "hid", privacy="private"),
            "friend": friends("me hid", "hid dee", "me far"),
        },
    )
    # The viewer can tell who hides: of these two alone the number would tell all.
    assert "dee" not in sentences(suggestions(store))
    ingest_tables(
        store,
        {
            "users": users("coy", "shy", privacy="private"),
            "friend": friends("me coy", "me shy"),
        },
    )
    found = suggestions(store)
    assert sentences(found)["dee"] == ["2 people you know are friends of Dee."]
    reason = told(found)["dee"]["mutual_friends"]
    assert [node.id for node in reason.path] == ["me", "dee"]
    assert reason.query is None
    assert "eve" not in ids(found)
    assert all(not named(each) & {"hub", "hid"} for each in found.people)
    store.run("drop_friend", source="coy", target="me")
    assert "dee" not in ids(suggestions(store)), "of three who hide, two are nearly all"


def test_a_friend_who_is_inactive_or_blocks_counts_nothing(store: GraphStore) -> None:
    ingest_tables(store, CIRCLE)
    ingest_tables(
        store,
        {
            "users": users("bo", active=False),
            "blocks": edges(("hub", "me")),
            "friend": friends("me far"),
        },
    )
    assert sentences(suggestions(store)) == {"cy": ["You both know Far."]}


def with_tags(store: GraphStore, tags: Mapping[str, Sequence[str]]) -> None:
    people = sorted({person for some in tags.values() for person in some})
    pairs = [(person, tag) for tag, some in tags.items() for person in some]
    ingest_tables(
        store,
        {
            "users": users("me", *people),
            "tags": pd.DataFrame({"id": list(tags), "name": [f"the {tag}" for tag in tags]}),
            "interested_in": edges(*pairs),
        },
    )


def test_shared_interests_find_people_and_rare_ones_weigh_more(any_store: GraphStore) -> None:
    with_tags(
        any_store,
        {"jazz": ["me", "zoe"], "bread": ["me", "ann", "ben", "zed"], "rye": ["me", "ben", "zed"]},
    )
    found = suggestions(any_store)
    assert sentences(found) == {
        "ben": ["You are both interested in the rye and the bread."],
        "zed": ["You are both interested in the rye and the bread."],
        "zoe": ["You are both interested in the jazz."],
        "ann": ["You are both interested in the bread."],
    }
    assert ids(found) == ["ben", "zed", "zoe", "ann"]
    query = told(found)["ben"]["shared_interests"].query
    assert query is not None and query.parameters["tag_id"] == "rye"
    assert len(any_store.run(query.name, **query.parameters)) == 1


def test_a_muted_tag_ties_nobody(store: GraphStore) -> None:
    with_tags(store, {"jazz": ["me", "zoe"], "bread": ["me", "ann"]})
    ingest_tables(store, {"mutes_tags": edges(("me", "jazz"))})
    assert ids(suggestions(store)) == ["ann"]


def test_a_crowds_tag_finds_nobody_by_itself(any_store: GraphStore) -> None:
    crowd = [f"p{number:03}" for number in range(CROWD)]
    with_tags(any_store, {"all": ["me", *crowd], "rye": ["me", "p100"]})
    found = suggestions(any_store)
    assert sentences(found) == {"p100": ["You are both interested in the rye and the all."]}


def test_members_of_a_group_are_found(any_store: GraphStore) -> None:
    ingest_tables(
        any_store,
        {
            "users": users("me", "ann", "ben"),
            "groups": pd.DataFrame({"id": ["g", "other"], "name": ["Choir", "Other"]}),
            "member_of": edges(("me", "g"), ("ann", "g"), ("ben", "other")),
        },
    )
    found = suggestions(any_store)
    assert sentences(found) == {"ann": ["You are both in the group Choir."]}
    query = told(found)["ann"]["shared_groups"].query
    assert query is not None
    assert len(any_store.run(query.name, **query.parameters)) == 1


def readers(signal: str, posts: int) -> Tables:
    """Me, who viewed eight posts, and Ann, who did something with the first of them."""
    mine = [("me", f"p{number}") for number in range(8)]
    hers = [("ann", f"p{number}") for number in range(posts)]
    return {
        "users": users("me", "ann", "author"),
        "posts": pd.DataFrame({"id": [post for _, post in mine], "created_at": NOW}),
        "viewed": edges(*mine, at=NOW - 60),
        signal: edges(*mine, *hers, at=NOW - 60) if signal == "viewed" else edges(*hers, at=NOW),
    }


@pytest.mark.parametrize(
    ("signal", "posts"), [("viewed", 8), ("rated", 8), ("commented", 8), ("liked", 2)]
)
def test_a_like_taste_is_never_told_by_views_or_comments_or_by_few_posts(
    store: GraphStore, signal: str, posts: int
) -> None:
    ingest_tables(store, readers(signal, posts))
    derive(store)
    assert store.run("near_people", user_id="me")[0]["user_id"] == "ann"
    assert ids(suggestions(store)) == []


def test_a_like_taste_is_told_without_its_posts(any_store: GraphStore) -> None:
    ingest_tables(any_store, readers("liked", 4))
    derive(any_store)
    reason = told(suggestions(any_store))["ann"]["alike_taste"]
    assert reason.sentence == "Likes things that you like."
    assert [node.id for node in reason.path] == ["me", "ann"]
    assert reason.query is None


def test_posts_that_are_gone_tell_of_no_taste(store: GraphStore) -> None:
    ingest_tables(store, readers("liked", 4))
    derive(store)
    ingest_tables(store, {"posts": pd.DataFrame({"id": ["p0", "p1"], "deleted": [True, True]})})
    assert ids(suggestions(store)) == []


def test_a_like_taste_orders_those_who_are_tied_alike(store: GraphStore) -> None:
    ingest_tables(store, CIRCLE)
    ingest_tables(store, readers("viewed", 0))
    eve = [("eve", f"p{number}") for number in range(8)]
    ingest_tables(store, {"viewed": edges(*eve, at=NOW)})
    assert ids(suggestions(store)) == ["cy", "dee", "eve"]
    derive(store)
    found = suggestions(store)
    assert ids(found).index("eve") < ids(found).index("dee")
    assert sentences(found)["eve"] == ["You both know Hub."]


def test_what_was_remembered_is_told_no_more_when_it_is_over(store: GraphStore) -> None:
    ingest_tables(store, CIRCLE)
    recommender = Recommender(store)

    def now() -> Suggestions:
        ask, _ = recommender.asking(FeedRequest("Me"), NOW)
        return suggest(ask, 10)

    assert ids(now()) == ["cy", "dee", "eve"]
    store.run("drop_friend", source="dee", target="hub")
    ingest_tables(store, {"users": users("eve", privacy="private")})
    assert ids(now()) == ["cy"]


WRITERS: Tables = {
    "users": users("me", "ann", "ben", "hid"),
    "tags": pd.DataFrame({"id": ["jazz"], "name": ["jazz"]}),
    "posts": pd.DataFrame(
        {
            "id": ["loved", "tagged", "secret"],
            "title": ["Loved\nby all", "Tagged", "Secret"],
            "privacy": ["public", "public", "private"],
            "created_at": NOW - 60,
        }
    ),
    "authored": edges(("ann", "loved"), ("ben", "tagged"), ("hid", "secret")),
    "tagged": edges(("tagged", "jazz"), ("secret", "jazz")),
    "liked": edges(("ben", "loved"), ("hid", "loved"), ("ben", "secret"), at=NOW - 60),
}


def test_a_newcomer_is_told_of_authors_of_popular_posts_that_they_may_see(
    any_store: GraphStore,
) -> None:
    ingest_tables(any_store, WRITERS)
    derive(any_store)
    found = suggestions(any_store, name="A stranger")
    assert sentences(found) == {"ann": ["Wrote one of the most popular posts."]}
    assert (found.known, found.tied) == (False, False)
    reason = told(found)["ann"]["popular_authors"]
    assert [node.name for node in reason.path] == ["popular", "Loved by all", "Ann"]
    assert reason.query is not None
    assert len(any_store.run(reason.query.name, **reason.query.parameters)) == 1


def test_who_picked_tags_alone_is_told_of_those_who_write_about_them(any_store: GraphStore) -> None:
    ingest_tables(any_store, WRITERS)
    ingest_tables(any_store, {"interested_in": edges(("me", "jazz"))})
    derive(any_store)
    found = suggestions(any_store)
    assert sentences(found)["ben"] == ["Writes about jazz, one of your interests."]
    assert ids(found) == ["ben", "ann"]
    query = told(found)["ben"]["authors"].query
    assert query is not None
    assert len(any_store.run(query.name, **query.parameters)) == 1


def test_where_nobody_is_nobody_is_suggested(any_store: GraphStore) -> None:
    ingest_tables(any_store, {"users": users("me")})
    assert suggestions(any_store) == Suggestions((), known=True, tied=False)


class Lame:
    """A store one of whose reads fails."""

    def __init__(self, store: GraphStore, broken: str):
        self._store, self._broken = store, broken
        self.engine, self.changes = store.engine, store.changes

    def run(self, name: str, /, **params: object) -> list[Row]:
        return self._store.run(name, **params)

    def run_all(self, calls: Sequence[Call]) -> list[list[Row]]:
        if any(name == self._broken for name, _ in calls):
            raise StatementFailed(f"{self._broken} is broken")
        return self._store.run_all(calls)


@pytest.mark.parametrize(
    ("broken", "named"),
    [("interested_people", "interests"), ("group_members", "groups"), ("near_people", "near")],
)
def test_lists_that_cannot_be_read_are_left_out_and_named(
    store: GraphStore, broken: str, named: str
) -> None:
    ingest_tables(store, CIRCLE)
    ingest_tables(
        store,
        {
            "tags": pd.DataFrame({"id": ["rye"]}),
            "groups": pd.DataFrame({"id": ["g"]}),
            "interested_in": edges(("me", "rye")),
            "member_of": edges(("me", "g")),
        },
    )
    found = suggestions(Lame(store, broken))  # type: ignore[arg-type]
    assert found.degraded == (named,)
    assert ids(found) == ["cy", "dee", "eve"]


def leaks(oracle: Oracle, viewer: str, found: Suggestions) -> list[object]:
    """What the oracle says that the viewer may not be told."""
    wrong: list[object] = []
    for each in found.people:
        person = each.person.card.user_id
        tied = (viewer, person) in oracle.friends or (viewer, person) in oracle.muted
        if person == viewer or tied or not oracle.sees_profile(viewer, person):
            wrong.append(person)
        for reason in each.reasons:
            others = [node for node in reason.path if node.id not in (viewer, person)]
            for node in others:
                if node.kind == "user":
                    pairs = {(viewer, node.id), (node.id, person)}
                    true = all(pair in oracle.friends for pair in pairs)
                    fine = true and oracle.sees_profile(viewer, node.id)
                elif node.kind == "tag":
                    fine = (viewer, node.id) in oracle.interested
                elif node.kind == "group":
                    fine = all((user, node.id) in oracle.members for user in (viewer, person))
                else:
                    fine = node.kind == "chart" or oracle.sees(viewer, node.id)
                if not fine:
                    wrong.append((person, reason))
    return wrong


def pages(store: GraphStore, oracle: Oracle, step: int) -> Iterator[tuple[str, Suggestions]]:
    recommender = Recommender(store)
    for viewer in sorted(oracle.users)[::step]:
        ask, _ = recommender.asking(FeedRequest(str(oracle.users[viewer]["username"])), NOW)
        yield viewer, suggest(ask, 20)


def test_in_a_village_that_hides_nothing_is_told_that_may_not_be(
    shady_store: GraphStore, oracle: Oracle
) -> None:
    found = list(pages(shady_store, oracle, step=2))
    assert [leak for viewer, page in found for leak in leaks(oracle, viewer, page)] == []
    assert sum(len(page.people) for _, page in found) > 10 * len(found)


def test_the_walk_would_find_a_leak(
    shady_store: GraphStore, oracle: Oracle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("feed.gate.visible_person", lambda viewer, person: True)
    assert any(leaks(oracle, viewer, page) for viewer, page in pages(shady_store, oracle, step=2))


@pytest.mark.neo4j
def test_both_engines_suggest_the_same_people(
    shady_store: GraphStore, neo4j_store: GraphStore, oracle: Oracle
) -> None:
    ingest_tables(neo4j_store, oracle.tables)
    derive(neo4j_store)
    one, other = (list(pages(store, oracle, step=20)) for store in (shady_store, neo4j_store))
    assert one == other
    assert any(page.people for _, page in one)
